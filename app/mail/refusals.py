"""Addresses that refuse a kind of mails: kept as a keyed hash alone, so that the table tells nothing of anybody.

The hash follows the SECRET_KEY of the service: with another key, what was refused is no longer known.
"""

import hashlib
import hmac
from collections.abc import Iterable

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.mail.models import AddressRefusal, Category, OutgoingMessage


def hash_of(address: str) -> str:
    """What is kept of an address that refuses: the same whatever its capitals."""
    key = current_app.config["SECRET_KEY"].encode()
    return hmac.new(key, f"courriels/refus\n{address.strip().lower()}".encode(), hashlib.sha256).hexdigest()


def refuse(session: Session, address_hash: str, categories: Iterable[Category]) -> None:
    """Send no more mail of these categories to this address, however often it is asked."""
    rows = [{"address_hash": address_hash, "category": category} for category in categories]
    session.execute(insert(AddressRefusal).values(rows).on_conflict_do_nothing())


def accept_again(session: Session, address_hash: str, categories: Iterable[Category]) -> None:
    """Forget the refusal of these categories."""
    own = AddressRefusal.address_hash == address_hash
    session.execute(sa.delete(AddressRefusal).where(own, AddressRefusal.category.in_(categories)))


def refusing(session: Session, hashes: Iterable[str], category: Category) -> set[str]:
    """Those of these hashes that refuse the category."""
    asked = sa.select(AddressRefusal.address_hash)
    return set(session.scalars(asked.where(AddressRefusal.category == category, AddressRefusal.address_hash.in_(set(hashes)))))


def is_refused(message: type[OutgoingMessage]) -> sa.ColumnElement[bool]:
    """SQL: the address of the message refuses its category."""
    return sa.exists().where(AddressRefusal.address_hash == message.address_hash, AddressRefusal.category == message.category)
