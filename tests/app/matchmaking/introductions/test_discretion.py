"""Nothing names a side to the other before both have accepted: no page, header, address, mail nor log."""

import logging
from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.mail.models import OutgoingMessage
from app.matchmaking.interests.models import Act, Interest
from app.matchmaking.introductions import actions
from app.matchmaking.introductions.models import Introduction, Outcome, Reason
from app.partnerships.exchanges.models import Side
from tests import factories
from tests.app.matchmaking.introductions.scenes import SECRETS, Scene, build, introduction, mails_to

SignIn = Callable[[User | None], FlaskClient]
# The form of an interest lists the themes that every Cité has added: public words, tied to no introduction.
SUBJECTS = ("introductions", "exchanges", "workspace", "proposals", "partnerships", "boards")
#: What a side that has picked the other in the directory knows already: its name and its public id.
PICKED = {Side.CITE: ("zinnia", "cite-zinnia-publique"), Side.PARTNER: ("mirabelle", "bib-mirabelle-publique")}


def addresses(app: Flask, found: Introduction) -> list[str]:
    """Every page that a side can open with the id of an introduction, or without any."""
    with app.test_request_context():
        return [
            app.url_map.bind("localhost").build(rule.endpoint, dict.fromkeys(rule.arguments, found.public_id))
            for rule in app.url_map.iter_rules()
            if rule.endpoint.split(".")[0] in SUBJECTS
            and "GET" in (rule.methods or ())
            and rule.arguments <= {"introduction_id"}
        ]


def read_by(client: FlaskClient, urls: list[str]) -> Iterator[str]:
    for url in urls:
        response = client.get(url)
        assert response.status_code in (200, 302, 303, 403, 404, 409), url
        yield f"{url}\n{response.headers}\n{response.get_data(as_text=True)}"


def secrets_of(side: Side, known: bool) -> list[str]:
    """What the other side must not read; of one who picked it, all but its name as the directory gives it."""
    if not known:
        return list(SECRETS[side])
    return [one for one in SECRETS[side] if one not in PICKED[side]]


def assert_discreet(app: Flask, session: Session, sign_in: SignIn, scene: Scene, found: Introduction) -> None:
    urls = addresses(app, found)
    assert f"/mises-en-relation/{found.public_id}" in urls
    assert "/mises-en-relation" in urls
    for side in Side:
        known = found.picked and found.asked_by is side
        person = scene.people[side]
        texts = list(read_by(sign_in(person), urls))
        mails = [f"{one.subject}\n{one.text}\n{one.html}\n{one.message_id}" for one in mails_to(session, person)]
        for secret in secrets_of(side.other, known):
            for text in (*texts, *mails):
                assert secret.lower() not in text.lower(), f"{person.name} reads « {secret} » in {text[:300]}"
        for secret in SECRETS[side.other]:
            assert all(secret.lower() not in mail.lower() for mail in mails), f"a mail to {person.name} names {secret}"


ORIGINS = [(None, False), (Side.CITE, True), (Side.PARTNER, True), (Side.CITE, False), (Side.PARTNER, False)]


@pytest.fixture
def scene(session: Session) -> Scene:
    return build(session)


def proposed(session: Session, scene: Scene, asked_by: Side | None, picked: bool) -> Introduction:
    """An introduction made by the action itself, with its mails."""
    wish = actions.Wish(
        scene.cite,
        scene.library,
        "Vous gagneriez à vous parler.",
        asked_by=asked_by,
        picked=picked,
        introducer=None if asked_by else scene.agency,
    )
    return actions.introduce(session, wish, by=scene.people[asked_by] if asked_by else scene.agency_person)


@pytest.mark.parametrize(("asked_by", "picked"), ORIGINS)
def test_nobody_is_named_while_it_waits(
    app: Flask,
    session: Session,
    sign_in: SignIn,
    scene: Scene,
    caplog: pytest.LogCaptureFixture,
    asked_by: Side | None,
    picked: bool,
):
    caplog.set_level(logging.INFO)
    with app.test_request_context():
        found = proposed(session, scene, asked_by, picked)
    assert_discreet(app, session, sign_in, scene, found)
    assert mails_to(session, scene.people[Side.CITE if asked_by is Side.PARTNER else Side.PARTNER])
    assert not [one for one in caplog.messages for side in Side for secret in SECRETS[side] if secret.lower() in one.lower()]


