"""Reads of lists: those of a person's teams, the lines of one, and how many by status."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from app.accounts.models import User
from app.clock import now, today
from app.coverage.eligible import POSSIBLE_KINDS
from app.coverage.shortlists.models import Entry, Shortlist, Status
from app.directory.memberships.permissions import Actor
from app.directory.models import Institution
from app.directory.queries import established, state_at
from geo.territories import Territory

#: The place of each status in the order of the work.
RANKS = {status: rank for rank, status in enumerate(Status)}
#: Who sends the same form twice within this long did not mean two lists.
DOUBLE_CLICK = timedelta(minutes=1)


def own(actor: Actor) -> sa.Select:
    """The lists of a person's teams, by name, with their team."""
    return _all().where(Shortlist.institution_id.in_(actor.institution_ids))


def readable(actor: Actor) -> sa.Select:
    """The lists that a person may read: rows (Shortlist, entries, last_change), those of their teams first."""
    mine = Shortlist.institution_id.in_(actor.institution_ids)
    lines = (
        sa.select(
            Entry.shortlist_id,
            sa.func.count().label("number"),
            sa.func.max(sa.func.coalesce(Entry.changed_at, Entry.added_at)).label("last_change"),
        )
        .group_by(Entry.shortlist_id)
        .subquery()
    )
    asked = (
        _all()
        .add_columns(sa.func.coalesce(lines.c.number, 0).label("entries"), lines.c.last_change)
        .outerjoin(lines, lines.c.shortlist_id == Shortlist.id)
        .order_by(None)
        .order_by(sa.desc(mine), Institution.name, Shortlist.name, Shortlist.id)
    )
    return asked if actor.is_administrator else asked.where(mine)


def by_public_id(public_id: str) -> sa.Select:
    """The list of a URL, with its team."""
    return _all().where(Shortlist.public_id == public_id)


def just_made(team: Institution, name: str, note: str, by: User) -> sa.Select:
    """The list of this name and note that a person has made within a double click of now, if any."""
    return sa.select(Shortlist).where(
        Shortlist.institution_id == team.id,
        Shortlist.name == name,
        Shortlist.note.is_not_distinct_from(note or None),
        Shortlist.created_by_id == by.id,
        Shortlist.created_at > now() - DOUBLE_CLICK,
    )


def _all() -> sa.Select:
    return (
        sa.select(Shortlist)
        .join(Shortlist.institution)
        .options(contains_eager(Shortlist.institution))
        .order_by(Institution.name, Shortlist.name, Shortlist.id)
    )


def entries(shortlist: Shortlist, statuses: Sequence[Status] = (), order: str = "statut") -> sa.Select:
    """The lines of a list, those of some statuses alone if any are given: rows (Entry, state of the library today)."""
    state, rank = state_at(today()), sa.case(*[(Entry.status == status, rank) for status, rank in RANKS.items()])
    orders: dict[str, list[Any]] = {
        "statut": [rank, Institution.name],
        "nom": [Institution.name],
        "ajout": [Entry.added_at.desc()],
    }
    asked = (
        sa.select(Entry, state.c.state)
        .join(Entry.institution)
        .outerjoin(state, state.c.institution_id == Institution.id)
        .where(Entry.shortlist_id == shortlist.id)
        .options(
            contains_eager(Entry.institution).options(
                joinedload(Institution.territory).joinedload(Territory.department), joinedload(Institution.source)
            ),
            joinedload(Entry.added_by),
            joinedload(Entry.changed_by),
        )
        .order_by(*orders.get(order, orders["nom"]), Entry.id)
    )
    return asked.where(Entry.status.in_(statuses)) if statuses else asked


def totals(shortlist: Shortlist) -> sa.Select:
    """How many lines by status: (status, number)."""
    return (
        sa.select(Entry.status, sa.func.count().label("number"))
        .where(Entry.shortlist_id == shortlist.id)
        .group_by(Entry.status)
    )


def entry_known_as(shortlist: Shortlist, public_id: str) -> sa.Select:
    """A line of a list, with its library."""
    return (
        sa.select(Entry)
        .where(Entry.shortlist_id == shortlist.id, Entry.public_id == public_id)
        .options(
            joinedload(Entry.institution).joinedload(Institution.territory),
            joinedload(Entry.added_by),
            joinedload(Entry.changed_by),
        )
    )


def libraries(public_ids: Iterable[str]) -> sa.Select:
    """Those of these institutions that may stand in a list, by name."""
    return (
        sa.select(Institution)
        .where(Institution.public_id.in_(list(public_ids)), Institution.kind.in_(POSSIBLE_KINDS), established())
        .options(joinedload(Institution.territory))
        .order_by(Institution.name, Institution.id)
    )
