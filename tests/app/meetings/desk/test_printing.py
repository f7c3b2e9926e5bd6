"""The attendance list, its files and the badges, read back."""

import csv
import io
import re
import zipfile

import pypdf
import pytest
import segno
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.meetings.desk.badges import badge_of, size_of
from app.meetings.models import Meeting
from app.meetings.registrations.models import Attendee, Place
from tests import factories
from tests.app.meetings.desk.door import meeting_today, press
from tests.meeting_factories import registration

LONGEST = "Marie-Bénédicte-Ghislaine de La Rochefoucauld-Montmorency-Châtillon d’Hauteclocque"
HOSTILE = '=HYPERLINK("http://exemple.invalid")<img src="file:///etc/passwd">'


@pytest.fixture
def seminar(session: Session) -> Meeting:
    return meeting_today(session, title="Séminaire d’essai")


@pytest.fixture
def client(sign_in, session: Session, seminar: Meeting) -> FlaskClient:
    return sign_in(factories.member(session, seminar.host))


def people(session: Session, of: Meeting, *names: str, institution: str = "Médiathèque d’Herbès") -> list[Attendee]:
    return registration(session, of, factories.library(session, institution), names).attendees


def read(client: FlaskClient, meeting: Meeting, path: str) -> pypdf.PdfReader:
    answer = client.get(f"/rencontres/{meeting.public_id}/{path}")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert "no-store" in answer.headers["Cache-Control"]
    return pypdf.PdfReader(io.BytesIO(answer.data))


def words(text: str) -> str:
    return " ".join(text.replace("\u202f", " ").split())


def test_the_printed_list_has_a_box_to_sign_for_everybody_and_lines_for_those_who_come_unannounced(
    client, session: Session, seminar: Meeting
):
    people(session, seminar, "Zoé Éluère", "Abel")
    waiting = registration(session, seminar, email="a@exemple.fr", names=["Qui attend"], place=Place.WITHDRAWN)
    page = client.get(f"/rencontres/{seminar.public_id}/emargement").text
    assert page.index("Abel") < page.index("Zoé Éluère")
    assert "Signature" in page
    assert "Qui attend" not in page
    assert waiting
    assert page.count('class="attendance__sign"') == 1 + 2 + 5


def test_the_files_say_who_came_with_codes_as_text_and_no_formula(client, session: Session, seminar: Meeting):
    zoe, _ = people(session, seminar, "Zoé Éluère", HOSTILE, institution="+33 médiathèque")
    press(client, seminar, zoe, "arrivee")
    path = f"/rencontres/{seminar.public_id}/emargement"
    for_people = list(csv.DictReader(io.StringIO(client.get(f"{path}.csv").data.decode("utf-8-sig")), delimiter=";"))
    assert [row["Nom"] for row in for_people] == [f"'{HOSTILE}", "Zoé Éluère"]
    assert for_people[1]["Structure"] == "'+33 médiathèque"
    assert (for_people[1]["Présence"], for_people[0]["Présence"]) == ("oui", "non")
    assert re.fullmatch(r"\d{1,2}\xa0h\xa0\d\d", for_people[1]["Heure d’arrivée"])
    for_machines = list(csv.DictReader(io.StringIO(client.get(f"{path}.csv?pour=machines").text)))
    assert for_machines[1]["territoire_id"] == "commune-04112"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d\+0[12]:00", for_machines[1]["arrivee"])
    with client.get(f"{path}.xlsx") as answer, zipfile.ZipFile(io.BytesIO(answer.data)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert set(re.findall(r'<c r="[A-I][23]" s="\d+" t="(\w+)"', sheet)) == {"inlineStr"}, "every cell is a text"
    assert "commune-04112" in sheet
    assert "<t>=HYPERLINK(" in sheet
    assert client.get(f"{path}.csv?pour=robots").status_code == 400
    assert client.head(f"{path}.xlsx").data == b""


def test_badges_are_ten_a_page_in_the_order_of_names_with_every_letter(client, session: Session, seminar: Meeting):
    names = [f"Personne Œuvrée n° {number:02}" for number in range(1, 11)] + ["Zoé Éluère"]
    people(session, seminar, *reversed(names))
    pages = read(client, seminar, "badges.pdf").pages
    first, second = (words(page.extract_text()) for page in pages)
    assert [names.index(found) for found in re.findall(r"Personne Œuvrée n° \d\d", first)] == list(range(10))
    for printed in ("Zoé Éluère", "Médiathèque d’Herbès", "Manosque (04)", "Séminaire d’essai", "bibliothécaire"):
        assert printed in second
    assert [round(float(size) / 72 * 25.4) for size in pages[0].mediabox[2:]] == [210, 297]


def test_a_badge_carries_the_address_of_its_page_under_the_name_of_the_service(
    app: Flask, client, session: Session, seminar: Meeting
):
    (one,) = people(session, seminar, "Zoé Éluère")
    address = f"{app.config['SITE_URL']}/rencontres/{seminar.public_id}/accueil/{one.public_id}"
    with app.app_context():
        drawn = badge_of(seminar, one).code
    expected = segno.make(address, error="m", micro=False)
    assert dark_squares(str(drawn)) == {
        (row, column) for row, line in enumerate(expected.matrix) for column, is_dark in enumerate(line) if is_dark
    }
    assert "Zoé Éluère" in words(read(client, seminar, f"accueil/{one.public_id}/badge.pdf").pages[0].extract_text())


def dark_squares(drawing: str) -> set[tuple[int, int]]:
    """The squares that the path of a code covers: moves « m », and rows of squares « h »."""
    found, x, y = set(), 0.0, 0.0
    for command, numbers in re.findall(r"([Mmh])([^Mmhz]+)", drawing.partition(' d="')[2].partition('"')[0]):
        values = [float(number) for number in re.findall(r"-?\d*\.?\d+", numbers)]
        if command == "h":
            found |= {(int(y), int(x) + step) for step in range(int(values[0]))}
            x += values[0]
        else:
            x, y = (values[0], values[1]) if command == "M" else (x + values[0], y + values[1])
    return found


def test_what_was_typed_is_printed_as_it_is_and_reaches_nothing(client, session: Session, seminar: Meeting):
    people(session, seminar, LONGEST, HOSTILE, institution="<b>Grasse</b> & " + "médiathèque " * 14)
    (page,) = read(client, seminar, "badges.pdf").pages
    text = words(page.extract_text())
    assert "de La" in text
    assert "file:///etc/passwd" in text.replace(" ", "")
    assert "<b>Grasse</b> &" in text
    assert not list(page.images)


def test_a_long_name_is_written_smaller():
    sizes = [size_of(name) for name in ("Zoé Éluère", "Jean-Christophe de Beauregard", LONGEST, "x" * 200, "")]
    assert sizes == ["xl", "l", "xs", "xxs", "xl"]


def test_there_is_no_badge_for_whom_has_no_place(client, session: Session, seminar: Meeting):
    assert client.get(f"/rencontres/{seminar.public_id}/badges.pdf").status_code == 409
    (one,) = registration(session, seminar, email="a@exemple.fr", names=["Ana"], place=Place.WAITING).attendees
    assert client.get(f"/rencontres/{seminar.public_id}/accueil/{one.public_id}/badge.pdf").status_code == 409
    for part in ("0", "x", "-1", "1000"):
        assert client.get(f"/rencontres/{seminar.public_id}/badges.pdf?partie={part}").status_code == 404
