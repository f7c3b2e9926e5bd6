"""The file of a meeting says what the meeting is, in the terms of RFC 5545, as an independent parser reads it."""

from datetime import UTC, datetime, timedelta
from itertools import takewhile

import pytest
from sqlalchemy.orm import Session

from app.clock import PARIS, now
from app.directory.edition.models import Theme, ThemeKind
from app.meetings.forms import AT_HOST
from app.meetings.models import AgendaItem, MeetingKind, Openness, Status
from app.meetings.registrations.links import token_of
from app.meetings.registrations.models import Place
from tests import factories, meeting_factories
from tests.app.meetings.calendars.reading import calendar_in, event_in

ONLINE = "https://visio.exemple.invalid/salle-7"


def ics(client, meeting):
    return client.get(f"/rencontres/{meeting.public_id}/agenda.ics")


def test_a_file_says_when_where_and_what(client, session: Session):
    session.add(Theme(code="axe-essai", kind=ThemeKind.AXIS, label="Axe inventé", source="Essai"))
    session.flush()
    host = factories.institution(session, "Alcazar inventé", at=(5.375, 43.299), address="14 cours Inventé", city="Marseille")
    one = meeting_factories.meeting(
        session,
        host,
        kind=MeetingKind.REGIONAL,
        title="Rencontre inventée",
        starts_at=datetime(2017, 11, 7, 9, 30, tzinfo=PARIS),
        ends_at=datetime(2017, 11, 7, 17, tzinfo=PARIS),
        status=Status.HELD,
        themes=["axe-essai"],
        contact_email="rencontres@exemple.invalid",
    )
    answer = ics(client, one)
    event = event_in(answer)
    assert event.uid == f"{one.public_id}@127.0.0.1"
    assert (event.summary, event.status.value, event.sequence) == ("Rencontre inventée", "CONFIRMED", 0)
    assert event.dtstart.astimezone(UTC) == datetime(2017, 11, 7, 8, 30, tzinfo=UTC)
    assert event.dtend.astimezone(UTC) == datetime(2017, 11, 7, 16, tzinfo=UTC)
    assert event.location == "Alcazar inventé, 14 cours Inventé, Marseille"
    assert (event.geo.lat, event.geo.lng) == (43.299, 5.375)
    assert event.categories == ["Rencontre régionale", "Axe inventé"]
    assert str(event.organizer.uri) == "mailto:rencontres@exemple.invalid"
    assert str(event.url).endswith(f"/rencontres/{one.public_id}")
    assert event.dtstamp == event.last_modified
    assert calendar_in(answer).method == "PUBLISH"
    assert "attachment; filename=maillage-rencontre-inventee.ics" in answer.headers["Content-Disposition"]


def test_the_place_of_a_town_is_not_told_as_a_point(client, session: Session):
    assert event_in(ics(client, meeting_factories.meeting(session))).geo is None


def test_long_french_texts_come_back_whole(client, session: Session):
    title = "L’été, les œuvres ; « Youpi matins » : chercher ensemble, \\ trouver, " + "écrire à plusieurs mains ; " * 6
    summary = "Première ligne ; avec, des virgules\nDeuxième ligne : " + "ça ira, ça ira ; " * 30
    one = meeting_factories.meeting(session, title=title.strip(), summary=summary.strip())
    session.add(AgendaItem(meeting_id=one.id, rank=1, title="Accueil ; café, thé", starts_at=one.starts_at))
    session.flush()
    answer = ics(client, one)
    event = event_in(answer)
    assert event.summary == title.strip()
    assert summary.strip() in event.description
    assert "Accueil ; café, thé" in event.description
    assert max(len(line) for line in answer.data.split(b"\r\n")) <= 75
    assert all(not line.endswith(b"\n") for line in answer.data.split(b"\r\n"))


@pytest.mark.parametrize(
    ("day", "hours"), [(datetime(2026, 3, 29, tzinfo=PARIS), 2), (datetime(2026, 10, 25, tzinfo=PARIS), 4)]
)
def test_on_the_day_when_clocks_change_a_meeting_lasts_its_real_time(client, session: Session, day: datetime, hours: int):
    starts, ends = day.replace(hour=1, minute=30), day.replace(hour=4, minute=30)
    one = meeting_factories.meeting(session, starts_at=starts, ends_at=ends)
    answer = ics(client, one)
    event = event_in(answer)
    assert event.dtstart.astimezone(UTC) == starts.astimezone(UTC)
    assert event.dtend.astimezone(UTC) == ends.astimezone(UTC)
    assert event.dtend.astimezone(UTC) - event.dtstart.astimezone(UTC) == timedelta(hours=hours)
    assert "TZID=Europe/Paris" in answer.text


def test_the_hour_that_comes_back_in_autumn_is_told_in_utc(client, session: Session):
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    one = meeting_factories.meeting(session, starts_at=first, ends_at=first + timedelta(hours=1))
    event = event_in(ics(client, one))
    assert event.dtend.astimezone(UTC) - event.dtstart.astimezone(UTC) == timedelta(hours=1)


