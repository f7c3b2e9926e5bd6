"""The digest: once a day at most, one message says again what a person does not wish to hear of at once.

What is wished by the day is gathered every day; what is wished by the week, once the week is over. One digest holds both.
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from itertools import groupby

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.clock import PARIS
from app.mail.delivery import WAITING
from app.mail.models import Cadence, Category, OutgoingMessage
from app.mail.outbox import Mail, message_of, unsubscribe_link
from app.mail.preferences import PEOPLE, cadence_of
from app.mail.unsubscribing import Unsubscription

ORDER = list(Category)


def monday_of(day: date) -> date:
    """The first day of the week."""
    return day - timedelta(days=day.weekday())


def to_gather(day: date) -> sa.ColumnElement[bool]:
    """SQL: it waits for a digest of this day."""
    week_start = datetime.combine(monday_of(day), time(), PARIS)
    cadence = cadence_of(OutgoingMessage)
    by_week = sa.and_(
        cadence == Cadence.WEEKLY,
        OutgoingMessage.created_at < week_start,
        ~_digest_exists("digest_week", monday_of(day)),
    )
    return sa.and_(
        WAITING,
        OutgoingMessage.digest_day.is_(None),
        ~_digest_exists("digest_day", day),
        sa.or_(cadence == Cadence.DAILY, by_week),
    )


def people_waiting(day: date) -> sa.Select[int]:
    """The people for whom something waits."""
    person = sa.type_coerce(OutgoingMessage.user_id, sa.BigInteger)
    return sa.select(person).where(to_gather(day)).distinct().order_by(person)


def gather(session: Session, user_id: int, day: date) -> OutgoingMessage | None:
    """Post the person's digest of the day; None when there is nothing to say, or when it was posted already.

    The person's row is locked, so that of two timers the second finds everything gathered.
    """
    lock = sa.select(PEOPLE.c.public_id, PEOPLE.c.email).where(PEOPLE.c.id == user_id)
    person = session.execute(lock.with_for_update(key_share=True)).one_or_none()
    waiting = sa.select(OutgoingMessage, cadence_of(OutgoingMessage)).where(OutgoingMessage.user_id == user_id, to_gather(day))
    found = session.execute(waiting.with_for_update(skip_locked=True, of=OutgoingMessage)).all()
    if person is None or not found:
        return None
    items = sorted((message for message, _ in found), key=lambda one: (ORDER.index(one.category), one.created_at, one.id))
    categories = [category for category, _ in _by_category(items)]
    digest = message_of(
        Mail(_subject(len(items)), (), categories[0]),
        person.email,
        user_id=user_id,
        unsubscribe_url=unsubscribe_link(Unsubscription(person.public_id, categories)),
        bodies=("mail/digest.txt", "mail/digest.html"),
        groups=_by_category(items),
    )
    digest.digest_day = day
    digest.digest_week = monday_of(day) if any(cadence == Cadence.WEEKLY for _, cadence in found) else None
    session.add(digest)
    session.flush()
    for item in items:
        item.digest_id = digest.id
    return digest


def _digest_exists(period: str, first_day: date) -> sa.ColumnElement[bool]:
    """SQL: the person has had their digest of this period."""
    digest = aliased(OutgoingMessage)
    return sa.exists().where(
        digest.user_id == OutgoingMessage.user_id, getattr(digest, period) == first_day, digest.dropped_at.is_(None)
    )


def _by_category(items: Sequence[OutgoingMessage]) -> list[tuple[Category, list[OutgoingMessage]]]:
    return [(category, list(same)) for category, same in groupby(items, key=lambda one: one.category)]


def _subject(number: int) -> str:
    return "Lisez votre récapitulatif : une nouvelle" if number == 1 else f"Lisez votre récapitulatif : {number} nouvelles"
