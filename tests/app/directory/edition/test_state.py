"""« Toujours exact », « nous sommes fermés, en projet » : dated observations on the institution's own word."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.clock import today
from app.directory.edition import actions
from app.directory.edition.models import Change
from app.directory.models import Kind, Observation, State
from app.errors import Refusal
from tests import factories as make
from tests.app.directory.pages import text_of

LONG_AGO = today() - timedelta(days=2000)


@pytest.fixture
def centre(session):
    one = make.institution(session, "Centre inventé", Kind.CENTRE, open_since=LONG_AGO)
    return make.place_in(session, one, "commune-04112")


@pytest.fixture
def member(session, centre):
    return make.member(session, centre, name="Marie Payet")


def states(session, institution) -> list[tuple[State, str]]:
    said = sa.select(Observation).where(Observation.institution_id == institution.id).order_by(Observation.id)
    return [(one.state, one.source) for one in session.scalars(said) if one.source != "Essai"]


def test_one_click_makes_what_was_to_confirm_confirmed_on_the_sheet_and_in_the_coverage(session, centre, member, sign_in):
    client = sign_in(member)
    before = text_of(client.get("/couverture/departement-04"))
    assert "ouvert, à confirmer" in text_of(client.get(f"/annuaire/{centre.public_id}"))
    assert client.post(f"/annuaire/{centre.public_id}/toujours-exact").status_code == 303
    sheet = text_of(client.get(f"/annuaire/{centre.public_id}"))
    assert "ouvert, à confirmer" not in sheet
    assert "Source : la structure elle-même, sur Maillage" in sheet.replace("\u00a0", " ")
    assert text_of(client.get("/couverture/departement-04")) != before
    assert states(session, centre) == [(State.OPEN, "la structure elle-même, sur Maillage")]


def test_a_second_click_the_same_day_says_so_and_records_nothing(session, centre, member, sign_in):
    client = sign_in(member)
    for _ in range(2):
        assert client.post(f"/annuaire/{centre.public_id}/toujours-exact").status_code == 303
    assert "était déjà confirmée aujourd’hui" in text_of(client.get(f"/annuaire/{centre.public_id}"))
    assert len(states(session, centre)) == 1
    assert session.scalar(sa.select(sa.func.count()).select_from(Change)) == 1


def test_the_agency_does_not_say_that_it_is_still_right(session, centre, sign_in):
    client = sign_in(make.member(session, make.agency(session)))
    assert client.post(f"/annuaire/{centre.public_id}/toujours-exact").status_code == 403
    assert "Toujours exact" not in client.get(f"/annuaire/{centre.public_id}").text


def test_a_closing_is_recorded_with_its_date_and_a_note(session, centre, member, sign_in):
    client = sign_in(member)
    day = today() - timedelta(days=3)
    data = {"etat": "ferme", "date": day.strftime("%d/%m/%Y"), "precision": "Fin du financement"}
    assert client.post(f"/annuaire/{centre.public_id}/etat", data=data).status_code == 303
    sheet = text_of(client.get(f"/annuaire/{centre.public_id}"))
    assert "Dernier constat : « fermé »" in sheet
    assert "Fin du financement" in sheet
    assert "Dernier constat : « ouvert »" in text_of(client.get(f"/annuaire/{centre.public_id}?date={day - timedelta(days=1)}"))
    assert "État : fermé au" in text_of(client.get(f"/annuaire/{centre.public_id}/historique"))
    refused = client.post(f"/annuaire/{centre.public_id}/toujours-exact")
    assert (refused.status_code, "La fiche dit « fermé »" in text_of(refused)) == (409, True)


def test_a_slip_of_the_same_day_is_corrected_and_both_are_kept_in_the_history(session, centre, member, sign_in):
    client = sign_in(member)
    for state in ("ouvert", "ferme", "ouvert"):
        answer = client.post(f"/annuaire/{centre.public_id}/etat", data={"etat": state, "date": today().isoformat()})
        assert answer.status_code == 303
    assert [state for state, _ in states(session, centre)] == [State.OPEN]
    assert "Dernier constat : « ouvert »" in text_of(client.get(f"/annuaire/{centre.public_id}"))
    assert len(session.scalars(sa.select(Change)).all()) == 3


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"etat": "", "date": "2026-01-01"}, "Choisissez un état."),
        ({"etat": "absent-de-la-liste", "date": "2026-01-01"}, "valide"),
        ({"etat": "ferme", "date": "2099-01-01"}, "Cette date est à venir."),
        ({"etat": "ferme", "date": "hier"}, "« hier » n’est pas une date."),
    ],
)
def test_a_state_without_its_day_is_refused_and_the_note_stays(session, centre, member, sign_in, data, sentence):
    answer = sign_in(member).post(f"/annuaire/{centre.public_id}/etat", data=data | {"precision": "À garder"})
    assert (answer.status_code, sentence in text_of(answer), "À garder" in answer.text) == (400, True, True)
    assert states(session, centre) == []


def test_an_observation_to_come_is_refused(session, centre, member):
    with pytest.raises(Refusal, match="passée"):
        actions.observe(session, centre, State.OPEN, today() + timedelta(days=1), "Essai", by=member)


def test_the_agency_records_a_state_in_its_own_name(session, centre, sign_in):
    client = sign_in(make.member(session, make.agency(session)))
    client.post(f"/annuaire/{centre.public_id}/etat", data={"etat": "en-projet", "date": today().isoformat()})
    assert states(session, centre) == [(State.PLANNED, "l’agence ou la structure qui suit la région, sur Maillage")]
