"""Digests: one a day at most, never empty, and never of what one has chosen not to get."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.mail.models import Cadence, Category, Fate, OutgoingMessage
from app.mail.outbox import Mail
from app.mail.preferences import choose
from tests.app.mail.conftest import Post, Posted, again, bodies
from tests.factories import person

#: A Monday; the days before are those of the week that it closes.
MONDAY = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
SUNDAY = MONDAY - timedelta(days=1)
FOLLOW_UP = Mail(
    "Relisez le partenariat", ["Une étape attend depuis trois semaines."], Category.FOLLOW_UP, ("Voir", "http://x/1")
)
NEWS = Mail("Découvrez une bibliothèque", ["Elle a complété sa fiche."], Category.NEWS, ("Voir la fiche", "http://x/2"))


@pytest.fixture
def reader(session: Session) -> User:
    return person(session)


@pytest.fixture
def digest_on(run: FlaskCliRunner) -> Callable[[datetime], str]:
    """Run the timer as on that day."""

    def on(day: datetime) -> str:
        with time_machine.travel(day, tick=False):
            result = run.invoke(args=["mail", "digest"])
        assert result.exit_code == 0, result.output
        return result.output

    return on


@pytest.fixture
def digests(session: Session) -> Callable[[], list[OutgoingMessage]]:
    def of_all() -> list[OutgoingMessage]:
        session.commit()
        found = sa.select(OutgoingMessage).where(OutgoingMessage.digest_day.is_not(None)).order_by(OutgoingMessage.id)
        return list(session.scalars(found))

    return of_all


Digests = Callable[[], list[OutgoingMessage]]
DigestOn = Callable[[datetime], str]


def test_nothing_to_say_makes_no_digest(session: Session, reader: User, digest_on: DigestOn, digests: Digests):
    session.commit()
    assert digest_on(MONDAY) == ""
    assert not digests()


def test_what_waits_is_gathered_in_one_mail_that_leaves_at_once(
    posted: Posted,
    session: Session,
    reader: User,
    digest_on: DigestOn,
    digests: Digests,
    post_office: Post,
    run: FlaskCliRunner,
):
    rows = [posted(FOLLOW_UP, to=reader, created_at=SUNDAY), posted(NEWS, to=reader, created_at=SUNDAY)]
    alone = posted(FOLLOW_UP, created_at=SUNDAY)
    assert "Récapitulatifs : 2." in digest_on(MONDAY)
    assert {again(session, row).fate for row in [*rows, alone]} == {Fate.GATHERED}
    run.invoke(args=["mail", "send"])
    mail = next(one for one in post_office.mails if one["To"] == reader.email)
    assert len(post_office.mails) == 2
    assert mail["Subject"] == "Lisez votre récapitulatif\u202f: 2 nouvelles"
    for body in bodies(mail):
        assert body.index("Relisez le partenariat") < body.index("Découvrez une bibliothèque")
        for said in ("Une étape attend depuis trois semaines.", "http://x/1", "Elle a complété sa fiche.", "http://x/2"):
            assert said in body
    assert {row.fate for row in digests()} == {Fate.SENT}


def test_a_day_has_one_digest_and_the_next_day_the_next(
    posted: Posted, session: Session, reader: User, digest_on: DigestOn, digests: Digests
):
    posted(FOLLOW_UP, to=reader, created_at=SUNDAY)
    digest_on(MONDAY)
    late = posted(FOLLOW_UP, to=reader, created_at=MONDAY)
    assert digest_on(MONDAY + timedelta(hours=9)) == ""
    assert again(session, late).fate == Fate.WAITING
    digest_on(MONDAY + timedelta(days=1))
    assert again(session, late).fate == Fate.GATHERED
    assert [row.digest_day for row in digests()] == [date(2026, 3, 2), date(2026, 3, 3)]


def test_the_day_is_that_of_paris(posted: Posted, reader: User, digest_on: DigestOn, digests: Digests):
    posted(FOLLOW_UP, to=reader, created_at=SUNDAY)
    digest_on(datetime(2026, 3, 2, 23, 30, tzinfo=UTC))
    assert [row.digest_day for row in digests()] == [date(2026, 3, 3)]


def test_what_is_wished_by_the_week_waits_for_its_end(
    posted: Posted, session: Session, reader: User, digest_on: DigestOn, digests: Digests
):
    before = posted(NEWS, to=reader, created_at=SUNDAY)
    since = posted(NEWS, to=reader, created_at=MONDAY)
    digest_on(SUNDAY)
    assert again(session, before).fate == Fate.WAITING
    digest_on(MONDAY + timedelta(days=1))
    assert again(session, before).fate == Fate.GATHERED, "a timer that missed Monday makes up for it"
    for day in range(2, 7):
        digest_on(MONDAY + timedelta(days=day))
    assert again(session, since).fate == Fate.WAITING
    digest_on(MONDAY + timedelta(days=7))
    assert again(session, since).fate == Fate.GATHERED
    assert [row.digest_week for row in digests()] == [date(2026, 3, 2), date(2026, 3, 9)]


def test_a_week_has_one_digest_of_it(posted: Posted, session: Session, reader: User, digest_on: DigestOn):
    posted(NEWS, to=reader, created_at=SUNDAY)
    digest_on(MONDAY)
    late = posted(NEWS, to=reader, created_at=SUNDAY)
    digest_on(MONDAY + timedelta(days=1))
    assert again(session, late).fate == Fate.WAITING
    digest_on(MONDAY + timedelta(days=7))
    assert again(session, late).fate == Fate.GATHERED


@pytest.mark.parametrize("category", list(Category))
@pytest.mark.parametrize("cadence", list(Cadence))
@pytest.mark.parametrize("day", [MONDAY, MONDAY + timedelta(days=6)], ids=["monday", "sunday"])
def test_only_what_is_wished_so_is_gathered(
    posted: Posted, session: Session, reader: User, digest_on: DigestOn, category: Category, cadence: Cadence, day: datetime
):
    """Every category, every choice: posted on the Wednesday of the week of `day`, or before it."""
    if category != Category.ESSENTIAL:
        choose(session, reader.id, category, cadence)
    row = posted(Mail("Lisez ceci", ["Voici."], category), to=reader, created_at=MONDAY - timedelta(days=5))
    this_week = posted(Mail("Lisez ceci", ["Voici."], category), to=reader, created_at=day - timedelta(hours=3))
    digest_on(day)
    is_choice = category != Category.ESSENTIAL
    gathered = is_choice and cadence in (Cadence.DAILY, Cadence.WEEKLY)
    assert (again(session, row).fate == Fate.GATHERED) is gathered
    assert (again(session, this_week).fate == Fate.GATHERED) is (is_choice and cadence == Cadence.DAILY)


def test_what_was_opted_out_before_the_digest_is_dropped_and_makes_none(
    posted: Posted,
    session: Session,
    reader: User,
    digest_on: DigestOn,
    digests: Digests,
    post_office: Post,
    run: FlaskCliRunner,
):
    row = posted(FOLLOW_UP, to=reader, created_at=SUNDAY)
    choose(session, reader.id, Category.FOLLOW_UP, Cadence.NEVER)
    session.commit()
    digest_on(MONDAY)
    run.invoke(args=["mail", "send"])
    assert not digests()
    assert not post_office.letters
    assert again(session, row).fate == Fate.DROPPED


def test_what_was_opted_out_after_the_digest_does_not_leave_and_the_rest_does(
    posted: Posted,
    session: Session,
    reader: User,
    digest_on: DigestOn,
    digests: Digests,
    post_office: Post,
    run: FlaskCliRunner,
):
    unwanted, wanted = posted(FOLLOW_UP, to=reader, created_at=SUNDAY), posted(NEWS, to=reader, created_at=SUNDAY)
    digest_on(MONDAY)
    choose(session, reader.id, Category.FOLLOW_UP, Cadence.NEVER)
    session.commit()
    run.invoke(args=["mail", "send"])
    assert not post_office.letters
    assert again(session, unwanted).fate == Fate.DROPPED
    assert again(session, wanted).fate == Fate.WAITING
    digest_on(MONDAY)
    run.invoke(args=["mail", "send"])
    (mail,) = post_office.mails
    assert mail["Subject"] == "Lisez votre récapitulatif\u202f: une nouvelle"
    assert all("Relisez le partenariat" not in body for body in bodies(mail))
    assert [row.fate for row in digests()] == [Fate.DROPPED, Fate.SENT]
    assert again(session, wanted).fate == Fate.GATHERED


def test_what_waits_for_a_digest_leaves_when_it_is_wished_at_once(
    posted: Posted, session: Session, reader: User, post_office: Post, run: FlaskCliRunner
):
    row = posted(FOLLOW_UP, to=reader)
    choose(session, reader.id, Category.FOLLOW_UP, Cadence.AT_ONCE)
    session.commit()
    run.invoke(args=["mail", "send"])
    assert again(session, row).fate == Fate.SENT


def test_the_link_of_a_digest_ends_what_it_told_of_and_nothing_else(
    app: Flask, posted: Posted, session: Session, reader: User, digest_on: DigestOn, digests: Digests
):
    choose(session, reader.id, Category.REQUESTS, Cadence.DAILY)
    posted(FOLLOW_UP, to=reader, created_at=SUNDAY)
    posted(NEWS, to=reader, created_at=SUNDAY)
    digest_on(MONDAY)
    (digest,) = digests()
    assert digest.unsubscribe_url
    path = digest.unsubscribe_url.removeprefix("http://127.0.0.1:8000")
    session.commit()
    assert app.test_client().post(path).status_code == 200
    rows = session.execute(sa.text("SELECT category, cadence FROM mail_preference")).all()
    assert sorted(map(tuple, rows)) == [("actualites", "jamais"), ("demandes", "quotidien"), ("suivi", "jamais")]


@pytest.mark.parametrize("period", ["digest_day", "digest_week"])
def test_the_database_refuses_a_second_digest_of_a_period(posted: Posted, session: Session, reader: User, period: str):
    posted(FOLLOW_UP, to=reader, digest_day=date(2026, 3, 2), digest_week=date(2026, 3, 2))
    other = posted(FOLLOW_UP, to=reader, digest_day=date(2026, 3, 3))
    with pytest.raises(sa.exc.IntegrityError, match=f"uq_outgoing_message_{period}"), session.begin_nested():
        session.execute(sa.update(OutgoingMessage).where(OutgoingMessage.id == other.id).values({period: date(2026, 3, 2)}))
