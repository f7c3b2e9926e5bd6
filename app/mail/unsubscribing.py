"""The link of a mail that ends a kind of mails: signed, never stored, and good for ever, since it can do nothing else.

It names the person by their public id, and the categories that the mail was about.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer

from app.mail.models import Category


@dataclass(frozen=True)
class Unsubscription:
    """Whose mails are to end, and of which categories."""

    person: str
    categories: Sequence[Category]


def token_of(wish: Unsubscription) -> str:
    """Sign it; the same wish gives the same token."""
    return _serializer().dumps([wish.person, *(category.value for category in wish.categories)])


def read(token: str) -> Unsubscription | None:
    """The wish that was signed; None for a token that is not ours."""
    try:
        person, *categories = _serializer().loads(token)
    except BadData:
        return None
    return Unsubscription(person, [Category(value) for value in categories])


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="courriels/desabonnement")
