"""Who sees which meeting: each openness, for each person; the page and the lists agree."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.directory.memberships.permissions import actor_of
from app.directory.models import Institution
from app.directory.vocabulary import Format
from app.meetings.invitations.models import Invitation
from app.meetings.models import Meeting, MeetingKind, Openness, Status
from app.meetings.queries import visible
from app.meetings.registrations.models import Place
from app.partnerships.models import Partnership, Step
from tests import factories, meeting_factories

ROLES = (
    *("anonymous", "host", "co_host", "centre", "partner", "of_kind", "of_territory", "of_both", "neither"),
    *("invited", "declined", "registered", "withdrawn", "admin"),
)
ORGANISERS = {"host", "co_host", "admin"}
#: The people of the Cité that is the host's parent speak for its centres, and not the other way round.
SEEN = {
    ("public", Status.ANNOUNCED): set(ROLES),
    ("public", Status.HELD): set(ROLES),
    ("public", Status.CANCELLED): set(ROLES),
    ("public", Status.DRAFT): ORGANISERS,
    ("kind", Status.ANNOUNCED): ORGANISERS
    | {"partner", "of_kind", "of_both", "invited", "declined", "registered", "withdrawn"},
    ("territory", Status.ANNOUNCED): ORGANISERS | {"of_territory", "of_both", "invited", "declined", "registered"},
    ("both", Status.ANNOUNCED): ORGANISERS | {"of_both", "invited", "declined", "registered"},
    ("both", Status.DRAFT): ORGANISERS,
    ("invited", Status.ANNOUNCED): ORGANISERS | {"invited", "declined", "registered"},
    ("partners", Status.ANNOUNCED): ORGANISERS | {"partner", "invited", "declined", "registered"},
    ("partners", Status.DRAFT): ORGANISERS,
}


@pytest.fixture
def host(session: Session) -> Institution:
    return factories.cite(session)


@pytest.fixture
def people(session: Session, host: Institution) -> dict[str, User | None]:
    """Libraries of Manosque are of the kind; those of the department 35 are elsewhere; agencies are of another kind."""
    elsewhere = "commune-35238"

    def library(name: str, commune: str = elsewhere) -> User:
        return factories.member(session, factories.library(session, name, commune))

    centre = factories.place_in(
        session, factories.institution(session, "Centre", factories.Kind.CENTRE, parent=host), elsewhere
    )
    agency = factories.place_in(session, factories.institution(session, "Agence", factories.Kind.AGENCY), "commune-04112")
    other_agency = factories.place_in(session, factories.institution(session, "Autre", factories.Kind.AGENCY), elsewhere)
    return {
        "anonymous": None,
        "host": factories.member(session, host),
        "co_host": library("Co-organisatrice"),
        "centre": factories.member(session, centre),
        "partner": library("Partenaire"),
        "of_kind": library("Lointaine"),
        "of_territory": factories.member(session, agency),
        "of_both": library("Proche", "commune-04112"),
        "neither": factories.member(session, other_agency),
        "invited": library("Invitée"),
        "declined": library("Qui décline"),
        "registered": library("Inscrite"),
        "withdrawn": library("Qui a annulé"),
        "admin": factories.person(session, administrator=True),
    }


def meeting(session: Session, host: Institution, people: dict[str, User | None], openness: str, status: Status) -> Meeting:
    """One of this openness, to which one is invited, another registered."""
    own = {role: actor_of(session, user).institutions[0] for role, user in people.items() if user and role != "admin"}
    columns = {
        "public": {},
        "kind": {"openness": Openness.RESERVED, "for_kinds": ["bibliotheque"]},
        "territory": {"openness": Openness.RESERVED, "for_territories": ["departement-04"]},
        "both": {"openness": Openness.RESERVED, "for_kinds": ["bibliotheque"], "for_territories": ["departement-04"]},
        "invited": {"openness": Openness.INVITED},
        "partners": {"openness": Openness.PARTNERS, "kind": MeetingKind.REVIEW},
    }[openness]
    if openness == "partners":
        exchange = factories.exchange(session, host, own["partner"])
        partnership = Partnership(exchange=exchange, format=Format.RENDEZ_VOUS, step=Step.CONTACT)
        session.add(partnership)
        columns |= {"partnership": partnership}
    row = meeting_factories.meeting(session, host, status=status, co_host=own["co_host"], **columns)
    session.add(Invitation(meeting_id=row.id, institution_id=own["invited"].id))
    session.add(Invitation(meeting_id=row.id, institution_id=own["declined"].id, declined_at=sa.func.now()))
    meeting_factories.registration(session, row, own["registered"])
    meeting_factories.registration(session, row, own["withdrawn"], place=Place.WITHDRAWN)
    return row


@pytest.mark.parametrize(("openness", "status"), SEEN)
def test_a_meeting_is_seen_by_those_for_whom_it_is(
    session: Session, host: Institution, people: dict[str, User | None], openness: str, status: Status
):
    row = meeting(session, host, people, openness, status)
    listed = {role for role, user in people.items() if row in session.scalars(visible(actor_of(session, user))).all()}
    assert listed == SEEN[openness, status]


def test_a_page_that_one_may_not_see_does_not_exist(
    sign_in, session: Session, host: Institution, people: dict[str, User | None]
):
    row = meeting(session, host, people, "invited", Status.ANNOUNCED)
    address = f"/rencontres/{row.public_id}"
    answers = {role: sign_in(people[role]).get(address).status_code for role in ("anonymous", "neither", "invited", "host")}
    assert answers == {"anonymous": 404, "neither": 404, "invited": 200, "host": 200}
    # Nor do the pages of its organisers, whose names would say that it does.
    assert sign_in(people["neither"]).get(f"{address}/modifier").status_code == 404
    assert sign_in(people["invited"]).get(f"{address}/modifier").status_code == 403


@pytest.mark.parametrize("forged", ["abcdefghjkmnpq", "1", "x" * 200, "ABCDEFGHJKMNPQ", "%00", "é"])
def test_an_address_that_names_no_meeting_does_not_exist(client, forged: str):
    assert client.get(f"/rencontres/{forged}").status_code == 404
