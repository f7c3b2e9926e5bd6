"""What is asked of a search of the next sites, as one value: read from a form, kept as the parameters of a URL, read again."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.clock import today
from app.coverage.areas import Area, read_area
from app.coverage.eligible import Eligibility
from app.coverage.forms import DEFAULT_REACH_KM
from app.coverage.sites.forms import SitesForm
from app.coverage.sites.models import Aim
from app.directory.models import Kind, State

OPEN_ALONE = (State.OPEN,)
WITH_PLANNED = (State.OPEN, State.PLANNED)


class Unreadable(Exception):
    """The question that is kept means nothing any more: a territory of it is gone."""


@dataclass(frozen=True)
class SitesQuestion:
    """`count` sites or a `share` of the inhabitants, as the aim has it; `neighbours`: their inhabitants count too."""

    aim: Aim
    count: int | None
    share: float | None
    reach_km: float
    day: date
    planned: bool
    area: Area
    neighbours: bool
    eligibility: Eligibility

    @property
    def states(self) -> tuple[State, ...]:
        """The states in which a place of the network counts as one that exists."""
        return WITH_PLANNED if self.planned else OPEN_ALONE

    @property
    def args(self) -> dict[str, Any]:
        """The parameters of the URL that asks it: the same question has the same ones, however it was typed."""
        asked: dict[str, Any] = {"but": self.aim.value}
        if self.aim.takes_count:
            # Empty, and not absent: the form would write its usual number there.
            asked["nombre"] = "" if self.count is None else str(self.count)
        if self.share is not None:
            asked["part"] = _written(self.share * 100)
        asked |= {"rayon": _written(self.reach_km), "date": self.day.isoformat(), **self.area.args}
        asked["type"] = sorted(kind.value for kind in self.eligibility.kinds)
        optional = {
            "projets": "" if self.planned else "non",
            "voisins": "oui" if self.neighbours else "",
            "heures": _written(self.eligibility.hours) if self.eligibility.hours else "",
            "salaries": "y" if self.eligibility.staffed else "",
            "inconnus": "" if self.eligibility.unknown else "non",
        }
        return asked | {name: value for name, value in optional.items() if value}


def read_question(session: Session, form: SitesForm) -> SitesQuestion | None:
    """What a form asks, written in it in full; None where something is to be corrected, which the form then says."""
    is_valid = form.validate()
    reading = read_area(session, form)
    if not form.type.data:
        form.type.errors = ["Cochez au moins une sorte de structure."]
    if not is_valid or reading.errors or not form.type.data:
        return None
    aim, area = form.aim, reading.area
    # Whatever their order, the same territories are the same question.
    area = replace(area, territories=tuple(sorted(area.territories, key=lambda one: one.id)))
    question = SitesQuestion(
        aim=aim,
        count=int(form.nombre.number) if aim.takes_count and form.nombre.number else None,
        share=round((form.part.number or 0) / 100, 4) if aim is Aim.FEWEST else None,
        reach_km=form.rayon.kilometres or DEFAULT_REACH_KM,
        day=form.date.data or today(),
        planned=form.projets.data != "non",
        area=area,
        neighbours=form.voisins.data == "oui" and not area.is_france,
        eligibility=_eligibility(form),
    )
    # A browser's own control of dates shows nothing but the ISO form, however the day was typed.
    form.date.data, form.date.raw_data = question.day, None
    return question


def kept_question(session: Session, args: dict[str, Any]) -> SitesQuestion:
    """The question whose parameters were kept; raises `Unreadable` when it means nothing any more."""
    pairs = [(name, one) for name, value in args.items() for one in (value if isinstance(value, list) else [value])]
    question = read_question(session, SitesForm(MultiDict(pairs)))
    if question is None:
        raise Unreadable(f"nothing is asked by {sorted(args)}")
    return question


def _eligibility(form: SitesForm) -> Eligibility:
    hours, staffed = form.heures.number or None, form.salaries.data == "y"
    return Eligibility(
        kinds=tuple(sorted((Kind(code) for code in set(form.type.data)), key=lambda kind: kind.value)),
        hours=hours,
        staffed=staffed,
        # Without a filter nothing is asked of what is unknown.
        unknown=form.inconnus.data != "non" or not (hours or staffed),
    )


def _written(value: float) -> str:
    return f"{value:g}".replace(".", ",")
