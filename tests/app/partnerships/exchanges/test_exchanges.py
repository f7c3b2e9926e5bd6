"""The page of an exchange: its two sides, who reads what, and messages sent once."""

import re
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import create_app
from app.accounts.models import User
from app.clock import now
from app.directory.edition.models import Profile
from app.directory.models import Institution, Kind
from app.errors import Refusal
from app.extensions import db
from app.mail.models import Category, OutgoingMessage
from app.partnerships.exchanges import actions
from app.partnerships.exchanges.models import Exchange, Message, Side
from tests import factories

SignIn = Callable[[User | None], FlaskClient]


@pytest.fixture
def exchange(session: Session) -> Exchange:
    return factories.exchange(
        session, factories.cite(session, "Cité d’essai"), factories.library(session, "Médiathèque d’essai")
    )


@pytest.fixture
def cite_person(session: Session, exchange: Exchange) -> User:
    return factories.member(session, exchange.cite, name="Paul Cité", function="Responsable opérationnel")


@pytest.fixture
def library_person(session: Session, exchange: Exchange) -> User:
    return factories.member(session, exchange.partner, name="Anne Biblio", email="anne@exemple.invalid")


def url(exchange: Exchange, rest: str = "") -> str:
    return f"/echanges/{exchange.public_id}{rest}"


def write(client: FlaskClient, exchange: Exchange, body: str):
    return client.post(url(exchange, "/messages"), data={"body": body})


def bodies(session: Session) -> list[str]:
    session.expire_all()
    return list(session.scalars(sa.select(Message.body).order_by(Message.id)))


def mails(session: Session) -> list[OutgoingMessage]:
    return list(session.scalars(sa.select(OutgoingMessage).order_by(OutgoingMessage.id)))


def test_each_side_reads_who_is_on_the_other(session: Session, sign_in: SignIn, exchange, cite_person, library_person):
    page = sign_in(library_person).get(url(exchange)).get_data(as_text=True)
    for word in ("Cité d’essai", "Paul Cité", "Responsable opérationnel", f"/annuaire/{exchange.cite.public_id}"):
        assert word in page


def test_a_person_is_reached_by_the_shared_mailbox_where_there_is_one(
    session: Session, sign_in: SignIn, exchange, cite_person, library_person
):
    client = sign_in(cite_person)
    assert "anne@exemple.invalid" in client.get(url(exchange)).get_data(as_text=True)
    session.add(Profile(institution_id=exchange.partner_id, contact_email="mediatheque@exemple.invalid"))
    session.flush()
    page = client.get(url(exchange)).get_data(as_text=True)
    assert "mediatheque@exemple.invalid" in page
    assert "anne@exemple.invalid" not in page


def test_a_message_is_read_by_both_and_told_without_its_words(
    session: Session, sign_in: SignIn, exchange, cite_person, library_person
):
    colleague = factories.member(session, exchange.cite)
    assert write(sign_in(cite_person), exchange, "Bonjour,\r\n\r\nvenez nous voir !").status_code == 303
    page = sign_in(library_person).get(url(exchange)).get_data(as_text=True)
    assert "Bonjour,\n\nvenez nous voir\u202f!" in page
    (mail,) = mails(session)
    assert (mail.user_id, mail.category) == (library_person.id, Category.MESSAGES)
    assert "venez" not in mail.subject + mail.text + mail.html
    assert url(exchange) in mail.text
    assert colleague.id != mail.user_id


def test_the_author_who_is_of_both_sides_is_not_written_to(
    session: Session, sign_in: SignIn, exchange, cite_person, library_person
):
    factories.member(session, exchange.cite, library_person)
    write(sign_in(library_person), exchange, "Bonjour")
    assert [mail.user_id for mail in mails(session)] == [cite_person.id]
    assert session.scalars(sa.select(Message.side)).all() == [Side.PARTNER]


def test_nobody_but_the_two_sides_reads_or_writes_messages(
    session: Session, sign_in: SignIn, exchange, cite_person, library_person
):
    write(sign_in(cite_person), exchange, "Entre nous")
    agency = factories.member(session, factories.agency(session))
    administrator = factories.person(session, administrator=True)
    for person in (agency, administrator):
        page = sign_in(person).get(url(exchange)).get_data(as_text=True)
        assert "Cité d’essai" in page
        assert "Dernier message le" in page
        for secret in ("Entre nous", "anne@exemple.invalid", "Paul Cité"):
            assert secret not in page
        assert 'class="message' not in page
        assert 'name="body"' not in page
        assert write(sign_in(person), exchange, "Moi aussi").status_code == 403
    stranger = factories.member(session, factories.library(session, commune="commune-35238"))
    assert sign_in(stranger).get(url(exchange)).status_code == 404
    assert write(sign_in(stranger), exchange, "Moi aussi").status_code == 404
    assert bodies(session) == ["Entre nous"]


