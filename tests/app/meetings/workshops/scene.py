"""A partnership whose library holds workshops, and short ways to add some; the people are invented."""

import html
import re
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.accounts.models import User
from app.meetings.fields import moment, read_hour
from app.meetings.models import Meeting, MeetingKind, Status
from app.partnerships.models import Partnership
from tests import factories, meeting_factories
from tests.app.partnerships.boards.stalls import partnership


@dataclass
class Workshops:
    session: Session
    partnership: Partnership
    of_cite: User
    of_partner: User

    @property
    def url(self) -> str:
        return f"/partenariats/{self.partnership.public_id}/programme"

    def add(self, day: date, hour: str = "14 h", title: str = "S’informer sur la VAE", **columns: object) -> Meeting:
        """A workshop announced by the library beside the Cité."""
        exchange = self.partnership.exchange
        known = {
            "kind": MeetingKind.WORKSHOP,
            "co_host": exchange.cite,
            "partnership": self.partnership,
            "starts_at": at(day, hour),
            "takes_registrations": False,
        }
        return meeting_factories.meeting(self.session, exchange.partner, title=title, **{**known, **columns})

    def held(self, day: date, attendance: int | None, **columns: object) -> Meeting:
        return self.add(day, status=Status.HELD, attendance=attendance, **columns)


def workshops(session: Session) -> Workshops:
    row = partnership(session)
    of_cite = factories.member(session, row.exchange.cite)
    of_partner = factories.member(session, row.exchange.partner, function="responsable du partenariat")
    return Workshops(session, row, of_cite, of_partner)


def at(day: date, hour: str = "14 h") -> datetime:
    read = read_hour(hour)
    assert read is not None
    return moment(day, read)


def plain(page: str) -> str:
    """The words of a page, with single common spaces."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", page)).split())
