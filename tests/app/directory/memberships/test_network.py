"""Who runs the network: administrators, and who plays the agency's part in each region."""

import pytest
import sqlalchemy as sa

from app.accounts.models import User
from app.directory.memberships import queries
from app.directory.memberships.models import Designation, Role
from app.directory.memberships.permissions import actor_of, can_decide_membership, can_decide_request
from app.directory.models import Kind
from tests import factories as make
from tests.app.directory.memberships.letters import addresses, mails
from tests.app.directory.memberships.test_asking import request_by
from tests.app.directory.pages import text_of

ILE_DE_FRANCE, CORSE, PACA = "region-11", "region-94", "region-93"


@pytest.fixture
def administrator(session):
    return make.person(session, administrator=True)


def test_the_regions_and_their_relays_are_told(session, sign_in, administrator, count_queries):
    agency = make.agency(session, PACA, "Agence du livre inventée")
    make.member(session, agency)
    client = sign_in(administrator)
    client.get("/reseau/relais")
    before = count_queries()
    page = text_of(client.get("/reseau/relais"))
    few = count_queries() - before
    assert "18 régions" in page.replace("\u00a0", " ")
    assert "Agence du livre inventée" in page
    for region in ("region-75", "region-76", "region-84"):
        make.member(session, make.agency(session, region))
    before = count_queries()
    client.get("/reseau/relais")
    assert count_queries() - before == few


def test_an_institution_is_designated_where_no_agency_serves_and_its_members_follow_the_region(session, sign_in, administrator):
    library = make.library(session, "Bibliothèque des désignations", "commune-75056")
    member = make.member(session, library, role=Role.MEMBER)
    other = make.library(session, "Autre", "commune-75056")
    client = sign_in(administrator)
    assert library.public_id in client.get(f"/reseau/relais/{ILE_DE_FRANCE}?q=designations").text
    assert list(session.scalars(queries.intermediaries_for(other))) == [administrator]
    answer = client.post(f"/reseau/relais/{ILE_DE_FRANCE}/designer", data={"institution": library.public_id})
    assert (answer.status_code, answer.location) == (303, "/reseau/relais")
    assert list(session.scalars(queries.intermediaries_for(other))) == [member]
    assert actor_of(session, member).follows(other)
    assert addresses(session) == [member.email]
    assert "Bibliothèque des désignations" in text_of(client.get("/reseau/relais"))
    assert client.post(f"/reseau/relais/{ILE_DE_FRANCE}/retirer").status_code == 303
    assert list(session.scalars(queries.intermediaries_for(other))) == [administrator]
    assert not actor_of(session, member).follows(other)
    assert addresses(session) == [member.email, member.email]


def test_where_an_agency_serves_nobody_is_designated(session, sign_in, administrator):
    make.agency(session, PACA, "Agence déjà là")
    answer = sign_in(administrator).post(
        f"/reseau/relais/{PACA}/designer", data={"institution": make.library(session).public_id}
    )
    assert answer.status_code == 409
    assert "Une agence dessert déjà cette région" in text_of(answer)
    assert session.scalar(sa.select(sa.func.count()).select_from(Designation)) == 0


def test_the_database_designates_nobody_where_an_agency_serves_nor_outside_a_region(session):
    make.agency(session, PACA)
    ids = {"institution_id": make.library(session).id}
    with pytest.raises(sa.exc.IntegrityError, match="designation_where_no_agency_serves"), session.begin_nested():
        session.execute(sa.insert(Designation).values(region_id=PACA, **ids))
    session.execute(sa.insert(Designation).values(region_id=CORSE, **ids))
    with pytest.raises(sa.exc.IntegrityError, match="designation_where_no_agency_serves"), session.begin_nested():
        session.execute(sa.update(Designation).values(region_id=PACA))
    with pytest.raises(sa.exc.IntegrityError, match="of_a_region"), session.begin_nested():
        session.execute(sa.update(Designation).values(region_id="commune-04112"))


def test_a_region_has_one_designated_institution(session, sign_in, administrator):
    first, second = make.library(session, "Première désignée"), make.library(session, "Seconde")
    client, url = sign_in(administrator), f"/reseau/relais/{CORSE}/designer"
    client.post(url, data={"institution": first.public_id})
    assert client.post(url, data={"institution": first.public_id}).status_code == 303
    answer = client.post(url, data={"institution": second.public_id})
    assert answer.status_code == 409
    assert "Première désignée" in text_of(answer)
    with pytest.raises(sa.exc.IntegrityError), session.begin_nested():
        session.execute(sa.insert(Designation).values(region_id=CORSE, institution_id=second.id))


@pytest.mark.parametrize("region_id", ["departement-04", "region-999", "x", "%00"])
def test_what_is_no_region_is_not_found(session, sign_in, administrator, region_id):
    client = sign_in(administrator)
    assert client.get(f"/reseau/relais/{region_id}").status_code == 404
    assert client.post(f"/reseau/relais/{region_id}/retirer").status_code == 404


def test_a_forged_institution_is_not_designated(session, sign_in, administrator):
    client, url = sign_in(administrator), f"/reseau/relais/{CORSE}/designer"
    assert [client.post(url, data={"institution": one}).status_code for one in ("inconnue", "A'--", "\0", "")] == [
        404,
        404,
        400,
        400,
    ]