@pytest.mark.parametrize("forged", ["1", "x" * 300, "<b>", "%00", "é"])
def test_a_forged_id_is_not_found(session: Session, sign_in: SignIn, cite_person, forged: str):
    assert sign_in(cite_person).get(f"/echanges/{forged}").status_code == 404
    assert sign_in(cite_person).post(f"/echanges/{forged}/messages", data={"body": "x"}).status_code == 404


def test_html_stays_text(session: Session, sign_in: SignIn, exchange, cite_person, library_person):
    cite_person.name, cite_person.function = "<b>Paul</b>", "<i>chef</i>"
    write(sign_in(cite_person), exchange, "<script>alert(1)</script>\x07fin")
    page = sign_in(library_person).get(url(exchange)).get_data(as_text=True)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    for raw in ("<script>alert(1)", "<b>Paul", "<i>chef", "\x00", "\x07"):
        assert raw not in page


@pytest.mark.parametrize(
    ("body", "said"), [("", "Écrivez votre message"), (" \n ", "Écrivez votre message"), ("é" * 4001, "trop long")]
)
def test_a_message_that_cannot_be_sent_is_kept(session: Session, sign_in: SignIn, exchange, cite_person, body: str, said: str):
    answer = write(sign_in(cite_person), exchange, body)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 400
    assert said in page
    assert body.strip() in page
    assert bodies(session) == []


def test_four_thousand_letters_may_be_sent(session: Session, sign_in: SignIn, exchange, cite_person):
    assert write(sign_in(cite_person), exchange, "é" * 4000).status_code == 303


def test_the_same_message_within_a_minute_is_one(session: Session, sign_in: SignIn, exchange, cite_person, library_person):
    client = sign_in(cite_person)
    for _ in range(2):
        assert write(client, exchange, "Bonjour").status_code == 303
    write(sign_in(library_person), exchange, "Bonjour")
    assert bodies(session) == ["Bonjour", "Bonjour"]
    assert len(mails(session)) == 2
    session.execute(sa.update(Message).values(sent_at=now() - timedelta(seconds=61)))
    write(client, exchange, "Bonjour")
    assert len(bodies(session)) == 3


def test_the_newest_are_on_the_last_page_which_opens_first(session: Session, sign_in: SignIn, exchange, cite_person):
    for number in range(101):
        session.add(Message(exchange=exchange, side=Side.CITE, author=cite_person, body=f"Message n°{number:03}."))
    session.flush()
    client = sign_in(cite_person)
    last = client.get(url(exchange)).get_data(as_text=True)
    assert "Message n°100." in last
    assert "Message n°099." not in last
    first = client.get(url(exchange, "?page=1")).get_data(as_text=True)
    assert first.index("Message n°000.") < first.index("Message n°049.")
    assert "Message n°050." not in first
    for odd in ("0", "999", "x", "-1", "²"):
        assert client.get(url(exchange), query_string={"page": odd}).status_code == 200


def test_a_refused_message_is_told_at_the_top_of_the_page(session: Session, sign_in: SignIn, exchange, cite_person):
    page = write(sign_in(cite_person), exchange, "").get_data(as_text=True)
    assert "<title>Erreur\u202f: " in page
    assert page.index('role="alert"') < page.index('id="interlocuteurs"')
    assert page.count('role="alert"') == 1
    assert "<title>Échange entre" in sign_in(cite_person).get(url(exchange)).get_data(as_text=True)


def unread(session: Session, sign_in: SignIn, person: User) -> bool:
    return "vous a écrit" in sign_in(person).get("/mon-espace").get_data(as_text=True)


def test_an_unread_message_waits_for_each_person_of_the_other_side(
    session: Session, sign_in: SignIn, exchange, cite_person, library_person
):
    colleague = factories.member(session, exchange.partner)
    stranger = factories.member(session, factories.library(session, "Ailleurs"))
    agency = factories.member(session, factories.agency(session))
    write(sign_in(cite_person), exchange, "Bonjour")
    assert [unread(session, sign_in, one) for one in (library_person, colleague)] == [True, True]
    assert [unread(session, sign_in, one) for one in (cite_person, stranger, agency)] == [False] * 3

    for headers in ({"Sec-Purpose": "prefetch"}, {"Sec-Fetch-Dest": "image"}):
        sign_in(library_person).get(url(exchange), headers=headers)
    sign_in(library_person).head(url(exchange))
    assert unread(session, sign_in, library_person)
    sign_in(library_person).get(url(exchange))
    assert [unread(session, sign_in, one) for one in (library_person, colleague)] == [False, True]

    write(sign_in(cite_person), exchange, "Encore moi")
    assert unread(session, sign_in, library_person)
    write(sign_in(library_person), exchange, "Je vous réponds")
    assert unread(session, sign_in, cite_person)


