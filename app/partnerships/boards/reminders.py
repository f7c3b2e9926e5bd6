"""Reminders of what stalls: they stop when it is handled, can be put off, and are armed again when it stalls anew."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from functools import partial

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.clock import now
from app.directory.memberships.permissions import region_of
from app.directory.memberships.queries import followers_of, people_of
from app.errors import Refusal
from app.mail.outbox import post
from app.partnerships.agreements import actions as agreements
from app.partnerships.agreements.models import Agreement
from app.partnerships.agreements.queries import ending_soon
from app.partnerships.boards import mails
from app.partnerships.boards.models import Reminder, Stall
from app.partnerships.boards.queries import stalled_partnerships
from app.partnerships.models import Partnership

#: A person is not reminded of the same thing more often.
AGAIN_AFTER = timedelta(days=30)
SNOOZES = {7: "une semaine", 30: "un mois", 90: "trois mois"}


def work(session: Session, day: date) -> Iterator[tuple[str, Callable[[], int]]]:
    """Everything that stalls at `day`, and the agreements that end soon: one piece of work each, to run and commit apart.

    With each, what it is about, as a log may name it. A piece gives how many people, or agreements, it reminded. It reads
    its rows itself: what was read for all is forgotten once another piece was committed.
    """
    for number in session.scalars(stalled_partnerships(day).with_only_columns(Partnership.id)).all():
        yield f"partnership {number}", partial(remind_of_stall, session, number, day)
    for number in session.scalars(ending_soon(day).with_only_columns(Agreement.id)).all():
        yield f"agreement {number}", partial(remind_of_end, session, number, day)


def remind(session: Session, day: date) -> int:
    """Do all the work at once; give how much was reminded."""
    return sum(piece() for _, piece in work(session, day))


def remind_of_stall(session: Session, partnership_id: int, day: date) -> int:
    """Tell whoever can do something about a partnership, if it still stalls; give how many were told.

    Each person is told once, and again after thirty days if nothing has moved. Preferences are read when mails leave.
    """
    row = session.execute(stalled_partnerships(day).where(Partnership.id == partnership_id)).one_or_none()
    if row is None:
        return 0
    stall = Stall(row.stall)
    people = [
        one
        for one in _concerned(session, row.Partnership, stall)
        if _note(session, row.Partnership, one, stall, row.stalled_since, day)
    ]
    post(session, mails.stalled(row.Partnership, stall, row.stalled_since.date()), to=people)
    return len(people)


def remind_of_end(session: Session, agreement_id: int, day: date) -> int:
    """Tell both sides, once, that an agreement ends soon; 0 when another timer does it, or did."""
    free = ending_soon(day).where(Agreement.id == agreement_id).with_for_update(skip_locked=True, of=[Partnership, Agreement])
    agreement = session.scalar(free)
    if agreement is None:
        return 0
    agreements.remind(session, agreement)
    return 1


def snooze(session: Session, partnership: Partnership, user: User, day: date, days: int) -> date:
    """Send this person no reminder of this partnership for a while; give the day from which they come again."""
    if days not in SNOOZES:
        raise Refusal("Choisissez une semaine, un mois ou trois mois.")
    until = day + timedelta(days=days)
    rows = [{"partnership_id": partnership.id, "user_id": user.id, "stall": stall, "snoozed_until": until} for stall in Stall]
    put_off = insert(Reminder).values(rows)
    key = ["partnership_id", "user_id", "stall"]
    session.execute(put_off.on_conflict_do_update(index_elements=key, set_={"snoozed_until": until}))
    return until


def _concerned(session: Session, partnership: Partnership, stall: Stall) -> list[User]:
    """Who can do something: the side that has to answer; else both, and whoever follows the region when all is silent."""
    exchange, waiting = partnership.exchange, partnership.waiting
    if stall is Stall.CONFIRMATION and waiting is not None and waiting.side is not None:
        people: Iterable[User] = session.scalars(people_of(exchange.institution(waiting.side.other)))
        return [one for one in people if one.id != waiting.by_id]
    found = [*session.scalars(people_of(exchange.cite)), *session.scalars(people_of(exchange.partner))]
    region_id = region_of(exchange.partner)
    if stall is Stall.SILENCE and region_id is not None:
        found += session.scalars(followers_of(region_id))
    return list({one.id: one for one in found}.values())


def _note(session: Session, partnership: Partnership, user: User, stall: Stall, since: object, day: date) -> bool:
    """Note that this person is reminded now; False when they were already, or have put it off.

    One statement: of two timers at once, one alone reminds.
    """
    row = insert(Reminder).values(partnership_id=partnership.id, user_id=user.id, stall=stall, sent_at=now())
    armed = sa.and_(
        sa.or_(Reminder.snoozed_until.is_(None), Reminder.snoozed_until <= day),
        sa.or_(Reminder.sent_at.is_(None), Reminder.sent_at < since, Reminder.sent_at <= now() - AGAIN_AFTER),
    )
    noted = row.on_conflict_do_update(
        index_elements=["partnership_id", "user_id", "stall"], set_={"sent_at": now()}, where=armed
    ).returning(Reminder.user_id)
    return session.scalar(noted) is not None
