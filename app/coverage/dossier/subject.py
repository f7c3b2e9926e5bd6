"""What a dossier is about: a territory, a day, a distance, a reader; read once, then told by each section."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from app.clock import today
from app.coverage import tables
from app.coverage.areas import Area
from app.coverage.candidates.ranking import CandidateQuestion, Ranking, ranked
from app.coverage.dossier.sources import Sources
from app.coverage.eligible import Eligibility, eligible
from app.coverage.forms import Question
from app.coverage.situation import OpenPlace, Situation, kilometres_in_words
from app.directory.memberships.permissions import Actor
from app.directory.models import Institution, TerritoryObservation
from app.directory.places import label
from app.directory.queries import territory_statements
from app.formats import apostrophes
from geo.territories import Level, Territory


@dataclass(frozen=True)
class Subject:
    """The territory as it was at the day asked for, for this reader: what they may not see is in no section."""

    session: Session
    actor: Actor
    territory: Territory
    question: Question
    situation: Situation

    @property
    def name(self) -> str:
        """« Manosque (04) », « Alpes-de-Haute-Provence (04) », « Bretagne (région) »."""
        if self.territory.level is Level.DEPARTMENT:
            return f"{apostrophes(self.territory.name)} ({self.territory.code})"
        return label(self.territory)

    @property
    def asked(self) -> str:
        """The distance asked for, in words."""
        return kilometres_in_words(self.question.reach_km)

    @cached_property
    def sources(self) -> Sources:
        return Sources(self.session)

    @cached_property
    def members(self) -> NDArray[np.intp]:
        return self.situation.demand.members(self.territory)

    @cached_property
    def communes_out_of_reach(self) -> NDArray[np.intp]:
        return self.situation.out_of_reach(self.members)

    @cached_property
    def candidates(self) -> Ranking:
        """The libraries of the territory, with the weights proposed for a centre associé, by what this reader may know."""
        question = CandidateQuestion(
            area=Area((self.territory,)),
            day=self.question.day,
            reach_km=self.question.reach_km,
            stale_after_months=self.situation.stale_after_months,
        )
        return ranked(self.session, self.actor, question)

    @cached_property
    def line(self) -> tables.Line:
        return tables.own_line(self.session, self.situation, self.territory)

    @cached_property
    def unplaced(self) -> list[OpenPlace]:
        return [place for place in self.situation.unplaced if place.is_in(self.territory)]

    @cached_property
    def claiming(self) -> list[OpenPlace]:
        return self.situation.claiming(self.territory)

    @cached_property
    def statements(self) -> list[TerritoryObservation]:
        return list(self.session.scalars(territory_statements(self.territory.id, self.question.day)))

    @cached_property
    def library_count(self) -> int:
        """The libraries open today, whatever the day asked for: the Ministry's list has no past."""
        found = eligible(Area((self.territory,)), Eligibility(), today()).with_only_columns(Institution.id).order_by(None)
        return self.session.scalar(sa.select(sa.func.count()).select_from(found.subquery())) or 0
