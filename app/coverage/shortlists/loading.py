"""The list, the line or the search of a URL: 404 for whom may not know that it exists, 403 for whom only reads it."""

import re

import sqlalchemy as sa
from flask import abort

from app.coverage.shortlists import queries
from app.coverage.shortlists.models import Entry, Shortlist
from app.coverage.shortlists.permissions import Kept, can_read, can_write
from app.directory.memberships.permissions import acting
from app.errors import Refusal, allow
from app.extensions import db

PUBLIC_ID = re.compile(r"[a-z0-9]{14}", re.ASCII)


def readable(public_id: str, asked: sa.Select) -> Kept:
    """What this select finds, if this person may read it."""
    found: Kept | None = db.session.scalar(asked) if PUBLIC_ID.fullmatch(public_id) else None
    return found if found is not None and can_read(acting(), found) else abort(404)


def list_to_read(shortlist_id: str) -> Shortlist:
    found = readable(shortlist_id, queries.by_public_id(shortlist_id))
    assert isinstance(found, Shortlist)
    return found


def list_to_write(shortlist_id: str) -> Shortlist:
    found = list_to_read(shortlist_id)
    allow(can_write(acting(), found))
    return found


def entry_to_write(shortlist_id: str, entry_id: str) -> Entry:
    """A line; what a colleague took away is said, so that a note being written is not lost on a page that is not found."""
    shortlist = list_to_write(shortlist_id)
    if not PUBLIC_ID.fullmatch(entry_id):
        abort(404)
    found: Entry | None = db.session.scalar(queries.entry_known_as(shortlist, entry_id))
    if found is None:
        raise Refusal(f"Cette bibliothèque n’est plus dans la liste « {shortlist.name} » : un collègue l’en a retirée.")
    return found
