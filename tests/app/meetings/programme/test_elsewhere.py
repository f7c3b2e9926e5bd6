"""Sheets, pages of territories and the home page show the next meetings, and lead to all of them and to their feed."""

import re
from datetime import timedelta

from sqlalchemy.orm import Session

from app.clock import now
from app.meetings.models import Openness, Status
from tests import factories, meeting_factories
from tests.app.meetings.programme.reading import in_days, titles


def test_a_sheet_shows_the_next_meetings_of_its_institution(client, session: Session, sign_in):
    cite = factories.cite(session)
    sheet = f"/annuaire/{cite.public_id}"
    assert 'id="rencontres"' not in client.get(sheet).text, "nothing is said where there never was a meeting"
    for number in range(4):
        meeting_factories.meeting(session, cite, title=f"N° {number}", starts_at=in_days(10 + number))
    meeting_factories.meeting(session, cite, title="Entre nous", starts_at=in_days(1), openness=Openness.INVITED)
    meeting_factories.meeting(session, cite, title="Annulée", starts_at=in_days(2), status=Status.CANCELLED)
    page = client.get(sheet).text
    assert titles(page) == ["N° 0", "N° 1", "N° 2"]
    assert f'href="/rencontres?structure={cite.public_id}"' in page
    assert f'href="/annuaire/{cite.public_id}/rencontres.ics"' in page
    assert titles(sign_in(factories.member(session, cite)).get(sheet).text) == ["Entre nous", "N° 0", "N° 1"]


def test_a_sheet_tells_of_past_meetings_when_none_is_to_come(client, session: Session):
    cite = factories.cite(session)
    meeting_factories.meeting(session, cite, starts_at=now() - timedelta(days=3), status=Status.HELD)
    page = client.get(f"/annuaire/{cite.public_id}").text
    assert "Aucune rencontre à venir n’est annoncée." in page
    assert re.search(rf'href="/rencontres\?passees=oui&amp;structure={cite.public_id}"', page)


def test_the_page_of_a_territory_shows_its_next_meetings_or_how_to_ask_for_one(client, session: Session):
    assert 'href="/demandes-de-rencontre/nouvelle"' in client.get("/territoires/region-93").text
    meeting_factories.meeting(session, factories.cite(session), title="À Marseille")
    for territory in ("region-93", "departement-13", "commune-13055"):
        page = client.get(f"/territoires/{territory}").text
        assert titles(page) == ["À Marseille"]
        assert f'href="/territoires/{territory}/rencontres.ics"' in page
    assert titles(client.get("/territoires/departement-04").text) == []


def test_the_home_page_shows_public_meetings_whoever_reads(client, session: Session, sign_in):
    cite = factories.cite(session)
    assert "Les prochaines rencontres" not in client.get("/").text
    meeting_factories.meeting(session, cite, title="Publique")
    meeting_factories.meeting(session, cite, title="Entre nous", openness=Openness.INVITED)
    meeting_factories.meeting(session, cite, title="Annulée", status=Status.CANCELLED)
    for reader in (client, sign_in(factories.member(session, cite))):
        assert titles(reader.get("/").text) == ["Publique"]
