"""Figures by free period, awareness sessions and reviews; the Bpi's own case as the example that every screen carries."""

import csv
import io
import threading
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.clock import today
from app.errors import Refusal
from app.mail.models import OutgoingMessage
from app.partnerships.exchanges.models import Side
from app.partnerships.figures import actions
from app.partnerships.figures.actions import Period
from app.partnerships.figures.indicators import add_up
from app.partnerships.figures.models import ActivityFigures, Decision, Nature
from app.partnerships.figures.queries import awareness_of, figures_of
from app.partnerships.models import Partnership, Step
from tests import factories
from tests.app.partnerships.boards.stalls import partnership
from tests.bpi_case import bpi_case, bpi_figures

YEAR = Period(date(2016, 1, 1), date(2016, 12, 31))
NO_BREAK = "\u00a0"


@pytest.fixture
def _addresses(app: Flask):
    with app.app_context():
        yield


def held(session: Session, row, period: Period = YEAR, workshops: int = 10, participants: int | None = 80):
    who = factories.member(session, row.exchange.cite)
    return actions.record_figures(session, row, Nature.HELD, period, workshops, participants, "", who, Side.CITE)


@pytest.mark.usefixtures("_addresses")
def test_the_figures_of_the_bpi_give_what_the_article_lets_one_compute(session: Session):
    case = bpi_case(session)
    bpi_figures(session, case)
    rows = session.scalars(figures_of(case.partnership)).all()
    told = add_up(rows, session.scalars(awareness_of(case.partnership)).all())
    first, second = [one for one in rows if one.nature is Nature.HELD]
    assert (round(first.participants / first.workshops, 1), round(second.participants / second.workshops, 1)) == (9.8, 9.2)
    assert (told.held.workshops, told.held.participants) == (106, 1012)
    (plan,) = told.plans
    assert (plan.planned.workshops, plan.held, plan.left) == (86, 50, 36)


@pytest.mark.usefixtures("_addresses")
def test_every_screen_carries_the_case_of_the_bpi(session: Session, sign_in):
    case = bpi_case(session)
    bpi_figures(session, case)
    client = sign_in(case.of_bpi)
    page = client.get(f"/partenariats/{case.partnership.public_id}/chiffres").text.replace(NO_BREAK, " ")
    for told in (
        "56",
        "551",
        "9,8",
        "50",
        "461",
        "9,2",
        "86 ateliers prévus",
        "50 tenus, soit 36 de moins que prévu",
        "01/01/2016",
    ):
        assert told in page, told
    assert "11 journées pour 45 personnes, période non précisée" in page
    assert "4 matinées pour 45 personnes" in page
    sheet = client.get(f"/partenariats/{case.partnership.public_id}").text.replace(NO_BREAK, " ")
    for told in ("septembre 2015", "5 juillet 2016", "Protocole d’accord", "1\u202f012"):
        assert told in sheet, told
    accords = client.get(f"/partenariats/{case.partnership.public_id}/accords").text
    assert "Bruno Maquart" in accords
    assert "Christine Carrier" in accords
    assert case.partnership.public_id in client.get("/partenariats").text
    file = client.get(f"/partenariats/{case.partnership.public_id}/chiffres.csv").get_data(as_text=True)
    rows = list(csv.DictReader(io.StringIO(file.removeprefix("\ufeff")), delimiter=";"))
    assert [(row["Nature"], row["Ateliers"], row["Participants"], row["Participants par atelier"]) for row in rows] == [
        ("réalisé", "56", "551", "9,8"),
        ("prévu", "86", "", ""),
        ("réalisé", "50", "461", "9,2"),
    ]


def test_two_periods_that_overlap_would_count_twice_and_are_refused(session: Session):
    row = partnership(session)
    held(session, row)
    with pytest.raises(Refusal, match="comptés deux fois"):
        held(session, row, Period(date(2016, 12, 31), date(2017, 3, 1)))
    held(session, row, Period(date(2017, 1, 1), date(2017, 3, 1)))


def test_a_period_that_overlaps_is_said_by_the_field_and_nothing_typed_is_lost(session: Session, sign_in):
    row = partnership(session)
    held(session, row)
    data = {"nature": "realise", "workshops": "3", "starts_on": "01/06/2016", "ends_on": "30/06/2016", "note": "Juin"}
    answer = sign_in(factories.member(session, row.exchange.cite)).post(f"/partenariats/{row.public_id}/chiffres", data=data)
    assert answer.status_code == 400
    assert "comptés deux fois" in answer.text
    assert 'href="#starts_on"' in answer.text
    assert "<title>Erreur" in answer.text
    assert "Juin" in answer.text


