"""Opening hours as one types them: a week of seven days, two ranges each, or OpenStreetMap's own syntax."""

import re
from typing import Any

from wtforms import BooleanField, RadioField
from wtforms.fields.choices import SelectChoice

from app.directory.edition import hours
from app.directory.edition.forms import SectionForm
from app.forms import TextField

#: The parts of a day: two ranges, each from and to.
PARTS = ("1_de", "1_a", "2_de", "2_a")
PART_LABELS = ("ouverture", "fermeture", "seconde ouverture", "seconde fermeture")
GRID, SYNTAX = "grille", "avancee"


def read_time(text: str) -> int | None:
    """The minutes of « 9 h », « 9h30 », « 09:30 », « 9.30 », « midi », « minuit »; None when it is no time."""
    if text.lower() in ("midi", "minuit"):
        return 12 * 60 if text.lower() == "midi" else 0
    found = re.fullmatch(r"(\d{1,2}) ?(?:(?:[h:.]|heures?) ?(\d{2})?)?", text, re.ASCII | re.IGNORECASE)
    if found is None:
        return None
    hour, minutes = int(found[1]), int(found[2] or 0)
    return hour * 60 + minutes if minutes < 60 and hour * 60 + minutes <= hours.MIDNIGHT else None


class HoursForm(SectionForm):
    """A usual week; `written` picks the grid or the syntax, and what the other holds is kept on the page."""

    written = RadioField(
        "Comment écrire vos horaires",
        choices=[SelectChoice(GRID, "Une semaine type, jour par jour"), SelectChoice(SYNTAX, "Une écriture avancée")],
        default=GRID,
        name="ecriture",
    )
    public_holidays = BooleanField("Fermé les jours fériés", name="feries")
    school_holidays = TextField("Pendant les vacances scolaires", name="vacances")
    syntax = TextField("Écriture avancée", longest=500, name="syntaxe")

    @classmethod
    def shown(cls, current: dict[str, Any]) -> dict[str, Any]:
        text = current["opening_hours"]
        grid = hours.parse(text)
        data: dict[str, Any] = {"written": SYNTAX if text and grid is None else GRID, "syntax": text or ""}
        if grid is None:
            return data
        for day, ranges in zip(hours.DAYS, grid.days, strict=True):
            data[f"{day}_ferme"] = not ranges
            times = [time for one in ranges for time in one]
            data |= {f"{day}_{part}": _typed(time) for part, time in zip(PARTS, times, strict=False)}
        return data | {"public_holidays": grid.closed_on_public_holidays, "school_holidays": grid.school_holidays}

    def validate(self, extra_validators: Any = None) -> bool:
        valid = bool(super().validate(extra_validators))
        if self.written.data == SYNTAX:
            return self._validate_syntax() and valid
        says_something = any(self._says_something(day) for day in hours.DAYS)
        days = [self._validate_day(day, says_something) for day in hours.DAYS]
        if all(days) and says_something and self._grid().is_empty:
            self.written.errors = [
                "Tous les jours sont fermés. Si la structure a fermé, dites-le par son état ; sinon, indiquez un jour."
            ]
            return False
        return all(days) and valid

    def values(self) -> dict[str, Any]:
        text = (self.syntax.data or None) if self.written.data == SYNTAX else hours.write(self._grid())
        values: dict[str, Any] = {"opening_hours": text}
        week = hours.weekly_hours(text)
        # What the week adds up to is the library's own figure too: two numbers would contradict each other.
        return values | ({"weekly_hours": week} if week else {})

    def day_errors(self, day: str) -> list[str]:
        """The sentences that say what is wrong with a day."""
        return [str(error) for part in PARTS for error in self[f"{day}_{part}"].errors]

    def _says_something(self, day: str) -> bool:
        return bool(self[f"{day}_ferme"].data) or any(self[f"{day}_{part}"].data for part in PARTS)

    def _validate_syntax(self) -> bool:
        if self.syntax.data and not hours.is_valid(self.syntax.data):
            self.syntax.errors = [
                "Cette écriture n’est pas comprise. Exemple : Tu-Fr 10:00-18:00; Sa 12:00-18:00. Les jours s’écrivent"
                " Mo, Tu, We, Th, Fr, Sa, Su."
            ]
            return False
        return True

    def _validate_day(self, day: str, others_say: bool) -> bool:
        problem = self._problem(day, others_say)
        if problem:
            part, sentence = problem
            field = self[f"{day}_{part}"]
            field.errors = [*field.errors, sentence]
        return problem is None

    def _problem(self, day: str, others_say: bool) -> tuple[str, str] | None:
        """What is wrong with a day: (the part to mend, a sentence)."""
        typed = {part: self[f"{day}_{part}"].data or "" for part in PARTS}
        if self[f"{day}_ferme"].data:
            return (
                (PARTS[0], "Ce jour est coché « fermé » et porte des horaires : choisissez.") if any(typed.values()) else None
            )
        for part, text in typed.items():
            if text and read_time(text) is None:
                return part, f"« {text[:20]} » n’est pas une heure. Écrivez par exemple 10 h, 10h30 ou 10:30."
        if not any(typed.values()):
            return (PARTS[0], "Indiquez des horaires, ou cochez « fermé ».") if others_say else None
        for opening, closing in (PARTS[:2], PARTS[2:]):
            if bool(typed[opening]) != bool(typed[closing]):
                missing = closing if typed[opening] else opening
                return missing, f"Il manque l’heure {'de fermeture' if missing == closing else 'd’ouverture'}."
        ranges = self._ranges(day)
        if any(end <= start for start, end in ranges):
            return PARTS[1], "La fermeture vient avant l’ouverture. Pour fermer après minuit, utilisez l’écriture avancée."
        if hours.overlap(ranges):
            return PARTS[2], "Les deux plages se chevauchent : écrivez-en une seule, ou séparez-les."
        return None

    def _ranges(self, day: str) -> tuple[hours.Range, ...]:
        """The ranges of a day whose times are right, in order; a closing at midnight ends the day."""
        times = [read_time(self[f"{day}_{part}"].data or "") for part in PARTS]
        pairs = [(times[0], times[1]), (times[2], times[3])]
        return tuple(sorted((start, end or hours.MIDNIGHT) for start, end in pairs if start is not None and end is not None))

    def _grid(self) -> hours.Grid:
        return hours.Grid(
            tuple(self._ranges(day) for day in hours.DAYS), bool(self.public_holidays.data), self.school_holidays.data or ""
        )


def _typed(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


for _day in hours.DAYS:
    setattr(HoursForm, f"{_day}_ferme", BooleanField("fermé"))
    for _part, _label in zip(PARTS, PART_LABELS, strict=True):
        setattr(HoursForm, f"{_day}_{_part}", TextField(f"{_day.capitalize()}, {_label}", longest=20))
