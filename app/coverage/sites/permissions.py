"""Who may ask for a computation, and who may give it up. The answers are public: they are drawn from public facts alone."""

from app.coverage.sites.models import SiteSearch
from app.directory.memberships.permissions import Actor


def can_launch(actor: Actor) -> bool:
    """Whoever is signed in."""
    return actor.is_known


def can_cancel(actor: Actor, search: SiteSearch) -> bool:
    """Whoever asked for it, and administrators."""
    if actor.user is None:
        return False
    return actor.is_administrator or any(one.user_id == actor.user.id for one in search.askers)
