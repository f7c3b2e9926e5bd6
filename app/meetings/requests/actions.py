"""Asking for a meeting in a region, taking it back, and answering all the requests of a region by a meeting."""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.clock import now
from app.directory.memberships.queries import intermediaries_of, people_of
from app.directory.models import Institution
from app.errors import Refusal
from app.formats import french_date
from app.mail.outbox import post
from app.meetings.locking import lock
from app.meetings.models import Meeting, MeetingKind, Status
from app.meetings.requests import mails, queries
from app.meetings.requests.models import MeetingRequest
from app.partnerships.refusals import Mistake
from geo.territories import Territory


def ask(session: Session, institution: Institution, region: Territory, words: str, by: User) -> MeetingRequest:
    """Ask for a meeting; those who play the agency's part there are told. Refuses what the institution has asked already."""
    request = MeetingRequest(institution=institution, region=region, words=words or None, asked_by=by, asked_at=now())
    try:
        with session.begin_nested():
            session.add(request)
    except IntegrityError:
        raise Mistake(_already(session, institution, region), "who") from None
    told = session.scalars(intermediaries_of(region.id))
    post(session, mails.asked(request), [one for one in told if one.id != by.id])
    return request


def withdraw(session: Session, request: MeetingRequest) -> None:
    """Take a request back. Refuses one that is over."""
    held = sa.select(MeetingRequest).where(MeetingRequest.id == request.id).with_for_update(of=MeetingRequest)
    request = session.scalars(held.execution_options(populate_existing=True)).one()
    if request.answered_at is not None:
        raise Refusal("Une rencontre régionale a répondu à cette demande : il n’y a plus rien à retirer.")
    if request.withdrawn_at is not None:
        raise Refusal("Cette demande est déjà retirée.")
    request.withdrawn_at = now()


def answer_requests(session: Session, meeting: Meeting) -> int:
    """Mark the requests of its region as answered by a regional meeting, tell those who asked, and give how many.

    Only what its announcing makes true: nothing for a meeting of another kind, not announced, or over. An institution to which
    the meeting is not open goes on waiting. Called again, or by two at once, it answers and tells each request once.
    """
    meeting = lock(session, meeting)
    region = meeting.territory.region if meeting.territory else None
    if meeting.kind is not MeetingKind.REGIONAL or meeting.status is not Status.ANNOUNCED or region is None:
        return 0
    if meeting.starts_at <= now():
        return 0
    # Whoever answers the same requests by another meeting waits here, then finds them answered.
    held = queries.in_region(region.id).with_for_update(of=MeetingRequest).execution_options(populate_existing=True)
    answered = [one for one in session.scalars(held).unique().all() if _may_come(session, meeting, one.institution)]
    for request in answered:
        request.answered_at, request.answered_by = now(), meeting
        post(session, mails.answered(request, meeting), _who_asked(session, request))
    session.flush()
    return len(answered)


def _may_come(session: Session, meeting: Meeting, institution: Institution) -> bool:
    return bool(session.scalar(sa.select(sa.exists().where(queries.may_come(meeting, institution)))))


def _who_asked(session: Session, request: MeetingRequest) -> Iterable[User]:
    """The people of the institution, who may change from the day of the request to that of the answer."""
    return session.scalars(people_of(request.institution)).all()


def _already(session: Session, institution: Institution, region: Territory) -> str:
    same = session.scalar(queries.same_open(institution, region.id))
    since = f" le {french_date(same.asked_at)}" if same is not None else ""
    return f"Votre structure a déjà demandé{since} une rencontre dans cette région : la demande compte, et attend sa réponse."