def test_a_message_that_was_being_sent_while_the_page_was_read_stays_unread(
    session: Session, sign_in: SignIn, exchange, cite_person, library_person
):
    write(sign_in(cite_person), exchange, "Bonjour")
    shown = session.scalars(sa.select(Message)).one()
    assert actions.note_as_read(session, library_person, shown)
    session.add(
        Message(
            exchange=exchange, side=Side.CITE, author=cite_person, body="Et…", sent_at=shown.sent_at + timedelta(microseconds=1)
        )
    )
    session.flush()
    assert not actions.note_as_read(session, library_person, shown)
    assert unread(session, sign_in, library_person)


def test_an_old_page_of_messages_read_again_makes_none_unread(session: Session, sign_in: SignIn, exchange, cite_person):
    reader = factories.member(session, exchange.partner)
    begun = now() - timedelta(days=1)
    for number in range(60):
        sent_at = begun + timedelta(minutes=number)
        session.add(Message(exchange=exchange, side=Side.CITE, author=cite_person, body=str(number), sent_at=sent_at))
    session.flush()
    sign_in(reader).get(url(exchange))
    sign_in(reader).get(url(exchange, "?page=1"))
    assert not unread(session, sign_in, reader)


def test_a_message_says_its_hour(session: Session, sign_in: SignIn, exchange, cite_person):
    sent_at = datetime(2026, 7, 1, 7, 5, tzinfo=UTC)
    session.add(Message(exchange=exchange, side=Side.CITE, author=cite_person, body="Bonjour", sent_at=sent_at))
    session.flush()
    assert "1er\u00a0juillet 2026 à 9\u00a0h\u00a005" in sign_in(cite_person).get(url(exchange)).get_data(as_text=True)


def test_who_speaks_for_both_sides_is_told_for_which_one_they_act(session: Session, sign_in: SignIn, exchange, cite_person):
    both = factories.member(session, exchange.partner, factories.member(session, exchange.cite))
    page = sign_in(both).get(url(exchange)).get_data(as_text=True)
    assert "Vous agissez ici pour «\u00a0Médiathèque d’essai\u00a0»" in page
    assert "doit agir pour «\u00a0Cité d’essai\u00a0»" in page
    assert "les deux côtés" not in sign_in(cite_person).get(url(exchange)).get_data(as_text=True)
    centre = factories.institution(session, "Centre d’essai", Kind.CENTRE, parent_id=exchange.cite.id)
    within = factories.exchange(session, exchange.cite, centre)
    assert "doit agir pour «\u00a0Centre d’essai\u00a0»" in sign_in(cite_person).get(url(within)).get_data(as_text=True)


def test_the_names_in_mails_are_written_with_french_apostrophes(session: Session, sign_in: SignIn, exchange, cite_person):
    exchange.cite.name = "Cité de l'Est"
    factories.member(session, exchange.partner)
    write(sign_in(cite_person), exchange, "Bonjour")
    (mail,) = mails(session)
    assert "Cité de l’Est vous a écrit" in mail.text


def test_a_person_gone_leaves_their_messages_without_a_name(
    session: Session, sign_in: SignIn, exchange, cite_person, library_person
):
    write(sign_in(cite_person), exchange, "Au revoir")
    session.delete(cite_person)
    session.flush()
    page = sign_in(library_person).get(url(exchange)).get_data(as_text=True)
    assert "Au revoir" in page
    assert "Personne qui a quitté le service" in page


def test_the_list_gives_mine_and_what_the_agency_follows(session: Session, sign_in: SignIn, exchange, cite_person):
    elsewhere = factories.exchange(
        session,
        factories.cite(session, "Cité d’ailleurs", "commune-35238"),
        factories.library(session, "Ailleurs", "commune-35238"),
    )
    assert url(exchange) in (mine := sign_in(cite_person).get("/echanges").get_data(as_text=True))
    assert url(elsewhere) not in mine
    agency = factories.member(session, factories.agency(session))
    followed = sign_in(agency).get("/echanges").get_data(as_text=True)
    assert url(exchange) in followed
    assert url(elsewhere) not in followed
    everything = sign_in(factories.person(session, administrator=True)).get("/echanges").get_data(as_text=True)
    assert url(exchange) in everything
    assert url(elsewhere) in everything
    nobody = factories.member(session, factories.library(session, "Toute seule", "commune-29019"))
    assert "Aucun échange" in sign_in(nobody).get("/echanges").get_data(as_text=True)


