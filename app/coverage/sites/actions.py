"""Asking for the next sites, and giving it up."""

import hashlib
import json

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.clock import now
from app.coverage.sites import queries
from app.coverage.sites.models import SiteSearch, SiteSearchAsker, Status
from app.coverage.sites.question import SitesQuestion
from app.coverage.sites.studying import Data
from app.errors import Refusal
from app.version import VERSION

ONE_WAITS = (
    "Une autre de vos recherches attend déjà son tour : attendez qu’elle commence, ou annulez-la, avant d’en lancer une"
    " nouvelle."
)
IS_OVER = "Cette recherche est déjà finie : il n’y a plus rien à annuler."


class OneWaits(Refusal):
    """A person launches a second search while one waits."""


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
        raise OneWaits(ONE_WAITS)
    found.last_asked_at = now()
    wanted = insert(SiteSearchAsker).values(search_id=found.id, user_id=user.id, asked_at=now())
    session.execute(wanted.on_conflict_do_update(index_elements=["search_id", "user_id"], set_={"asked_at": now()}))
    return found


def key_of(question: SitesQuestion, data: Data) -> str:
    """What two questions share when they have the same answer: their terms, their data, and the program that answers."""
    terms = json.dumps([question.args, data.digest, VERSION], sort_keys=True)
    return hashlib.sha256(terms.encode()).hexdigest()


def cancel(session: Session, search: SiteSearch, user: User) -> bool:
    """Take a person out of a search; give whether its computation stops, at its next sign of life.

    It goes on for whoever else asked for it, unless it is given up by someone who did not: an administrator. Refuses one that
    is over.
    """
    session.refresh(search, with_for_update=True)
    if search.status.is_over:
        raise Refusal(IS_OVER)
    askers = session.scalars(queries.askers(search)).all()
    theirs = next((one for one in askers if one.user_id == user.id), None)
    stops = theirs is None or len(askers) == 1
    if stops:
        search.status, search.ended_at = Status.CANCELLED, now()
    else:
        session.delete(theirs)
        search.asked_by_id = None if search.asked_by_id == user.id else search.asked_by_id
    return stops


def forget(session: Session) -> int:
    """Erase the searches that nobody asked for in thirty days, and who asked for the others before; give how many ended."""
    session.execute(queries.outdated_askers())
    return len(session.execute(queries.outdated().returning(SiteSearch.id)).all())


def _same(session: Session, key: str) -> SiteSearch | None:
    # Held, so that nobody gives it up while someone joins.
    same = queries.same_question(key).with_for_update().execution_options(populate_existing=True)
    found: SiteSearch | None = session.scalar(same)
    return found
