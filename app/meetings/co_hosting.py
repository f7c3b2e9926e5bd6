"""Organising with another institution: named by the host, it stands beside it once one of its own people has accepted."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.models import User
from app.clock import now
from app.directory.models import Institution
from app.mail.outbox import post
from app.meetings import mails
from app.meetings.models import Meeting, Status
from app.meetings.telling import people_of_institutions
from app.partnerships.models import Partnership
from app.partnerships.refusals import Mistake

ITSELF = "C’est la structure qui invite : nommez-en une autre, ou laissez vide."
NOBODY = (
    "Personne n’a encore de compte pour cette structure : elle ne peut pas donner son accord."
    " Laissez vide, et nommez-la dans la présentation si elle vous l’a demandé."
)


def consent(
    session: Session, named: Institution | None, host: Institution, partnership: Partnership | None, by: User
) -> datetime | None:
    """When the consent of a newly named co-host is given at once, by who names it: one of its people, or its partner.

    None: it has to be asked. Refuses the host itself, and an institution of which nobody could answer.
    """
    if named is None:
        return None
    if named.id == host.id:
        raise Mistake(ITSELF, "co_host")
    people = people_of_institutions(session, [named])
    sides = (partnership.exchange.cite_id, partnership.exchange.partner_id) if partnership else ()
    if named.id in sides or by.id in {one.id for one in people}:
        return now()
    if not people:
        raise Mistake(NOBODY, "co_host")
    return None


def write_to_named(session: Session, meeting: Meeting, by: User) -> None:
    """Ask the people of a newly named co-host; those of one that has consented are told, once the meeting is announced."""
    if (named := meeting.named_co_host) is None:
        return
    people = people_of_institutions(session, [named], but=by)
    if meeting.co_host is None:
        post(session, mails.asks_to_co_host(meeting, named), people)
    elif meeting.status is Status.ANNOUNCED:
        post(session, mails.co_hosts(meeting), people)
