"""What changes a meeting as it is written: drafted, changed, discarded. All but the first under its lock."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.clock import now
from app.directory.models import Institution
from app.errors import Refusal
from app.formats import plural
from app.meetings import co_hosting
from app.meetings.agenda import Item
from app.meetings.locking import lock
from app.meetings.models import AgendaItem, Meeting, MeetingKind, Status
from app.meetings.registrations.models import LIVING, Registration
from app.meetings.registrations.places import promote
from app.partnerships.models import Partnership
from app.partnerships.refusals import Mistake

OVER = {
    Status.HELD: "Cette rencontre a été tenue : elle ne change plus.",
    Status.CANCELLED: "Cette rencontre est annulée : elle ne change plus.",
}


class Stale(Refusal):
    """Somebody else has changed the meeting since the page was opened: it has to be read again."""

    def __init__(self) -> None:
        super().__init__("Cette rencontre a changé depuis que vous avez ouvert cette page.")


def draft(
    session: Session,
    kind: MeetingKind,
    partnership: Partnership | None,
    columns: dict[str, Any],
    agenda: Iterable[Item],
    by: User,
    host: Institution,
    public_id: str,
) -> Meeting:
    """Write a new meeting, seen by its organisers alone until it is announced; whom it names as co-host is asked.

    `public_id` was drawn with the form: a form that was sent twice gives the meeting that its first sending made.
    """
    columns = columns | {"co_host_accepted_at": co_hosting.consent(session, columns["named_co_host"], host, partnership, by)}
    try:
        with session.begin_nested():
            made = Meeting(
                public_id=public_id, kind=kind, partnership=partnership, created_by=by, host=host, host_id=host.id, **columns
            )
            made.agenda = _items(agenda)
            session.add(made)
    except IntegrityError:
        return _made_already(session, public_id, by)
    co_hosting.write_to_named(session, made, by)
    return made


def _made_already(session: Session, public_id: str, by: User) -> Meeting:
    found = session.scalar(sa.select(Meeting).where(Meeting.public_id == public_id, Meeting.created_by == by))
    if found is None:
        raise Refusal("Ce formulaire ne peut pas être enregistré : ouvrez-en un nouveau.")
    return found


def change(
    session: Session, meeting: Meeting, columns: dict[str, Any], agenda: Iterable[Item], revision: int | None, by: User
) -> None:
    """Change what it says. Refuses what is over, a page opened before another change, fewer places than are held.

    More places go to the waiting list at once. A co-host newly named is asked.
    """
    meeting = lock(session, meeting)
    _only_changing(meeting)
    only_fresh(meeting, revision)
    named = columns["named_co_host"]
    is_new_co_host = meeting.co_host_id != (named.id if named else None)
    if is_new_co_host:
        accepted = co_hosting.consent(session, named, meeting.host, meeting.partnership, by)
        columns = columns | {"co_host_accepted_at": accepted}
    _check_places(meeting, columns)
    _check_registrations(session, meeting, columns)
    for name, value in columns.items():
        setattr(meeting, name, value)
    _replace_agenda(session, meeting, agenda)
    touch(meeting)
    session.flush()
    if meeting.status is Status.ANNOUNCED:
        promote(session, meeting, now())
    if is_new_co_host:
        co_hosting.write_to_named(session, meeting, by)


def discard(session: Session, meeting: Meeting) -> None:
    """Erase a draft. Refuses what was announced, which is cancelled instead."""
    meeting = lock(session, meeting)
    if meeting.status is not Status.DRAFT:
        raise Refusal("Cette rencontre a été annoncée : elle s’annule, et ne s’efface pas.")
    session.delete(meeting)


def only_fresh(meeting: Meeting, revision: int | None) -> None:
    """Refuse a page that was opened before the last change."""
    if revision != meeting.revision:
        raise Stale


def touch(meeting: Meeting) -> None:
    """Note that it has changed."""
    meeting.revision += 1
    meeting.updated_at = now()


def _only_changing(meeting: Meeting) -> None:
    if meeting.status in OVER:
        raise Refusal(OVER[meeting.status])


def _check_places(meeting: Meeting, columns: dict[str, Any]) -> None:
    capacity, walk_in = columns["capacity"], columns["walk_in_places"]
    if capacity is not None and capacity - walk_in < meeting.places_held:
        held = plural(meeting.places_held, "place est déjà prise", "places sont déjà prises")
        least = meeting.places_held + walk_in
        kept = f" ; avec {plural(walk_in, 'gardée', 'gardées')} à la volée, il en faut {least} au moins" if walk_in else ""
        raise Mistake(f"{held} ou proposées{kept}.", "capacity")


def _check_registrations(session: Session, meeting: Meeting, columns: dict[str, Any]) -> None:
    if columns["takes_registrations"] or not meeting.takes_registrations:
        return
    living = sa.select(sa.func.count()).where(Registration.meeting_id == meeting.id, Registration.place.in_(LIVING))
    number = session.scalar(living) or 0
    if number:
        there = plural(number, "inscription est en cours", "inscriptions sont en cours")
        raise Mistake(f"{there} : fermez plutôt les inscriptions, depuis la page de la rencontre.", "takes_registrations")


def _items(agenda: Iterable[Item]) -> list[AgendaItem]:
    return [
        AgendaItem(rank=rank, starts_at=one.starts_at, title=one.title, detail=one.detail) for rank, one in enumerate(agenda, 1)
    ]


def _replace_agenda(session: Session, meeting: Meeting, agenda: Iterable[Item]) -> None:
    """The old lines go first: two lines of one rank are refused."""
    meeting.agenda = []
    session.flush()
    meeting.agenda = _items(agenda)
