"""How many scenarios a team keeps, how often, how long a question may be; and a question that is none."""

from app.coverage.scenarios import views
from app.coverage.scenarios.actions import MOST_SCENARIOS
from app.coverage.scenarios.models import LONGEST_ASKED, Scenario
from tests import factories as make
from tests.app.coverage.scenarios.helpers import KEEP, TRY, keep


def test_a_question_that_cannot_be_read_is_said_and_kept_by_nobody(session, sign_in):
    client = sign_in(make.member(session, make.cite(session)))
    many = "&".join(f"a{number}=1" for number in range(30))
    for question in (many, "rayon=20&contre=" + "x" * LONGEST_ASKED, "ouvrir=" + "commune-04070;" * LONGEST_ASKED):
        answer = client.post(KEEP, data={"nom": "Essai", "note": "Ma note", "question": question})
        assert answer.status_code == 400
        assert "ne peut pas être lu" in answer.text
        assert "Ma note" in answer.text
    assert session.query(Scenario).count() == 0
    assert client.get(TRY, query_string={"fermer": "x" * (LONGEST_ASKED + 1)}).status_code == 400


def test_a_team_keeps_so_many_and_its_index_has_pages(session, sign_in):
    cite = make.cite(session)
    client = sign_in(make.member(session, cite))
    first = keep(client, session)
    same = {"institution": cite, "figures": first.figures, "vintages": first.vintages}
    session.add_all([Scenario(name=f"Essai numéro {number:03}", **same) for number in range(1, MOST_SCENARIOS)])
    session.flush()
    refused = client.post(f"/scenarios/{first.public_id}/dupliquer")
    assert refused.status_code == 409
    assert "supprimez ceux qui ne servent plus" in refused.text
    assert client.post(KEEP, data={"nom": "De trop", "question": "rayon=20"}).status_code == 409
    assert keep(client, session).id == first.id, "a double click on the last one is not one more"
    pages = [client.get(f"/scenarios?page={number}").text for number in ("1", "2", "99", "-1", "deux")]
    assert [page.count("Essai numéro") + page.count(first.name) for page in pages] == [50] * 5
    assert pages[0] != pages[1] == pages[2]
    assert "Page 2" in pages[0]


def test_a_person_who_copies_without_end_is_asked_to_wait(session, sign_in, monkeypatch):
    client = sign_in(make.member(session, make.cite(session)))
    kept = keep(client, session)
    monkeypatch.setattr(views, "MOST_AN_HOUR", 2)
    answers = [client.post(f"/scenarios/{kept.public_id}/dupliquer").status_code for _ in range(2)]
    assert answers == [303, 429]
    assert client.post(KEEP, data={"nom": "Encore un", "question": "rayon=20"}).status_code == 429
