"""A search that a team follows: saved with what answers it, told once of what enters, ended after a year unless renewed."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.clock import now
from app.coverage.shortlists.models import Follower, Hit, SavedSearch
from app.coverage.shortlists.searches import actions
from app.directory.models import Institution, State
from app.mail.models import Cadence, Category, OutgoingMessage
from app.mail.preferences import choose
from tests import factories
from tests.app.coverage.shortlists.conftest import Team, plain

SEARCHES = "/recherches-suivies"
OF_04 = "territoires=departement-04&heures=20&inconnus=non"


def save(team: Team, session: Session, **typed: str) -> SavedSearch:
    data = {"nom": "Le 04", "recherche": OF_04, "premiers": "toutes", "structure": team.cite.public_id, **typed}
    answer = team.client.post(SEARCHES, data=data)
    assert answer.status_code == 303, answer.text
    code = answer.location.rpartition("/")[2]
    return session.scalars(sa.select(SavedSearch).where(SavedSearch.public_id == code)).one()


def alert(app: Flask, days: int = 0) -> str:
    """Run the timer as it will be so many days from now."""
    with time_machine.travel(now() + timedelta(days=days), tick=False):
        result = app.test_cli_runner().invoke(args=["shortlists", "alert"])
    assert result.exit_code == 0, result.output
    return result.output.strip()


def mails(session: Session) -> list[OutgoingMessage]:
    session.expire_all()
    return list(session.scalars(sa.select(OutgoingMessage).order_by(OutgoingMessage.id)))


def opened(session: Session, name: str, hours: float | None = 25) -> Institution:
    found = factories.library(session, name)
    found.weekly_hours = hours
    session.flush()
    return found


def test_a_search_is_saved_with_what_answers_it_and_nobody_is_told_of_that(app: Flask, team: Team, session: Session):
    opened(session, "Déjà là")
    opened(session, "Trop peu ouverte", 12)
    page = team.client.get(f"{SEARCHES}/nouvelle", query_string={"recherche": OF_04})
    assert page.status_code == 200
    assert "Alpes-de-Haute-Provence" in page.text
    search = save(team, session)
    assert search.asked == "territoires=departement-04&heures=20&inconnus=non"
    text = plain(team.client.get(f"{SEARCHES}/{search.public_id}").text)
    assert "1 bibliothèque" in text
    assert "Déjà là" in text
    assert "Trop peu ouverte" not in text
    assert f"/bibliotheques-candidates?{OF_04}".replace("&", "&amp;") in text
    assert alert(app).startswith("0 entered, 0 told")
    assert not mails(session)


def test_what_a_search_asks_is_said_wherever_it_is_named(app: Flask, team: Team, session: Session):
    asked = f"{OF_04}&salaries=y&formule=point-relais&rayon=20&projets=non&poids-surface=7"
    search = save(team, session, recherche=asked, premiers="10")
    opened(session, "Entrante").paid_staff = 2
    session.flush()
    alert(app)
    pages = [
        team.client.get(f"{SEARCHES}/nouvelle", query_string={"recherche": asked}).text,
        team.client.get(f"{SEARCHES}/{search.public_id}").text,
        team.client.get(SEARCHES).text,
        mails(session)[0].text,
    ]
    for page in map(plain, pages):
        assert "Alpes-de-Haute-Provence" in page
        assert "ouvertes au moins 20 h par semaine, avec au moins un salarié, celles dont on ne le sait pas écartées" in page
        assert "pour la formule « Point relais » ; à 20 km à vol d’oiseau ; lieux en projet laissés de côté" in page
        assert "poids choisis : surface 7." in page
    assert all("les 10 premières du classement" in plain(page) for page in pages[1:])


def test_what_enters_is_told_once_to_each_follower_for_all_of_theirs(app: Flask, team: Team, session: Session, sign_in):
    first, second = save(team, session), save(team, session, nom="Le 04, sans filtre", recherche="territoires=04")
    other = sign_in(team.other)
    assert other.post(f"{SEARCHES}/{first.public_id}/suivre").status_code == 303
    assert other.post(f"{SEARCHES}/{first.public_id}/suivre").status_code == 303
    new = opened(session, "Bibliothèque neuve")
    assert alert(app).startswith("2 entered, 2 told")
    written = {one.address: one for one in mails(session)}
    assert written.keys() == {team.one.email, team.other.email}
    assert "2 recherches suivies" in written[team.one.email].subject
    assert written[team.one.email].text.count("Bibliothèque neuve") == 2
    assert "dans « Le 04 »" in written[team.other.email].subject
    assert {one.category for one in written.values()} == {Category.ALERTS}
    assert all(one.unsubscribe_url for one in written.values())
    for _ in range(2):
        assert alert(app).startswith("0 entered, 0 told")
    assert len(mails(session)) == 2
    page = plain(team.client.get(SEARCHES).text)
    assert page.count("1 nouvelle entrée") == 2
    assert "1 nouvelle" in plain(team.client.get(f"{SEARCHES}/{second.public_id}").text)
    assert team.client.get(f"{SEARCHES}/{second.public_id}/vu").status_code == 303, "an address that only receives a form"
    assert team.client.post(f"{SEARCHES}/{second.public_id}/vu").status_code == 303
    assert plain(team.client.get(SEARCHES).text).count("1 nouvelle entrée") == 1
    assert session.get(Hit, (first.id, new.id)).told_at is not None


def test_a_library_that_leaves_and_comes_back_is_told_of_again_a_month_later_at_most(app: Flask, team: Team, session: Session):
    search = save(team, session)
    new = opened(session, "Qui hésite")

    def become(hours: float, days: int) -> str:
        new.weekly_hours = hours
        session.flush()
        return alert(app, days).split(",")[0]

    assert become(25, 1) == "1 entered"
    assert become(10, 2) == "0 entered"
    assert session.get(Hit, (search.id, new.id)).left_at is not None
    assert become(25, 20) == "0 entered", "it was told of less than a month ago"
    assert become(10, 21) == "0 entered"
    assert become(25, 31) == "1 entered"
    assert len(mails(session)) == 2


def test_a_search_of_the_first_ones_tells_who_gets_among_them(app: Flask, team: Team, session: Session):
    for number in range(10):
        opened(session, f"Moyenne {number}", 10)
    search = save(team, session, recherche="territoires=departement-04&poids-heures=10", premiers="10")
    assert session.scalar(sa.select(sa.func.count()).where(Hit.saved_search_id == search.id)) == 10
    last = opened(session, "Presque fermée", 1)
    assert alert(app).startswith("0 entered")
    last.weekly_hours = 45
    session.flush()
    assert alert(app).startswith("1 entered, 1 told")
    assert "Presque fermée" in mails(session)[0].text
    left = sa.select(sa.func.count()).where(Hit.saved_search_id == search.id, Hit.left_at.is_not(None))
    assert session.scalar(left) == 1, "one of the first ten gave its place"


def test_a_library_that_closes_leaves(app: Flask, team: Team, session: Session):
    there = opened(session, "Va fermer")
    search = save(team, session)
    factories.observe(session, there, date(2026, 1, 1), State.CLOSED)
    assert alert(app).startswith("0 entered")
    assert session.get(Hit, (search.id, there.id)).left_at is not None


def test_who_left_the_team_or_wants_no_alert_gets_none(app: Flask, team: Team, session: Session, sign_in):
    search = save(team, session)
    sign_in(team.other).post(f"{SEARCHES}/{search.public_id}/suivre")
    choose(session, team.other.id, Category.ALERTS, Cadence.NEVER)
    gone = factories.person(session)
    session.add(Follower(saved_search_id=search.id, user_id=gone.id))
    session.flush()
    opened(session, "Neuve")
    alert(app)
    assert gone.email not in {one.address for one in mails(session)}
    assert app.test_cli_runner().invoke(args=["mail", "digest"]).exit_code == 0
    told = {one.address for one in mails(session) if one.digest_day is not None}
    assert told == {team.one.email}, "by default, alerts are gathered in the digest of the day"
    app.test_cli_runner().invoke(args=["shortlists", "forget"])
    assert session.get(Follower, (search.id, gone.id)) is None
    assert team.client.post(f"{SEARCHES}/{search.public_id}/ne-plus-suivre").status_code == 303
    opened(session, "Plus neuve encore")
    before = len(mails(session))
    alert(app)
    assert {one.address for one in mails(session)[before:]} == {team.other.email}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"nom": ""}, "Donnez un nom à cette recherche"),
        ({"nom": "Déjà prise"}, "Votre équipe suit déjà une recherche de ce nom"),
        ({"recherche": "territoires=Atlantide"}, "Aucun territoire ne s’appelle"),
        ({"recherche": "heures=beaucoup"}, "écrivez un nombre d’heures"),
        ({"premiers": "1000"}, "Ce qui est suivi"),
        ({"structure": "cite-forgee"}, "Pour quelle structure"),
    ],
)
def test_what_cannot_be_saved_is_said_and_nothing_is_lost(team: Team, session: Session, typed: dict[str, str], said: str):
    save(team, session, nom="Déjà prise")
    data = {"nom": "Mon nom", "recherche": OF_04, "premiers": "20", "structure": team.cite.public_id, **typed}
    answer = team.client.post(SEARCHES, data=data)
    assert answer.status_code == 400
    assert said in plain(answer.text)
    assert data["nom"] in answer.text
    assert data["recherche"].replace("&", "&amp;") in answer.text
    assert session.scalar(sa.select(sa.func.count(SavedSearch.id))) == 1


def test_a_search_that_finds_too_much_is_narrowed_first(team: Team, session: Session, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(actions, "MOST_ANSWERS", 1)
    opened(session, "Une")
    opened(session, "Deux")
    data = {"nom": "Large", "recherche": OF_04, "premiers": "toutes", "structure": team.cite.public_id}
    answer = team.client.post(SEARCHES, data=data)
    assert answer.status_code == 400
    assert "on en suit 1 au plus" in plain(answer.text)
    assert team.client.post(SEARCHES, data={**data, "premiers": "10"}).status_code == 303


def test_a_search_that_is_not_understood_any_more_stays_as_it_was(app: Flask, team: Team, session: Session):
    there = opened(session, "Déjà là")
    search = save(team, session)
    search.asked = "territoires=departement-999"
    session.flush()
    assert alert(app).startswith("0 entered")
    assert session.get(Hit, (search.id, there.id)).left_at is None
    page = team.client.get(f"{SEARCHES}/{search.public_id}")
    assert page.status_code == 200
    assert "ne peut plus être comparée" in page.text


def test_a_search_ends_a_year_later_unless_its_followers_keep_it(app: Flask, team: Team, session: Session):
    kept = save(team, session)
    save(team, session, nom="Oubliée")
    session.execute(sa.update(SavedSearch).values(renewed_at=now() - timedelta(days=334)))

    def forget(days: int) -> int:
        with time_machine.travel(now() + timedelta(days=days), tick=False):
            app.test_cli_runner().invoke(args=["shortlists", "forget"])
        session.expire_all()
        return session.scalar(sa.select(sa.func.count(SavedSearch.id))) or 0

    assert alert(app).endswith("0 asked about their end")
    session.execute(sa.update(SavedSearch).values(renewed_at=now() - timedelta(days=336)))
    assert alert(app).endswith("2 asked about their end")
    assert alert(app).endswith("0 asked about their end")
    assert {one.subject for one in mails(session)} == {
        "Dites si vous suivez encore « Le 04 »",
        "Dites si vous suivez encore « Oubliée »",
    }
    path = f"{SEARCHES}/{kept.public_id}/renouveler"
    assert path in mails(session)[0].text
    assert "La garder un an de plus" in plain(team.client.get(path).text)
    session.expire_all()
    assert kept.asked_at is not None, "opening the page changes nothing"
    assert team.client.post(path).status_code == 303
    assert forget(28) == 2
    assert forget(31) == 1
    assert session.get(SavedSearch, kept.id) is not None
    assert forget(364) == 1


def test_a_search_of_which_nobody_was_told_does_not_end(app: Flask, team: Team, session: Session):
    save(team, session)
    with time_machine.travel(now() + timedelta(days=500), tick=False):
        app.test_cli_runner().invoke(args=["shortlists", "forget"])
    assert session.scalar(sa.select(sa.func.count(SavedSearch.id))) == 1


def test_a_search_is_ended_by_a_button_for_the_whole_team(team: Team, session: Session):
    search = save(team, session)
    assert team.client.get(f"{SEARCHES}/{search.public_id}/supprimer").status_code == 200
    assert team.client.post(f"{SEARCHES}/{search.public_id}/supprimer").status_code == 303
    assert team.client.get(f"{SEARCHES}/{search.public_id}").status_code == 404
    assert session.scalar(sa.select(sa.func.count()).select_from(Follower)) == 0


@pytest.mark.parametrize(
    ("column", "value", "constraint"),
    [("first", 0, "first_is_sensible"), ("name", " ", "name_not_blank"), ("asked", "x" * 4_001, "asked_is_short")],
)
def test_the_database_refuses_what_makes_no_sense(team: Team, session: Session, column: str, value: object, constraint: str):
    session.add(SavedSearch(institution=team.cite, **{"name": "Essai", column: value}))
    with pytest.raises(IntegrityError, match=constraint):
        session.flush()


def test_a_library_leaves_after_it_enters(team: Team, session: Session):
    search = save(team, session)
    moment = datetime(2026, 3, 1, tzinfo=UTC)
    values = {"saved_search_id": search.id, "institution_id": team.cite.id, "entered_at": moment}
    session.add(Hit(**values, left_at=moment.replace(year=2025)))
    with pytest.raises(IntegrityError, match="it_leaves_after_it_enters"):
        session.flush()
