"""What a sheet says, apart from who wrote it: compared, shown, and handed on to interests and proposals."""

from collections.abc import Mapping
from dataclasses import dataclass, fields

from app.directory.vocabulary import Format
from app.formats import french_date
from app.forms import LONGEST_LONG_TEXT, LONGEST_TEXT
from app.meetings.models import Openness
from app.meetings.sheets.models import TableSheet

#: The fields of a sheet and their names, in the order in which they are read. The three words are those of the Bpi.
LABELS = {
    "organisation": "Organisation initiale retenue",
    "formats": "Formules envisagées",
    "axes": "Axes de travail",
    "themes": "Pôles et axes",
    "calendar": "Calendrier",
    "people": "Qui suit le projet, par fonction",
}


@dataclass(frozen=True)
class Said:
    """The words of a sheet; texts are never None, so that two of them compare."""

    organisation: str = ""
    formats: tuple[str, ...] = ()
    axes: str = ""
    themes: tuple[str, ...] = ()
    calendar: str = ""
    people: str = ""

    @classmethod
    def of(cls, sheet: TableSheet | None) -> "Said":
        """Read them from a row; a sheet that has none says nothing."""
        if sheet is None:
            return cls()
        return cls(
            sheet.organisation or "",
            tuple(sheet.formats),
            sheet.axes or "",
            tuple(sheet.themes),
            sheet.calendar or "",
            sheet.people or "",
        )

    @property
    def is_blank(self) -> bool:
        return self == Said()

    def write_into(self, sheet: TableSheet) -> None:
        """Write them into a row; an empty text is stored as nothing."""
        for one in fields(self):
            value = getattr(self, one.name)
            setattr(sheet, one.name, list(value) if isinstance(value, tuple) else value or None)

    def lines(self, themes: Mapping[str, str]) -> list[tuple[str, str]]:
        """Each field with its name and how it is read; `themes` are the labels of poles and axes."""
        shown = {
            "formats": ", ".join(Format(code).label for code in self.formats),
            "themes": ", ".join(themes.get(code, code) for code in self.themes),
        }
        return [(label, shown[name] if name in shown else getattr(self, name)) for name, label in LABELS.items()]

    def differing(self, other: "Said", themes: Mapping[str, str]) -> list[tuple[str, str, str]]:
        """The fields that two versions do not say alike: name, this one, the other."""
        both = zip(self.lines(themes), other.lines(themes), strict=True)
        return [(label, mine, theirs) for (label, mine), (_, theirs) in both if mine != theirs]


def origin(sheet: TableSheet) -> str:
    """Where the words come from. The title of a meeting that not everybody may see is not told elsewhere."""
    meeting = sheet.table.meeting
    title = f"« {meeting.title} »" if meeting.openness is Openness.PUBLIC else "une rencontre"
    return f"D’après la fiche de la table {sheet.table.number}, {title}, {french_date(meeting.starts_at)}."


def summary(sheet: TableSheet, longest: int = LONGEST_LONG_TEXT) -> str:
    """What a sheet says in one text, with where it comes from; what is too long is cut, and says so."""
    said = Said.of(sheet)
    parts = [origin(sheet)]
    parts += [f"{LABELS[name]} : {getattr(said, name)}" for name in ("organisation", "axes") if getattr(said, name)]
    if said.calendar and not is_short(said.calendar):
        parts.append(f"{LABELS['calendar']} : {said.calendar}")
    return cut("\n\n".join(parts), longest)


def cut(text: str, longest: int) -> str:
    """The text, or its beginning where it is longer."""
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def is_short(text: str) -> bool:
    """Whether it goes into a field of one line."""
    return len(text) <= LONGEST_TEXT and "\n" not in text