@pytest.mark.parametrize("first", list(Side))
def test_nobody_is_named_when_one_side_alone_has_accepted(
    app: Flask, session: Session, sign_in: SignIn, scene: Scene, first: Side
):
    with app.test_request_context():
        found = proposed(session, scene, None, False)
    answer = sign_in(scene.people[first]).post(f"/mises-en-relation/{found.public_id}/accepter", follow_redirects=True)
    assert answer.status_code == 200
    assert not [secret for secret in SECRETS[first.other] if secret.lower() in answer.get_data(as_text=True).lower()]
    assert_discreet(app, session, sign_in, scene, found)


@pytest.mark.parametrize("outcome", [Outcome.REFUSED, Outcome.WITHDRAWN, Outcome.EXPIRED])
@pytest.mark.parametrize("accepted_before", [True, False])
def test_nobody_is_named_after_an_end_without_agreement(
    app: Flask, session: Session, sign_in: SignIn, scene: Scene, outcome: Outcome, accepted_before: bool
):
    with app.test_request_context():
        found = proposed(session, scene, None, False)
        if accepted_before:
            actions.accept(session, found, Side.PARTNER, scene.library_person)
        if outcome is Outcome.REFUSED:
            actions.refuse(session, found, Side.CITE, scene.cite_person, Reason.OTHER, "Le nom Zinnia ne doit pas sortir d’ici")
        elif outcome is Outcome.WITHDRAWN:
            actions.withdraw(session, found)
        else:
            found.expires_at = sa.func.now() - sa.func.make_interval(0, 0, 0, 1)
            session.flush()
            actions.expire(session)
    session.flush()
    assert found.outcome is outcome
    assert_discreet(app, session, sign_in, scene, found)


def test_both_are_named_once_both_have_accepted(app: Flask, session: Session, sign_in: SignIn, scene: Scene):
    with app.test_request_context():
        found = proposed(session, scene, None, False)
    for person in (scene.cite_person, scene.library_person):
        answer = sign_in(person).post(f"/mises-en-relation/{found.public_id}/accepter")
    page = sign_in(scene.library_person).get(answer.location).get_data(as_text=True)
    assert answer.location.startswith("/echanges/")
    assert "Cité des métiers Zinnia" in page
    assert "Paul Zinnia" in page
    assert "contact-zinnia@exemple.invalid" in page
    assert "zinnia@exemple.invalid" not in page.replace("contact-zinnia@exemple.invalid", "")
    assert "Médiathèque Mirabelle" in mails_to(session, scene.cite_person)[-1].subject


def test_the_other_side_is_a_kind_a_large_place_and_what_all_may_offer(session: Session, sign_in: SignIn, scene: Scene):
    found = introduction(session, scene)
    to_library = sign_in(scene.library_person).get(f"/mises-en-relation/{found.public_id}").get_data(as_text=True)
    to_cite = sign_in(scene.cite_person).get(f"/mises-en-relation/{found.public_id}").get_data(as_text=True)
    assert "Une Cité des métiers (Provence-Alpes-Côte d’Azur)" in to_library
    assert "Une bibliothèque (Alpes-de-Haute-Provence)" in to_cite
    for page in (to_library, to_cite):
        assert "une salle" in page
        assert "un écrivain public" in page
        assert "Axe partagé" in page
        assert "Axe Zinnia" not in page


def test_the_agency_reads_both_names(session: Session, sign_in: SignIn, scene: Scene):
    found = introduction(session, scene)
    page = sign_in(scene.agency_person).get(f"/mises-en-relation/{found.public_id}").get_data(as_text=True)
    assert "Cité des métiers Zinnia" in page
    assert "Médiathèque Mirabelle" in page


