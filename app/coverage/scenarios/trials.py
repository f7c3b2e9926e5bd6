"""A trial: which places are opened and closed in thought, on which day, within which distance, and against what.

It stands in a URL, and nothing of it is stored. What cannot be read is said, and the rest is kept.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from urllib.parse import parse_qsl, urlencode

from werkzeug.datastructures import MultiDict

from app.coverage.forms import DEFAULT_REACH_KM
from app.coverage.scenarios.forms import LEVELS, USUAL_LEVEL, TrialForm, whole
from app.coverage.scenarios.models import LONGEST_ASKED
from app.forms import tidy

#: How many places may be opened, and how many closed.
MOST_PLACES = 100
#: Parameters of a trial: there are a dozen.
MOST_PARAMETERS = 20
UNREADABLE = (
    "Ce scénario ne peut pas être lu : sa question est trop longue, ou abîmée. Reprenez-le depuis la page où il s’essaie."
)
#: The words of the area that is told apart.
FOCUS = ("territoires", "autour", "km", "zone")
COMMUNE = re.compile(r"commune-[0-9AB]{5}", re.ASCII)
POINT = re.compile(r"-?\d{1,3}(\.\d{1,6})?,-?\d{1,2}(\.\d{1,6})?", re.ASCII)
PUBLIC_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)


@dataclass(frozen=True)
class Trial:
    """What is tried; None: today, or the same as the scenario for its reference.

    `opened` are ids of institutions or communes, or « longitude,latitude »; `closed` ids of institutions. `against` is the
    public id or the token of the scenario to compare with; `scenario` and `revision` those of the one that is being edited.
    `focus` are the parameters of the area that is told apart: see `app.coverage.areas`.
    """

    day: date | None = None
    reach_km: float = DEFAULT_REACH_KM
    reference_day: date | None = None
    reference_reach_km: float | None = None
    planned: bool = True
    level: str = USUAL_LEVEL
    opened: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()
    against: str = ""
    scenario: str = ""
    revision: int | None = None
    focus: tuple[tuple[str, str], ...] = ()

    @property
    def args(self) -> dict[str, Any]:
        """The parameters of a URL that ask for it; what goes without saying is left out."""
        found = {
            "date": self.day and self.day.isoformat(),
            "rayon": None if self.reach_km == DEFAULT_REACH_KM else _kilometres(self.reach_km),
            "date-reference": self.reference_day and self.reference_day.isoformat(),
            "rayon-reference": None if self.reference_reach_km is None else _kilometres(self.reference_reach_km),
            "projets": None if self.planned else "non",
            "niveau": None if self.level == USUAL_LEVEL else self.level,
            "ouvrir": ";".join(self.opened),
            "fermer": ";".join(self.closed),
            **dict(self.focus),
            "contre": self.against,
            "scenario": self.scenario,
            "version": self.revision,
        }
        return {name: value for name, value in found.items() if value not in (None, "")}

    @property
    def asked(self) -> str:
        """The query that is stored: what is compared with what, and not which page is being edited."""
        return urlencode(replace(self, scenario="", revision=None, against="").args, safe=";,")

    @property
    def everywhere(self) -> "Trial":
        """The same without an area told apart."""
        return replace(self, focus=())

    def without(self, key: str) -> "Trial":
        """The same with a place left as it is."""
        return replace(
            self,
            opened=tuple(one for one in self.opened if one != key),
            closed=tuple(one for one in self.closed if one != key),
        )

    def opening(self, key: str) -> "Trial":
        """The same with one more place opened."""
        return replace(self, opened=tuple(dict.fromkeys((*self.opened, key))))

    def closing(self, key: str) -> "Trial":
        """The same with one more place closed."""
        return replace(self, closed=tuple(dict.fromkeys((*self.closed, key))))


@dataclass
class Typed:
    """A trial as it was read, the form that holds it, and what could not be read, in French."""

    trial: Trial
    form: TrialForm
    problems: list[str] = field(default_factory=list)


def read(args: Mapping[str, str] | str) -> Typed:
    """Read a trial from the parameters of a URL, or from a query that was stored."""
    parameters = _stored(args) if isinstance(args, str) else args
    form = TrialForm(parameters)
    form.validate()
    problems = [] if parameters is not None else [UNREADABLE]
    problems += [message for name, messages in form.errors.items() if name for message in messages]
    opened, wrong_opened = _keys(form.to_open.data or "", (COMMUNE, POINT, PUBLIC_ID))
    closed, wrong_closed = _keys(form.to_close.data or "", (PUBLIC_ID,))
    for asked, noun in ((opened, "ouverts"), (closed, "fermés")):
        if len(asked) > MOST_PLACES:
            problems.append(
                f"C’est trop à la fois : {MOST_PLACES} lieux {noun} au plus. Les {MOST_PLACES} premiers sont gardés,"
                f" les {len(asked) - MOST_PLACES} autres non."
            )
    if wrong := [*wrong_opened, *wrong_closed]:
        problems.append(f"{quoted(wrong)} : ce n’est ni une structure, ni une commune, ni un point. Le reste est gardé.")
    return Typed(_trial(form, opened[:MOST_PLACES], closed[:MOST_PLACES]), form, problems)


def _stored(query: str) -> MultiDict[str, str] | None:
    """The parameters of a query; None for what is none, or is too long to be kept."""
    try:
        return MultiDict(parse_qsl(query, max_num_fields=MOST_PARAMETERS)) if len(query) <= LONGEST_ASKED else None
    except ValueError:
        return None


def quoted(names: list[str]) -> str:
    """What was typed, so many of them at most, each cut."""
    shown = ", ".join(f"« {tidy(name)[:60]} »" for name in names[:8])
    return f"{shown} et {len(names) - 8} autres" if len(names) > 8 else shown


def _trial(form: TrialForm, opened: list[str], closed: list[str]) -> Trial:
    """What the fields that are right say; the others take their default."""
    right = {name for name in form.data if not form[name].errors}
    reach = form.reach.kilometres if "reach" in right else None
    return Trial(
        day=form.day.data if "day" in right else None,
        reach_km=reach or DEFAULT_REACH_KM,
        reference_day=form.reference_day.data if "reference_day" in right else None,
        reference_reach_km=form.reference_reach.kilometres if "reference_reach" in right else None,
        planned=form.planned.data != "non",
        level=form.level.data if form.level.data in LEVELS else USUAL_LEVEL,
        opened=tuple(opened),
        closed=tuple(closed),
        against=(form.against.data or "") if "against" in right else "",
        scenario=(form.scenario.data or "") if "scenario" in right else "",
        revision=whole(form.revision.data),
        focus=tuple((name, form[name].data) for name in FOCUS if name in right and form[name].data),
    )


def _keys(typed: str, shapes: tuple[re.Pattern[str], ...]) -> tuple[list[str], list[str]]:
    """The keys of a list, once each, and what has the shape of none."""
    keys = list(dict.fromkeys(part.strip() for part in typed.split(";") if part.strip()))
    right = [key for key in keys if len(key) <= 200 and any(shape.fullmatch(key) for shape in shapes)]
    return right, [key for key in keys if key not in right]


def _kilometres(value: float) -> str:
    return f"{value:g}".replace(".", ",")
