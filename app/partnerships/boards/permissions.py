"""Who sees which board."""

from app.directory.memberships.permissions import Actor


def can_see_region(actor: Actor, region_id: str) -> bool:
    """Whoever plays the agency's part in the region, and administrators."""
    return actor.follows_region(region_id)


def can_see_network(actor: Actor) -> bool:
    """Administrators of the network."""
    return actor.is_administrator
