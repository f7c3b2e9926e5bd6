"""What the address of a page names: a proposal, or the exchange in which one proposes; and who acts."""

import re

from flask import abort

from app.accounts.models import User
from app.accounts.session import current_user
from app.directory.memberships.permissions import acting
from app.extensions import db
from app.matchmaking.proposals import queries
from app.matchmaking.proposals.models import Proposal
from app.matchmaking.proposals.permissions import can_see_proposal
from app.partnerships.exchanges.models import Exchange, Side
from app.partnerships.exchanges.permissions import can_see_exchange, side_of
from app.public_ids import LENGTH, LETTERS


def load(proposal_id: str) -> Proposal:
    """The proposal of the URL, if its reader may know that it exists."""
    found: Proposal | None = db.session.scalar(queries.by_public_id(_well_formed(proposal_id)))
    if found is None or not can_see_proposal(acting(), found):
        abort(404)
    return found


def exchange_and_side(exchange_id: str) -> tuple[Exchange, Side]:
    """The exchange of the URL and the side for which one proposes; its very existence is private."""
    found: Exchange | None = db.session.scalar(queries.exchange_by_public_id(_well_formed(exchange_id)))
    if found is None or not can_see_exchange(acting(), found):
        abort(404)
    return found, side_of(acting(), found) or abort(403)


def person() -> User:
    """Who acts: `sign_in_required` has made sure that there is someone."""
    return current_user() or abort(403)


def _well_formed(public_id: str) -> str:
    return public_id if re.fullmatch(f"[{LETTERS}]{{{LENGTH}}}", public_id) else abort(404)
