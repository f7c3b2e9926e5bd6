"""Who is in the permission matrix, and the things whose pages they try to open.

The Cité of Marseille and the library of Manosque know each other; one proposes, the other answers. `agency` plays its part
in their region, `other_agency` in another; `stranger` is signed in, and speaks for a library elsewhere.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.accounts.models import User
from app.clock import now, today
from app.directory.edition.models import ErrorReport
from app.directory.memberships.models import MembershipRequest
from app.directory.models import Institution
from app.directory.vocabulary import Format
from app.matchmaking.interests.models import Act, Interest
from app.matchmaking.introductions.models import Introduction
from app.matchmaking.proposals.models import Proposal, Status
from app.partnerships.exchanges.models import Exchange, Side
from app.partnerships.models import Partnership, Step, StepTaken
from tests import factories

ROLES = ("anonymous", "stranger", "cite", "library", "agency", "other_agency", "administrator")


@dataclass
class Scene:
    """The things by the name of their variable in URLs, and the people by role."""

    cite: Institution
    library: Institution
    exchange: Exchange
    partnership: Partnership
    people: dict[str, User | None]
    values: dict[str, Any] = field(default_factory=dict)


def build(session: Session) -> Scene:
    """Add the scene to the database."""
    cite, library = factories.cite(session, "Cité inventée du Sud"), factories.library(session, "Bibliothèque inventée du Sud")
    elsewhere = factories.library(session, "Bibliothèque inventée d’ailleurs", "commune-35238")
    people: dict[str, User | None] = {
        "anonymous": None,
        "stranger": factories.member(session, elsewhere),
        "cite": factories.member(session, cite),
        "library": factories.member(session, library),
        "agency": factories.member(session, factories.agency(session, "region-93")),
        "other_agency": factories.member(session, factories.agency(session, "region-75")),
        "administrator": factories.person(session, administrator=True),
    }
    exchange = factories.exchange(session, cite, library)
    partnership = Partnership(exchange=exchange, format=Format.RENDEZ_VOUS, step=Step.CONTACT)
    first = StepTaken(partnership=partnership, step=Step.CONTACT, taken_on=today(), side=Side.CITE, by=people["cite"])
    waiting = StepTaken(
        partnership=partnership,
        step=Step.FRAMING,
        taken_on=today(),
        side=Side.CITE,
        by=people["cite"],
        note="Essai",
        needs_confirmation=True,
    )
    # Waiting side by side with the exchange, so that both kinds of page exist in one scene.
    introduction = Introduction(
        cite=cite, partner=library, introduced_by=people["agency"], message="Essai", expires_at=now() + timedelta(days=30)
    )
    proposal = Proposal(
        exchange=exchange,
        side=Side.CITE,
        author=people["cite"],
        status=Status.SENT,
        format=Format.THEMATIC,
        sent_at=now(),
        expires_at=now() + timedelta(days=60),
    )
    interest = Interest(act=Act.DECLARED, author=library, toward_institution=cite, declared_by=people["library"])
    asked = MembershipRequest(user=factories.person(session), institution=library, message="Essai")
    report = ErrorReport(institution=library, message="Essai")
    session.add_all([partnership, first, waiting, introduction, proposal, interest, asked, report])
    session.flush()
    return Scene(
        cite,
        library,
        exchange,
        partnership,
        people,
        {
            "public_id": library.public_id,
            "territory_id": "departement-04",
            "region_id": "region-93",
            "exchange_id": exchange.public_id,
            "partnership_id": partnership.public_id,
            "step_id": waiting.id,
            "introduction_id": introduction.public_id,
            "proposal_id": proposal.public_id,
            "interest_id": interest.public_id,
            "request_id": asked.public_id,
            "report_id": report.public_id,
        },
    )
