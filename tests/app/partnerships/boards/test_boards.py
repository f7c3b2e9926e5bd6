"""Boards: each sees their own, filtered in the URL, as a list, as columns and as files that hold exactly that."""

import csv
import io

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.directory.vocabulary import Format
from app.partnerships.models import Step
from tests import factories
from tests.app.partnerships.boards.stalls import partnership


def lines(answer) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff")), delimiter=";"))


def test_a_visitor_is_sent_to_sign_in(client: FlaskClient):
    assert client.get("/partenariats").location == "/connexion?suite=/partenariats"


def test_one_sees_the_partnerships_of_ones_own_institutions_alone(session: Session, sign_in):
    mine, other = partnership(session), partnership(session)
    page = sign_in(factories.member(session, mine.exchange.partner)).get("/partenariats").text
    assert mine.public_id in page
    assert other.public_id not in page


def test_the_agency_sees_those_of_its_region_and_no_others(session: Session, sign_in):
    here = partnership(session)
    elsewhere = partnership(
        session,
        within=factories.exchange(
            session, factories.cite(session, commune="commune-87085"), factories.library(session, commune="commune-19031")
        ),
    )
    client = sign_in(factories.member(session, factories.agency(session)))
    page = client.get("/partenariats/regions/region-93").text
    assert here.public_id in page
    assert elsewhere.public_id not in page
    assert client.get("/partenariats/regions/region-75").status_code == 403
    assert client.get("/partenariats/regions/region-999").status_code == 404
    assert client.get("/partenariats/reseau").status_code == 403


def test_filters_stand_in_the_url_and_the_file_holds_exactly_what_they_keep(session: Session, sign_in):
    both = factories.exchange(session)
    stalled = partnership(session, Step.VISITS, 100, within=both)
    partnership(session, Step.TRIAL, 1, Format.RENDEZ_VOUS, within=both)
    client = sign_in(factories.member(session, both.cite))
    for query, expected in (
        ("", 2),
        ("?en-attente=1", 1),
        ("?etape=experimentation", 1),
        ("?etape=experimentation&etape=visites", 2),
        ("?formule=rendez-vous-de-la-cite&en-attente=1", 0),
        ("?q=inventee", 2),
        ("?q=introuvable", 0),
    ):
        page = client.get(f"/partenariats{query}")
        assert page.status_code == 200
        assert page.text.count('class="board__row"') == expected, query
        assert len(lines(client.get(f"/partenariats.csv{query}"))) == expected, query
    row = lines(client.get("/partenariats.csv?en-attente=1"))[0]
    assert row["Partenariat"] == stalled.public_id
    assert row["Étape"] == "Visites et présentations"
    assert row["Ce qui stagne"] == "sans nouvelles"


def test_columns_show_a_few_cards_and_the_way_to_the_others(session: Session, sign_in):
    cite = factories.cite(session)
    for number in range(10):
        partnership(session, within=factories.exchange(session, cite, factories.library(session, f"Médiathèque {number}")))
    page = sign_in(factories.member(session, cite)).get("/partenariats?vue=colonnes").text
    assert page.count('class="board__card"') == 8
    assert "Voir les 10" in page


def test_a_step_that_does_not_exist_is_said_and_nothing_is_lost(session: Session, sign_in):
    client = sign_in(factories.person(session))
    answer = client.get("/partenariats?etape=inventee&q=manosque")
    assert answer.status_code == 400
    assert "n’est pas un choix de cette liste" in answer.text
    assert 'value="manosque"' in answer.text
    assert client.get("/partenariats.csv?etape=inventee").status_code == 400


def test_the_number_of_queries_does_not_grow_with_the_board(session: Session, sign_in, count_queries):
    cite = factories.cite(session)
    client = sign_in(factories.member(session, cite))
    for total in (1, 15):
        for number in range(total):
            library = factories.library(session, f"Médiathèque {total} {number}")
            partnership(session, within=factories.exchange(session, cite, library))
        before = count_queries()
        client.get("/partenariats")
        if total == 1:
            first = count_queries() - before
    assert count_queries() - before == first


def test_a_reminder_is_put_off_from_the_page_of_the_partnership(session: Session, sign_in):
    row = partnership(session, Step.VISITS, 100)
    client = sign_in(factories.member(session, row.exchange.cite))
    page = client.get(f"/partenariats/{row.public_id}")
    assert "Ce partenariat stagne" in page.text
    answer = client.post(f"/partenariats/{row.public_id}/rappels", data={"jours": "30"})
    assert answer.status_code == 303
    assert client.post(f"/partenariats/{row.public_id}/rappels", data={"jours": "4000"}).status_code == 400
