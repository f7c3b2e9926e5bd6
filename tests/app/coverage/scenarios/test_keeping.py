"""What a team keeps: its question, its figures and of which data they are; who reads it, who changes it, when it ends."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app.clock import now
from app.coverage.scenarios.actions import Stale, change
from app.coverage.scenarios.commands import forget
from app.coverage.scenarios.comparing import compare
from app.coverage.scenarios.models import Scenario
from app.coverage.scenarios.trials import read
from app.directory.models import Kind, State
from app.mail.models import OutgoingMessage
from geo.sources import DataSource
from tests import factories as make
from tests.app.coverage.scenarios.helpers import KEEP, TRY, keep


@pytest.fixture
def team(session):
    """A Cité in Marseille, that keeps scenarios."""
    return make.cite(session, "Cité inventée de Marseille")


@pytest.fixture
def colleague(session, team, sign_in):
    return sign_in(make.member(session, team))


@pytest.fixture
def kept(colleague, session):
    return keep(colleague, session)


def test_a_scenario_is_kept_with_its_question_its_figures_and_its_vintages(session, colleague, kept):
    assert kept.asked == "ouvrir=commune-04070"
    assert kept.figures["gained"] > 0 == kept.figures["lost"]
    assert kept.vintages["sources"]["territoires"]["digest"]
    assert kept.vintages["reference"]["count"] == 1
    assert kept.vintages["scenario"]["count"] == 2
    page = colleague.get(f"/scenarios/{kept.public_id}").text
    assert "Elles n’ont pas changé depuis" in page
    assert "Pour mardi" in page
    assert kept.name in colleague.get("/scenarios").text


def test_a_double_click_keeps_it_once_and_another_question_needs_another_name(session, colleague, kept):
    assert keep(colleague, session).id == kept.id
    answer = colleague.post(KEEP, data={"nom": kept.name, "note": "Ma note", "question": "rayon=50"})
    assert answer.status_code == 400
    assert "garde déjà un scénario de ce nom" in answer.text
    assert "Ma note" in answer.text
    assert "rayon=50" in answer.text


@pytest.mark.parametrize(
    "data", [{"nom": " ", "question": "rayon=20"}, {"nom": "A", "question": "ouvrir=inconnue"}, {"nom": "A" * 130}]
)
def test_what_cannot_be_kept_is_said_and_nothing_typed_is_lost(session, colleague, data):
    answer = colleague.post(KEEP, data={"note": "Une note longue à écrire", **data})
    assert answer.status_code == 400
    assert "Une note longue à écrire" in answer.text
    assert session.scalar(sa.select(sa.func.count()).select_from(Scenario)) == 0


def test_who_speaks_for_nobody_and_who_forges_a_team_keep_nothing(session, team, sign_in):
    alone = sign_in(make.person(session))
    assert "rattach" in alone.get(KEEP).text or "Trouver ma structure" in alone.get(KEEP).text
    data = {"nom": "Essai", "question": "rayon=20", "structure": team.public_id}
    assert alone.post(KEEP, data=data).status_code == 400
    assert session.scalar(sa.select(sa.func.count()).select_from(Scenario)) == 0


def test_other_teams_do_not_know_that_it_exists(session, kept, sign_in):
    other = sign_in(make.member(session, make.library(session)))
    for path in ("", "?contre="):
        assert other.get(f"/scenarios/{kept.public_id}{path}").status_code == 404
    assert other.get(f"{TRY}?scenario={kept.public_id}").status_code == 404
    assert other.post(f"/scenarios/{kept.public_id}/supprimer").status_code == 404
    assert other.post(KEEP, data={"nom": "X", "question": "", "scenario": kept.public_id}).status_code == 404
    against = other.get(f"{TRY}?contre={kept.public_id}")
    assert against.status_code == 400
    assert kept.name not in against.text
    assert kept.name not in other.get("/scenarios").text
    administrator = sign_in(make.person(session, administrator=True))
    assert administrator.get(f"/scenarios/{kept.public_id}").status_code == 200
    assert administrator.post(f"/scenarios/{kept.public_id}/supprimer").status_code == 403


def test_two_colleagues_who_edit_it_at_once_do_not_overwrite_each_other(session, team, colleague, kept, sign_in):
    other = sign_in(make.member(session, team))
    begun = colleague.get(f"{TRY}?scenario={kept.public_id}")
    assert "ouvrir=commune-04070" in begun.location
    assert "version=1" in begun.location
    data = {"nom": "Trois centres", "question": "ouvrir=commune-04112", "scenario": kept.public_id, "version": "1"}
    assert other.post(KEEP, data=data).status_code == 303
    late = colleague.post(KEEP, data={**data, "nom": "Mon nom à moi"})
    assert late.status_code == 409
    assert "Trois centres" in late.text
    assert "Mon nom à moi" in late.text
    session.refresh(kept)
    assert (kept.name, kept.revision) == ("Trois centres", 2)
    assert colleague.post(KEEP, data={**data, "nom": "Mon nom à moi", "version": "2"}).status_code == 303
    session.refresh(kept)
    assert (kept.name, kept.asked) == ("Mon nom à moi", "ouvrir=commune-04112")


def test_a_revision_that_is_not_the_last_is_refused_by_the_action_itself(session, kept):
    trial = read(kept.asked).trial
    with pytest.raises(Stale):
        change(session, kept, "Nom", "", trial, compare(session, trial, 24), None)


def test_the_link_shows_the_scenario_and_nothing_of_the_team_until_it_is_cut(session, client, team, colleague, kept):
    assert colleague.post(f"/scenarios/{kept.public_id}/lien").status_code == 303
    session.refresh(kept)
    first = kept.share_token
    page = client.get(f"/scenarios/lien/{first}")
    assert page.status_code == 200
    assert kept.name in page.text
    assert "habitants gagnés" in page.text
    assert page.headers["X-Robots-Tag"] == "noindex"
    main = page.text.split("<main")[1].split("Les lieux")[0]
    for hidden in ("Pour mardi", "Camille Inventée", kept.public_id, "gardé par"):
        assert hidden not in main
    assert "Supprimer" not in main
    assert kept.name in client.get(f"{TRY}?rayon=20&contre={first}").text
    colleague.post(f"/scenarios/{kept.public_id}/lien")
    session.refresh(kept)
    assert client.get(f"/scenarios/lien/{first}").status_code == 404
    assert client.get(f"/scenarios/lien/{kept.share_token}").status_code == 200
    second = kept.share_token
    colleague.post(f"/scenarios/{kept.public_id}/lien/couper")
    assert client.get(f"/scenarios/lien/{second}").status_code == 404
    for forged in ("a" * 28, "x", "%00", "A" * 5000):
        assert client.get(f"/scenarios/lien/{forged}").status_code == 404


def test_it_says_when_its_data_have_changed_and_takes_the_new_figures(session, colleague, kept):
    gained = kept.figures["gained"]
    make.place_in(session, make.institution(session, "Centre ouvert depuis", Kind.CENTRE), "commune-04070")
    page = colleague.get(f"/scenarios/{kept.public_id}").text.replace("\u202f", " ").replace("\xa0", " ")
    assert "elles ont changé depuis : le gain passe de" in page
    assert "à 0 habitants" in page
    assert "1 alors, 2 maintenant" in page
    assert colleague.post(f"/scenarios/{kept.public_id}/actualiser").status_code == 303
    session.refresh(kept)
    assert kept.figures["gained"] == 0 < gained
    assert "Elles n’ont pas changé depuis" in colleague.get(f"/scenarios/{kept.public_id}").text


def test_another_vintage_of_the_population_is_said(session, colleague, kept):
    source = session.get(DataSource, "territoires")
    source.digest, source.vintage_note = "f" * 64, "millésime inventé"
    session.flush()
    page = colleague.get(f"/scenarios/{kept.public_id}").text
    assert "millésime inventé" in page
    assert "elles ont changé depuis" in page


def test_a_place_that_has_left_the_directory_is_said_and_the_rest_is_computed(session, colleague):
    library = make.library(session)
    kept = keep(colleague, session, query=f"ouvrir={library.public_id};commune-04070")
    session.execute(sa.text("DELETE FROM observation WHERE institution_id = :id"), {"id": library.id})
    session.delete(library)
    session.flush()
    page = colleague.get(f"/scenarios/{kept.public_id}")
    assert page.status_code == 200
    assert "ne peut plus être calculé en entier" in page.text
    assert library.public_id in page.text


def test_two_scenarios_are_compared(session, colleague, kept):
    other = keep(colleague, session, "Un centre à Manosque", "ouvrir=commune-04112")
    page = colleague.get(f"/scenarios/{kept.public_id}?contre={other.public_id}")
    assert page.status_code == 200
    assert "le scénario « Un centre à Manosque »".replace("« ", "«\xa0").replace(" »", "\xa0»") in page.text.replace(
        "\u202f", "\xa0"
    )
    found = compare(session, read(kept.asked).trial, 24, read(other.asked).trial)
    back = compare(session, read(other.asked).trial, 24, read(kept.asked).trial)
    assert (found.totals.gained, found.totals.lost) == (back.totals.lost, back.totals.gained)
    assert found.totals.gained > 0


def test_it_is_duplicated_then_deleted(session, colleague, kept):
    colleague.post(f"/scenarios/{kept.public_id}/lien")
    names = []
    for _ in range(2):
        answer = colleague.post(f"/scenarios/{kept.public_id}/dupliquer")
        copy = session.scalars(sa.select(Scenario).where(Scenario.public_id == answer.location.rsplit("/", 1)[1])).one()
        names.append(copy.name)
        assert copy.share_token is None
        assert copy.asked == kept.asked
    assert names == ["Deux centres dans le 04 (copie)", "Deux centres dans le 04 (copie 2)"]
    assert colleague.post(f"/scenarios/{kept.public_id}/supprimer").status_code == 303
    assert colleague.get(f"/scenarios/{kept.public_id}").status_code == 404


def test_it_ends_a_year_after_its_last_change_and_never_before_the_team_is_told(app, session, colleague, kept):
    public_id = kept.public_id

    def run(days: int) -> bool:
        """Let so many days pass since the last change, run the timer, and say whether it is still kept."""
        session.execute(sa.update(Scenario).values(changed_at=now() - timedelta(days=days)))
        session.flush()
        app.test_cli_runner().invoke(forget)
        session.expire_all()
        return session.scalar(sa.select(Scenario.id).where(Scenario.public_id == public_id)) is not None

    def mails() -> int:
        return session.scalar(sa.select(sa.func.count()).where(OutgoingMessage.subject.contains("Gardez-vous le scénario")))

    assert run(300)
    assert mails() == 0
    assert run(500), "told first, even if the timer slept"
    assert run(500)
    assert mails() == 1, "told once"
    assert colleague.post(f"/scenarios/{public_id}/garder").status_code == 303
    assert run(340)
    assert mails() == 2, "kept a year more, then told again"
    session.execute(sa.update(Scenario).values(told_at=now() - timedelta(days=30)))
    assert not run(370)


def test_the_database_refuses_what_the_service_never_writes(session, team):
    def made(**columns: object) -> Scenario:
        return Scenario(**{"institution_id": team.id, "name": "Essai", "figures": {}, "vintages": {}, **columns})

    def insert(row: Scenario) -> None:
        with session.begin_nested():
            session.add(row)
            session.flush()

    insert(made())
    for wrong in ({}, {"name": "\u00a0"}, {"name": "B", "asked": "x" * 20_001}, {"name": "C", "share_token": "court"}):
        with pytest.raises(IntegrityError):
            insert(made(**wrong))


def test_an_account_that_goes_leaves_no_name_behind(session, team, sign_in):
    person = make.member(session, team)
    kept = keep(sign_in(person), session)
    assert kept.saved_by_id == person.id
    session.execute(sa.text("DELETE FROM app_user WHERE id = :id"), {"id": person.id})
    session.refresh(kept)
    assert kept.saved_by_id is None


def test_a_day_that_was_chosen_is_kept_and_a_closed_place_reads_as_such(session, colleague):
    centre = make.place_in(session, make.institution(session, "Centre de Gap", Kind.CENTRE), "commune-05061")
    make.observe(session, centre, date(2025, 1, 1), State.CLOSED)
    kept = keep(colleague, session, query=f"date=2024-06-01&fermer={centre.public_id}")
    assert kept.asked == f"date=2024-06-01&fermer={centre.public_id}"
    assert kept.figures["lost"] > 0
