"""Saying an interest, wishing towns, suggesting a lead: three acts, one form each."""

import re

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.directory.models import Kind
from app.mail.models import OutgoingMessage
from app.matchmaking.interests.models import Act, Interest
from tests import factories
from tests.app.matchmaking.interests.acts import cite_of, interest

TOWNS = ["Nice", "Grasse", "Forcalquier", "Digne-les-Bains", "Castellane", "Manosque", "Château-Arnoux"]


def of(session: Session, act: Act) -> list[Interest]:
    return list(session.scalars(sa.select(Interest).where(Interest.act == act).order_by(Interest.id)))


def test_a_library_declares_an_interest_toward_anyone(sign_in, session: Session):
    library = factories.library(session)
    client = sign_in(factories.member(session, library))
    page = client.get("/interets/nouveau")
    assert "Manifester un intérêt" in page.text
    assert library.name in page.text
    answer = client.post(
        "/interets/nouveau?nature=interet",
        data={
            "de": library.public_id,
            "formules": ["rendez-vous-de-la-cite"],
            "calendrier": "à la rentrée",
            "mots": "Deux\nlignes",
        },
    )
    assert answer.status_code == 303
    (said,) = of(session, Act.DECLARED)
    assert (said.author_id, said.formats, said.calendar, said.words) == (
        library.id,
        ["rendez-vous-de-la-cite"],
        "à la rentrée",
        "Deux\nlignes",
    )
    assert not said.shows_author
    assert said.toward_institution_id is said.toward_territory_id is None
    assert "Intérêt manifesté" in client.get(answer.location).text


def test_the_cite_of_marseille_wishes_its_towns_in_one_form(sign_in, session: Session):
    cite = cite_of(session)
    client = sign_in(factories.member(session, cite))
    answer = client.post("/interets/nouveau?nature=souhait", data={"vers-qui": "\n".join(TOWNS), "montrer": "y"})
    assert answer.status_code == 303, re.findall(r"field__error.*", answer.text)
    wishes = of(session, Act.WANTED)
    assert {one.toward_territory_id for one in wishes} == {
        *("commune-06088", "commune-06069", "commune-04088", "commune-04070", "commune-04039", "commune-04112", "commune-04049")
    }
    assert not of(session, Act.DECLARED), "whom a Cité wishes has not declared anything"
    page = client.get("/interets?vue=les-miens").text
    assert "Souhaits des Cités" in page
    assert '<h3 class="interests__title">Intérêts manifestés</h3>' not in page


def test_sophia_antipolis_is_no_commune_and_is_asked_back_kindly(sign_in, session: Session):
    client = sign_in(factories.member(session, cite_of(session)))
    data = {"vers-qui": "Manosque\nSophia Antipolis", "mots": "à ne pas perdre"}
    answer = client.post("/interets/nouveau?nature=souhait", data=data)
    assert answer.status_code == 400
    assert not of(session, Act.WANTED), "nothing is saved while something is not clear"
    for kept in ("Manosque\nSophia Antipolis", "à ne pas perdre", "«\u00a0Sophia Antipolis\u00a0» peut désigner"):
        assert kept in answer.text
    for suggested in ("Antibes (06)", "Valbonne (06)", "intercommunalité"):
        assert suggested in answer.text
    again = client.post("/interets/nouveau?nature=souhait", data=data | {"vers-choix": ["commune-06152"]})
    assert again.status_code == 303
    assert [one.toward_territory_id for one in of(session, Act.WANTED)] == ["commune-06152", "commune-04112"]


@pytest.mark.parametrize("name", ["Xyzzyville", "<script>alert(1)</script>", "…", "%%%"])
def test_a_name_that_nothing_bears_is_said_and_kept(sign_in, session: Session, name: str):
    client = sign_in(factories.member(session, cite_of(session)))
    answer = client.post("/interets/nouveau?nature=souhait", data={"vers-qui": name})
    assert answer.status_code == 400
    assert "vers-qui-erreur" in answer.text
    assert "<script>alert(1)" not in answer.text


def test_a_wish_without_any_name_is_refused_at_the_field(sign_in, session: Session):
    client = sign_in(factories.member(session, cite_of(session)))
    answer = client.post("/interets/nouveau?nature=souhait", data={})
    assert answer.status_code == 400
    assert "Écrivez au moins une ville" in answer.text


def test_a_library_may_neither_wish_nor_suggest(sign_in, session: Session):
    client = sign_in(factories.member(session, factories.library(session)))
    for forbidden in ("souhait", "piste"):
        client.post(f"/interets/nouveau?nature={forbidden}", data={"vers-qui": "Nice"})
    assert not of(session, Act.WANTED)
    assert not of(session, Act.SUGGESTED)


def test_one_speaks_for_ones_own_institutions_alone(sign_in, session: Session):
    other = factories.library(session, "Une autre")
    client = sign_in(factories.member(session, factories.library(session)))
    assert client.post("/interets/nouveau?nature=interet", data={"de": other.public_id}).status_code == 403
    assert not of(session, Act.DECLARED)


def test_two_libraries_cannot_be_linked_nor_a_closed_cite(sign_in, session: Session):
    library, other = factories.library(session), factories.library(session, "Une autre")
    client = sign_in(factories.member(session, library))
    assert client.post("/interets/nouveau", data={"vers-qui": other.public_id}).status_code == 400
    closed = factories.cite(session)
    factories.observe(session, closed, factories.date(2025, 1, 1), state=factories.State.CLOSED)
    assert client.post("/interets/nouveau", data={"vers-qui": closed.public_id}).status_code == 400
    assert not of(session, Act.DECLARED)


