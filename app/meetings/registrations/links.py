"""The link by which a registration is found again: signed, never stored, so that any mail can carry it.

It names the registration by its public id; whoever has it may change that registration, and do nothing else.
"""

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer

from app.meetings.registrations.models import Registration


def token_of(registration: Registration) -> str:
    """Sign it; the same registration gives the same token."""
    return str(_serializer().dumps(registration.public_id))


def read(token: str) -> str | None:
    """The public id that was signed; None for a token that is not ours."""
    try:
        return str(_serializer().loads(token))
    except BadData:
        return None


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="rencontres/inscription")
