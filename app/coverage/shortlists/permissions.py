"""Who reads and writes what a team keeps: its lists and its searches."""

from typing import TypeAlias

from app.coverage.shortlists.models import SavedSearch, Shortlist
from app.directory.memberships.permissions import Actor
from app.directory.models import Institution

Kept: TypeAlias = Shortlist | SavedSearch


def can_keep_for(actor: Actor, team: Institution) -> bool:
    """Make a list or save a search for a team: its members."""
    return actor.is_member_of(team)


def can_read(actor: Actor, kept: Kept) -> bool:
    """The members of the team, and administrators; for others it does not exist."""
    return actor.is_administrator or actor.is_member_of(kept.institution)


def can_write(actor: Actor, kept: Kept) -> bool:
    """The members of the team, all of them alike; an administrator only reads."""
    return actor.is_member_of(kept.institution)
