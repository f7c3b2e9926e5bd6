"""Reads of searches of the next sites."""

from datetime import timedelta

import sqlalchemy as sa

from app.accounts.models import User
from app.clock import now
from app.coverage.sites.models import SiteSearch, SiteSearchAsker, Status
from app.directory.models import Institution

#: What shows no life for this long has lost the process that computed it.
SILENCE = timedelta(minutes=1)
#: How long a search is kept after it was last asked for.
KEPT = timedelta(days=30)
LISTED = 10
#: What holds the place of its question.
ALIVE = (Status.WAITING, Status.RUNNING, Status.DONE)


def by_public_id(public_id: str) -> sa.Select:
    """The search of this public id, if any."""
    return sa.select(SiteSearch).where(SiteSearch.public_id == public_id)


def same_question(key: str) -> sa.Select:
    """The search that asks the same of the same data, unless it failed or was given up."""
    return sa.select(SiteSearch).where(SiteSearch.question_key == key, SiteSearch.status.in_(ALIVE))


def of_person(user: User) -> sa.Select:
    """The last searches that a person asked for, be they launched by another."""
    mine = sa.select(SiteSearch).join(SiteSearchAsker).where(SiteSearchAsker.user_id == user.id)
    return mine.order_by(SiteSearchAsker.asked_at.desc(), SiteSearch.id.desc()).limit(LISTED)


def waiting_of(user: User) -> sa.Select:
    """The search that a person launched and that waits for its turn, if any."""
    return sa.select(SiteSearch).where(SiteSearch.asked_by_id == user.id, SiteSearch.status == Status.WAITING)


def askers(search: SiteSearch) -> sa.Select:
    """Those who asked for a search."""
    return sa.select(SiteSearchAsker).where(SiteSearchAsker.search_id == search.id)


def recent() -> sa.Select:
    """The last searches that have an answer, whoever asked."""
    done = sa.select(SiteSearch).where(SiteSearch.status == Status.DONE)
    return done.order_by(SiteSearch.last_asked_at.desc(), SiteSearch.id.desc()).limit(LISTED)


def to_compute() -> sa.Select:
    """The searches that wait, and those whose computation was cut short, the oldest first."""
    cut_short = sa.and_(SiteSearch.status == Status.RUNNING, SiteSearch.heartbeat_at < now() - SILENCE)
    waiting = SiteSearch.status == Status.WAITING
    return sa.select(SiteSearch).where(sa.or_(waiting, cut_short)).order_by(SiteSearch.asked_at, SiteSearch.id)


def ahead_of(search: SiteSearch) -> sa.Select:
    """How many searches are computed, or wait, before this one."""
    before = sa.tuple_(SiteSearch.asked_at, SiteSearch.id) < sa.tuple_(search.asked_at, search.id)
    waiting = sa.and_(SiteSearch.status == Status.WAITING, before)
    return sa.select(sa.func.count()).where(SiteSearch.id != search.id, sa.or_(SiteSearch.status == Status.RUNNING, waiting))


def still_there(public_ids: list[str]) -> sa.Select:
    """Which of these institutions are in the directory."""
    return sa.select(Institution.public_id).where(Institution.public_id.in_(public_ids))


def outdated() -> sa.Delete:
    """The erasure of searches that nobody asked for of late."""
    return sa.delete(SiteSearch).where(SiteSearch.last_asked_at < now() - KEPT)


def outdated_askers() -> sa.Delete:
    """The erasure of who asked for a search long ago that others ask for still."""
    return sa.delete(SiteSearchAsker).where(SiteSearchAsker.asked_at < now() - KEPT)
