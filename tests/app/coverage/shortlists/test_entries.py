"""A line of a list: colleagues write one after the other, and at once; whoever comes second is told, and loses nothing."""

import secrets
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app import create_app
from app.accounts.models import UserSession
from app.accounts.personal_data import everything_about
from app.accounts.session import COOKIE_KEY, hashed
from app.clock import now
from app.coverage.shortlists.forgetting import NAMES_KEPT
from app.coverage.shortlists.models import Entry, Follower, SavedSearch, Shortlist, Status
from app.coverage.shortlists.searches import alerting
from app.extensions import db
from app.mail.models import OutgoingMessage
from tests import factories
from tests.app.coverage.shortlists.conftest import Team, plain


def test_a_status_and_a_note_are_kept_with_who_and_when(team: Team, session: Session):
    assert team.client.get(team.line).status_code == 200
    typed = {"statut": "contactee", "note": "Rappeler Jeanne.", "version": "1"}
    assert team.client.post(team.line, data=typed).status_code == 303
    session.expire_all()
    assert (team.entry.status, team.entry.note, team.entry.revision) == (Status.CONTACTED, "Rappeler Jeanne.", 2)
    assert (team.entry.changed_by, team.entry.changed_at.date()) == (team.one, now().date())
    # The same form sent twice changes nothing more, and is no conflict.
    assert team.client.post(team.line, data=typed).status_code == 303
    session.expire_all()
    assert team.entry.revision == 2


def test_whoever_comes_second_reads_both_and_may_insist(team: Team, session: Session, sign_in):
    other = sign_in(team.other)
    other.post(team.line, data={"statut": "a-appeler", "note": "Fermée le lundi.", "version": "1"})
    late = team.client.post(team.line, data={"statut": "retenue", "note": "Vue ce matin.", "version": "1"})
    assert late.status_code == 409
    page = plain(late.text)
    assert "Dominique Inventé" in page
    assert "Fermée le lundi." in page
    assert "Vue ce matin.</textarea>" in page
    session.expire_all()
    assert team.entry.note == "Fermée le lundi."
    insisted = team.client.post(team.line, data={"statut": "retenue", "note": "Vue ce matin.", "version": "2"})
    assert insisted.status_code == 303
    session.expire_all()
    assert (team.entry.status, team.entry.note) == (Status.KEPT, "Vue ce matin.")


@pytest.mark.parametrize("typed", [{"statut": "perdue"}, {"statut": ""}, {"statut": "retenue", "note": "x" * 2_001}])
def test_a_line_that_is_not_understood_keeps_what_was_typed(team: Team, session: Session, typed: dict[str, str]):
    answer = team.client.post(team.line, data={"note": "Mot à garder", "version": "1", **typed})
    assert answer.status_code == 400
    assert typed.get("note", "Mot à garder") in answer.text
    session.expire_all()
    assert team.entry.revision == 1


def test_a_line_that_a_colleague_took_away_is_said_with_what_was_typed(team: Team, session: Session, sign_in):
    assert sign_in(team.other).post(f"{team.line}/retirer", data={"version": "1"}).status_code == 303
    late = team.client.post(team.line, data={"statut": "retenue", "note": "Une note longue à ne pas perdre.", "version": "1"})
    assert late.status_code == 409
    assert "Une note longue à ne pas perdre." in late.text
    assert "un collègue l’en a retirée" in late.text


def test_a_note_that_a_colleague_has_just_written_is_read_before_it_is_erased(team: Team, session: Session, sign_in):
    assert '/retirer" method="post"' in team.client.get(team.line).text
    sign_in(team.other).post(team.line, data={"statut": "a-appeler", "note": "Très intéressée.", "version": "1"})
    for version in ({"version": "1"}, {}):
        late = team.client.post(f"{team.line}/retirer", data=version)
        assert late.status_code == 409
        assert all(said in plain(late.text) for said in ("Dominique Inventé", "Très intéressée.", "pas été retirée"))
    assert '/retirer" method="post"' not in team.client.get(team.line).text, "a line with a note is not erased in one click"
    confirming = team.client.get(f"{team.line}/retirer").text
    assert "Très intéressée." in confirming
    assert 'name="version" value="2"' in confirming
    assert team.client.post(f"{team.line}/retirer", data={"version": "2"}).status_code == 303
    assert team.client.get(team.line).status_code == 409


