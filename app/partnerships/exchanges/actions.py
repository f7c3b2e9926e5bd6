"""Opening an exchange, and writing in it."""

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.clock import now
from app.directory.memberships.queries import people_of
from app.directory.models import Institution, Kind
from app.errors import Refusal
from app.mail.outbox import post
from app.partnerships.exchanges import mails
from app.partnerships.exchanges.models import Exchange, ExchangeSeen, Message, Side
from app.partnerships.exchanges.queries import between

#: The same words of the same person within this time are one message: a button pressed twice, a page sent again.
SAME_MESSAGE_WITHIN = timedelta(minutes=1)


def open_exchange(session: Session, cite: Institution, partner: Institution) -> Exchange:
    """Give the exchange of these two, opened now unless it was; two that open it at once get the same.

    Refuses two Cités, and a first side that is not one.
    """
    if cite.kind is not Kind.CITE or partner.kind is Kind.CITE:
        raise Refusal("Un échange réunit une Cité des métiers et une structure qui n’en est pas une.")
    session.execute(
        insert(Exchange)
        .values(cite_id=cite.id, partner_id=partner.id)
        .on_conflict_do_nothing(index_elements=[Exchange.cite_id, Exchange.partner_id])
    )
    return session.scalars(between(cite, partner)).one()


def write(session: Session, exchange: Exchange, side: Side, author: User, body: str) -> Message:
    """Add a message and tell the people of the other side that it waits; the same message sent twice is one."""
    # Whoever writes holds the exchange, so that the second of two identical messages sees the first.
    session.execute(sa.select(Exchange.id).where(Exchange.id == exchange.id).with_for_update(key_share=True))
    recent = sa.select(Message).where(
        Message.exchange_id == exchange.id,
        Message.author_id == author.id,
        Message.body == body,
        Message.sent_at > now() - SAME_MESSAGE_WITHIN,
    )
    if same := session.scalars(recent.limit(1)).first():
        return same
    message = Message(exchange=exchange, side=side, author=author, body=body, sent_at=now())
    session.add(message)
    session.flush()
    readers = [person for person in session.scalars(people_of(exchange.institution(side.other))) if person.id != author.id]
    post(session, mails.message_waits(exchange, side), to=readers)
    return message


def note_as_read(session: Session, reader: User, last: Message) -> bool:
    """Note that a person has been shown the messages of an exchange up to this one; False if they had been already.

    Whoever writes holds the exchange: what is not committed yet is later than what is shown, and stays unread.
    """
    row = insert(ExchangeSeen).values(exchange_id=last.exchange_id, user_id=reader.id, seen_at=last.sent_at)
    done = session.execute(
        row.on_conflict_do_update(
            index_elements=[ExchangeSeen.exchange_id, ExchangeSeen.user_id],
            set_={"seen_at": row.excluded.seen_at},
            where=ExchangeSeen.seen_at < row.excluded.seen_at,
        ).returning(ExchangeSeen.user_id)
    )
    return done.first() is not None
