"""What the URL asks of the pictures, and the figures that answer it: read once, for the page, for a picture or for a file."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
from flask import current_app
from numpy.typing import NDArray
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.clock import today
from app.coverage.areas import Area, read_area
from app.coverage.forms import Question
from app.coverage.pictures.distances import Curve, curve_of
from app.coverage.pictures.forms import PicturesForm
from app.coverage.pictures.gains import Gains, gains_in
from app.coverage.pictures.years import Years, over_the_years
from app.coverage.situation import Situation, situation_at
from app.directory.models import State
from app.formats import apostrophes
from geo.territories import Level

#: Lines that can still be told apart.
MOST_CURVES = 4
FEW_NAMES = 2


@dataclass(frozen=True)
class Asked:
    """The form as it was read; without a question when it cannot be answered: its errors stand at its fields."""

    session: Session
    form: PicturesForm
    area: Area
    question: Question | None

    @property
    def args(self) -> dict[str, str]:
        """The parameters of a URL that ask the same."""
        assert self.question is not None
        return {**self.area.args, **self.question.permanent_args}

    @cached_property
    def situation(self) -> Situation:
        """What is open on the day."""
        assert self.question is not None
        return situation_at(self.session, self.question.day, self.question.reach_km, _stale())

    @cached_property
    def with_planned(self) -> Situation:
        """The same with what is planned counted as if it were open: what is still to be reached."""
        states = (State.OPEN, State.PLANNED)
        return situation_at(self.session, self.situation.day, self.situation.reach_km, _stale(), states)

    @cached_property
    def communes(self) -> NDArray[np.intp]:
        return self.area.communes(self.session, self.situation.demand)

    @cached_property
    def years(self) -> Years:
        level = Level.REGION if self.area.is_france else Level.DEPARTMENT
        return over_the_years(self.session, self.situation, self.communes, self.name, level)

    @cached_property
    def curves(self) -> list[Curve]:
        """France, then the territories that were chosen, or the area as a whole."""
        demand = self.situation.demand
        found = [curve_of(self.situation, np.arange(len(demand)), "France")]
        if len(self.area.territories) in range(2, MOST_CURVES):
            parts = [(demand.members(one), apostrophes(one.name)) for one in self.area.territories]
        else:
            parts = [] if self.area.is_france else [(self.communes, self.name)]
        return [*found, *(curve_of(self.situation, communes, name) for communes, name in parts)]

    @cached_property
    def gains(self) -> Gains | None:
        return gains_in(self.session, self.with_planned, self.area, self.communes, self.library_day)

    @property
    def library_day(self) -> date:
        """The libraries are those of today, whatever the day asked for: their list has no past."""
        return today()

    @property
    def name(self) -> str:
        """The area in a picture: territories go by their bare names as long as they are few."""
        names = [apostrophes(one.name) for one in self.area.territories]
        return " et ".join(names) if 0 < len(names) <= FEW_NAMES else self.area.name


def read(session: Session, args: MultiDict[str, str]) -> Asked:
    """Understand the question of a URL."""
    form = PicturesForm(args)
    valid = form.validate()
    reading = read_area(session, form)
    if not valid or reading.errors:
        return Asked(session, form, reading.area, None)
    return Asked(session, form, reading.area, form.question())


def _stale() -> int:
    return int(current_app.config["STALE_AFTER_MONTHS"])
