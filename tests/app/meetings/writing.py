"""What the tests of meetings share: the form of a meeting as an organiser fills it, and who receives what."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.clock import PARIS, now
from app.mail.models import OutgoingMessage
from app.meetings.models import Meeting


def form(**changes: Any) -> dict[str, Any]:
    """A seminar at the host's, in sixty days, complete; fields by their French names."""
    day = (now() + timedelta(days=60)).astimezone(PARIS).date()
    return {
        "titre": "Séminaire d’essai",
        "presentation": "Réunir les premières Cités et bibliothèques.",
        "jour": day.isoformat(),
        "debut": "09:30",
        "fin": "17:00",
        "lieu": "hote",
        "ouverture": "ouverte-a-tous",
        "inscriptions": "y",
        "contact": "contact@exemple.fr",
        **changes,
    }


def only(session: Session) -> Meeting:
    """The one meeting there is."""
    session.expire_all()
    return session.scalars(sa.select(Meeting)).one()


def mails(session: Session) -> dict[str, str]:
    """The subject of what each address was sent last."""
    rows = session.scalars(sa.select(OutgoingMessage).order_by(OutgoingMessage.id))
    return {row.address: row.subject for row in rows}
