"""What the page of a meeting says to one person, and what the page of a person says of meetings."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import url_for
from sqlalchemy.orm import Session

from app.clock import now
from app.directory.edition.models import ThemeKind
from app.directory.edition.queries import themes_named
from app.directory.memberships.permissions import Actor
from app.directory.models import Kind
from app.directory.places import label
from app.meetings import linked_data, queries
from app.meetings.models import Meeting, Openness, Status
from app.meetings.organising.actions import lacking
from app.meetings.permissions import can_answer_co_hosting, can_organise
from app.meetings.registrations.links import token_of
from app.meetings.registrations.models import Place, Registration
from app.meetings.wording import address_said
from app.partnerships.permissions import can_see_partnership
from geo.territories import Territory

#: Where an organiser goes from the page of a meeting: (words, endpoint).
ORGANISER_LINKS = (
    ("Inscriptions", "registrations.index"),
    ("Invitations", "invitations.index"),
    ("Accueil le jour même", "desk.index"),
    ("Tables", "seating.index"),
    ("Compte rendu", "sheets.report"),
)


def gather(session: Session, actor: Actor, meeting: Meeting) -> dict[str, Any]:
    """What the template shows."""
    organises = can_organise(actor, meeting)
    own = list(session.scalars(queries.own_registrations(actor, meeting))) if actor.user else []
    position = session.execute(queries.position_of(meeting)).one()
    url = url_for("meetings.show", meeting_id=meeting.public_id, _external=True)
    return {
        "meeting": meeting,
        "now": now(),
        "organises": organises,
        "asked_to_co_host": meeting.co_host is None and can_answer_co_hosting(actor, meeting),
        "lacking": lacking(meeting) if organises and meeting.status is Status.DRAFT else [],
        "sees_link": sees_link(meeting, organises, own),
        "reserved_for": reserved_for(session, meeting),
        "marks": marks(meeting, position),
        "linked_data": linked_data.describe(meeting, url, position),
        "sees_partnership": meeting.partnership is not None and can_see_partnership(actor, meeting.partnership),
        "links": organiser_links(meeting) if organises and meeting.status is not Status.DRAFT else [],
    }


def themes_of(session: Session, meeting: Meeting) -> list[tuple[str, str]]:
    """Its poles and its axes, in words: (what they are, which)."""
    known = session.scalars(themes_named(meeting.themes)).all() if meeting.themes else []
    both = (("Pôles", ThemeKind.POLE), ("Axes", ThemeKind.AXIS))
    found = [(words, ", ".join(one.label for one in known if one.kind is kind)) for words, kind in both]
    return [one for one in found if one[1]]


def sees_link(meeting: Meeting, organises: bool, own: list[Registration]) -> bool:
    """Whether the online link is shown: to organisers, to those whose place is confirmed, to all where nobody registers."""
    if meeting.online_url is None or meeting.status is Status.CANCELLED:
        return False
    return organises or not meeting.takes_registrations or any(one.place is Place.CONFIRMED for one in own)


def organiser_links(meeting: Meeting) -> list[tuple[str, str]]:
    """The pages of the organisers: (words, address). Registrations have none where nobody registers."""
    return [
        (words, url_for(endpoint, meeting_id=meeting.public_id))
        for words, endpoint in ORGANISER_LINKS
        if meeting.takes_registrations or endpoint not in ("registrations.index", "invitations.index")
    ]


def reserved_for(session: Session, meeting: Meeting) -> str:
    """« bibliothèques, réseaux de lecture publique ; Vaucluse (département 84) »: those for whom it is reserved."""
    if meeting.openness is not Openness.RESERVED:
        return ""
    kinds = [Kind(code).plural for code in meeting.for_kinds]
    asked = sa.select(Territory).where(Territory.id.in_(meeting.for_territories)).order_by(Territory.name)
    territories = [label(one) for one in session.scalars(asked)] if meeting.for_territories else []
    return " ; ".join(", ".join(one) for one in (kinds, territories) if one)


def marks(meeting: Meeting, position: Any) -> list[dict[str, Any]]:
    """The place on the small map; none where its position is not known."""
    if position.longitude is None:
        return []
    shown = meeting.place or meeting.host
    rough = "" if position.exact else "position approximative : le point de la commune"
    return [
        {
            "name": meeting.place.name if meeting.place else "Lieu de la rencontre",
            "kind": shown.kind.value,
            "label": shown.kind.label if meeting.place else "Adresse",
            "longitude": position.longitude,
            "latitude": position.latitude,
            "href": url_for("directory.sheet", public_id=meeting.place.public_id) if meeting.place else "",
            "detail": ", ".join(part for part in (address_said(meeting), rough) if part),
            "main": True,
        }
    ]


#: Each list of a person's meetings is so long at most; what is done in it makes place for what follows.
MOST_SHOWN = 50


@dataclass(frozen=True)
class Mine:
    """The meetings of a person: organised, registered (with the address of each registration), invited."""

    drafts: list[Meeting]
    to_hold: list[Meeting]
    organised: list[Meeting]
    past: list[Meeting]
    registered: list[tuple[Registration, str]]
    invited: list[Meeting]
    asked: list[Meeting]

    @property
    def most(self) -> int:
        return MOST_SHOWN

    @property
    def is_empty(self) -> bool:
        return not (self.drafts or self.to_hold or self.organised or self.past or self.registered or self.invited or self.asked)


def of_person(session: Session, actor: Actor, moment: datetime, most_past: int) -> Mine:
    """What a person organises, comes to and is invited to, the first ones of each; of the past, the latest they organised."""
    own = queries.organised(actor)
    announced = own.where(Meeting.status == Status.ANNOUNCED)
    over = own.where(Meeting.status.in_((Status.HELD, Status.CANCELLED))).order_by(None)
    coming = queries.own_registrations(actor).join(Registration.meeting).where(Meeting.ends_at > moment)

    def first(select: sa.Select) -> list[Any]:
        return list(session.scalars(select.limit(MOST_SHOWN)))

    registered = first(coming.order_by(None).order_by(Meeting.starts_at, Registration.id))
    return Mine(
        drafts=first(own.where(Meeting.status == Status.DRAFT)),
        to_hold=first(announced.where(Meeting.starts_at <= moment)),
        organised=first(announced.where(Meeting.starts_at > moment)),
        past=list(session.scalars(over.order_by(Meeting.starts_at.desc(), Meeting.id.desc()).limit(most_past))),
        registered=[(one, url_for("registrations.show", token=token_of(one))) for one in registered],
        invited=first(queries.invited(actor, moment)),
        asked=first(queries.asked_to_co_host(actor, moment)),
    )
