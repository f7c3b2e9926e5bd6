"""What a place offers to all, without account: the workshops of a month, and the leaflet that one prints."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy.orm import Session

from app import pdf as printing
from app.alone import alone
from app.clock import today
from app.directory.vocabulary import Format
from app.errors import Busy
from app.extensions import db
from app.meetings.models import Openness, Status
from app.partnerships.agreements import actions as agreement_actions
from app.partnerships.agreements.models import Principle
from app.partnerships.exchanges.models import Side
from tests.app.meetings.workshops.scene import Workshops, plain, workshops

MARCH = "?mois=2027-03"
WELCOME = "gratuit et anonyme"


def url(scene: Workshops, extension: str = "") -> str:
    return f"/annuaire/{scene.partnership.exchange.partner.public_id}/ateliers{extension}"


def accept(session: Session, scene: Workshops) -> None:
    scene.partnership.format = Format.CENTRE
    agreement_actions.accept_principles(session, scene.partnership, [Principle.WELCOME], scene.of_partner, Side.PARTNER)


def pdf(client: FlaskClient, address: str) -> PdfReader:
    answer = client.get(address)
    assert (answer.status_code, answer.content_type) == (200, "application/pdf")
    return PdfReader(io.BytesIO(answer.data))


def words(reader: PdfReader) -> str:
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def test_anybody_reads_the_workshops_of_a_month_at_each_of_the_two_sides(session: Session, client: FlaskClient):
    scene = workshops(session)
    scene.add(date(2027, 3, 9), title="Youpi matins", summary="Chercher à plusieurs")
    scene.add(date(2027, 4, 6), title="Portage salarial")
    page = plain(client.get(url(scene) + MARCH).text)
    for said in ("Mardi 9 mars 2027", "14 h – 16 h", "Youpi matins", "Chercher à plusieurs", "sans inscription"):
        assert said in page, said
    assert "Portage salarial" not in page
    cite = scene.partnership.exchange.cite
    assert "Youpi matins" in client.get(f"/annuaire/{cite.public_id}/ateliers{MARCH}").text


def test_the_month_that_opens_is_that_of_the_next_workshop(session: Session, client: FlaskClient):
    scene = workshops(session)
    assert client.get(url(scene)).status_code == 200
    soon = today() + timedelta(days=70)
    scene.add(soon)
    scene.add(soon + timedelta(days=90))
    assert f'datetime="{soon:%Y-%m}' in client.get(url(scene)).text


def test_what_is_not_for_all_is_not_there_and_what_is_cancelled_is_said(session: Session, client: FlaskClient):
    scene = workshops(session)
    day = date(2027, 3, 9)
    scene.add(day, title="Brouillon secret", status=Status.DRAFT)
    scene.add(day, title="Entre nous", openness=Openness.PARTNERS)
    scene.add(day, title="Atelier annulé", status=Status.CANCELLED)
    page = client.get(url(scene) + MARCH).text
    assert "Brouillon secret" not in page
    assert "Entre nous" not in page
    assert "Annulé." in page


def test_free_and_anonymous_is_said_where_the_charter_says_so_and_nowhere_else(session: Session, client: FlaskClient):
    scene = workshops(session)
    scene.add(date(2027, 3, 9))
    assert WELCOME not in client.get(url(scene) + MARCH).text.lower()
    accept(session, scene)
    assert WELCOME in client.get(url(scene) + MARCH).text.lower()
    assert words(pdf(client, url(scene, ".pdf") + MARCH)).lower().count(WELCOME) == 1


def test_of_two_partnerships_of_a_place_each_workshop_says_its_own_charter(session: Session, client: FlaskClient):
    scene, other = workshops(session), workshops(session)
    accept(session, scene)
    scene.add(date(2027, 3, 9))
    other.add(date(2027, 3, 10), title="Ailleurs", place=scene.partnership.exchange.partner)
    page = plain(client.get(url(scene) + MARCH).text).lower()
    assert page.count(WELCOME) == 1
    assert page.index(WELCOME) < page.index("ailleurs")


def test_the_leaflet_is_a_tagged_sheet_of_a5_with_days_hours_titles_and_places(session: Session, client: FlaskClient):
    scene = workshops(session)
    scene.add(date(2027, 3, 9), "9 h 30", title="Formes alternatives d’activité, comment exercer autrement ?")
    scene.add(date(2027, 3, 28), "14 h", title="<script>alert(1)</script> & co")
    reader = pdf(client, url(scene, ".pdf") + MARCH)
    text = words(reader)
    for said in (
        "Ateliers de mars 2027",
        "Mardi 9 mars 2027",
        "9 h 30",
        "Formes alternatives",
        "<script>alert(1)</script> & co",
    ):
        assert said.replace("\u00a0", " ") in text.replace("\u00a0", " "), said
    assert f"{url(scene)}?mois=2027-03".replace("/annuaire", "annuaire") in text.replace(" ", "")
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "fr"
    assert "pdfuaid:part" in root["/Metadata"].get_data().decode()
    assert [round(float(side)) for side in reader.pages[0].mediabox[2:]] == [420, 595]
    assert reader.metadata is not None
    assert "mars 2027" in str(reader.metadata.title)


def test_a_leaflet_of_nothing_says_so(session: Session, client: FlaskClient):
    assert "Aucun atelier annoncé" in words(pdf(client, url(workshops(session), ".pdf") + MARCH))


def test_a_leaflet_that_has_not_changed_is_not_sent_again(app: Flask, session: Session, client: FlaskClient):
    scene = workshops(session)
    held = scene.add(date(2027, 3, 9))
    address = url(scene, ".pdf") + MARCH
    first = client.get(address)
    assert first.headers["Cache-Control"] == "public, max-age=300"
    again = {"If-None-Match": first.headers["ETag"]}
    with somebody_else_prints(app):
        assert client.get(address, headers=again).status_code == 304, "nothing is made"
        assert client.get(address).data == first.data, "it is kept"
        assert client.head(address).headers["ETag"] == first.headers["ETag"]
        held.title = "Autre titre"
        session.flush()
        busy = client.get(address, headers=again)
    assert (busy.status_code, busy.headers["Retry-After"]) == (503, "5")
    assert "Un document est déjà en préparation" in busy.text


def test_a_visitor_may_have_so_many_leaflets_made_an_hour(session: Session, client: FlaskClient, monkeypatch):
    monkeypatch.setattr("app.meetings.workshops.views.MOST_LEAFLETS", 0)
    refused = client.get(url(workshops(session), ".pdf") + MARCH)
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0


def test_the_leaflet_says_where_one_asks_and_whether_each_workshop_is_to_sign_up_for(session: Session, client: FlaskClient):
    scene = workshops(session)
    place = scene.partnership.exchange.partner
    place.address, place.postcode, place.city, place.phone = "3 rue Inventée", "04100", "Manosque", "04 00 00 00 00"
    scene.add(date(2027, 3, 9), title="Libre")
    scene.add(date(2027, 3, 10), title="Sur inscription", takes_registrations=True)
    scene.add(date(2027, 3, 11), title="Plus du tout", status=Status.CANCELLED)
    reader = pdf(client, url(scene, ".pdf") + MARCH)
    text = words(reader)
    assert "3 rue Inventée, 04100 Manosque · 04 00 00 00 00" in text
    assert text.index("Libre") < text.index("sans inscription") < text.index("Sur inscription")
    assert text.index("Sur inscription") < text.index("inscription en ligne") < text.index("Plus du tout (annulé)")
    assert text.count("sans inscription") == 1
    assert WELCOME not in text.lower()
    assert "(04)" in text
    assert " (04)" not in " ".join(page.extract_text() for page in reader.pages), "a no-break space"
    fonts = {str(font.get_object()["/BaseFont"]) for page in reader.pages for font in page["/Resources"]["/Font"].values()}
    assert fonts
    assert all("DejaVu" in font for font in fonts)


@contextmanager
def somebody_else_prints(app: Flask) -> Iterator[None]:
    """Hold the queue of visitors."""
    with app.app_context():
        engine = db.engine
    with alone(engine, printing.Queue.VISITORS, Busy("")):
        yield


@pytest.mark.parametrize("asked", ["?mois=2027-13", "?mois=mars", "?mois=1812-03"])
def test_a_month_that_is_none_is_not_found(session: Session, client: FlaskClient, asked: str):
    scene = workshops(session)
    assert client.get(url(scene) + asked).status_code == 404
    assert client.get(url(scene, ".pdf") + asked).status_code == 404
    assert client.get(f"/annuaire/personne/ateliers{MARCH}").status_code == 404
