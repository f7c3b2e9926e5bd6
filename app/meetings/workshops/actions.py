"""What plans several workshops at once, and counts who came to each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy.orm import Session

from app.accounts.models import User
from app.clock import PARIS, now
from app.directory.models import Institution
from app.errors import Refusal
from app.formats import french_date, plural
from app.meetings.fields import NoSuchHour, moment
from app.meetings.locking import lock
from app.meetings.models import Meeting, MeetingKind, Openness, Status
from app.meetings.organising import actions as organising
from app.meetings.workshops import mails, queries
from app.partnerships import actions as partnership_actions
from app.partnerships.models import Partnership, Step
from app.partnerships.refusals import Mistake


@dataclass(frozen=True)
class Wanted:
    """Workshops of one title on several days, at the same hours of Paris."""

    title: str
    days: Sequence[date]
    starts: time
    ends: time
    place: Institution
    summary: str = ""
    capacity: int | None = None
    walk_in_places: int = 0
    takes_registrations: bool = False
    is_announced: bool = True


def plan(session: Session, partnership: Partnership, wanted: Wanted, by: User) -> list[Meeting]:
    """Add the workshops, hosted by the side where they are held, the other side beside it.

    Refuses a partnership that is closed, an hour that does not exist that day, and a workshop that is there already: of two
    who send the same form, the second is told so.
    """
    partnership_actions.lock(session, partnership)
    if partnership.step is Step.CLOSED:
        raise Refusal("Ce partenariat est clos : on n’y programme plus d’atelier.")
    hours = [(_instant(day, wanted.starts), _instant(day, wanted.ends)) for day in wanted.days]
    _none_is_there(session.scalars(queries.same_workshop(partnership, wanted.title)), hours)
    made = [_workshop(partnership, wanted, start, end, by) for start, end in hours]
    session.add_all(made)
    session.flush()
    if wanted.is_announced:
        mails.post_planned(session, partnership, made, by)
    return made


@dataclass(frozen=True)
class Count:
    """How many came to a workshop; `before` is what was known of it when that was typed."""

    meeting: Meeting
    attendance: int
    before: int | None


def count(session: Session, what: Count, by: User) -> None:
    """Say how many came to a workshop: it was held. Said again, it is a correction, of which a trace is kept.

    Refuses a workshop that is not announced, has not begun, or that somebody else has counted meanwhile.
    """
    meeting = lock(session, what.meeting)
    if meeting.kind is not MeetingKind.WORKSHOP:
        raise Refusal("Seule la fréquentation d’un atelier se compte ici.")
    if meeting.attendance != what.before:
        known = plural(meeting.attendance or 0, "personne")
        raise Refusal(f"quelqu’un d’autre vient de noter {known} : relisez ce nombre avant de le corriger.")
    if meeting.status is Status.HELD and meeting.attendance == what.attendance:
        return
    organising.hold(session, meeting, what.attendance, meeting.outcome or "", by)
    session.flush()


def count_several(session: Session, counts: Iterable[Count], by: User) -> int:
    """Count several workshops, all or none; in the order of their ids, so that two who do it at once do not wait in a ring."""
    ordered = sorted(counts, key=lambda one: one.meeting.id)
    for one in ordered:
        said = f"« {one.meeting.title} », {french_date(one.meeting.starts_at)}"
        try:
            count(session, one, by)
        except Refusal as refusal:
            raise Refusal(f"Rien n’est enregistré. {said} : {refusal}") from None
    return len(ordered)


def _instant(day: date, hour: time) -> datetime:
    try:
        return moment(day, hour)
    except NoSuchHour as error:
        raise Mistake(str(error), "days") from None


def _none_is_there(there: Iterable[datetime], hours: Iterable[tuple[datetime, datetime]]) -> None:
    known = set(there)
    twice = [french_date(start.astimezone(PARIS)) for start, _ in hours if start in known]
    if twice:
        raise Mistake(f"Cet atelier est déjà au programme, à la même heure : {', '.join(twice)}.", "days")


def _workshop(partnership: Partnership, wanted: Wanted, start: datetime, end: datetime, by: User) -> Meeting:
    exchange = partnership.exchange
    at_cite = wanted.place.id == exchange.cite_id
    host, co_host = (exchange.cite, exchange.partner) if at_cite else (exchange.partner, exchange.cite)
    return Meeting(
        kind=MeetingKind.WORKSHOP,
        status=Status.ANNOUNCED if wanted.is_announced else Status.DRAFT,
        announced_at=now() if wanted.is_announced else None,
        title=wanted.title,
        summary=wanted.summary or None,
        host_id=host.id,
        co_host_id=co_host.id,
        co_host_accepted_at=now(),
        partnership_id=partnership.id,
        starts_at=start,
        ends_at=end,
        place_id=wanted.place.id,
        territory_id=wanted.place.territory_id,
        themes=list(partnership.themes),
        openness=Openness.PUBLIC,
        takes_registrations=wanted.takes_registrations,
        capacity=wanted.capacity,
        walk_in_places=wanted.walk_in_places,
        created_by_id=by.id,
    )