def test_the_list_costs_the_same_for_one_or_many(session: Session, sign_in: SignIn, exchange, cite_person, count_queries):
    client = sign_in(cite_person)
    before = count_queries()
    client.get("/echanges")
    for_one, before = count_queries() - before, count_queries()
    for number in range(10):
        factories.exchange(session, exchange.cite, factories.library(session, f"Bibliothèque {number}"))
    before = count_queries()
    client.get("/echanges")
    assert count_queries() - before <= for_one


def listed(client: FlaskClient, address: str) -> set[str]:
    return set(re.findall(r'href="/echanges/([^"?/]+)"', client.get(address).get_data(as_text=True)))


def test_many_exchanges_are_read_by_pages(session: Session, sign_in: SignIn, exchange, cite_person):
    for number in range(29):
        factories.exchange(session, exchange.cite, factories.library(session, f"Bibliothèque {number}"))
    for person in (cite_person, factories.person(session, administrator=True)):
        client = sign_in(person)
        first, second = (listed(client, f"/echanges?page={page}") for page in (1, 2))
        assert (len(first), len(second), len(first | second)) == (25, 5, 30)
        assert listed(client, "/echanges?page=99") == second


def test_mine_and_those_that_i_follow_are_bounded_side_by_side(session: Session, sign_in: SignIn, exchange, cite_person):
    own = factories.exchange(session, factories.cite(session, "Cité à moi"), factories.library(session, "À moi"))
    both = factories.member(session, own.cite, factories.member(session, factories.agency(session)))
    for number in range(29):
        factories.exchange(session, exchange.cite, factories.library(session, f"Bibliothèque {number}"))
    client = sign_in(both)
    page = client.get("/echanges").get_data(as_text=True)
    assert len(listed(client, "/echanges")) == 1 + 25
    assert "25 sur 30." in page
    assert len(listed(client, "/echanges?liste=suivis&page=2")) == 5
    assert listed(client, "/echanges?liste=les-miens") == {own.public_id}
    assert "Tous les échanges" in client.get("/echanges?liste=les-miens").get_data(as_text=True)


def test_two_cites_do_not_open_an_exchange(session: Session):
    one, other = factories.cite(session), factories.cite(session)
    with pytest.raises(Refusal):
        actions.open_exchange(session, one, other)
    with pytest.raises(Refusal):
        actions.open_exchange(session, factories.library(session), one)


def test_opening_twice_gives_the_same(session: Session, exchange):
    assert actions.open_exchange(session, exchange.cite, exchange.partner) is exchange


@pytest.mark.parametrize(
    ("kinds", "constraint"),
    [
        (("same cite", "same library"), "uq_exchange"),
        (("same cite", "same cite"), "two_sides"),
        (("library", "same library"), "exchange_sides"),
        (("same cite", "cite"), "exchange_sides"),
    ],
)
def test_the_database_refuses_sides_that_make_no_sense(session: Session, exchange, kinds: tuple[str, str], constraint: str):
    known = {
        "same cite": exchange.cite,
        "same library": exchange.partner,
        "cite": factories.cite(session, "Autre Cité"),
        "library": factories.library(session, "Autre médiathèque"),
    }
    session.add(Exchange(cite=known[kinds[0]], partner=known[kinds[1]]))
    with pytest.raises(IntegrityError, match=constraint):
        session.flush()


@pytest.mark.parametrize("body", ["", " ", "\n\t", "\u00a0", "\u202f \u2007"])
def test_the_database_refuses_a_message_of_spaces(session: Session, exchange, body: str):
    session.add(Message(exchange=exchange, side=Side.CITE, body=body))
    with pytest.raises(IntegrityError, match="body_not_blank"):
        session.flush()


def test_opened_and_written_at_once_over_real_connections_there_is_one_of_each(own_database: str):
    service = create_app({"DATABASE_URL": own_database})
    with service.app_context(), db.sessionmaker() as session:
        cite = factories.institution(session, "Cité", Kind.CITE)
        library = factories.institution(session, "Médiathèque")
        author = factories.member(session, cite)
        factories.member(session, library)
        session.commit()
        ids = (cite.id, library.id, author.id)
    barrier = threading.Barrier(4)

    def act() -> None:
        with service.app_context(), db.sessionmaker() as session:
            barrier.wait()
            opened = actions.open_exchange(session, session.get_one(Institution, ids[0]), session.get_one(Institution, ids[1]))
            session.commit()
            barrier.wait()
            actions.write(session, opened, Side.CITE, session.get_one(User, ids[2]), "Bonjour")
            session.commit()

    threads = [threading.Thread(target=act) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    with service.app_context(), db.sessionmaker() as session:
        counts = [session.scalar(sa.select(sa.func.count(table.id))) for table in (Exchange, Message, OutgoingMessage)]
    with service.app_context():
        db.engine.dispose()
    assert counts == [1, 1, 1]