@pytest.mark.parametrize(("ends", "said"), [(-1, "12 de moins que prévu"), (30, "12 restent à tenir")])
def test_what_is_left_is_to_hold_until_the_period_ends(session: Session, sign_in, ends: int, said: str):
    row = partnership(session)
    who = factories.member(session, row.exchange.cite)
    period = Period(today() - timedelta(days=60), today() + timedelta(days=ends))
    actions.record_figures(session, row, Nature.PLANNED, period, 20, None, "", who, Side.CITE)
    held(session, row, Period(today() - timedelta(days=50), today() - timedelta(days=20)), workshops=8)
    client = sign_in(who)
    assert said in client.get(f"/partenariats/{row.public_id}/chiffres").text.replace(NO_BREAK, " ")
    key = "ateliers de moins que prévu" if ends < 0 else "ateliers à tenir"
    assert key in client.get(f"/partenariats/{row.public_id}").text


def test_a_period_removed_leaves_its_place_and_stays_in_the_table(session: Session):
    row = partnership(session)
    first = held(session, row)
    actions.remove(session, first, factories.person(session))
    held(session, row, workshops=11)
    assert session.scalar(sa.select(sa.func.count()).select_from(ActivityFigures)) == 2
    with pytest.raises(Refusal, match="viennent d’être retirés"):
        actions.remove(session, first, factories.person(session))


def test_what_is_left_of_a_plan_is_not_guessed_when_a_held_period_crosses_it(session: Session):
    row = partnership(session)
    who = factories.member(session, row.exchange.cite)
    actions.record_figures(session, row, Nature.PLANNED, YEAR, 20, None, "", who, Side.CITE)
    held(session, row, Period(date(2015, 9, 1), date(2016, 6, 30)))
    (plan,) = add_up(session.scalars(figures_of(row)).all(), []).plans
    assert plan.left is None


def test_workshops_without_attendances_are_left_out_of_the_mean(session: Session):
    row = partnership(session)
    held(session, row, workshops=10, participants=80)
    held(session, row, Period(date(2017, 1, 1), date(2017, 2, 1)), 5, None)
    told = add_up(session.scalars(figures_of(row)).all(), []).held
    assert (told.workshops, told.counted, told.per_workshop) == (15, 10, 8)


@pytest.mark.parametrize(
    ("columns", "constraint"),
    [
        ({"starts_on": date(2017, 1, 1), "ends_on": date(2016, 1, 1)}, "daterange|lower bound|runs_forward"),
        ({"workshops": -1}, "workshops_are_sensible"),
        ({"participants": -1}, "participants_are_sensible"),
        ({"workshops": 0, "participants": 3}, "nobody_attends_nothing"),
        ({"nature": Nature.PLANNED, "participants": 3}, "attendances_are_of_what_was_held"),
    ],
)
def test_the_database_refuses_figures_that_make_no_sense(session: Session, columns: dict, constraint: str):
    row = partnership(session)
    sensible = {"nature": Nature.HELD, "starts_on": YEAR.first, "ends_on": YEAR.last, "workshops": 1, "side": Side.CITE}
    session.add(ActivityFigures(partnership_id=row.id, **(sensible | columns)))
    with pytest.raises((IntegrityError, sa.exc.DataError), match=constraint):
        session.flush()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({}, "Choisissez « réalisés » ou « prévus »"),
        ({"workshops": "beaucoup"}, "Écrivez un nombre entier"),
        ({"workshops": "-3"}, "Écrivez un nombre entier, de 0 à 1 000 000."),
        ({"workshops": "99999999999999999999"}, "Écrivez un nombre entier"),
        ({"starts_on": "01/01/2016", "ends_on": ""}, "Donnez les deux jours"),
        ({"starts_on": "01/01/2016", "ends_on": "01/01/2015"}, "finit avant de commencer"),
        ({"starts_on": "31/02/2016", "ends_on": "01/03/2016"}, "n’est pas une date"),
        ({"nature": "prevu", "participants": "12"}, "laissez cette case vide"),
        ({"note": "x" * 501}, "trop long"),
    ],
)
def test_bad_figures_are_said_in_french_and_nothing_typed_is_lost(session: Session, sign_in, data: dict, said: str):
    row = partnership(session)
    client = sign_in(factories.member(session, row.exchange.cite))
    answer = client.post(f"/partenariats/{row.public_id}/chiffres", data={"note": "<script>alert(1)</script>", **data})
    assert answer.status_code == 400
    assert said in answer.text.replace(NO_BREAK, " ").replace("\u202f", " ")
    assert "<script>alert" not in answer.text
    for value in data.values():
        assert value in answer.text or value == "prevu" or len(value) > 200


def test_what_was_held_cannot_end_in_the_future(session: Session, sign_in):
    row = partnership(session)
    client = sign_in(factories.member(session, row.exchange.cite))
    tomorrow = (today() + timedelta(days=1)).isoformat()
    data = {"nature": "realise", "workshops": "3", "starts_on": "2026-01-01", "ends_on": tomorrow}
    refused = client.post(f"/partenariats/{row.public_id}/chiffres", data=data)
    assert refused.status_code == 400
    assert "ne peut pas finir dans l’avenir" in refused.text
    assert 'href="#ends_on"' in refused.text
    assert tomorrow in refused.text
    assert client.post(f"/partenariats/{row.public_id}/chiffres", data=data | {"nature": "prevu"}).status_code == 303


