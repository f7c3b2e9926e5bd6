"""What the course of a meeting does to registrations: cancelled, begun, held, moved while places are offered."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.clock import PARIS, now
from app.mail.models import OutgoingMessage
from app.meetings.models import Meeting, Status
from app.meetings.registrations.models import Place, Registration
from app.meetings.wording import deadline_said
from tests import factories, meeting_factories

TokenOf = Callable[[Registration], str]
SignIn = Callable[[User | None], FlaskClient]


def offered(session: Session, **columns: object) -> tuple[Meeting, Registration, Registration]:
    """A meeting that offers its two last places, one to a person alone and one to a group of two."""
    meeting = meeting_factories.meeting(session, factories.cite(session), capacity=2, **columns)
    whole = meeting_factories.registration(session, meeting, email="tout@exemple.fr", place=Place.OFFERED)
    part = meeting_factories.registration(
        session, meeting, email="part@exemple.fr", names=["Lou", "Sam"], place=Place.OFFERED, offered_places=1
    )
    return meeting, whole, part


def subjects(session: Session) -> list[str]:
    return list(session.scalars(sa.select(OutgoingMessage.subject).order_by(OutgoingMessage.id)))


def move(session: Session, sign_in: SignIn, meeting: Meeting, by: timedelta) -> None:
    """An organiser moves it, at the same hours."""
    start, end = (one.astimezone(PARIS) + by for one in (meeting.starts_at, meeting.ends_at))
    days = {"jour": start.date().isoformat(), "dernier-jour": end.date().isoformat()}
    hours = {"debut": f"{start:%H:%M}", "fin": f"{end:%H:%M}", "lieu": "hote", "version": "1"}
    organiser = sign_in(factories.member(session, meeting.host))
    assert organiser.post(f"/rencontres/{meeting.public_id}/deplacer", data=days | hours).status_code == 303
    session.expire_all()


def promote(app: Flask, session: Session) -> None:
    done = app.test_cli_runner().invoke(args=["registrations", "promote"])
    assert done.exit_code == 0, done.output
    session.expire_all()


def test_an_offer_ends_with_a_cancelling_which_alone_is_told(app: Flask, session: Session, sign_in: SignIn):
    meeting, whole, part = offered(session)
    organiser = sign_in(factories.member(session, meeting.host))
    assert organiser.post(f"/rencontres/{meeting.public_id}/annuler", data={"motif": "Grève"}).status_code == 303
    session.expire_all()
    assert (whole.place, part.place, meeting.places_held) == (Place.EXPIRED, Place.WAITING, 0)
    promote(app, session)
    assert [one.startswith("Prenez note que") and "est annulée" in one for one in subjects(session)] == [True, True]


@pytest.mark.parametrize(
    "columns", [{"status": Status.CANCELLED}, {"starts_at": now() - timedelta(days=2)}, {"status": Status.HELD}]
)
def test_a_timer_that_catches_up_invites_nobody_to_what_is_past(app: Flask, session: Session, columns: dict[str, object]):
    _, whole, part = offered(session, **columns)
    for one in (whole, part):
        one.offer_expires_at = now() - timedelta(minutes=1)
    session.flush()
    promote(app, session)
    assert (whole.place, part.place, subjects(session)) == (Place.EXPIRED, Place.WAITING, [])


def test_an_address_that_nobody_confirms_is_erased_where_nothing_else_is_to_do(app: Flask, session: Session):
    meeting = meeting_factories.meeting(session)
    late = now() - timedelta(hours=49)
    ghost = meeting_factories.registration(session, meeting, email="jamais@exemple.fr", place=Place.UNCONFIRMED, asked_at=late)
    promote(app, session)
    assert (ghost.place, ghost.email, ghost.attendees[0].name) == (Place.EXPIRED, None, None)


def test_holding_a_meeting_ends_its_offers_and_who_still_waits_reads_it_on_their_page(
    session: Session, sign_in: SignIn, client: FlaskClient, token_of: TokenOf
):
    meeting, whole, part = offered(session, starts_at=now() - timedelta(hours=1))
    organiser = sign_in(factories.member(session, meeting.host))
    path = f"/rencontres/{meeting.public_id}/tenue"
    assert organiser.post(path, data={"presents": "1", "bilan": ""}).status_code == 303
    session.expire_all()
    assert (whole.place, part.place, subjects(session)) == (Place.EXPIRED, Place.WAITING, [])
    assert "La rencontre a commencé sans qu’une place se libère pour vous" in client.get(f"/inscription/{token_of(part)}").text


@pytest.mark.parametrize(
    "columns",
    [{"status": Status.CANCELLED}, {"status": Status.HELD}, {"starts_at": now() - timedelta(days=1)}],
    ids=["cancelled", "held", "past"],
)
@pytest.mark.parametrize("place", [Place.CONFIRMED, Place.TO_APPROVE])
def test_nobody_is_answered_nor_removed_once_a_meeting_is_over(
    session: Session, sign_in: SignIn, columns: dict[str, object], place: Place
):
    meeting = meeting_factories.meeting(session, factories.cite(session), **columns)
    one = meeting_factories.registration(session, meeting, email="a@exemple.fr", place=place)
    client = sign_in(factories.member(session, meeting.host))
    path = f"/rencontres/{meeting.public_id}/inscriptions/{one.public_id}"
    page = client.get(path).text
    assert not any(verb in page for verb in ("/approuver", "/refuser", "/retirer"))
    for verb in ("approuver", "refuser", "retirer"):
        answer = client.post(f"{path}/{verb}", data={"motif": "Trop tard"})
        assert answer.status_code == 409, verb
        assert "les inscriptions ne changent plus" in answer.text
    session.expire_all()
    assert (one.place, subjects(session)) == (place, [])


def test_a_meeting_moved_earlier_shortens_its_offers_and_says_so(session: Session, sign_in: SignIn):
    meeting, whole, _ = offered(session)
    move(session, sign_in, meeting, timedelta(days=-29))
    end = whole.offer_expires_at
    assert end is not None
    assert abs(end - now() - (meeting.starts_at - now()) / 2) < timedelta(seconds=10), "half of the day that is left"
    [letter] = session.scalars(sa.select(OutgoingMessage).where(OutgoingMessage.address == "tout@exemple.fr"))
    assert f"répondez avant le {deadline_said(end)}".replace("\u00a0", " ") in letter.text.replace("\u00a0", " ")


def test_a_move_to_a_later_day_leaves_offers_as_they_are(session: Session, sign_in: SignIn):
    meeting, whole, _ = offered(session)
    before = whole.offer_expires_at
    move(session, sign_in, meeting, timedelta(days=5))
    assert whole.offer_expires_at == before


@pytest.mark.parametrize(("days", "opens_after"), [(-10, 10), (-25, -5), (10, 20)])
def test_registration_still_opens_before_a_meeting_that_is_moved(
    session: Session, sign_in: SignIn, days: int, opens_after: int
):
    today = now().astimezone(PARIS).replace(minute=0, second=0, microsecond=0)
    opens_at = today + timedelta(days=20)
    meeting = meeting_factories.meeting(session, starts_at=today + timedelta(days=30), registration_opens_at=opens_at)
    move(session, sign_in, meeting, timedelta(days=days))
    assert meeting.registration_opens_at == today + timedelta(days=opens_after)
    assert meeting.registration_opens_at < meeting.closes_at


def test_an_opening_that_would_come_after_the_closing_is_no_more(session: Session, sign_in: SignIn):
    # Registration closed before it was to open again: what is closed stays closed.
    closed = {"registration_opens_at": now() - timedelta(days=3), "registration_closes_at": now() - timedelta(days=2)}
    meeting = meeting_factories.meeting(session, **closed)
    move(session, sign_in, meeting, timedelta(days=-10))
    assert meeting.registration_closes_at == closed["registration_closes_at"]
    assert not meeting.is_registering


def test_a_group_does_not_grow_while_places_have_just_become_free_for_it(
    app: Flask, session: Session, client: FlaskClient, token_of: TokenOf
):
    meeting = meeting_factories.meeting(session, capacity=2)
    late = now() - timedelta(minutes=1)
    meeting_factories.registration(session, meeting, email="lent@exemple.fr", place=Place.OFFERED, offer_expires_at=late)
    meeting_factories.registration(session, meeting, email="vient@exemple.fr")
    alone = meeting_factories.registration(session, meeting, email="seule@exemple.fr", place=Place.WAITING)
    more = {"lecture": "1", "personne-1-nom": "Camille Une", "personne-2-nom": "Camille Deux"}
    answer = client.post(f"/inscription/{token_of(alone)}/modifier", data=more)
    assert answer.status_code == 400
    assert "Des places viennent de se libérer pour votre groupe" in answer.text
    assert "Camille Deux" in answer.text
    promote(app, session)
    assert (alone.place, alone.people, alone.offered_places) == (Place.OFFERED, 1, 1)
