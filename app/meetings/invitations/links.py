"""The link of an invitation: signed, never stored. Whoever has it answers for the institution, and does nothing else.

It says to whom it was written, so that the page can offer to end such mails: a person's public id, or an address's hash.
"""

from dataclasses import dataclass

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer

from app.mail.models import Category
from app.mail.unsubscribing import Unsubscription
from app.mail.unsubscribing import token_of as unsubscription_token
from app.meetings.invitations.models import Invitation


@dataclass(frozen=True)
class Guest:
    """Which invitation (its public id), and to whom the link was written, as `Unsubscription.person` says it."""

    invitation_id: str
    written_to: str

    @property
    def unsubscription(self) -> str:
        """The token that ends the invitations of whom it was written to."""
        return unsubscription_token(Unsubscription(self.written_to, [Category.INVITATIONS]))


def token_of(invitation: Invitation, written_to: str) -> str:
    """Sign it; the same invitation to the same recipient gives the same token."""
    return str(_serializer().dumps([invitation.public_id, written_to]))


def read(token: str) -> Guest | None:
    """What was signed; None for a token that is not ours."""
    try:
        invitation_id, written_to = _serializer().loads(token)
    except BadData:
        return None
    return Guest(str(invitation_id), str(written_to))


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="rencontres/invitation")