def test_nothing_is_withdrawn_twice(session, sign_in, administrator):
    assert sign_in(administrator).post(f"/reseau/relais/{CORSE}/retirer").status_code == 409


def test_those_responsible_and_members_of_an_agency_do_not_run_the_network(session, sign_in):
    client = sign_in(make.member(session, make.agency(session)))
    for path in ("relais", f"relais/{CORSE}", "administrateurs"):
        assert client.get(f"/reseau/{path}").status_code == 403


def test_an_administrator_names_another_who_may_have_no_account_yet(session, sign_in, administrator):
    client = sign_in(administrator)
    assert client.post("/reseau/administrateurs/nommer", data={"email": "Nouvelle@Exemple.ORG"}).status_code == 303
    named = session.scalars(sa.select(User).where(User.email == "nouvelle@exemple.org")).one()
    assert named.is_administrator
    assert mails(session) == sorted(
        [
            (administrator.email, "Vérifiez la liste des administrateurs du réseau"),
            ("nouvelle@exemple.org", "Connectez-vous pour administrer le réseau"),
        ]
    )
    assert "nouvelle@exemple.org" in client.get("/reseau/administrateurs").text
    assert client.post("/reseau/administrateurs/nommer", data={"email": "nouvelle@exemple.org"}).status_code == 409


def test_an_address_that_is_none_is_said(session, sign_in, administrator):
    answer = sign_in(administrator).post("/reseau/administrateurs/nommer", data={"email": "pas une adresse <b>"})
    assert answer.status_code == 400
    assert "pas une adresse &lt;b&gt;" in answer.text


def test_an_administrator_is_dismissed_and_told(session, sign_in, administrator):
    other = make.person(session, administrator=True)
    assert sign_in(administrator).post(f"/reseau/administrateurs/{other.public_id}/retirer").status_code == 303
    session.expire_all()
    assert not other.is_administrator
    assert addresses(session) == [other.email]
    assert sign_in(other).get("/reseau/administrateurs").status_code == 403


def test_the_last_administrator_stays(session, sign_in, administrator):
    answer = sign_in(administrator).post(f"/reseau/administrateurs/{administrator.public_id}/retirer")
    assert answer.status_code == 409
    session.expire_all()
    assert administrator.is_administrator


def test_a_forged_person_is_not_dismissed(session, sign_in, administrator):
    assert sign_in(administrator).post("/reseau/administrateurs/bcdfghjkmnpqrs/retirer").status_code == 404


def test_the_first_administrator_is_named_from_the_command_line(app, session):
    run = app.test_cli_runner()
    result = run.invoke(args=["accounts", "appoint", "Premiere@Exemple.org"])
    assert result.exit_code == 0, result.output
    assert session.scalars(sa.select(User).where(User.is_administrator)).one().email == "premiere@exemple.org"
    assert run.invoke(args=["accounts", "appoint", "premiere@exemple.org"]).exit_code == 0
    assert run.invoke(args=["accounts", "appoint", "pas une adresse"]).exit_code == 1


def test_the_queue_holds_exactly_what_may_be_decided(session, administrator):
    """`waiting_for` says in one select what `can_decide_request` says of each."""
    agency, second = make.agency(session, PACA), make.agency(session, PACA, "Seconde agence")
    make.place_in(session, second, "commune-13055")
    cite, library = make.cite(session), make.library(session)
    centre = make.place_in(session, make.institution(session, "Centre", Kind.CENTRE, parent_id=cite.id), "commune-05061")
    designated = make.library(session, "Désignée pour la Corse")
    session.add(Designation(region_id=CORSE, institution_id=designated.id))
    abroad = make.institution(session, "À l’étranger", country="CH", city="Genève")
    paris = make.library(session, "À Paris", "commune-75056")
    places = [agency, second, cite, library, centre, designated, abroad, paris]
    people = [administrator, make.person(session), *(make.member(session, one, role=role) for one in places for role in Role)]
    both = make.member(session, agency, role=Role.MEMBER)
    people.append(make.member(session, library, both, role=Role.MEMBER))
    requests = [request_by(session, make.person(session), one) for one in places]
    requests += [request_by(session, one, paris) for one in people[:6]]
    decided = 0
    for user in people:
        actor = actor_of(session, user)
        may = {one.public_id for one in requests if can_decide_request(actor, one)}
        assert {one.public_id for one in session.scalars(queries.waiting_for(actor))} == may
        decided += len(may)
    assert decided > len(people)
    assert list(session.scalars(queries.waiting_for(actor_of(session, None)))) == []
    for one in requests:
        told = set(session.scalars(queries.deciders_for(one.institution, one.user)))
        assert told
        assert all(can_decide_request(actor_of(session, user), one) for user in told)


def test_a_cite_decides_for_its_centres_and_not_a_centre_for_its_cite(session):
    cite = make.cite(session)
    centre = make.institution(session, "Centre", Kind.CENTRE, parent_id=cite.id)
    of_cite, of_centre = make.member(session, cite), make.member(session, centre)
    assert can_decide_membership(actor_of(session, of_cite), centre)
    assert not can_decide_membership(actor_of(session, of_centre), cite)