def test_the_agency_sees_the_figures_and_types_none(session: Session, sign_in):
    row = partnership(session)
    client = sign_in(factories.member(session, factories.agency(session)))
    assert client.get(f"/partenariats/{row.public_id}/chiffres").status_code == 200
    assert client.get(f"/partenariats/{row.public_id}/chiffres/nouveaux").status_code == 403
    assert client.post(f"/partenariats/{row.public_id}/chiffres", data={}).status_code == 403
    stranger = sign_in(factories.person(session))
    assert stranger.get(f"/partenariats/{row.public_id}/chiffres").status_code == 404
    assert stranger.get(f"/partenariats/{row.public_id}/chiffres.csv").status_code == 404


def test_figures_of_another_partnership_cannot_be_removed_through_mine(session: Session, sign_in):
    mine, other = partnership(session), partnership(session)
    row = held(session, other)
    client = sign_in(factories.member(session, mine.exchange.cite))
    assert client.post(f"/partenariats/{mine.public_id}/chiffres/{row.public_id}/retirer").status_code == 404


@pytest.mark.usefixtures("_addresses")
@pytest.mark.parametrize(
    ("decision", "step"), [("reconduire", Step.RUNNING), ("ajuster", Step.RUNNING), ("arreter", Step.REVIEW)]
)
def test_a_review_is_a_step_of_its_own_and_the_partnership_runs_on_unless_it_stops(
    session: Session, sign_in, decision: str, step: Step
):
    case = bpi_case(session)
    bpi_figures(session, case)
    client = sign_in(case.of_bpi)
    data = {
        "held_on": "15/01/2017",
        "starts_on": "01/01/2016",
        "ends_on": "31/12/2016",
        "decision": decision,
        "summary": "Bien. Les ateliers se poursuivent.",
    }
    assert client.post(f"/partenariats/{case.partnership.public_id}/bilans", data=data).status_code == 303
    session.expire_all()
    assert case.partnership.step is step
    assert [one.step for one in case.partnership.steps if one.step is Step.REVIEW] == [Step.REVIEW]
    page = client.get(f"/partenariats/{case.partnership.public_id}/chiffres").text.replace(NO_BREAK, " ")
    assert "56 ateliers, 551 participants, 9,8 par atelier" in page
    again = client.post(f"/partenariats/{case.partnership.public_id}/bilans", data=data)
    assert again.status_code == (409 if decision == "arreter" else 400)
    assert "Bien." in again.text, "what was typed is not lost"
    mails = session.scalars(sa.select(OutgoingMessage).where(OutgoingMessage.subject.contains("décision"))).all()
    assert {one.user_id for one in mails} == {case.of_cite.id}
    assert {one.subject for one in mails} == {f"Bilan du partenariat, décision : {Decision(decision).label}"}
    assert all("Bien." in one.text for one in mails)
    steps = sa.select(OutgoingMessage.id).where(OutgoingMessage.subject.contains("Étape notée : « Bilan »"))
    assert session.scalar(steps) is None, "one mail says it all"


def test_a_partnership_that_does_not_run_has_no_review(session: Session):
    row = partnership(session, Step.TRIAL)
    who = factories.member(session, row.exchange.cite)
    with pytest.raises(Refusal, match="partenariat qui fonctionne"):
        actions.record_review(session, row, date(2017, 1, 15), YEAR, Decision.CONTINUE, "Bien.", who, Side.CITE)


def test_of_people_who_record_the_same_period_at_once_one_wins_and_the_others_are_told(own_database: str):
    engine = sa.create_engine(own_database)
    with Session(engine) as session:
        row = partnership(session)
        who = factories.member(session, row.exchange.cite)
        session.commit()
        ids = (row.id, who.id)

    def run(year: int, barrier: threading.Barrier, outcomes: list[str]) -> None:
        with Session(engine) as session:
            mine, user = session.get(Partnership, ids[0]), session.get(User, ids[1])
            period = Period(date(year, 1, 1), date(year, 12, 31))
            barrier.wait()
            try:
                actions.record_figures(session, mine, Nature.HELD, period, 10, 80, "", user, Side.CITE)
                session.commit()
                outcomes.append("noté")
            except Refusal:
                outcomes.append("refusé")

    for year in range(2005, 2020):
        outcomes: list[str] = []
        barrier = threading.Barrier(3)
        threads = [threading.Thread(target=run, args=(year, barrier, outcomes)) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(outcomes) == ["noté", "refusé", "refusé"]
    engine.dispose()
