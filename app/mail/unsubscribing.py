"""The link of a mail that ends a kind of mails: signed, never stored, and good for ever, since it can do nothing else.

It names the person by their public id, or an address without account by its hash, and the categories that the mail was about.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer

from app.mail.models import Category

#: What no public id begins with.
ADDRESS = "@"


@dataclass(frozen=True)
class Unsubscription:
    """Whose mails are to end, and of which categories: `person` is a public id, or for an address « @ » and its hash."""

    person: str
    categories: Sequence[Category]

    @property
    def address_hash(self) -> str:
        """The hash of the address without account; empty: it is a person's."""
        return self.person.removeprefix(ADDRESS) if self.person.startswith(ADDRESS) else ""


def of_address(address_hash: str, categories: Sequence[Category]) -> Unsubscription:
    """The wish of an address without account."""
    return Unsubscription(f"{ADDRESS}{address_hash}", categories)


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
