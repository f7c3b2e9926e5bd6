"""The outbox: a message is a row, written in the transaction of the fact that it announces.

A `Mail` is a value: subject, paragraphs, and at most one thing to do. Its two bodies are written when it is posted, and
are not touched any more.
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from flask import current_app, render_template
from sqlalchemy.orm import Session

from app.forms import tidy, tidy_lines
from app.mail.models import REFUSABLE, Category, OutgoingMessage
from app.mail.refusals import hash_of
from app.mail.unsubscribing import Unsubscription, of_address, token_of


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
    def public_id(self) -> str: ...

    @property
    def email(self) -> str: ...


def post(session: Session, mail: Mail, to: Iterable[Recipient], expires_at: datetime | None = None) -> None:
    """Write the message once for each person; nothing leaves before the transaction is committed and the outbox sent.

    Past `expires_at`, it leaves no more.
    """
    for person in {one.id: one for one in to}.values():
        wish = Unsubscription(person.public_id, [mail.category])
        unsubscribe_url = None if mail.category == Category.ESSENTIAL else unsubscribe_link(wish)
        message = message_of(mail, person.email, user_id=person.id, unsubscribe_url=unsubscribe_url)
        message.expires_at = expires_at
        session.add(message)


def post_to_address(session: Session, mail: Mail, address: str, expires_at: datetime | None = None) -> None:
    """Write the message for an address without account; past `expires_at`, it leaves no more."""
    may_refuse = mail.category in REFUSABLE
    wish = of_address(hash_of(address), [mail.category])
    message = message_of(mail, address, unsubscribe_url=unsubscribe_link(wish) if may_refuse else None)
    message.expires_at = expires_at
    session.add(message)


def link(endpoint: str, **values: object) -> str:
    """The address of a page for a mail: from the setting SITE_URL, never from a header that may be forged.

    Works without a request, for the timers.
    """
    path = current_app.url_map.bind("localhost").build(endpoint, values)
    return f"{current_app.config['SITE_URL'].rstrip('/')}{path}"


def unsubscribe_link(wish: Unsubscription) -> str:
    """The address that ends these mails in one click."""
    return link("mail.unsubscription", token=token_of(wish))


def message_of(
    mail: Mail,
    address: str,
    *,
    user_id: int | None = None,
    unsubscribe_url: str | None = None,
    bodies: tuple[str, str] = ("mail/message.txt", "mail/message.html"),
    **said: Any,
) -> OutgoingMessage:
    """Make the row of a mail; `said` is what the templates of its bodies say besides."""
    subject = tidy(mail.subject)
    paragraphs = [kept for kept in map(tidy_lines, mail.paragraphs) if kept]
    known = {
        "subject": subject,
        "paragraphs": paragraphs,
        "action": mail.action,
        "category": mail.category,
        "unsubscribe_url": unsubscribe_url,
        "has_account": user_id is not None,
        "account_url": link("accounts.account"),
        "choices_url": link("accounts.mails"),
        **said,
    }
    host = current_app.config["MAIL_FROM"].rpartition("@")[2]
    return OutgoingMessage(
        message_id=f"<{uuid.uuid4()}@{host}>",
        user_id=user_id,
        address=address,
        address_hash=hash_of(address) if mail.category in REFUSABLE else None,
        category=mail.category,
        subject=subject,
        paragraphs=paragraphs,
        action_text=mail.action and mail.action[0],
        action_url=mail.action and mail.action[1],
        unsubscribe_url=unsubscribe_url,
        text=render_template(bodies[0], **known),
        html=render_template(bodies[1], **known),
    )
