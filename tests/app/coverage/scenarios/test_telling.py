"""What a team is told: two scenarios side by side, a colleague's version, data that changed, an end that comes."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.clock import now
from app.coverage.scenarios.commands import forget
from app.coverage.scenarios.models import Scenario
from app.directory.models import Kind
from app.mail.models import OutgoingMessage
from geo.sources import DataSource
from tests import factories as make
from tests.app.coverage.scenarios.helpers import KEEP, keep, plain


@pytest.fixture
def centre(session):
    return make.place_in(session, make.institution(session, "Centre de Gap", Kind.CENTRE), "commune-05061")


@pytest.fixture
def colleague(session, centre, sign_in):
    return sign_in(make.member(session, make.cite(session)))


@pytest.fixture
def kept(colleague, session):
    return keep(colleague, session)


def test_what_both_scenarios_open_and_close_is_listed(session, colleague, centre, kept):
    other = keep(colleague, session, "Sans Gap", f"ouvrir=commune-04112&fermer={centre.public_id}")
    page = plain(colleague.get(f"/scenarios/{kept.public_id}?contre={other.public_id}").text)
    mine, theirs = page.split("Dans « Sans Gap »")
    assert "Digne-les-Bains" in mine.split("Dans ce scénario")[1]
    assert "Manosque" in theirs.split("Par département")[0]
    assert "Centre de Gap fermé" in theirs.split("Par département")[0]


def test_the_version_of_a_colleague_lists_its_places(session, colleague, centre, kept):
    query = f"rayon=40&ouvrir=commune-04112&fermer={centre.public_id}"
    data = {"nom": "Trois centres", "question": query, "scenario": kept.public_id, "version": "1"}
    assert colleague.post(KEEP, data=data).status_code == 303
    late = colleague.post(KEEP, data={**data, "nom": "Le mien", "question": "ouvrir=commune-06088"})
    assert late.status_code == 409
    theirs, mine = plain(late.text.split("<h2>Le scénario gardé</h2>")[1]).split("Le vôtre")
    assert "Manosque" in theirs
    assert "Centre de Gap fermé" in theirs
    assert "à moins de 40 km" in theirs
    assert "Nice" in mine


def test_data_that_changed_without_effect_are_told_as_such(session, colleague, kept):
    source = session.get(DataSource, "territoires")
    source.digest = "f" * 64
    session.flush()
    page = plain(colleague.get(f"/scenarios/{kept.public_id}").text)
    assert "les chiffres restent les mêmes" in page
    assert "le gain passe de" not in page
    assert "même millésime, contenu corrigé" in page


def test_one_mail_a_person_names_all_that_ends_and_each_page_has_the_button_at_its_top(app, session, colleague, kept):
    keep(colleague, session, "Sans Gap", "rayon=40")
    session.execute(sa.update(Scenario).values(changed_at=now() - timedelta(days=340)))
    before = plain(colleague.get(f"/scenarios/{kept.public_id}").text)
    assert "Voulez-vous garder ce scénario ?" not in before
    app.test_cli_runner().invoke(forget)
    session.expire_all()
    mail = session.scalars(sa.select(OutgoingMessage).order_by(OutgoingMessage.created_at.desc())).first()
    assert plain(mail.subject) == "Gardez-vous ces scénarios : « Deux centres dans le 04 », « Sans Gap » ?"
    assert session.scalar(sa.select(sa.func.count()).where(OutgoingMessage.subject.startswith("Gardez-vous"))) == 1
    assert mail.action_url.endswith("/scenarios")
    assert len(mail.paragraphs) == 3
    page = colleague.get(f"/scenarios/{kept.public_id}").text
    assert "Garder un an de plus" in page.split("Voulez-vous garder ce scénario")[1].split("</main>")[0]
    assert plain(colleague.get("/scenarios").text).count("à garder ?") == 2
