"""What the address of a sheet names: a meeting, one of its tables, a round; and who reads, `?inscription=` a signed link."""

import re
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import abort, redirect, request, url_for
from werkzeug.wrappers import Response

from app.directory.memberships.permissions import acting
from app.errors import allow
from app.extensions import db
from app.meetings.models import Meeting
from app.meetings.permissions import can_see
from app.meetings.queries import meeting_known_as
from app.meetings.registrations import links
from app.meetings.registrations.models import Place, Registration
from app.meetings.registrations.permissions import can_open
from app.meetings.seating.models import ExchangeTable
from app.meetings.sheets import permissions, queries
from app.meetings.sheets.models import TableSheet
from app.meetings.sheets.permissions import Reader
from app.public_ids import LENGTH, LETTERS


@dataclass(frozen=True)
class At:
    """A table in a round, its sheet where it was written, and who reads it."""

    reader: Reader
    meeting: Meeting
    table: ExchangeTable
    round: int
    rounds: int
    sheet: TableSheet | None

    @property
    def args(self) -> dict[str, Any]:
        """What the addresses of this sheet carry."""
        more = {"tour": self.round} if self.rounds > 1 else {}
        return {"meeting_id": self.meeting.public_id, "table_id": self.table.public_id} | more | link_args()


def read_meeting(meeting_id: str) -> tuple[Meeting, Reader]:
    """The meeting and its reader; 404 for whom may not know that it exists, 403 for whom may not read its report."""
    meeting: Meeting = db.session.scalar(meeting_known_as(_well_formed(meeting_id))) or abort(404)
    reader = Reader(acting(), _by_link(meeting))
    if reader.registration is None and not can_see(reader.actor, meeting):
        abort(404)
    if not permissions.can_read_report(reader, meeting):
        _ask_to_sign_in(reader)
        abort(403)
    return meeting, reader


def read_table(meeting_id: str, table_id: str) -> At:
    """The table of a meeting in the round of the address; 404 for a table of another meeting, or a round that it has not."""
    meeting, reader = read_meeting(meeting_id)
    table: ExchangeTable = db.session.scalar(queries.table_known_as(meeting, _well_formed(table_id))) or abort(404)
    rounds = db.session.scalar(queries.rounds_of(meeting)) or 1
    asked = request.args.get("tour", "1")
    number = int(asked) if re.fullmatch(r"[1-9]", asked, re.ASCII) else 0
    if not 1 <= number <= rounds:
        abort(404)
    return At(reader, meeting, table, number, rounds, db.session.scalar(queries.sheet_of(table, number)))


def read_sheet(meeting_id: str, sheet_id: str) -> tuple[Reader, TableSheet]:
    """A written sheet, for whoever makes something of it."""
    meeting, reader = read_meeting(meeting_id)
    sheet: TableSheet = db.session.scalar(queries.sheet_known_as(meeting, _well_formed(sheet_id))) or abort(404)
    allow(permissions.can_draw_from(reader, sheet.table, sheet.round))
    return reader, sheet


def link_args() -> dict[str, Any]:
    """The signed link by which one came, to go on with it; nothing for most."""
    token = request.args.get("inscription", "")
    return {"inscription": token} if token else {}


def _by_link(meeting: Meeting) -> Registration | None:
    """The registration of the link, while it has its place at this very meeting."""
    public_id = links.read(request.args.get("inscription", ""))
    if public_id is None:
        return None
    named = sa.select(Registration).where(Registration.public_id == public_id, Registration.meeting_id == meeting.id)
    found: Registration | None = db.session.scalar(named.where(Registration.place == Place.CONFIRMED))
    return found if found is not None and can_open(acting(), found) else None


def _ask_to_sign_in(reader: Reader) -> None:
    """A visitor may be one of those who read it, once signed in."""
    if not reader.actor.is_known:
        back = request.full_path.rstrip("?") if request.method == "GET" else None
        abort(_to_sign_in(back))


def _to_sign_in(back: str | None) -> Response:
    return redirect(url_for("accounts.sign_in", suite=back), 302)


def _well_formed(public_id: str) -> str:
    return public_id if re.fullmatch(f"[{LETTERS}]{{{LENGTH}}}", public_id) else abort(404)
