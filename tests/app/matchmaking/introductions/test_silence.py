"""Silence: reminded once, ended once; and what each finds on the list and in the numbers."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.clock import now, today
from app.directory.memberships.permissions import actor_of
from app.mail.models import Category
from app.matchmaking.introductions import actions, queries
from app.matchmaking.introductions.models import Introduction, Outcome, Reason
from app.partnerships.exchanges.models import Side
from tests import factories
from tests.app.matchmaking.introductions.scenes import Scene, build, introduction, mails_to

SignIn = Callable[[User | None], FlaskClient]


@pytest.fixture
def scene(session: Session) -> Scene:
    return build(session)


def run(app: Flask, verb: str) -> str:
    result = app.test_cli_runner().invoke(args=["introductions", verb])
    assert result.exit_code == 0, result.output
    return result.output.replace("\xa0", " ")


def test_silence_ends_once_and_both_are_told(app: Flask, session: Session, scene: Scene):
    late, waiting = introduction(session, scene, expires_at=now()), introduction(session, scene, asked_by=Side.CITE)
    assert "1 mise en relation éteinte" in run(app, "expire")
    assert "0 mise en relation éteinte" in run(app, "expire")
    session.expire_all()
    assert (late.outcome, waiting.outcome) == (Outcome.EXPIRED, None)
    for person in (scene.cite_person, scene.library_person):
        assert [mail.subject for mail in mails_to(session, person)] == ["Mise en relation sans suite"]
    assert len(mails_to(session, scene.agency_person)) == 1


@pytest.mark.parametrize(("days", "reminded"), [(14, 0), (15, 1), (29, 1)])
def test_who_is_silent_is_reminded_once_after_two_weeks(app: Flask, session: Session, scene: Scene, days: int, reminded: int):
    found = introduction(session, scene, asked_by=Side.CITE)
    found.introduced_at = now() - timedelta(days=days, minutes=1)
    session.flush()
    run(app, "remind")
    run(app, "remind")
    assert len(mails_to(session, scene.library_person)) == reminded
    assert mails_to(session, scene.cite_person) == []
    assert all(mail.category is Category.FOLLOW_UP for mail in mails_to(session, scene.library_person))


@pytest.mark.parametrize("end", ["accepted", "refused", "withdrawn", "expired"])
def test_what_is_over_is_not_reminded(app: Flask, session: Session, scene: Scene, end: str):
    found = introduction(session, scene)
    found.introduced_at = now() - timedelta(days=20)
    session.flush()
    with app.test_request_context():
        if end == "accepted":
            actions.accept(session, found, Side.CITE, scene.cite_person)
            actions.accept(session, found, Side.PARTNER, scene.library_person)
        elif end == "refused":
            actions.refuse(session, found, Side.CITE, scene.cite_person, Reason.NO_TIME, "")
        elif end == "withdrawn":
            actions.withdraw(session, found)
        else:
            found.expires_at = now()
    session.flush()
    assert "0 rappel" in run(app, "remind")


def test_a_new_introduction_may_follow_one_that_silence_ended_before_the_timer_ran(
    session: Session, sign_in: SignIn, scene: Scene
):
    late = introduction(session, scene, expires_at=now() - timedelta(days=1))
    data = {"cite": scene.cite.public_id, "structure": scene.library.public_id, "message": "Encore une fois."}
    assert sign_in(scene.agency_person).post("/mises-en-relation/nouvelle", data=data).status_code == 303
    session.expire_all()
    assert late.outcome is Outcome.EXPIRED


def waiting_ids(session: Session, person: User) -> list[int]:
    return [one.id for one in session.scalars(queries.waiting_for(actor_of(session, person)))]


def test_what_waits_for_a_person_is_what_they_have_not_answered(session: Session, scene: Scene):
    first, second = introduction(session, scene), introduction(session, scene, asked_by=Side.CITE)
    over = introduction(session, scene, outcome=Outcome.WITHDRAWN, settled_at=now())
    late = introduction(session, scene, asked_by=Side.PARTNER, expires_at=now())
    assert waiting_ids(session, scene.library_person) == [first.id, second.id]
    assert waiting_ids(session, scene.cite_person) == [first.id]
    assert waiting_ids(session, scene.agency_person) == []
    assert {over.id, late.id}.isdisjoint(waiting_ids(session, scene.cite_person))


def test_the_list_parts_what_waits_for_me_from_what_i_wait_for(session: Session, sign_in: SignIn, scene: Scene):
    introduction(session, scene)
    introduction(session, scene, asked_by=Side.CITE)
    introduction(session, scene, outcome=Outcome.EXPIRED, settled_at=now())
    cite = sign_in(scene.cite_person).get("/mises-en-relation").get_data(as_text=True)
    for title in ("Votre réponse est attendue", "Vous avez accepté, l’autre structure pas encore", "Terminées"):
        assert title in cite
    library = sign_in(scene.library_person).get("/mises-en-relation").get_data(as_text=True)
    assert "l’autre structure pas encore" not in library
    stranger = factories.member(session, factories.library(session, commune="commune-35238"))
    assert "Aucune mise en relation pour le moment" in sign_in(stranger).get("/mises-en-relation").get_data(as_text=True)


def test_the_agency_reads_what_stalls_and_since_when(session: Session, sign_in: SignIn, scene: Scene):
    found = introduction(session, scene, asked_by=Side.CITE)
    client = sign_in(scene.agency_person)
    assert "à relancer" not in client.get("/mises-en-relation").get_data(as_text=True)
    found.introduced_at = now() - timedelta(days=16)
    session.flush()
    page = client.get("/mises-en-relation").get_data(as_text=True)
    assert "à relancer" in page
    assert "Pas encore de réponse\u202f: Médiathèque Mirabelle" in page
    elsewhere = factories.member(session, factories.agency(session, "region-75", "Agence d’ailleurs"))
    assert "Mirabelle" not in sign_in(elsewhere).get("/mises-en-relation").get_data(as_text=True)


def ended(session: Session, scene: Scene, found: Introduction, reason: str) -> None:
    actions.refuse(session, found, Side.CITE, scene.cite_person, Reason(reason), "parce que")


def counts(page: str) -> dict[str, int]:
    rows = page.split("<tbody>")[1].split("<tr>")[1:]
    return {row.split(">")[1].split("<")[0]: int(row.split("<td")[1].split(">")[1].split("<")[0]) for row in rows}


def test_the_numbers_of_a_region_add_up_and_name_nobody(app: Flask, session: Session, sign_in: SignIn, scene: Scene):
    with app.test_request_context():
        for reason in ("moyens", "moyens", "autre"):
            ended(session, scene, introduction(session, scene), reason)
        actions.withdraw(session, introduction(session, scene))
    introduction(session, scene, asked_by=Side.CITE, expires_at=now())
    introduction(session, scene, asked_by=Side.PARTNER)
    session.flush()
    page = sign_in(scene.agency_person).get("/mises-en-relation/statistiques").get_data(as_text=True)
    told = {name.replace("\u202f", " "): number for name, number in counts(page).items()}
    assert told["Proposées"] == 6
    assert told["En attente de réponse"] == 1
    assert told["Déclinées"] == 3
    assert told["dont : pas assez de personnel, de place ou de moyens"] == 2
    assert told["dont : une autre raison"] == 1
    assert told["Éteintes sans réponse"] == 1
    assert told["Retirées"] == 1
    assert "parce que" not in page
    assert "Mirabelle" not in page
    before = {"au": (today() - timedelta(days=1)).isoformat()}
    none = sign_in(scene.agency_person).get("/mises-en-relation/statistiques", query_string=before).get_data(as_text=True)
    assert counts(none)["Proposées"] == 0
    elsewhere = factories.member(session, factories.agency(session, "region-75", "Agence d’ailleurs"))
    assert counts(sign_in(elsewhere).get("/mises-en-relation/statistiques").get_data(as_text=True))["Proposées"] == 0


def test_numbers_are_for_intermediaries_and_a_wrong_period_is_said(session: Session, sign_in: SignIn, scene: Scene):
    url = "/mises-en-relation/statistiques"
    assert sign_in(scene.cite_person).get(url).status_code == 403
    wrong = sign_in(scene.agency_person).get(url, query_string={"du": "2026-05-01", "au": "2026-04-01"})
    assert wrong.status_code == 400
    assert "précède son début" in wrong.get_data(as_text=True)
    assert sign_in(scene.agency_person).get(url, query_string={"du": "demain"}).status_code == 400