def test_the_zone_that_the_file_tells_is_that_of_paris(client, session: Session):
    """Its rules alone, without any table of the reader, give the clocks of Paris, in summer and in winter."""
    one = meeting_factories.meeting(session)
    [zone] = calendar_in(ics(client, one)).timezones
    changes = sorted(
        (moment, part.tz_offset_to.offset)
        for part in [*zone.daylight, *zone.standard]
        for moment in takewhile(lambda one: one.year <= 2040, part.as_ruleset())
    )
    for year in (1997, 2017, 2026, 2040):
        for month in (1, 4, 7, 10, 11, 12):
            noon = datetime(year, month, 15, 12)  # noqa: DTZ001 - a time on the clocks, as the rules tell it
            offset = [offset for moment, offset in changes if moment <= noon][-1]
            assert offset == noon.replace(tzinfo=PARIS).utcoffset()


def test_a_meeting_across_midnight_ends_the_day_after(client, session: Session):
    starts = datetime(2027, 1, 14, 20, tzinfo=PARIS)
    one = meeting_factories.meeting(session, starts_at=starts, ends_at=starts + timedelta(hours=6))
    event = event_in(ics(client, one))
    assert (event.dtstart.day, event.dtend.day, event.dtend.hour) == (14, 15, 2)


def test_a_meeting_that_was_moved_has_a_higher_sequence_and_the_same_identity(session: Session, sign_in):
    host = factories.cite(session)
    client = sign_in(factories.member(session, host))
    one = meeting_factories.meeting(session, host)
    before = event_in(ics(client, one))
    day = (now() + timedelta(days=45)).astimezone(PARIS)
    said = {"jour": f"{day:%Y-%m-%d}", "debut": "10:00", "fin": "12:00", "lieu": AT_HOST, "version": one.revision}
    moved = client.post(f"/rencontres/{one.public_id}/deplacer", data=said)
    assert moved.status_code == 303, moved.text
    after = event_in(ics(client, one))
    assert after.uid == before.uid
    assert after.sequence == before.sequence + 1
    assert after.dtstart.date() == day.date()


def test_a_cancelled_meeting_tells_calendars_to_take_it_away(client, session: Session):
    one = meeting_factories.meeting(
        session, title="Séminaire", status=Status.CANCELLED, sequence=2, cancel_reason="Salle inondée"
    )
    answer = ics(client, one)
    event = event_in(answer)
    assert calendar_in(answer).method == "CANCEL"
    assert (event.status.value, event.sequence, event.summary) == ("CANCELLED", 2, "Annulée : Séminaire")
    assert "Salle inondée" in event.description


def test_nobody_gets_the_file_of_a_draft_nor_of_what_they_may_not_see(client, session: Session, sign_in):
    host = factories.cite(session)
    draft = meeting_factories.meeting(session, host, status=Status.DRAFT)
    between = meeting_factories.meeting(session, host, openness=Openness.INVITED)
    organiser = sign_in(factories.member(session, host))
    assert ics(organiser, draft).status_code == ics(client, draft).status_code == 404
    assert ics(client, between).status_code == 404
    assert event_in(ics(organiser, between)).uid
    assert client.get("/rencontres/bcdfghjkmnpqrs/agenda.ics").status_code == 404


def test_the_address_of_an_online_meeting_goes_to_those_who_have_a_place(client, session: Session, sign_in):
    host, library = factories.cite(session), factories.library(session)
    one = meeting_factories.meeting(session, host, online_url=ONLINE)
    member = sign_in(factories.member(session, library))
    registration = meeting_factories.registration(session, one, library, place=Place.WAITING)
    assert ONLINE not in ics(client, one).text.replace("\r\n ", "")
    assert ONLINE not in ics(member, one).text.replace("\r\n ", "")
    registration.place = Place.CONFIRMED
    session.flush()
    assert ONLINE in event_in(ics(member, one)).description
    assert ONLINE in event_in(ics(sign_in(factories.member(session, host)), one)).description


def test_someone_without_account_gets_the_file_by_the_link_of_their_registration(app, client, session: Session):
    one = meeting_factories.meeting(session, openness=Openness.INVITED, online_url=ONLINE)
    registration = meeting_factories.registration(session, one, email="camille@exemple.invalid")
    with app.app_context():
        token = token_of(registration)
    address = f"/inscription/{token}/agenda.ics"
    event = event_in(client.get(address))
    assert "Votre inscription : confirmée" in event.description
    assert ONLINE in event.description
    registration.place, registration.settled_at = Place.WITHDRAWN, now()
    session.flush()
    answer = client.get(address)
    assert calendar_in(answer).method == "CANCEL"
    assert event_in(answer).status.value == "CANCELLED"
    assert ONLINE not in event_in(answer).description
    assert client.get(f"/inscription/{token}x/agenda.ics").status_code == 404


def test_a_file_that_has_not_changed_is_not_sent_again(client, session: Session):
    one = meeting_factories.meeting(session)
    answer = ics(client, one)
    path = f"/rencontres/{one.public_id}/agenda.ics"
    assert client.get(path, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert client.get(path, headers={"If-Modified-Since": answer.headers["Last-Modified"]}).status_code == 304
    one.title, one.updated_at = "Un autre titre", now() + timedelta(minutes=1)
    session.flush()
    assert client.get(path, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 200
    assert client.get(path, headers={"If-Modified-Since": answer.headers["Last-Modified"]}).status_code == 200


def test_a_name_of_host_cannot_break_the_file(client, session: Session):
    host = factories.cite(session, 'Cité "des métiers" ; X, Y: Z')
    one = meeting_factories.meeting(session, host, contact_email="rencontres@exemple.invalid")
    assert event_in(ics(client, one)).organizer.common_name == "Cité 'des métiers' ; X, Y: Z"
