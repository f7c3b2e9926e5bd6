"""Reads of searches: those of a person's teams, what entered one, who is told, which are due to end."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from app.accounts.models import User
from app.coverage.shortlists.models import Follower, Hit, SavedSearch
from app.directory.memberships.models import Membership
from app.directory.memberships.permissions import Actor
from app.directory.models import Institution


def _all() -> sa.Select:
    return sa.select(SavedSearch).join(SavedSearch.institution).options(contains_eager(SavedSearch.institution))


def readable(actor: Actor) -> sa.Select:
    """The searches that a person may read, those of their teams first: rows (SavedSearch, hits, entered, follows).

    `entered` counts what entered since this person last looked, where they follow the search.
    """
    user_id = actor.user.id if actor.user else None
    mine = SavedSearch.institution_id.in_(actor.institution_ids)
    standing = sa.select(sa.func.count()).where(Hit.saved_search_id == SavedSearch.id, Hit.left_at.is_(None))
    entered = standing.where(Hit.entered_at > Follower.seen_at).correlate(SavedSearch, Follower)
    asked = (
        _all()
        .add_columns(
            standing.scalar_subquery().label("hits"),
            entered.scalar_subquery().label("entered"),
            Follower.user_id.is_not(None).label("follows"),
        )
        .outerjoin(Follower, sa.and_(Follower.saved_search_id == SavedSearch.id, Follower.user_id == user_id))
        .order_by(sa.desc(mine), Institution.name, SavedSearch.name, SavedSearch.id)
    )
    return asked if actor.is_administrator else asked.where(mine)


def by_public_id(public_id: str) -> sa.Select:
    """The search of a URL, with its team."""
    return _all().where(SavedSearch.public_id == public_id)


def follower(search: SavedSearch, user: User) -> sa.Select:
    """How a person follows a search, if they do."""
    return sa.select(Follower).where(Follower.saved_search_id == search.id, Follower.user_id == user.id)


def followers_of(search: SavedSearch) -> sa.Select:
    """The people who follow a search and are still of its team: nobody else is written to."""
    return (
        sa.select(User)
        .join(Follower, Follower.user_id == User.id)
        .join(Membership, sa.and_(Membership.user_id == User.id, Membership.institution_id == search.institution_id))
        .where(Follower.saved_search_id == search.id)
        .order_by(User.id)
    )


def standing(search: SavedSearch, since: datetime | None = None) -> sa.Select:
    """The libraries that answered a search when it was last compared, the last to enter first; `since`: entered after it."""
    asked = (
        sa.select(Hit)
        .join(Hit.institution)
        .where(Hit.saved_search_id == search.id, Hit.left_at.is_(None))
        .options(contains_eager(Hit.institution).joinedload(Institution.territory))
        .order_by(Hit.entered_at.desc(), Institution.name, Institution.id)
    )
    return asked if since is None else asked.where(Hit.entered_at > since)


def to_compare() -> sa.Select:
    """Every search, locked; those that another timer compares at this moment are left to it."""
    return (
        sa.select(SavedSearch)
        .options(joinedload(SavedSearch.institution))
        .order_by(SavedSearch.id)
        .with_for_update(skip_locked=True, key_share=True, of=SavedSearch)
    )


def to_ask(before: datetime) -> sa.Select:
    """The searches last renewed before this moment, of which nobody was asked; another timer's are left to it."""
    return to_compare().where(SavedSearch.renewed_at < before, SavedSearch.asked_at.is_(None))


def team_of(search: SavedSearch) -> sa.Select:
    """The members of the team, for a search that nobody follows any more."""
    return (
        sa.select(User)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.institution_id == search.institution_id)
        .order_by(User.id)
    )
