"""A stored meeting in a form, and what differs between two forms: what another organiser wrote meanwhile."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from geoalchemy2 import Geometry
from sqlalchemy.orm import Session

from app.directory.places import label
from app.formats import french_date
from app.forms import BaseForm
from app.meetings.agenda import AgendaField
from app.meetings.fields import shown_hour
from app.meetings.forms import (
    AT_ADDRESS,
    AT_HOST,
    AT_INSTITUTION,
    ONLINE,
    AboutForm,
    MoveForm,
    WhenForm,
    WhereForm,
    day_of,
    offer_choices,
)
from app.meetings.models import Meeting
from geo.territories import Territory

#: Fields that carry an answer to a question of the page, or the page itself: nobody reads them.
SILENT = ("revision", "csrf_token", "note", "host", "key")


def fill(session: Session, form: AboutForm | MoveForm, meeting: Meeting) -> None:
    """Show what is stored in each part that the form has."""
    form.revision.data = str(meeting.revision)
    if isinstance(form, WhenForm):
        form.show_when(meeting.starts_at, meeting.ends_at)
    if isinstance(form, WhereForm):
        _fill_where(session, form, meeting)
    if isinstance(form, AboutForm):
        _fill_about(session, form, meeting)


def _fill_where(session: Session, form: WhereForm, meeting: Meeting) -> None:
    form.online_url.data, form.access.data = meeting.online_url, meeting.access
    if meeting.place is not None:
        form.where.data = AT_HOST if meeting.place_id == meeting.host_id else AT_INSTITUTION
        if form.where.data == AT_INSTITUTION:
            form.place.data, form.place_meant.data = meeting.place.name, meeting.place.public_id
            offer_choices(form.place_meant, [(meeting.place.public_id, meeting.place.name)])
    elif meeting.address is not None:
        form.where.data, form.address.data = AT_ADDRESS, meeting.address
        form.commune.data = label(meeting.territory) if meeting.territory else ""
        form.point.data = _point_said(session, meeting)
    else:
        form.where.data = ONLINE
        form.region.data = label(meeting.territory) if meeting.territory else ""


def _point_said(session: Session, meeting: Meeting) -> str:
    point = sa.cast(Meeting.point, Geometry)
    found = session.execute(sa.select(sa.func.ST_Y(point), sa.func.ST_X(point)).where(Meeting.id == meeting.id)).one()
    return "" if found[0] is None else f"{found[0]:.6f}, {found[1]:.6f}"


def _fill_about(session: Session, form: AboutForm, meeting: Meeting) -> None:
    for name in ("title", "summary", "themes", "for_kinds", "takes_registrations", "needs_approval", "asks_lunch"):
        form[name].data = getattr(meeting, name)
    for name in ("contact_email", "contact_phone"):
        form[name].data = getattr(meeting, name)
    form.openness.data = meeting.openness.value
    if (named := meeting.named_co_host) is not None:
        form.co_host.data, form.co_host_meant.data = named.name, named.public_id
        offer_choices(form.co_host_meant, [(named.public_id, named.name)])
    if meeting.for_territories:
        found = session.scalars(sa.select(Territory).where(Territory.id.in_(meeting.for_territories)))
        form.for_territories.data = "\n".join(sorted(label(one) for one in found))
    form.capacity.data = str(meeting.capacity) if meeting.capacity is not None else ""
    form.walk_in_places.data = str(meeting.walk_in_places) if meeting.walk_in_places else ""
    for stored, day, hour in (
        (meeting.registration_opens_at, form.opens_day, form.opens_hour),
        (meeting.registration_closes_at, form.closes_day, form.closes_hour),
    ):
        if stored is not None:
            day.data, hour.data = day_of(stored), shown_hour(stored)
    form.agenda.fill(meeting.agenda)


def differences(typed: BaseForm, stored: BaseForm) -> list[tuple[str, str]]:
    """The fields that do not say the same: (label, what is stored)."""
    return [
        (field.label.text, _shown(stored[name]))
        for name, field in typed._fields.items()
        if name not in SILENT and not name.endswith(("_meant", "_ticked"))
        if _plain(field) != _plain(stored[name])
    ]


def _plain(field: Any) -> Any:
    """What a field says, in a form that compares."""
    if isinstance(field, AgendaField):
        return [(one.hour, one.title, one.detail) for one in field.lines if not one.is_empty]
    return sorted(field.data) if isinstance(field.data, list) else field.data or ""


def _shown(field: Any) -> str:
    """What a field says, to be read."""
    if isinstance(field, AgendaField):
        said = "; ".join(f"{one.hour} {one.title}".strip() for one in field.lines if not one.is_empty)
    elif isinstance(field.data, bool):
        said = "oui" if field.data else "non"
    elif isinstance(field.data, date):
        said = french_date(field.data)
    elif choices := dict(_choices(field)):
        codes = field.data if isinstance(field.data, list) else [field.data]
        said = ", ".join(choices.get(code) or code for code in codes if code)
    else:
        said = str(field.data or "")
    return said or "rien"


def _choices(field: Any) -> list[tuple[str, str]]:
    found = getattr(field, "choices", None) or []
    return [(one.value, one.label) if hasattr(one, "value") else (one[0], one[1]) for one in found]
