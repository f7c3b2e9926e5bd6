"""A real SMTP server on this machine, and what it received."""

import socket
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any, Protocol

import pytest
import sqlalchemy as sa
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy.orm import Session as DatabaseSession

from app.clock import now
from app.mail.models import Category, OutgoingMessage
from app.mail.outbox import Mail, post, post_to_address
from tests.factories import person


@dataclass
class Post:
    """What the server received, and how it answers: `refuse_recipient` and `refuse_data` give an answer, or None."""

    letters: list[bytes] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    refuse_recipient: Callable[[str], str | None] = lambda _: None
    refuse_data: Callable[[bytes], str | None] = lambda _: None
    refuse_sender: str = ""
    connections: Counter[object] = field(default_factory=Counter)
    controller: Controller | None = None

    # The names and arguments of these methods are those that aiosmtpd calls.

    async def handle_MAIL(self, _: SMTP, __: Session, envelope: Envelope, address: str, ___: list[str]) -> str:  # noqa: N802
        envelope.mail_from = address
        return self.refuse_sender or "250 OK"

    async def handle_RCPT(self, _: SMTP, __: Session, envelope: Envelope, address: str, ___: list[str]) -> str:  # noqa: N802
        if answer := self.refuse_recipient(address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = bytes(envelope.original_content or b"")
        if answer := self.refuse_data(content):
            return answer
        self.letters.append(content)
        self.connections[session.peer] += 1
        self.recipients += envelope.rcpt_tos
        return "250 OK"

    @property
    def mails(self) -> list[EmailMessage]:
        """The letters as a mail reader parses them."""
        parsed = [message_from_bytes(letter, policy=default) for letter in self.letters]
        return [one for one in parsed if isinstance(one, EmailMessage)]


ASK = Mail(
    "Répondez à la demande : « Médiathèque d’été »",
    ["Une structure souhaite échanger avec vous.", "Sa réponse est attendue avant le 3 mai ; merci !"],
    Category.REQUESTS,
    ("Lire la demande", "http://127.0.0.1:8000/mises-en-relation/abc"),
)


NEW = object()


class Posted(Protocol):
    """Post a mail to a new person (or to `to`, None for an address without account), commit, and give its row."""

    def __call__(self, mail: Mail = ASK, to: object = NEW, **columns: object) -> OutgoingMessage: ...


@pytest.fixture
def posted(app: Flask, session: DatabaseSession) -> Posted:
    def write(mail: Mail = ASK, to: object = NEW, **columns: object) -> OutgoingMessage:
        with app.app_context():
            if to is None:
                post_to_address(session, mail, str(columns["address"]))
            else:
                post(session, mail, [person(session) if to is NEW else to])
        session.flush()
        row = session.scalars(sa.select(OutgoingMessage).order_by(OutgoingMessage.id.desc()).limit(1)).one()
        for name, value in columns.items():
            setattr(row, name, value)
        session.commit()
        return row

    return write


def again(session: DatabaseSession, row: OutgoingMessage) -> OutgoingMessage:
    """Read the row as the command left it."""
    session.refresh(row)
    return row


def make_due(session: DatabaseSession, row: OutgoingMessage) -> None:
    row.next_attempt_at = now() - timedelta(seconds=1)
    session.commit()


def bodies(mail: EmailMessage) -> list[str]:
    """The text and the HTML of a mail."""
    return [part.get_content().replace("\r\n", "\n") for part in mail.iter_parts()]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def start_post() -> Iterator[Callable[..., Post]]:
    """Give a function that starts a server; the options are those of aiosmtpd."""
    started: list[Controller] = []

    def start(**options: Any) -> Post:
        post = Post()
        post.controller = Controller(post, hostname="127.0.0.1", port=free_port(), **options)
        post.controller.start()
        started.append(post.controller)
        return post

    yield start
    for controller in started:
        controller.stop()


def settings_for(post: Post, **others: Any) -> dict[str, Any]:
    assert post.controller
    return {
        "SMTP_HOST": "127.0.0.1",
        "SMTP_PORT": post.controller.port,
        "SMTP_SECURITY": "none",
        "MAIL_FROM": "nepasrepondre@maillage.invalid",
        **others,
    }


@pytest.fixture
def post_office(app: Flask, start_post: Callable[..., Post], monkeypatch: pytest.MonkeyPatch) -> Post:
    """Give the server that `flask mail send` of this test speaks to."""
    post = start_post()
    for name, value in settings_for(post).items():
        monkeypatch.setitem(app.config, name, value)
    return post


@pytest.fixture
def run(app: Flask, connection: object) -> FlaskCliRunner:
    """Run a command in the transaction of the test."""
    return app.test_cli_runner()
