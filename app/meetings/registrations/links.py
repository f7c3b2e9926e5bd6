"""The link by which a registration is found again: signed, never stored, so that any mail can carry it.

It names the registration by its public id; whoever has it may change that registration, and do nothing else. A pass is
signed likewise: it lets an institution that is invited register without account.
"""

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer

from app.directory.models import Institution
from app.meetings.models import Meeting
from app.meetings.registrations.models import Registration


def token_of(registration: Registration) -> str:
    """Sign it; the same registration gives the same token."""
    return str(_serializer("inscription").dumps(registration.public_id))


def read(token: str) -> str | None:
    """The public id that was signed; None for a token that is not ours."""
    try:
        return str(_serializer("inscription").loads(token))
    except BadData:
        return None


def pass_of(meeting: Meeting, institution: Institution) -> str:
    """What `registrations.new` reads as `laissez-passer`: someone without account registers this institution."""
    return str(_serializer("laissez-passer").dumps([meeting.public_id, institution.public_id]))


def read_pass(text: str, meeting_id: str) -> str | None:
    """The public id of the institution of a pass for this meeting; None for any other text."""
    try:
        signed_for, institution_id = _serializer("laissez-passer").loads(text)
    except (BadData, TypeError, ValueError):
        return None
    return str(institution_id) if signed_for == meeting_id else None


def _serializer(salt: str) -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=f"rencontres/{salt}")
