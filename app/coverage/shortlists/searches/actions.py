"""What changes a search: it is saved with what answers it, followed or not, seen, renewed, ended."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.clock import now
from app.coverage.candidates.question import CandidateQuestion
from app.coverage.shortlists.models import Follower, Hit, SavedSearch
from app.coverage.shortlists.searches.answering import MOST_ANSWERS, answers
from app.directory.models import Institution
from app.errors import Refusal
from app.formats import number, plural
from app.partnerships.refusals import Mistake
from app.public_ids import random_public_id

#: Every search is compared every day: a team keeps those that serve it.
MOST_SEARCHES = 20
#: A search ends so long after it was saved or renewed; its followers are asked a month before.
KEPT, NOTICE = timedelta(days=365), timedelta(days=30)


def save(
    session: Session, team: Institution, name: str, question: CandidateQuestion, asked: str, first: int | None, by: User
) -> SavedSearch:
    """Keep a search, followed by whoever saves it. What answers it now enters without a word: alerts are of what follows."""
    session.execute(sa.select(Institution.id).where(Institution.id == team.id).with_for_update(key_share=True))
    known = session.scalar(sa.select(sa.func.count()).where(SavedSearch.institution_id == team.id)) or 0
    if known >= MOST_SEARCHES:
        raise Refusal(f"Votre équipe suit déjà {MOST_SEARCHES} recherches : supprimez celles qui ne servent plus.")
    found = answers(session, question, first)
    if first is None and len(found) > MOST_ANSWERS:
        raise Mistake(
            f"Cette recherche trouve {plural(len(found), 'bibliothèque')} ; on en suit {number(MOST_ANSWERS)} au plus"
            " d’un bloc : suivez les premières du classement, ou précisez le territoire et les filtres.",
            "among",
        )
    made = _kept(session, {"institution_id": team.id, "name": name, "asked": asked, "first": first, "saved_by_id": by.id})
    if found:
        rows = [{"saved_search_id": made.id, "institution_id": one, "entered_at": made.saved_at} for one in sorted(found)]
        session.execute(insert(Hit).values(rows))
    follow(session, made, by)
    return made


def _kept(session: Session, row: dict[str, Any]) -> SavedSearch:
    """The search as it stands in its table; two of a team have not one name."""
    row |= {"public_id": random_public_id(), **dict.fromkeys(("saved_at", "renewed_at", "looked_at"), now())}
    made = session.scalar(insert(SavedSearch).values(row).on_conflict_do_nothing().returning(SavedSearch))
    if made is None:
        raise Mistake("Votre équipe suit déjà une recherche de ce nom : donnez-en un autre à celle-ci.", "label")
    return made


def follow(session: Session, search: SavedSearch, who: User) -> None:
    """Be told of what enters from now on; twice is once."""
    values = {"saved_search_id": search.id, "user_id": who.id, "seen_at": now()}
    session.execute(insert(Follower).values(values).on_conflict_do_nothing())


def unfollow(session: Session, search: SavedSearch, who: User) -> None:
    """Be told no more; the search stays, for colleagues."""
    session.execute(sa.delete(Follower).where(Follower.saved_search_id == search.id, Follower.user_id == who.id))


def see(session: Session, search: SavedSearch, who: User) -> None:
    """What entered until now is seen."""
    theirs = sa.update(Follower).where(Follower.saved_search_id == search.id, Follower.user_id == who.id)
    session.execute(theirs.values(seen_at=now()))


def renew(session: Session, search: SavedSearch) -> None:
    """It serves still: a year begins again."""
    session.execute(sa.update(SavedSearch).where(SavedSearch.id == search.id).values(renewed_at=now(), asked_at=None))


def end(session: Session, search: SavedSearch) -> None:
    """It is kept no more, for the whole team."""
    session.execute(sa.delete(SavedSearch).where(SavedSearch.id == search.id))
