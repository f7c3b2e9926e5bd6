"""Mails leave by a real server, are tried again or given up, and wait when nothing answers."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.clock import now
from app.mail.delivery import MOST_ATTEMPTS, delay_after
from app.mail.models import Cadence, Category, Fate, MailPreference, OutgoingMessage
from app.mail.outbox import Mail
from app.mail.preferences import choose
from tests.app.mail.conftest import Post, Posted, again, bodies, free_port, make_due


def test_a_mail_leaves_once_with_the_headers_of_an_automatic_letter(
    posted: Posted, session: Session, post_office: Post, run: FlaskCliRunner
):
    row = posted()
    assert "1 partis" in run.invoke(args=["mail", "send"]).output
    assert run.invoke(args=["mail", "send"]).output == ""
    (mail,) = post_office.mails
    assert post_office.recipients == [row.address]
    assert mail["From"].addresses[0].display_name == "Maillage"
    assert mail["From"].addresses[0].addr_spec == "nepasrepondre@maillage.invalid"
    assert [one.addr_spec for one in mail["To"].addresses] == [row.address]
    assert mail["Subject"] == "Répondez à la demande\u202f: «\u00a0Médiathèque d’été\u00a0»"
    assert mail["Message-ID"] == row.message_id
    assert mail["Auto-Submitted"] == "auto-generated"
    assert parsedate_to_datetime(mail["Date"]) == row.created_at.replace(microsecond=0)
    assert again(session, row).fate == Fate.SENT
    assert row.attempts == 1
    assert not mail.defects


def test_a_letter_says_the_same_in_text_and_in_html(posted: Posted, session: Session, post_office: Post, run: FlaskCliRunner):
    posted()
    run.invoke(args=["mail", "send"])
    (mail,) = post_office.mails
    assert mail.get_content_type() == "multipart/alternative"
    text, html = bodies(mail)
    for said in (
        "Bonjour,",
        "Une structure souhaite échanger avec vous.",
        "avant le 3 mai\u202f; merci\u202f!",
    ):
        assert said in text
        assert said in html
    assert "Lire la demande\u202f:\nhttp://127.0.0.1:8000/mises-en-relation/abc\n" in text
    assert '<a href="http://127.0.0.1:8000/mises-en-relation/abc">Lire la demande</a>' in html
    assert "http://127.0.0.1:8000/mon-compte/courriels" in text
    assert "src=" not in html
    assert "url(" not in html


def test_the_lines_of_a_letter_pass_every_server(posted: Posted, session: Session, post_office: Post, run: FlaskCliRunner):
    long = Mail("É" * 200, ["mot " * 1000, "s" * 3000, ".", "From the start"], Category.REQUESTS)
    posted(long)
    run.invoke(args=["mail", "send"])
    (letter,), (mail,) = post_office.letters, post_office.mails
    assert letter.isascii()
    lines = letter.split(b"\r\n")
    assert all(len(line) <= 78 or line.startswith(b"List-Unsubscribe: ") for line in lines)
    assert max(map(len, lines)) <= 998
    assert mail["Subject"] == "É" * 200
    assert "s" * 3000 in bodies(mail)[0]
    assert "\n.\n" in bodies(mail)[0]


def test_what_is_a_choice_can_be_unsubscribed_in_one_click(
    posted: Posted, session: Session, post_office: Post, run: FlaskCliRunner
):
    row = posted()
    run.invoke(args=["mail", "send"])
    (mail,) = post_office.mails
    assert mail["List-Unsubscribe"] == f"<{row.unsubscribe_url}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert f"\r\nList-Unsubscribe: <{row.unsubscribe_url}>\r\n".encode() in post_office.letters[0], (
        "readers decode nothing here"
    )
    for body in bodies(mail):
        assert row.unsubscribe_url in body


def test_what_is_essential_or_without_account_has_nothing_to_unsubscribe(
    posted: Posted, session: Session, post_office: Post, run: FlaskCliRunner
):
    posted(Mail("Connectez-vous", ["Voici votre lien."], Category.ESSENTIAL))
    posted(Mail("Confirmez votre adresse", ["Un clic suffit."], Category.NEWS), address="mediatheque@exemple.invalid", to=None)
    run.invoke(args=["mail", "send"])
    assert len(post_office.mails) == 2
    for mail in post_office.mails:
        assert mail["List-Unsubscribe"] is None
        assert "desabonnement" not in mail.as_string()


@pytest.mark.parametrize(
    "hostile", ["Bcc: tous@exemple.invalid", "\r\nBcc: x@exemple.invalid", "\x0bX: y", "\u2028X: y", "\x00"]
)
def test_no_header_can_be_slipped_into_a_subject(
    posted: Posted, session: Session, post_office: Post, run: FlaskCliRunner, hostile: str
):
    posted(Mail(f"Répondez{hostile}\r\n\r\nCorps", [f"Un nom{hostile}"], Category.REQUESTS))
    run.invoke(args=["mail", "send"])
    (mail,) = post_office.mails
    assert set(mail.keys()) == {
        *("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version"),
        *("List-Unsubscribe", "List-Unsubscribe-Post", "Content-Type"),
    }
    assert mail["Subject"].startswith("Répondez")
    assert len(post_office.recipients) == 1


def test_the_database_refuses_a_subject_of_two_lines_and_an_address_of_two_mailboxes(posted: Posted, session: Session):
    row = posted()
    for column, value in (("subject", "a\nBcc: x"), ("subject", " "), ("address", "a@b.fr c@d.fr"), ("address", "a@b.fr\n")):
        with pytest.raises(sa.exc.IntegrityError), session.begin_nested():
            session.execute(sa.update(OutgoingMessage).where(OutgoingMessage.id == row.id).values({column: value}))


def test_a_letter_escapes_what_people_typed(posted: Posted, session: Session, post_office: Post, run: FlaskCliRunner):
    mail = Mail("<b>Objet</b>", ["<script>alert(1)</script>\nligne 2"], Category.REQUESTS, ("<i>Voir</i>", 'http://x/"><b>'))
    posted(mail)
    run.invoke(args=["mail", "send"])
    html = bodies(post_office.mails[0])[1]
    assert "<script" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;<br>ligne 2" in html
    assert "<b>" not in html
    assert "<i>" not in html


def test_an_answer_that_will_pass_is_asked_again_later_then_the_mail_leaves(
    posted: Posted, session: Session, post_office: Post, run: FlaskCliRunner, caplog: pytest.LogCaptureFixture
):
    row = posted()
    post_office.refuse_recipient = lambda address: f"451 4.7.1 {address} : revenez plus tard"
    assert "1 refusés" in run.invoke(args=["mail", "send"]).output
    assert again(session, row).fate == Fate.WAITING
    assert row.last_error.startswith("451 4.7.1")
    assert row.attempts == 1
    assert timedelta(seconds=50) < row.next_attempt_at - now() <= timedelta(minutes=1)
    assert row.address not in caplog.text, "the log of a server is no place for addresses"
    assert f"message {row.id} " in caplog.text
    post_office.refuse_recipient = lambda _: None
    run.invoke(args=["mail", "send"])
    assert not post_office.letters, "it is not tried again before its time"
    make_due(session, row)
    run.invoke(args=["mail", "send"])
    assert again(session, row).fate == Fate.SENT
    assert row.attempts == 2
    assert row.last_error is None


def test_each_attempt_waits_twice_as_long_up_to_four_hours():
    minutes = [delay_after(number).total_seconds() / 60 for number in (1, 2, 3, 8, 9, 16, 400)]
    assert minutes == [1, 2, 4, 128, 240, 240, 240]


def test_a_mail_tried_too_often_is_given_up_with_its_reason(
    posted: Posted, session: Session, post_office: Post, run: FlaskCliRunner
):
    row = posted(attempts=MOST_ATTEMPTS - 2)
    post_office.refuse_data = lambda _: "452 4.2.2 boîte pleine"
    run.invoke(args=["mail", "send"])
    assert again(session, row).fate == Fate.WAITING
    make_due(session, row)
    run.invoke(args=["mail", "send"])
    assert again(session, row).fate == Fate.ABANDONED
    assert row.last_error == "452 4.2.2 boîte pleine"
    make_due(session, row)
    post_office.refuse_data = lambda _: None
    run.invoke(args=["mail", "send"])
    assert not post_office.letters


@pytest.mark.parametrize("where", ["refuse_recipient", "refuse_data"])
def test_a_mailbox_that_does_not_exist_is_given_up_and_blocks_nobody(
    posted: Posted, session: Session, post_office: Post, run: FlaskCliRunner, where: str
):
    bad, good = posted(), posted()
    unknown = bad.address

    def refuse(said: str | bytes) -> str | None:
        return "550 5.1.1 inconnu" if unknown in str(said) else None

    setattr(post_office, where, refuse)
    assert "1 partis, 1 refusés" in run.invoke(args=["mail", "send"]).output
    assert again(session, bad).fate == Fate.ABANDONED
    assert bad.last_error == "550 5.1.1 inconnu"
    assert again(session, good).fate == Fate.SENT


def test_a_letter_that_cannot_be_written_is_given_up_and_blocks_nobody(
    posted: Posted, session: Session, post_office: Post, run: FlaskCliRunner
):
    bad = posted(address="hélène@exemple.invalid")
    worse = posted(address="a@b..exemple")
    good = posted(address="contact@médiathèque.invalid")
    run.invoke(args=["mail", "send"])
    assert {again(session, bad).fate, again(session, worse).fate} == {Fate.ABANDONED}
    assert again(session, good).fate == Fate.SENT
    assert post_office.recipients == ["contact@xn--mdiathque-53af.invalid"]


def test_a_server_that_hangs_up_in_the_middle_costs_one_attempt(
    posted: Posted, session: Session, post_office: Post, run: FlaskCliRunner
):
    bad, good = posted(), posted()
    dreaded = bad.address.encode()
    post_office.refuse_data = lambda said: "421 4.3.2 je ferme" if dreaded in said else None
    run.invoke(args=["mail", "send"])
    assert again(session, bad).fate == Fate.WAITING
    assert bad.attempts == 1
    assert again(session, good).fate == Fate.SENT


def test_our_own_mailbox_refused_loses_no_mail(
    posted: Posted, session: Session, app: Flask, post_office: Post, run: FlaskCliRunner
):
    post_office.refuse_sender = "550 5.7.1 expéditeur inconnu"
    row = posted()
    run.invoke(args=["mail", "send"])
    assert again(session, row).fate == Fate.WAITING
    assert row.last_error.startswith("550")


def test_without_a_server_that_answers_mails_wait_and_the_timer_is_told(
    posted: Posted, session: Session, app: Flask, post_office: Post, run: FlaskCliRunner, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(app.config, "SMTP_PORT", free_port())
    row = posted()
    result = run.invoke(args=["mail", "send"])
    assert result.exit_code == 1
    assert "les courriels attendent" in result.output
    assert again(session, row).fate == Fate.WAITING
    assert row.attempts == 0, "the message is not to blame"


def test_no_server_is_opened_when_nothing_is_due(
    app: Flask, post_office: Post, run: FlaskCliRunner, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(app.config, "SMTP_PORT", free_port())
    assert run.invoke(args=["mail", "send"]).exit_code == 0


def test_without_the_setting_of_a_server_no_mail_is_touched(posted: Posted, session: Session, run: FlaskCliRunner):
    row = posted()
    result = run.invoke(args=["mail", "send"])
    assert result.exit_code == 0
    assert "SMTP_HOST est vide" in result.output
    assert again(session, row).attempts == 0


def test_a_mailbox_of_the_settings_that_is_none_stops_before_any_mail(
    posted: Posted, session: Session, app: Flask, post_office: Post, run: FlaskCliRunner, monkeypatch: pytest.MonkeyPatch
):
    row = posted()
    monkeypatch.setitem(app.config, "MAIL_FROM", "Maillage <a@b.fr>")
    result = run.invoke(args=["mail", "send"])
    assert isinstance(result.exception, ValueError)
    assert again(session, row).attempts == 0


@pytest.mark.parametrize("category", [one for one in Category if one != Category.ESSENTIAL])
@pytest.mark.parametrize("cadence", list(Cadence))
def test_the_choice_made_after_the_posting_counts(
    posted: Posted, session: Session, post_office: Post, run: FlaskCliRunner, category: Category, cadence: Cadence
):
    row = posted(Mail("Lisez ceci", ["Voici."], category))
    session.add(MailPreference(user_id=row.user_id, category=category, cadence=cadence))
    session.commit()
    run.invoke(args=["mail", "send"])
    expected = {Cadence.AT_ONCE: Fate.SENT, Cadence.NEVER: Fate.DROPPED}.get(cadence, Fate.WAITING)
    assert again(session, row).fate == expected
    assert len(post_office.letters) == (expected == Fate.SENT)


@pytest.mark.parametrize(
    ("category", "fate"),
    [
        (Category.ESSENTIAL, Fate.SENT),
        (Category.REQUESTS, Fate.SENT),
        (Category.MESSAGES, Fate.SENT),
        (Category.INVITATIONS, Fate.SENT),
        (Category.FOLLOW_UP, Fate.WAITING),
        (Category.NEWS, Fate.WAITING),
    ],
)
def test_who_has_chosen_nothing_gets_the_default(
    posted: Posted, session: Session, post_office: Post, run: FlaskCliRunner, category: Category, fate: Fate
):
    row = posted(Mail("Lisez ceci", ["Voici."], category))
    run.invoke(args=["mail", "send"])
    assert again(session, row).fate == fate


def test_the_choice_of_one_person_and_of_one_category_is_theirs_alone(
    posted: Posted, session: Session, post_office: Post, run: FlaskCliRunner
):
    mine, other = posted(), posted()
    posted(Mail("Lisez le message", ["Voici."], Category.MESSAGES), to=session.get(User, mine.user_id))
    session.add(MailPreference(user_id=mine.user_id, category=Category.REQUESTS, cadence=Cadence.NEVER))
    session.commit()
    run.invoke(args=["mail", "send"])
    assert again(session, mine).fate == Fate.DROPPED
    assert again(session, other).fate == Fate.SENT
    assert len(post_office.letters) == 2


def test_what_is_essential_is_no_choice(posted: Posted, session: Session):
    row = posted()
    with pytest.raises(sa.exc.IntegrityError, match="what_is_essential_is_no_choice"), session.begin_nested():
        choose(session, row.user_id, Category.ESSENTIAL, Cadence.NEVER)


@pytest.mark.parametrize("column", ["sent_at", "dropped_at", "abandoned_at"])
def test_what_ended_more_than_thirty_days_ago_is_erased(posted: Posted, session: Session, run: FlaskCliRunner, column: str):
    old = posted(**{column: now() - timedelta(days=30, minutes=1)})
    young = posted(**{column: now() - timedelta(days=29)})
    waiting = posted(created_at=datetime(2020, 1, 1, tzinfo=UTC))
    digest = posted(sent_at=now() - timedelta(days=31), digest_day=now().date())
    gathered = posted(digest_id=digest.id)
    numbers = [row.id for row in (young, waiting)]
    gone = [row.id for row in (old, digest, gathered)]
    assert run.invoke(args=["mail", "clean"]).exit_code == 0
    session.expire_all()
    assert set(session.scalars(sa.select(OutgoingMessage.id).where(OutgoingMessage.id.in_(numbers + gone)))) == set(numbers)


def test_the_mails_of_an_erased_account_are_erased(posted: Posted, session: Session):
    row = posted()
    session.execute(sa.text("DELETE FROM app_user WHERE id = :id"), {"id": row.user_id})
    assert session.scalar(sa.select(sa.func.count(OutgoingMessage.id))) == 0


def test_a_broken_rule_of_a_row_is_refused_by_the_database(posted: Posted, session: Session):
    row = posted()
    now_ = now()
    broken: list[dict[str, object]] = [
        {"sent_at": now_, "dropped_at": now_},
        {"action_url": None},
        {"unsubscribe_url": None},
        {"category": Category.ESSENTIAL},
        {"digest_day": now_.date(), "digest_id": row.id},
        {"digest_week": now_.date()},
        {"user_id": None},
    ]
    for values in broken:
        with pytest.raises(sa.exc.IntegrityError), session.begin_nested():
            session.execute(sa.update(OutgoingMessage).where(OutgoingMessage.id == row.id).values(values))