def test_the_side_that_picked_the_other_reads_its_public_name_and_no_person(session: Session, sign_in: SignIn, scene: Scene):
    found = introduction(session, scene, asked_by=Side.PARTNER)
    page = sign_in(scene.library_person).get(f"/mises-en-relation/{found.public_id}").get_data(as_text=True)
    assert "Cité des métiers Zinnia" in page
    assert "Paul Zinnia" not in page


def hidden_interest(session: Session, scene: Scene) -> Interest:
    row = Interest(act=Act.DECLARED, author=scene.library, toward_institution=scene.cite, declared_by=scene.library_person)
    session.add(row)
    session.flush()
    return row


def test_who_answers_an_interest_does_not_read_its_author(app: Flask, session: Session, sign_in: SignIn, scene: Scene):
    interest = hidden_interest(session, scene)
    client = sign_in(scene.cite_person)
    texts = [client.get(f"/mises-en-relation/nouvelle?interet={interest.public_id}").get_data(as_text=True)]
    assert "Une bibliothèque (Alpes-de-Haute-Provence)" in texts[0]
    refused = client.post("/mises-en-relation/nouvelle", data={"interet": interest.public_id, "message": ""})
    assert refused.status_code == 400
    texts.append(refused.get_data(as_text=True))
    sent = client.post("/mises-en-relation/nouvelle", data={"interet": interest.public_id, "message": "Parlons-nous."})
    assert sent.status_code == 303
    texts.append(f"{sent.headers}")
    found = session.scalars(sa.select(Introduction)).one()
    assert (found.cite, found.partner, found.asked_by, found.picked) == (scene.cite, scene.library, Side.CITE, False)
    for secret in SECRETS[Side.PARTNER]:
        assert all(secret.lower() not in text.lower() for text in texts)
    assert_discreet(app, session, sign_in, scene, found)


def test_asking_for_a_guess_tells_nothing_of_what_waits_already(app: Flask, session: Session, sign_in: SignIn, scene: Scene):
    """Whether or not the Cité that waits unnamed is the one it guesses, a library reads the same answer."""
    other = build_other_cite(session)
    introduction(session, scene)
    client = sign_in(scene.library_person)
    pages = []
    for cite in (scene.cite, other):
        args = {"cite": cite.public_id, "structure": scene.library.public_id}
        pages.append(client.get("/mises-en-relation/nouvelle", query_string=args))
        pages.append(client.post("/mises-en-relation/nouvelle", data=args | {"message": "Parlons-nous."}))
    assert [page.status_code for page in pages] == [200, 303, 200, 303]
    texts = [page.get_data(as_text=True) for page in pages]
    assert ("déjà" in texts[0]) == ("déjà" in texts[2])
    assert session.scalar(sa.select(sa.func.count(Introduction.id))) == 3


def build_other_cite(session: Session):
    return factories.cite(session, "Cité des métiers d’ailleurs", "commune-06088")


def test_a_person_of_the_agency_who_is_also_of_the_library_reads_as_the_library(
    session: Session, sign_in: SignIn, scene: Scene
):
    factories.member(session, scene.agency, scene.library_person)
    found = introduction(session, scene)
    client = sign_in(scene.library_person)
    for url in (f"/mises-en-relation/{found.public_id}", "/mises-en-relation"):
        page = client.get(url).get_data(as_text=True).lower()
        assert not [secret for secret in SECRETS[Side.CITE] if secret.lower() in page]


def test_every_mail_of_the_story_before_the_agreement_is_mute(app: Flask, session: Session, scene: Scene):
    with app.test_request_context():
        found = proposed(session, scene, None, False)
        found.introduced_at = found.introduced_at.replace(year=2020)
        session.flush()
        assert actions.remind(session) == 1
        actions.refuse(session, found, Side.PARTNER, scene.library_person, Reason.NO_TIME, "")
    session.flush()
    mails = session.scalars(sa.select(OutgoingMessage)).all()
    assert len(mails) >= 6
    for mail in mails:
        text = f"{mail.subject} {mail.text} {mail.html}".lower()
        assert not [secret for side in Side for secret in SECRETS[side] if secret.lower() in text]
