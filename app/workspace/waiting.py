"""What waits for a person, whatever the subject: one source a line, each a select of its subject and how to say one row.

Nothing here names the other side of an introduction: it says what is asked of the person's own institution.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import url_for
from sqlalchemy.orm import Session

from app.clock import today
from app.directory.edition.queries import waiting_for as reports_for
from app.directory.memberships.permissions import Actor
from app.directory.memberships.queries import waiting_for as requests_for
from app.formats import french_date
from app.matchmaking.interests.queries import declarations_waiting_for
from app.matchmaking.interests.queries import waiting_for as interests_for
from app.matchmaking.introductions.queries import waiting_for as introductions_for
from app.matchmaking.proposals.queries import waiting_for as proposals_for
from app.partnerships.agreements.queries import charter_waiting_for
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


def gather(session: Session, actor: Actor) -> list[Group]:
    """The groups in which something waits for this person."""
    groups = []
    for source in SOURCES:
        rows = session.scalars(source.select(actor)).unique().all()
        if rows:
            lines = [source.line(row, actor) for row in rows[:SHOWN]]
            groups.append(Group(source.title, lines, len(rows), url_for(source.all_endpoint)))
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


def _declaration(one: Any, _actor: Actor) -> Line:
    return Line(
        f"Intérêt déclaré sans compte : {one.library_name}, {one.commune.name}",
        one.confirmed_at,
        url_for("interests.declaration", declaration_id=one.public_id),
    )


def _report(one: Any, _actor: Actor) -> Line:
    href = url_for("edition.queue") + f"#signalement-{one.public_id}"
    return Line(f"Une erreur est signalée sur la fiche de {one.institution.name}", one.reported_at, href)


SOURCES = (
    Source("Mises en relation", introductions_for, _introduction, "introductions.index"),
    Source("Propositions", proposals_for, _proposal, "exchanges.index"),
    Source("Étapes à confirmer", confirmations_for, _confirmation, "boards.mine"),
    Source("Chartes à accepter", lambda actor: charter_waiting_for(actor, today()), _charter, "boards.mine"),
    Source("Demandes de rattachement", requests_for, _request, "memberships.requests"),
    Source("Intérêts à renouveler", interests_for, _interest, "interests.index"),
    Source("Intérêts à rattacher à une fiche", declarations_waiting_for, _declaration, "interests.declarations"),
    Source("Erreurs signalées", reports_for, _report, "edition.queue"),
)
