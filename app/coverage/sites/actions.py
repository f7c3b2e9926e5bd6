"""Asking for the next sites, and giving it up."""

import hashlib
import json

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.clock import now
from app.coverage.sites import queries
from app.coverage.sites.models import SiteSearch, Status
from app.coverage.sites.question import SitesQuestion
from app.coverage.sites.studying import Data
from app.errors import Refusal
from app.version import VERSION

ONE_WAITS = (
    "Une autre de vos recherches attend déjà son tour : attendez qu’elle commence, ou annulez-la, avant d’en lancer une"
    " nouvelle."
)
IS_OVER = "Cette recherche est déjà finie : il n’y a plus rien à annuler."


def launch(session: Session, question: SitesQuestion, data: Data, user: User) -> SiteSearch:
    """Put a question in the queue, or give the search that asks the same of the same data already, be it asked at once.

    Refuses a second search of a person while one waits.
    """
    key = key_of(question, data)
    found = _same(session, key)
    if found is None:
        asked = insert(SiteSearch).values(
            question_key=key,
            data_digest=data.digest,
            question=question.args,
            aim=question.aim,
            area_name=question.area.name,
            vintages=data.vintages,
            asked_by_id=user.id,
            asked_at=now(),
            last_asked_at=now(),
        )
        # Whoever asks the same at the same time waits here for the other, then finds the other's row.
        session.execute(asked.on_conflict_do_nothing())
        found = _same(session, key)
    if found is None:
        raise Refusal(ONE_WAITS)
    found.last_asked_at = now()
    return found


def key_of(question: SitesQuestion, data: Data) -> str:
    """What two questions share when they have the same answer: their terms, their data, and the program that answers."""
    terms = json.dumps([question.args, data.digest, VERSION], sort_keys=True)
    return hashlib.sha256(terms.encode()).hexdigest()


def cancel(session: Session, search: SiteSearch) -> None:
    """Give a search up; its computation stops at its next sign of life. Refuses one that is over."""
    session.refresh(search, with_for_update=True)
    if search.status.is_over:
        raise Refusal(IS_OVER)
    search.status, search.ended_at = Status.CANCELLED, now()


def forget(session: Session) -> int:
    """Erase the searches that nobody asked for in thirty days; give how many."""
    return len(session.execute(queries.outdated().returning(SiteSearch.id)).all())


def _same(session: Session, key: str) -> SiteSearch | None:
    found: SiteSearch | None = session.scalar(queries.same_question(key).execution_options(populate_existing=True))
    return found


def needs_work(session: Session) -> bool:
    """Whether something waits for a computation."""
    return bool(session.scalar(sa.select(queries.to_compute().order_by(None).exists())))
