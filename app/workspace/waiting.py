"""What waits for a person, whatever the subject: one source a line, each a select of its subject and how to say one row.

Nothing here names the other side of an introduction: it says what is asked of the person's own institution.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import url_for
from sqlalchemy.orm import Session

from app.clock import now, today
from app.directory.edition.queries import waiting_for as reports_for
from app.directory.memberships.permissions import Actor
from app.directory.memberships.queries import waiting_for as requests_for
from app.formats import french_date, french_time
from app.matchmaking.interests.masking import masked
from app.matchmaking.interests.models import Act, Interest
from app.matchmaking.interests.permissions import can_name_author
from app.matchmaking.interests.queries import TOWARD_US, declarations_waiting_for, to_answer
from app.matchmaking.interests.queries import waiting_for as interests_for
from app.matchmaking.introductions.models import Introduction
from app.matchmaking.introductions.queries import waiting_for as introductions_for
from app.matchmaking.proposals.queries import waiting_for as proposals_for
from app.meetings.awaiting import offers_to, to_approve, to_conclude
from app.meetings.invitations.queries import waiting_for as invitations_for
from app.meetings.queries import asked_to_co_host
from app.meetings.registrations.links import token_of
from app.meetings.requests.queries import waiting_for as meeting_requests_for
from app.partnerships.agreements.queries import charter_waiting_for
from app.partnerships.exchanges.queries import unread_for
from app.partnerships.queries import waiting_for as confirmations_for

#: How many of each are shown before « tout voir ».
SHOWN = 5


@dataclass(frozen=True)
class Line:
    """One thing that waits: what it is, since when, and the page where it is answered."""

    text: str
    since: datetime
    href: str
    detail: str = ""


@dataclass(frozen=True)
class Group:
    """The things of one kind that wait, the first to answer first; `total` counts those not shown too."""

    title: str
    lines: list[Line]
    total: int
    all_href: str


@dataclass(frozen=True)
class Source:
    """Where things to answer come from: the title of their list, their select, how to say one, the page of them all."""

    title: str
    select: Callable[[Actor], sa.Select]
    line: Callable[[Any, Actor], Line]
    all_endpoint: str
    all_values: dict[str, Any] = field(default_factory=dict)


def gather(session: Session, actor: Actor) -> list[Group]:
    """The groups in which something waits for this person."""
    groups = []
    for source in SOURCES:
        rows = session.scalars(source.select(actor)).unique().all()
        if rows:
            lines = [source.line(row, actor) for row in rows[:SHOWN]]
            groups.append(Group(source.title, lines, len(rows), url_for(source.all_endpoint, **source.all_values)))
    return groups


def _introduction(one: Any, actor: Actor) -> Line:
    own = one.cite if actor.speaks_for(one.cite) and not actor.is_member_of(one.partner) else one.partner
    return Line(
        f"Une mise en relation est proposée à {own.name}",
        one.introduced_at,
        url_for("introductions.show", introduction_id=one.public_id),
        f"sans réponse, elle expire le {french_date(one.expires_at)}",
    )


def _proposal(one: Any, _actor: Actor) -> Line:
    href = url_for("proposals.show", proposal_id=one.public_id)
    by = one.exchange.institution(one.side)
    return Line(f"{by.name} vous propose : {one.format.label}", one.sent_at, href)


def _message(one: Any, _actor: Actor) -> Line:
    href = url_for("exchanges.show", exchange_id=one.exchange.public_id, _anchor="messages")
    return Line(f"{one.exchange.institution(one.side).name} vous a écrit", one.sent_at, href)


def _confirmation(one: Any, _actor: Actor) -> Line:
    partnership = one.partnership
    by = partnership.exchange.institution(one.side)
    return Line(
        f"{by.name} vous demande de confirmer une étape : {one.step.label}",
        one.recorded_at,
        url_for("partnerships.show", partnership_id=partnership.public_id),
    )


def _charter(one: Any, _actor: Actor) -> Line:
    return Line(
        f"Il ne manque que la charte pour ouvrir le centre associé de {one.exchange.partner.name}",
        one.step_since,
        url_for("agreements.index", partnership_id=one.public_id, _anchor="charte"),
    )


def _request(one: Any, _actor: Actor) -> Line:
    href = url_for("memberships.show", request_id=one.public_id)
    return Line(f"{one.user} demande à parler pour {one.institution.name}", one.asked_at, href)


def _interest(one: Any, _actor: Actor) -> Line:
    href = url_for("interests.renewal", interest_id=one.public_id)
    return Line(f"Un intérêt de {one.author.name} est-il toujours d’actualité ?", one.renewed_at, href)


def _to_answer(actor: Actor) -> sa.Select:
    """What is said of this person's institutions and still has no answer: asking for an introduction is one."""
    return to_answer(actor).where(~sa.exists().where(Introduction.interest_id == Interest.id))


