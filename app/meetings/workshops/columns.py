"""The columns of the file of workshops: one row a workshop; attendance is a number, and nobody is named."""

from typing import Any

from app.clock import PARIS
from app.exports import Column
from app.meetings.models import MeetingKind, Stage


def _hour(moment: Any) -> str:
    return f"{moment.astimezone(PARIS):%H:%M}"


COLUMNS = [
    Column("Jour", "held_on", lambda row: row.starts_at),
    Column("Début", "starts_at", lambda row: _hour(row.starts_at)),
    Column("Fin", "ends_at", lambda row: _hour(row.ends_at)),
    Column("Atelier", "title", lambda row: row.title),
    Column("Lieu", "place", lambda row: row.place),
    Column("État", "status", lambda row: row.status, shown=lambda row: Stage(row.status.value).label_of(MeetingKind.WORKSHOP)),
    Column("Places", "capacity", lambda row: row.capacity),
    Column("Participants", "attendance", lambda row: row.attendance),
]
