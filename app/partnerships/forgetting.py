"""How long messages and signed names are kept once nothing lives between two institutions; steps and figures stay."""

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.clock import now
from app.partnerships.agreements.models import CharterAcceptance
from app.partnerships.exchanges.models import Message
from app.partnerships.models import Partnership, Step

#: Five years, leap days counted.
KEPT = timedelta(days=1826)
NO_NAME, NO_FUNCTION = "Nom effacé", "fonction effacée"


def forget_messages(session: Session) -> int:
    """Erase the messages of exchanges silent for five years and without a living partnership; give how many."""
    silent = sa.select(Message.exchange_id).group_by(Message.exchange_id).having(sa.func.max(Message.sent_at) <= now() - KEPT)
    living = sa.select(Partnership.exchange_id).where(Partnership.step != Step.CLOSED)
    erased = sa.delete(Message).where(Message.exchange_id.in_(silent), Message.exchange_id.not_in(living))
    return len(session.scalars(erased.returning(Message.id)).all())


def forget_names(session: Session) -> int:
    """Of people whose account is erased, take the name out of charters of partnerships closed for five years; give how many."""
    closed = sa.select(Partnership.id).where(Partnership.step == Step.CLOSED, Partnership.step_since <= now() - KEPT)
    named = sa.update(CharterAcceptance).where(
        CharterAcceptance.accepted_by_id.is_(None),
        CharterAcceptance.name != NO_NAME,
        CharterAcceptance.partnership_id.in_(closed),
    )
    done = named.values(name=NO_NAME, function=NO_FUNCTION).returning(CharterAcceptance.id)
    return len(session.scalars(done).all())
