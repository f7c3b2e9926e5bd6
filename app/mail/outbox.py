"""The outbox: a message is a row, written in the transaction of the fact that it announces.

A `Mail` is a value: subject, paragraphs, and at most one thing to do. Its two bodies are written when it is posted, and
are not touched any more.
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from flask import current_app, render_template
from sqlalchemy.orm import Session

from app.mail.models import Category, OutgoingMessage


@dataclass(frozen=True)
class Mail:
    """What is written to someone. `action` is what the reader is asked to do: its words, and the address where it is done."""

    subject: str
    paragraphs: Sequence[str]
    category: Category
    action: tuple[str, str] | None = None


class Recipient(Protocol):
    """A person with an account."""

    @property
    def id(self) -> int: ...

    @property
    def email(self) -> str: ...


def post(session: Session, mail: Mail, to: Iterable[Recipient]) -> None:
    """Write the message once for each person; nothing leaves before the transaction is committed and the outbox sent."""
    for person in {one.id: one for one in to}.values():
        session.add(_message(mail, person.email, person.id))


def post_to_address(session: Session, mail: Mail, address: str) -> None:
    """Write the message for an address without account."""
    session.add(_message(mail, address, None))


def link(endpoint: str, **values: object) -> str:
    """The address of a page for a mail: from the setting SITE_URL, never from a header that may be forged.

    Works without a request, for the timers.
    """
    path = current_app.url_map.bind("localhost").build(endpoint, values)
    return f"{current_app.config['SITE_URL'].rstrip('/')}{path}"


def _message(mail: Mail, address: str, user_id: int | None) -> OutgoingMessage:
    host = current_app.config["MAIL_FROM"].rpartition("@")[2]
    return OutgoingMessage(
        message_id=f"<{uuid.uuid4()}@{host}>",
        user_id=user_id,
        address=address,
        category=mail.category,
        subject=mail.subject,
        text=render_template("mail/message.txt", mail=mail),
        html=render_template("mail/message.html", mail=mail),
    )
