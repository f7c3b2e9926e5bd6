"""One list as a person of the team reads it: its lines, what is known of each library, and what one may do from there."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from flask import url_for
from sqlalchemy.orm import Session

from app.clock import now
from app.coverage.shortlists import queries
from app.coverage.shortlists.asking import candidates_url
from app.coverage.shortlists.forms import BY_RANK, ViewForm
from app.coverage.shortlists.models import Entry, Shortlist, Status
from app.coverage.shortlists.searches.answering import ranks_today
from app.directory.facts import place
from app.directory.memberships.permissions import Actor
from app.directory.models import Institution, State
from app.formats import NO_BREAK, number, plural
from app.matchmaking.interests.listing import links_from_sheet
from app.meetings.invitations.actions import obstacle
from app.meetings.invitations.forms import MOST_NAMED
from app.meetings.models import Meeting
from app.meetings.models import Status as MeetingStatus
from app.meetings.queries import organised

#: How many meetings are proposed beside a list: the next ones.
MOST_MEETINGS = 5
#: Facts that tell whether a library could receive a place: column, how it is written, what is said when nobody knows it.
FACTS = (
    ("weekly_hours", lambda hours: f"{number(hours, 1 if hours % 1 else 0)}{NO_BREAK}h par semaine", "horaires non connus"),
    ("paid_staff", lambda staff: plural(staff, "salarié"), "personnel non connu"),
    ("surface_m2", lambda surface: f"{number(surface)}{NO_BREAK}m²", "surface non connue"),
)
#: What is said of a library that is open no more, to which nothing is proposed.
GONE = {
    State.CLOSED: "L’annuaire la dit fermée.",
    State.ABSENT: "Elle n’est plus dans la liste du ministère : elle a peut-être fermé.",
}


@dataclass(frozen=True)
class Line:
    """A library of the list; `links` are (words, address) of what this person may say of it."""

    entry: Entry
    state: State | None
    facts: list[str]
    own: list[str]
    links: list[tuple[str, str]]
    invitations: list[tuple[Meeting, str]]
    rank: int | None = None

    @property
    def library(self) -> Institution:
        return self.entry.institution

    @property
    def place(self) -> str:
        return place(self.library)

    @property
    def gone(self) -> str:
        """What the directory says today of a library that is open no more, or nothing."""
        return GONE.get(self.state, "") if self.state else ""


@dataclass(frozen=True)
class Shown:
    """What the page of a list shows. `invitations`: the meetings to which those shown that are open may be invited together,
    `invited` of them; `ranked`: how many libraries the search of the list ranks, where its lines are in that order.
    """

    lines: list[Line]
    ranked: int
    numbers: Counter[Status]
    invitations: list[tuple[Meeting, str]]
    invited: int
    origin: str = ""
    statuses: list[Status] = field(default_factory=lambda: list(Status))

    @property
    def total(self) -> int:
        """How many libraries stand in the list, shown or not."""
        return self.numbers.total()


def read(session: Session, actor: Actor, shortlist: Shortlist, view: ViewForm) -> tuple[Sequence[sa.Row[Any]], dict[str, int]]:
    """The lines as they are asked, for the page and for the files alike; and the ranks, where the order is theirs.

    Those that the search of the list does not find today come last.
    """
    rows = session.execute(queries.entries(shortlist, view.statuses, view.tri.data)).all()
    ranks = ranks_today(session, actor, shortlist.asked) if view.tri.data == BY_RANK[0] else {}
    return sorted(rows, key=lambda row: ranks.get(row.Entry.institution.public_id, len(ranks) + 1)), ranks


def show(session: Session, actor: Actor, shortlist: Shortlist, view: ViewForm) -> Shown:
    """Read a list as it is asked."""
    rows, ranks = read(session, actor, shortlist, view)
    meetings = open_to_invitations(session, actor)
    lines = [_line(actor, row, meetings, ranks) for row in rows]
    open_ones = [line.library for line in lines if not line.gone]
    return Shown(
        lines,
        len(ranks),
        Counter({row.status: row.number for row in session.execute(queries.totals(shortlist))}),
        _invitations(meetings, open_ones) if len(open_ones) <= MOST_NAMED else [],
        len(open_ones),
        candidates_url(shortlist.asked) if shortlist.asked else "",
    )


def _line(actor: Actor, row: sa.Row[Any], meetings: list[Meeting], ranks: dict[str, int]) -> Line:
    """A line with what may be said of its library; of one that is open no more, nothing."""
    library, is_gone = row.Entry.institution, row.state in GONE
    return Line(
        row.Entry,
        row.state,
        facts_of(library),
        own_facts_of(library),
        [] if is_gone else [(words, _address(values)) for words, values in links_from_sheet(actor, library)],
        [] if is_gone else _invitations(meetings, [library]),
        ranks.get(library.public_id),
    )


def facts_of(library: Institution) -> list[str]:
    """What is known of it, and what is not, in a few words each."""
    values = ((getattr(library, column), say, unknown) for column, say, unknown in FACTS)
    return [unknown if value is None else say(value) for value, say, unknown in values]


def own_facts_of(library: Institution) -> list[str]:
    """Which of these the library wrote itself."""
    names = {"weekly_hours": "horaires", "paid_staff": "personnel", "surface_m2": "surface"}
    return [name for column, name in names.items() if column in library.own_fields]


def open_to_invitations(session: Session, actor: Actor) -> list[Meeting]:
    """The next meetings that this person organises, and to which one may still invite."""
    asked = organised(actor).where(Meeting.status == MeetingStatus.ANNOUNCED, Meeting.starts_at > now())
    found: list[Meeting] = [one for one in session.scalars(asked.limit(MOST_MEETINGS * 2)) if obstacle(one) is None]
    return found[:MOST_MEETINGS]


def _address(values: dict[str, Any]) -> str:
    return url_for("interests.new", **values)


def _invitations(meetings: list[Meeting], libraries: list[Institution]) -> list[tuple[Meeting, str]]:
    codes = ";".join(one.public_id for one in libraries)
    return [(one, url_for("invitations.choose", meeting_id=one.public_id, structures=codes)) for one in meetings if libraries]