def test_a_deleted_account_leaves_no_name_and_takes_its_notes_with_it_in_the_file(app: Flask, team: Team, session: Session):
    team.client.post(team.line, data={"statut": "retenue", "note": "Ma note.", "version": "1"})
    with app.test_request_context():
        told = everything_about(session, team.one)
    lines = {(one["table"], one["lien"]): one["lignes"] for one in told["rubriques"]}
    assert lines["shortlist_entry", "changed_by_id"][0]["note"] == "Ma note."
    assert lines["shortlist", "created_by_id"][0]["name"] == "À appeler"
    session.expire_all()
    session.delete(session.get(type(team.one), team.one.id))
    session.flush()
    session.expire_all()
    assert (team.entry.added_by_id, team.entry.changed_by_id, team.shortlist.created_by_id) == (None, None, None)
    assert team.entry.note == "Ma note."


def test_names_are_forgotten_a_year_after(app: Flask, team: Team, session: Session, sign_in):
    team.entry.added_at = now() - NAMES_KEPT - timedelta(days=1)
    session.flush()
    result = app.test_cli_runner().invoke(args=["shortlists", "forget"])
    assert "0 searches deleted, 1 names forgotten" in result.output
    session.expire_all()
    assert (team.entry.added_by_id, team.shortlist.created_by_id) == (None, team.one.id)
    assert "dont le nom n’est plus gardé" in plain(sign_in(team.other).get(team.path).text)


def test_of_two_colleagues_or_two_timers_at_once_one_acts(own_database: str):
    app = create_app({"DATABASE_URL": own_database})
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    tokens = [secrets.token_urlsafe(16) for _ in range(2)]
    with app.app_context(), db.sessionmaker() as session:
        cite, libraries = factories.cite(session), [factories.library(session, name) for name in ("Une", "Deux")]
        for token in tokens:
            user = factories.member(session, cite)
            session.add(UserSession(token_hash=hashed(token), user_id=user.id, device="Essai"))
        shortlist = Shortlist(institution=cite, name="Liste")
        entry = Entry(shortlist=shortlist, institution=libraries[0])
        session.add_all([shortlist, entry])
        session.flush()
        path, added = f"/listes-de-candidates/{shortlist.public_id}/lignes/{entry.public_id}", libraries[1].public_id
        into, team = shortlist.public_id, cite.public_id
        search = SavedSearch(institution=cite, name="Le 04", asked="territoires=departement-04")
        session.add(search)
        session.flush()
        session.add(Follower(saved_search_id=search.id, user_id=user.id))
        session.commit()
    start = Barrier(2)

    def together(url: str, *typed: dict[str, str]) -> list[int]:
        def send(number: int) -> int:
            client = app.test_client()
            with client.session_transaction() as cookie:
                cookie[COOKIE_KEY] = tokens[number]
            start.wait()
            return client.post(url, data=typed[number]).status_code

        with ThreadPoolExecutor(2) as pool:
            return sorted(pool.map(send, range(2)))

    one, other = ({"statut": "retenue", "note": note, "version": "1"} for note in ("Oui", "Non"))
    assert together(path, one, other) == [303, 409]
    adding = {"bibliotheque": added, "liste": into}
    assert together("/listes-de-candidates/ajouter", adding, adding) == [303, 303]
    making = {"nom": "La même", "structure": team}
    assert together("/listes-de-candidates", making, making) == [303, 400]

    def compare(_: int) -> int:
        with app.app_context(), db.sessionmaker() as session:
            start.wait()
            entered, _people = alerting.alert(session)
            session.commit()
            return entered

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(compare, range(2))) == [0, 2], "of two timers, one tells of both libraries"
    with app.app_context(), db.sessionmaker() as session:
        assert session.scalar(sa.select(sa.func.count(OutgoingMessage.id))) == 1
        assert session.scalar(sa.select(sa.func.count(Entry.id))) == 2
        assert session.scalar(sa.select(sa.func.count(Shortlist.id))) == 2
    with app.app_context():
        db.engine.dispose()
