"""What answers a search that is kept: the libraries that pass its filters today, or the first of its ranking.

The ranking is the one that a visitor reads: what a member of the team alone may know of an interest moves no alert.
"""

from dataclasses import dataclass

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.clock import today
from app.coverage.candidates.question import CandidateQuestion
from app.coverage.candidates.ranking import ranked
from app.coverage.candidates.reading import read
from app.coverage.eligible import eligible_columns
from app.coverage.shortlists.asking import pairs_of, query_of
from app.coverage.shortlists.searches import wording
from app.directory.memberships.permissions import Actor
from app.directory.models import Institution

#: Beyond, one would be told of everything: the search has to be narrowed.
MOST_ANSWERS = 2_000


@dataclass(frozen=True)
class Understood:
    """A query as the page of candidates reads it: written the shortest way, or the sentences that say what is wrong."""

    question: CandidateQuestion | None
    asked: str
    errors: list[str]

    def said(self, first: int | None = None) -> str:
        """What it asks, in a sentence; what is wrong with it, where it is understood no more."""
        return wording.said(self.question, first) if self.question else " ".join(self.errors)


def understand(session: Session, asked: str) -> Understood:
    """Read a query; one that was clear when it was saved may not be any more, if a territory is gone."""
    found = read(session, MultiDict(pairs_of(asked)), int(current_app.config["STALE_AFTER_MONTHS"]))
    if found.question is None:
        return Understood(None, asked, [sentence for sentences in found.errors.values() for sentence in sentences])
    return Understood(found.question, query_of(found.question.args), [])


def answers(session: Session, question: CandidateQuestion, first: int | None) -> set[int]:
    """The ids of the libraries that answer: all that pass the filters, or the `first` of the ranking."""
    if first is not None:
        return {row.library.id for row in ranked(session, Actor(), question).bare_rows(0, first)}
    return set(session.scalars(eligible_columns(question.area, question.eligibility, today(), [Institution.id])))


def libraries(session: Session, ids: set[int]) -> list[Institution]:
    """These libraries, by name."""
    asked = sa.select(Institution).where(Institution.id.in_(ids)).order_by(Institution.name, Institution.id)
    return list(session.scalars(asked))


def ranks_today(session: Session, actor: Actor, asked: str) -> dict[str, int]:
    """The rank of each library in a search, by public id, as this person reads it; none where it is understood no more."""
    question = understand(session, asked).question
    if question is None:
        return {}
    return {code: rank for rank, code in enumerate(ranked(session, actor, question).public_ids, start=1)}
