"""What a place offers to all: its workshops month by month, without account."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from flask import abort, render_template, request

from app.clock import PARIS, today
from app.directory import queries as directory_queries
from app.directory.models import Institution
from app.extensions import db
from app.meetings.models import Meeting
from app.meetings.programme import months
from app.meetings.programme.months import Month
from app.meetings.workshops import queries
from app.meetings.workshops.blueprint import workshops
from app.meetings.workshops.leaflet import MOST_WORKSHOPS


@dataclass(frozen=True)
class Offer:
    """The workshops of a month in a place; `welcoming` are those of partnerships whose charter says so."""

    institution: Institution
    month: Month
    days: list[tuple[date, list[Meeting]]]
    welcoming: frozenset[int]

    @property
    def workshops(self) -> list[Meeting]:
        return [one for _, found in self.days for one in found]

    @property
    def is_welcoming(self) -> bool:
        """Whether all are free and anonymous: it is then said once."""
        return bool(self.days) and all(one.partnership_id in self.welcoming for one in self.workshops)

    def says_welcome(self, meeting: Meeting) -> bool:
        """Whether it is said of this one."""
        return not self.is_welcoming and meeting.partnership_id in self.welcoming


@workshops.app_template_global()
def offers_workshops(institution: Institution) -> bool:
    """Whether an institution has workshops to come that anybody may see, for its sheet."""
    return db.session.scalar(queries.next_offered(institution)) is not None


@workshops.get("/annuaire/<public_id>/ateliers")
def offered(public_id: str) -> str:
    """The workshops of a month in a place: the month asked for, or that of the next workshop."""
    offer = offer_of(public_id)
    return render_template(
        "workshops/public.html", offer=offer, institution=offer.institution, this_month=months.month_of(today())
    )


def period_asked(month: str, year: str) -> tuple[date, date, str]:
    """The first and last day of the month or of the year that was asked for, and how it is said; by default, this year."""
    if month:
        asked = months.read(month) or abort(404)
        return asked.first, asked.last, str(asked)
    known = months.read(f"{year or today().year}-01") or abort(404)
    return known.first, date(known.first.year, 12, 31), str(known.first.year)


def offer_of(public_id: str) -> Offer:
    """What a place offers in the month asked for."""
    institution: Institution = db.session.scalar(directory_queries.by_public_id(public_id)) or abort(404)
    month = _month(institution)
    of_month = queries.between(month.first, month.last)
    found = db.session.scalars(queries.offered_by(institution).where(of_month).limit(MOST_WORKSHOPS)).all()
    ids = {one.partnership_id for one in found if one.partnership_id is not None}
    welcoming = frozenset(db.session.scalars(queries.welcoming(ids))) if ids else frozenset()
    return Offer(institution, month, _by_day(found), welcoming)


def _month(institution: Institution) -> Month:
    code = request.args.get("mois", "")
    if code:
        return months.read(code) or abort(404)
    following = db.session.scalar(queries.next_offered(institution))
    return months.month_of(following.astimezone(PARIS).date() if following else today())


def _by_day(meetings: Iterable[Meeting]) -> list[tuple[date, list[Meeting]]]:
    parted = groupby(meetings, key=lambda meeting: meeting.starts_at.astimezone(PARIS).date())
    return [(day, list(found)) for day, found in parted]
