"""Every day, each search is compared with what answered it the day before; who follows it is told of what enters, once.

A timer that runs twice finds nothing new; of two at once, each takes the searches that the other has not locked. A library that
leaves and comes back is told of again a month later at the earliest.
"""

from collections import defaultdict
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.clock import now
from app.coverage.candidates.question import CandidateQuestion
from app.coverage.shortlists.models import Follower, Hit, SavedSearch
from app.coverage.shortlists.searches import mails, queries
from app.coverage.shortlists.searches.actions import KEPT, NOTICE
from app.coverage.shortlists.searches.answering import answers, libraries, understand
from app.coverage.shortlists.searches.wording import said
from app.directory.memberships.models import Membership
from app.mail.outbox import post

#: A library that is told of is told of again no sooner.
SILENCE = timedelta(days=30)


def alert(session: Session) -> tuple[int, int]:
    """Compare every search, and write to those who follow them; give how many entered and how many people are written to."""
    news: dict[User, list[mails.News]] = defaultdict(list)
    number = 0
    for search in session.scalars(queries.to_compare()).all():
        question = understand(session, search.asked).question
        # A search that is understood no more, since a territory is gone, stays as it was: its page says why.
        new = compare(session, search, question) if question else set()
        number += len(new)
        if not new or not question:
            continue
        told = mails.News(search, said(question, search.first), libraries(session, new))
        for person in session.scalars(queries.followers_of(search)):
            news[person].append(told)
    for person, theirs in news.items():
        post(session, mails.entered(theirs), [person])
    return number, len(news)


def compare(session: Session, search: SavedSearch, question: CandidateQuestion) -> set[int]:
    """Write down what entered and what left since the last time; give the libraries of which one has to tell."""
    moment = now()
    found = answers(session, question, search.first)
    known = {hit.institution_id: hit for hit in session.scalars(sa.select(Hit).where(Hit.saved_search_id == search.id))}
    standing = {one for one, hit in known.items() if hit.left_at is None}
    new = {one for one in found - standing if one not in known or _may_tell(known[one], moment)}
    for one in standing - found:
        known[one].left_at = moment
    for one in (found - standing) & known.keys():
        known[one].entered_at, known[one].left_at = moment, None
        known[one].told_at = moment if one in new else known[one].told_at
    fresh = sorted(found - known.keys())
    if fresh:
        rows = [{"saved_search_id": search.id, "institution_id": one, "entered_at": moment, "told_at": moment} for one in fresh]
        session.execute(insert(Hit).values(rows).on_conflict_do_nothing())
    search.looked_at = moment
    session.flush()
    return new


def ask(session: Session) -> int:
    """A month before it ends, ask the followers of a search whether it serves still; give how many searches."""
    due = queries.to_ask(now() - KEPT + NOTICE)
    asked = session.scalars(due).all()
    for search in asked:
        search.asked_at = now()
        people = session.scalars(queries.followers_of(search)).all() or session.scalars(queries.team_of(search)).all()
        post(session, mails.ending(search, (now() + NOTICE).date()), people)
    return len(asked)


def forget(session: Session) -> int:
    """Delete the searches that ended; who left a team follows no more. Give how many searches."""
    of_team = sa.exists().where(
        Membership.user_id == Follower.user_id,
        Membership.institution_id == SavedSearch.institution_id,
        SavedSearch.id == Follower.saved_search_id,
    )
    session.execute(sa.delete(Follower).where(~of_team))
    gone = (Hit.left_at < now() - SILENCE, sa.func.coalesce(Hit.told_at, Hit.left_at) < now() - SILENCE)
    session.execute(sa.delete(Hit).where(*gone))
    ended = sa.delete(SavedSearch).where(SavedSearch.renewed_at < now() - KEPT, SavedSearch.asked_at < now() - NOTICE)
    return len(session.scalars(ended.returning(SavedSearch.id)).all())


def _may_tell(hit: Hit, moment: datetime) -> bool:
    return hit.told_at is None or hit.told_at <= moment - SILENCE
