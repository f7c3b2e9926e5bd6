"""Accepting, declining, withdrawing: by the right person, once, and told to the right people."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.clock import now
from app.matchmaking.interests.models import Act, Closing, Interest
from app.matchmaking.introductions import actions
from app.matchmaking.introductions.actions import Wish
from app.matchmaking.introductions.models import Introduction, Outcome
from app.partnerships.exchanges.models import Exchange, Side
from tests import factories
from tests.app.matchmaking.introductions.scenes import Scene, build, introduction, mails_to

SignIn = Callable[[User | None], FlaskClient]


@pytest.fixture
def scene(session: Session) -> Scene:
    return build(session)


def url(found: Introduction, verb: str = "") -> str:
    return f"/mises-en-relation/{found.public_id}{f'/{verb}' if verb else ''}"


def state(session: Session, found: Introduction) -> tuple[Outcome | None, int]:
    session.expire_all()
    return found.outcome, len(found.answers)


def test_one_acceptance_is_not_enough(session: Session, sign_in: SignIn, scene: Scene):
    found = introduction(session, scene)
    assert sign_in(scene.cite_person).post(url(found, "accepter")).status_code == 303
    assert state(session, found) == (None, 1)
    assert session.scalar(sa.select(sa.func.count(Exchange.id))) == 0
    page = sign_in(scene.cite_person).get(url(found)).get_data(as_text=True)
    assert "Vous avez accepté" in page
    assert "Accepter d’entrer en relation" not in page


def test_two_acceptances_open_the_exchange_and_tell_all(session: Session, sign_in: SignIn, scene: Scene):
    found = introduction(session, scene)
    for person in (scene.library_person, scene.cite_person):
        answer = sign_in(person).post(url(found, "accepter"))
    assert state(session, found) == (Outcome.ACCEPTED, 2)
    assert answer.location.endswith(f"/echanges/{found.exchange.public_id}")
    assert ["Faites connaissance" in mails_to(session, one)[-1].subject for one in scene.people.values()] == [True, True]
    assert "Voyez l’issue" in mails_to(session, scene.agency_person)[-1].subject


def test_the_asked_side_alone_has_to_accept(session: Session, sign_in: SignIn, scene: Scene):
    found = introduction(session, scene, asked_by=Side.CITE)
    sign_in(scene.library_person).post(url(found, "accepter"))
    assert state(session, found) == (Outcome.ACCEPTED, 2)


def test_a_side_does_not_answer_twice_nor_for_the_other(session: Session, sign_in: SignIn, scene: Scene):
    found = introduction(session, scene)
    client = sign_in(scene.cite_person)
    assert client.post(url(found, "accepter")).status_code == 303
    for verb in ("accepter", "refuser"):
        answer = client.post(url(found, verb), data={"raison": "moyens", "side": "partenaire"})
        assert answer.status_code == 409
        assert "a déjà répondu" in answer.get_data(as_text=True)
    assert state(session, found) == (None, 1)


def test_a_person_of_both_sides_answers_for_one_and_a_colleague_for_the_other(session: Session, sign_in: SignIn, scene: Scene):
    both = factories.member(session, scene.library, factories.member(session, scene.cite))
    found = introduction(session, scene)
    client = sign_in(both)
    client.post(url(found, "accepter"))
    session.expire_all()
    assert [(one.side, one.answered_by) for one in found.answers] == [(Side.PARTNER, both)]
    assert "un collègue doit répondre" in client.get(url(found)).get_data(as_text=True)
    refused = client.post(url(found, "accepter"))
    assert refused.status_code == 409
    assert "un collègue doit répondre" in refused.get_data(as_text=True)
    sign_in(scene.cite_person).post(url(found, "accepter"))
    assert state(session, found) == (Outcome.ACCEPTED, 2)


def test_a_person_of_both_sides_does_not_agree_with_themselves_by_asking(session: Session, sign_in: SignIn, scene: Scene):
    both = factories.member(session, scene.library, factories.member(session, scene.cite))
    client = sign_in(both)
    data = {"cite": scene.cite.public_id, "structure": scene.library.public_id, "message": "Parlons-nous."}
    client.post("/mises-en-relation/nouvelle", data=data)
    found = session.scalars(sa.select(Introduction)).one()
    assert client.post(url(found, "accepter")).status_code == 409
    assert session.scalar(sa.select(sa.func.count(Exchange.id))) == 0


@pytest.mark.parametrize("first", list(Side))
def test_a_person_who_asks_once_as_each_side_needs_someone_else(
    app: Flask, session: Session, sign_in: SignIn, scene: Scene, first: Side
):
    both = factories.member(session, scene.library, factories.member(session, scene.cite))
    with app.app_context():
        for side in (first, first.other):
            actions.introduce(session, Wish(scene.cite, scene.library, "Parlons-nous.", asked_by=side, picked=True), both)
    asked = session.scalars(sa.select(Introduction).order_by(Introduction.id)).all()
    assert [(one.asked_by, one.outcome) for one in asked] == [(first, None), (first.other, None)]
    assert session.scalar(sa.select(sa.func.count(Exchange.id))) == 0
    sign_in(scene.cite_person).post(url(next(one for one in asked if one.asked_by is Side.PARTNER), "accepter"))
    assert {state(session, one)[0] for one in asked} == {Outcome.ACCEPTED}


def test_two_people_who_have_each_agreed_for_both_sides_are_two(app: Flask, session: Session, sign_in: SignIn, scene: Scene):
    one, other = (factories.member(session, scene.library, factories.member(session, scene.cite)) for _ in range(2))
    with app.app_context():
        for side in Side:
            actions.introduce(session, Wish(scene.cite, scene.library, "Parlons-nous.", asked_by=side, picked=True), one)
    by_agency = introduction(session, scene)
    sign_in(other).post(url(by_agency, "accepter"))
    assert state(session, by_agency) == (Outcome.ACCEPTED, 1)


def test_a_refusal_is_seen_by_the_agency_alone(session: Session, sign_in: SignIn, scene: Scene):
    found = introduction(session, scene)
    answer = sign_in(scene.cite_person).post(
        url(found, "refuser"), data={"raison": "tutelle", "precisions": "Le conseil\nen a <b>décidé</b>"}
    )
    assert answer.status_code == 303
    assert state(session, found) == (Outcome.REFUSED, 1)
    administrator = factories.person(session, administrator=True)
    for person in (scene.agency_person, administrator):
        page = sign_in(person).get(url(found)).get_data(as_text=True)
        assert "Notre autorité de tutelle n’y est pas favorable" in page
        assert "en a &lt;b&gt;décidé&lt;/b&gt;" in page
    other = sign_in(scene.library_person).get(url(found)).get_data(as_text=True)
    assert "Sans suite depuis le" in other
    for word in ("tutelle", "décidé", "décliné", "refus"):
        assert word not in other
    (mail,) = mails_to(session, scene.library_person)
    assert mail.subject == "Mise en relation sans suite"
    assert "tutelle" not in mail.text


def test_the_side_that_asked_reads_no_reason(session: Session, sign_in: SignIn, scene: Scene):
    found = introduction(session, scene, asked_by=Side.PARTNER)
    sign_in(scene.cite_person).post(url(found, "refuser"), data={"raison": "distance"})
    page = sign_in(scene.library_person).get(url(found)).get_data(as_text=True)
    assert "Sans suite" in page
    assert "éloignés" not in page


def test_the_words_to_the_other_side_are_the_same_for_every_end(session: Session, sign_in: SignIn, scene: Scene):
    said = []
    for end in ("refuser", "retirer", "expire"):
        found = introduction(session, scene)
        if end == "expire":
            found.expires_at = now() - timedelta(seconds=1)
            session.flush()
        else:
            sign_in(scene.cite_person if end == "refuser" else scene.agency_person).post(
                url(found, end), data={"raison": "moyens"}
            )
        page = sign_in(scene.library_person).get(url(found)).get_data(as_text=True)
        said.append(page.split('page-header__lead">')[1].split("<time")[0])
    assert len(set(said)) == 1


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({}, "Choisissez la raison"),
        ({"raison": "inconnue"}, "n’est pas dans la liste"),
        ({"raison": "autre"}, "Précisez en quelques mots"),
        ({"raison": "autre", "precisions": " \n "}, "Précisez en quelques mots"),
        ({"raison": "moyens", "precisions": "y" * 501}, "trop long"),
    ],
)
def test_a_refusal_without_a_reason_is_asked_again(session: Session, sign_in: SignIn, scene: Scene, data: dict, said: str):
    found = introduction(session, scene)
    answer = sign_in(scene.cite_person).post(url(found, "refuser"), data=data)
    assert answer.status_code == 400
    assert said in answer.get_data(as_text=True)
    assert data.get("precisions", "").strip() in answer.get_data(as_text=True)
    assert state(session, found) == (None, 0)


def test_nothing_is_answered_once_it_is_over(session: Session, sign_in: SignIn, scene: Scene):
    over = introduction(session, scene, outcome=Outcome.WITHDRAWN, settled_at=now())
    late = introduction(session, scene, expires_at=now() - timedelta(seconds=1))
    for found in (over, late):
        for verb in ("accepter", "refuser"):
            assert sign_in(scene.cite_person).post(url(found, verb), data={"raison": "moyens"}).status_code == 409
        assert sign_in(scene.agency_person).post(url(found, "retirer")).status_code == 409
        assert state(session, found)[1] == 0


def test_a_colleague_who_comes_second_reads_what_happened_and_goes_on(session: Session, sign_in: SignIn, scene: Scene):
    found = introduction(session, scene, asked_by=Side.CITE)
    colleague = factories.member(session, scene.library)
    sign_in(scene.library_person).post(url(found, "accepter"))
    assert state(session, found)[0] is Outcome.ACCEPTED
    for person, who in ((colleague, "par une personne de votre structure"), (scene.library_person, "par vous")):
        answer = sign_in(person).post(url(found, "accepter"))
        page = answer.get_data(as_text=True)
        assert answer.status_code == 409
        assert f"vient d’être acceptée {who}" in page
        assert "notice--warning" in page
        assert f"/echanges/{found.exchange.public_id}" in page
    late = sign_in(scene.cite_person).post(url(found, "retirer"))
    assert "vient d’être acceptée des deux côtés" in late.get_data(as_text=True)
    assert f"/echanges/{found.exchange.public_id}" in late.get_data(as_text=True)


def test_who_comes_second_reads_the_same_whatever_the_other_side_did(session: Session, sign_in: SignIn, scene: Scene):
    said = set()
    for person, end in ((scene.cite_person, "refuser"), (scene.agency_person, "retirer")):
        found = introduction(session, scene)
        sign_in(person).post(url(found, end), data={"raison": "moyens"})
        page = sign_in(scene.library_person).post(url(found, "accepter")).get_data(as_text=True)
        said.add(page.split('notice__title">')[1].split("</p>")[0])
    assert len(said) == 1
    assert "sans suite" in said.pop()


def test_others_do_not_know_that_it_exists(session: Session, sign_in: SignIn, scene: Scene):
    found = introduction(session, scene)
    stranger = factories.member(session, factories.library(session, commune="commune-35238"))
    agency = factories.member(session, factories.agency(session, "region-75", "Agence d’ailleurs"))
    for person in (stranger, agency):
        client = sign_in(person)
        assert client.get(url(found)).status_code == 404
        for verb in ("accepter", "refuser", "retirer"):
            assert client.post(url(found, verb), data={"raison": "moyens"}).status_code == 404
    for forged in ("1", str(found.id), "x" * 300, "<b>"):
        assert sign_in(scene.cite_person).get(f"/mises-en-relation/{forged}").status_code == 404


def test_an_intermediary_does_not_answer_for_a_side(session: Session, sign_in: SignIn, scene: Scene):
    found = introduction(session, scene)
    for person in (scene.agency_person, factories.person(session, administrator=True)):
        for verb in ("accepter", "refuser"):
            assert sign_in(person).post(url(found, verb), data={"raison": "moyens"}).status_code == 403


def test_who_introduced_takes_it_back_and_both_are_told(session: Session, sign_in: SignIn, scene: Scene):
    found = introduction(session, scene)
    for person in scene.people.values():
        assert sign_in(person).post(url(found, "retirer")).status_code == 403
    assert sign_in(scene.agency_person).post(url(found, "retirer")).status_code == 303
    assert state(session, found) == (Outcome.WITHDRAWN, 0)
    assert [mails_to(session, one)[-1].subject for one in scene.people.values()] == ["Mise en relation sans suite"] * 2


def test_the_side_that_asked_takes_it_back(session: Session, sign_in: SignIn, scene: Scene):
    found = introduction(session, scene, asked_by=Side.CITE)
    assert sign_in(scene.agency_person).post(url(found, "retirer")).status_code == 403
    assert sign_in(scene.cite_person).post(url(found, "retirer")).status_code == 303
    assert [len(mails_to(session, one)) for one in (scene.cite_person, scene.library_person)] == [0, 1]


def test_accepting_one_of_two_introductions_of_a_pair_settles_both(session: Session, sign_in: SignIn, scene: Scene):
    by_agency, by_library = introduction(session, scene), introduction(session, scene, asked_by=Side.PARTNER)
    sign_in(scene.cite_person).post(url(by_agency, "accepter"))
    assert state(session, by_agency)[0] is state(session, by_library)[0] is Outcome.ACCEPTED
    assert by_agency.exchange is by_library.exchange


def test_what_one_wished_of_the_other_has_come_about(session: Session, sign_in: SignIn, scene: Scene):
    other = factories.library(session, "Autre bibliothèque")
    wish = Interest(act=Act.WANTED, author=scene.cite, toward_institution=scene.library)
    elsewhere = Interest(act=Act.WANTED, author=scene.cite, toward_institution=other)
    of_anyone = Interest(act=Act.DECLARED, author=scene.library)
    lead = Interest(act=Act.SUGGESTED, author=scene.agency, about=scene.library)
    session.add_all([wish, elsewhere, of_anyone, lead])
    session.flush()
    found = introduction(session, scene, asked_by=Side.CITE, interest=lead)
    sign_in(scene.library_person).post(url(found, "accepter"))
    session.expire_all()
    assert [one.closing for one in (wish, lead)] == [Closing.FULFILLED] * 2
    assert elsewhere.is_open
    assert of_anyone.is_open