def _said_of_us(one: Any, actor: Actor) -> Line:
    href = url_for("interests.show", interest_id=one.public_id)
    if one.act is Act.SUGGESTED:
        return Line(f"Une piste est suggérée pour : {one.about.name}", one.declared_at, href)
    who = one.author.name if can_name_author(actor, one) else masked(one.author)
    verb = "souhaite travailler avec" if one.act is Act.WANTED else "manifeste un intérêt pour"
    return Line(f"{who[0].upper()}{who[1:]} {verb} : {one.toward_institution.name}", one.declared_at, href)


def _declaration(one: Any, _actor: Actor) -> Line:
    return Line(
        f"Intérêt déclaré sans compte : {one.library_name}, {one.commune.name}",
        one.confirmed_at,
        url_for("interests.declaration", declaration_id=one.public_id),
    )


def _report(one: Any, _actor: Actor) -> Line:
    href = url_for("edition.queue") + f"#signalement-{one.public_id}"
    return Line(f"Une erreur est signalée sur la fiche de {one.institution.name}", one.reported_at, href)


def _offer(one: Any, _actor: Actor) -> Line:
    until = f"{french_date(one.offer_expires_at)} à {french_time(one.offer_expires_at)}"
    href = url_for("registrations.show", token=token_of(one))
    return Line(f"Des places vous sont proposées : {one.meeting.title}", one.asked_at, href, f"jusqu’au {until}")


def _invitation(one: Any, _actor: Actor) -> Line:
    href = url_for("meetings.show", meeting_id=one.meeting.public_id)
    return Line(
        f"{one.institution.name} est invitée à une rencontre : {one.meeting.title}",
        one.invited_at,
        href,
        f"le {french_date(one.meeting.starts_at)}",
    )


def _co_hosting(one: Any, _actor: Actor) -> Line:
    href = url_for("meetings.co_hosting", meeting_id=one.public_id)
    return Line(f"{one.host.name} vous propose d’organiser avec elle : {one.title}", one.created_at, href)


def _to_approve(one: Any, _actor: Actor) -> Line:
    who = one.institution.name if one.institution else one.organisation or "Une personne sans structure"
    href = url_for("registrations.index", meeting_id=one.meeting.public_id)
    return Line(f"{who} demande à s’inscrire : {one.meeting.title}", one.asked_at, href)


def _to_conclude(one: Any, _actor: Actor) -> Line:
    href = url_for("meetings.holding", meeting_id=one.public_id)
    return Line(f"{one.kind.label} à confirmer : {one.title}", one.ends_at, href)


def _meeting_request(one: Any, _actor: Actor) -> Line:
    href = url_for("meeting_requests.region", region_id=one.region_id)
    return Line(f"{one.institution.name} demande une rencontre : {one.region.name}", one.asked_at, href)


SOURCES = (
    Source("Places proposées", offers_to, _offer, "meetings.mine"),
    Source("Invitations", invitations_for, _invitation, "meetings.mine"),
    Source("Rencontres à organiser avec d’autres", lambda actor: asked_to_co_host(actor, now()), _co_hosting, "meetings.mine"),
    Source("Inscriptions à approuver", to_approve, _to_approve, "meetings.mine"),
    Source("Rencontres passées, à confirmer", to_conclude, _to_conclude, "meetings.mine"),
    Source("Demandes de rencontre", meeting_requests_for, _meeting_request, "meeting_requests.index"),
    Source("Mises en relation", introductions_for, _introduction, "introductions.index"),
    Source("Propositions", proposals_for, _proposal, "exchanges.index"),
    Source("Messages non lus", unread_for, _message, "exchanges.index"),
    Source("Étapes à confirmer", confirmations_for, _confirmation, "boards.mine"),
    Source("Chartes à accepter", lambda actor: charter_waiting_for(actor, today()), _charter, "boards.mine"),
    Source("Demandes de rattachement", requests_for, _request, "memberships.requests"),
    Source("Intérêts, souhaits et pistes vers vous", _to_answer, _said_of_us, "interests.index", {"vue": TOWARD_US}),
    Source("Intérêts à renouveler", interests_for, _interest, "interests.index"),
    Source("Intérêts à rattacher à une fiche", declarations_waiting_for, _declaration, "interests.declarations"),
    Source("Erreurs signalées", reports_for, _report, "edition.queue"),
)