def test_whom_an_interest_names_is_told_without_any_name(sign_in, session: Session):
    library, cite = factories.library(session, "Médiathèque au nom secret"), factories.cite(session, "Cité au nom secret")
    told = factories.member(session, cite)
    agency = factories.member(session, factories.agency(session))
    client = sign_in(factories.member(session, library))
    assert client.post("/interets/nouveau", data={"vers-choix": cite.public_id}).status_code == 303
    messages = list(session.scalars(sa.select(OutgoingMessage)))
    assert {one.user_id for one in messages} == {told.id, agency.id}
    for one in messages:
        assert "secret" not in one.subject + one.text + one.html
        assert "Alpes-de-Haute-Provence" in one.text


def test_an_agency_suggests_a_library_of_its_region_which_is_told_and_not_shown(sign_in, client, session: Session):
    library = factories.library(session, "Médiathèque suggérée")
    told = factories.member(session, library)
    agency = factories.agency(session)
    agent = sign_in(factories.member(session, agency))
    page = agent.get(f"/interets/nouveau?nature=piste&sur={library.public_id}")
    assert "Suggérer une piste" in page.text
    assert library.name in page.text
    answer = agent.post("/interets/nouveau?nature=piste", data={"sur-choix": library.public_id, "montrer": "y"})
    assert answer.status_code == 303
    (lead,) = of(session, Act.SUGGESTED)
    assert (lead.author_id, lead.about_id, lead.shows_author) == (agency.id, library.id, False)
    assert session.scalars(sa.select(OutgoingMessage.user_id)).all() == [told.id]
    assert client.get(answer.location).status_code == 404
    assert "Médiathèque suggérée" not in client.get("/interets").text
    assert "Piste suggérée" not in client.get(f"/annuaire/{library.public_id}").text


def test_an_agency_suggests_nothing_outside_its_region(sign_in, session: Session):
    elsewhere = factories.library(session, commune="commune-35238")
    agent = sign_in(factories.member(session, factories.agency(session)))
    answer = agent.post("/interets/nouveau?nature=piste", data={"sur-choix": elsewhere.public_id})
    assert answer.status_code == 400
    assert "n’est pas dans votre région" in answer.text
    assert not of(session, Act.SUGGESTED)


def test_the_administrators_suggest_where_no_agency_is(sign_in, session: Session):
    library = factories.library(session, commune="commune-75056")
    administrator = factories.person(session, administrator=True)
    answer = sign_in(administrator).post("/interets/nouveau?nature=piste", data={"sur-choix": library.public_id})
    assert answer.status_code == 303
    (lead,) = of(session, Act.SUGGESTED)
    assert lead.author_id is None
    assert "L’administration du réseau" in sign_in(administrator).get(answer.location).text


def test_a_form_sent_twice_says_one_interest(sign_in, session: Session):
    library = factories.library(session)
    client = sign_in(factories.member(session, library))
    assert client.post("/interets/nouveau", data={}).status_code == 303
    again = client.post("/interets/nouveau", data={})
    assert again.status_code == 409
    assert "déjà manifesté" in again.text
    assert len(of(session, Act.DECLARED)) == 1


def test_of_several_wishes_those_already_open_are_left_and_said(sign_in, session: Session):
    cite = cite_of(session)
    interest(session, Act.WANTED, author=cite, toward_territory_id="commune-06088")
    client = sign_in(factories.member(session, cite))
    answer = client.post("/interets/nouveau?nature=souhait", data={"vers-qui": "Nice\nGrasse"}, follow_redirects=True)
    assert "déjà ouverts" in answer.text
    assert len(of(session, Act.WANTED)) == 2


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("mots", "x" * 2_001, "trop long"),
        ("calendrier", "x" * 201, "trop long"),
        ("formules", "inventee", "n’est pas un choix"),
        ("axes", "axe-invente", "n’est pas un choix"),
        ("vers-qui", ", ".join(f"Ville {n}" for n in range(31)), "trop à la fois"),
        ("vers-qui", "z" * 101, "trop long pour un nom"),
    ],
)
def test_bad_input_is_said_at_its_field_and_kept(sign_in, session: Session, field: str, value: str, said: str):
    client = sign_in(factories.member(session, factories.library(session)))
    answer = client.post("/interets/nouveau", data={"mots": "à garder"} | {field: value})
    assert answer.status_code == 400
    assert said in answer.text
    assert field == "mots" or "à garder" in answer.text
    assert not of(session, Act.DECLARED)


def test_scripts_typed_are_shown_as_text(sign_in, session: Session):
    client = sign_in(factories.member(session, factories.library(session)))
    attack = "<script>alert(1)</script>\u0001{{ 7*7 }}"
    answer = client.post("/interets/nouveau", data={"mots": attack, "calendrier": attack}, follow_redirects=True)
    assert answer.status_code == 200, re.findall(r"field__error.*", answer.text)
    assert "<script>alert(1)" not in answer.text
    assert "&lt;script&gt;" in answer.text


def test_someone_who_speaks_for_nobody_is_shown_the_way(sign_in, session: Session):
    client = sign_in(factories.person(session))
    page = client.get("/interets/nouveau")
    assert "/declarer-un-interet" in page.text
    assert client.post("/interets/nouveau", data={}).status_code == 403


def test_an_institution_that_bears_a_name_alone_is_understood(sign_in, session: Session):
    cite = factories.institution(session, "Cité des métiers de Xanadu", Kind.CITE)
    client = sign_in(factories.member(session, factories.library(session)))
    assert client.post("/interets/nouveau", data={"vers-qui": "cité des métiers de xanadu"}).status_code == 303
    assert of(session, Act.DECLARED)[0].toward_institution_id == cite.id
