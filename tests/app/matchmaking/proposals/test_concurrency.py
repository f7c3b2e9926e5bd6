"""Two people act at the same instant, on real connections, again and again: exactly one wins, and the other is told."""

import secrets
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app import create_app
from app.accounts.models import User, UserSession
from app.accounts.session import COOKIE_KEY, hashed
from app.extensions import db
from app.mail.models import OutgoingMessage
from app.matchmaking.proposals.models import Proposal, Status
from app.partnerships.exchanges.models import Side
from app.partnerships.models import Partnership
from tests import factories

ROUNDS = 6
TYPED = {"format": "rendez-vous-de-la-cite", "activities": ["ateliers-co-animes"], "brings": "Une salle", "suite": "envoyer"}
Move = Callable[["Town"], int]


class Town:
    """A service with its own database: two people a side, each with a browser."""

    def __init__(self, address: str) -> None:
        self.app: Flask = create_app({"DATABASE_URL": address})
        self.app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
        with self.app.app_context(), db.sessionmaker() as session:
            self.exchange_id, self.exchange_public_id, people = self._fill(session)
            session.commit()
        self.clients = {name: self._client(token) for name, token in people.items()}
        self.proposal_id = ""

    def _fill(self, session: Session) -> tuple[int, str, dict[str, str]]:
        exchange = factories.exchange(session)
        tokens = {}
        for side, name in ((Side.CITE, "cite"), (Side.PARTNER, "library")):
            for number in (1, 2):
                tokens[f"{name}-{number}"] = self._token(session, factories.member(session, exchange.institution(side)))
        return exchange.id, exchange.public_id, tokens

    def _token(self, session: Session, user: User) -> str:
        token = secrets.token_urlsafe(16)
        session.add(UserSession(token_hash=hashed(token), user_id=user.id, device="Essai"))
        session.flush()
        return token

    def _client(self, token: str) -> FlaskClient:
        client = self.app.test_client()
        with client.session_transaction() as cookie:
            cookie[COOKIE_KEY] = token
        return client

    def begin(self, status: Status = Status.SENT) -> None:
        """Start again with one proposal of the Cité."""
        with self.app.app_context(), db.sessionmaker() as session:
            for table in (OutgoingMessage, Proposal, Partnership):
                session.execute(sa.delete(table))
            exchange = session.get_one(factories.Exchange, self.exchange_id)
            self.proposal_id = factories.proposal(session, exchange, status=status).public_id
            session.commit()

    def post(self, who: str, verb: str, data: dict | None = None) -> int:
        answer = self.clients[who].post(f"/propositions/{self.proposal_id}/{verb}", data=data or {})
        return answer.status_code

    def race(self, first: Move, second: Move) -> list[int]:
        """Run two moves at the same instant; give what each was answered."""
        start = Barrier(2)

        def run(move: Move) -> int:
            start.wait()
            return move(self)

        with ThreadPoolExecutor(2) as pool:
            return [one.result(timeout=30) for one in [pool.submit(run, move) for move in (first, second)]]

    def rows(self) -> list[Proposal]:
        with self.app.app_context(), db.sessionmaker() as session:
            return list(session.scalars(sa.select(Proposal).order_by(Proposal.id)))

    def count(self, table: type) -> int:
        with self.app.app_context(), db.sessionmaker() as session:
            return session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


@pytest.fixture
def town(own_database: str) -> Iterator[Town]:
    found = Town(own_database)
    yield found
    with found.app.app_context():
        db.engine.dispose()


def move(who: str, verb: str, **data: str) -> Move:
    return lambda town: town.post(who, verb, data)


def expire(town: Town) -> int:
    """The timer, long after; it answers 303 when it closed something, to be read as the others."""
    with town.app.app_context(), db.sessionmaker() as session:
        session.execute(sa.update(Proposal).values(expires_at=sa.func.now() - sa.text("interval '1 day'")))
        session.commit()
    said = town.app.test_cli_runner().invoke(args=["proposals", "expire"])
    assert said.exit_code == 0, said.output
    return 303 if said.output.startswith("1\u00a0proposition expirée") else 409


ACCEPT = move("library-1", "accepter")
ENDINGS = {
    "two accept": (ACCEPT, move("library-2", "accepter"), {Status.ACCEPTED}),
    "accept and withdraw": (ACCEPT, move("cite-1", "retirer"), {Status.ACCEPTED, Status.WITHDRAWN}),
    "accept and decline": (ACCEPT, move("library-2", "refuser", reason="Non"), {Status.ACCEPTED, Status.DECLINED}),
    "decline and withdraw": (
        move("library-2", "refuser", reason="Non"),
        move("cite-2", "retirer"),
        {Status.DECLINED, Status.WITHDRAWN},
    ),
    "two withdraw": (move("cite-1", "retirer"), move("cite-2", "retirer"), {Status.WITHDRAWN}),
    "accept and expire": (ACCEPT, expire, {Status.ACCEPTED, Status.EXPIRED}),
}


@pytest.mark.parametrize("case", ENDINGS)
def test_of_two_endings_exactly_one_wins(town: Town, case: str):
    first, second, possible = ENDINGS[case]
    for _ in range(ROUNDS):
        town.begin()
        answers = town.race(first, second)
        (row,) = town.rows()

        assert sorted(answers) == [303, 409]
        assert row.status in possible
        assert town.count(Partnership) == (row.status is Status.ACCEPTED)


def test_a_counter_proposal_against_an_acceptance(town: Town):
    for _ in range(ROUNDS):
        town.begin()
        answers = town.race(ACCEPT, lambda town: town.post("library-2", "contre-proposition", TYPED))
        first, second = town.rows()

        # What was typed is kept in any case: as sent, or as a draft that says why it did not leave.
        assert answers[1] == 303
        assert (answers[0] == 303) == (first.status is Status.ACCEPTED)
        assert first.status in (Status.ACCEPTED, Status.COUNTERED)
        assert second.status is (Status.DRAFT if first.status is Status.ACCEPTED else Status.SENT)
        assert town.count(Partnership) == (first.status is Status.ACCEPTED)


def test_two_counter_proposals_of_one_side(town: Town):
    for _ in range(ROUNDS):
        town.begin()
        town.race(
            *(move(f"library-{number}", "contre-proposition", **(TYPED | {"calendar": f"Mois {number}"})) for number in (1, 2))
        )
        rows = town.rows()
        assert rows[0].status is Status.COUNTERED
        assert [row.status for row in rows[1:]].count(Status.SENT) == 1


def test_two_send_the_same_draft(town: Town):
    for _ in range(ROUNDS):
        town.begin(Status.DRAFT)
        send = [move(f"cite-{number}", "envoyer", revision="1") for number in (1, 2)]
        assert sorted(town.race(*send)) == [303, 409]
        assert town.rows()[0].status is Status.SENT
        # To two people of the library, and one colleague: once.
        assert town.count(OutgoingMessage) == 3


def test_two_edit_the_same_draft(town: Town):
    for _ in range(ROUNDS):
        town.begin(Status.DRAFT)
        kept = TYPED | {"suite": "enregistrer", "revision": "1"}
        edits = [move(f"cite-{number}", "modifier", **(kept | {"calendar": f"Mois {number}"})) for number in (1, 2)]
        answers = town.race(*edits)
        assert sorted(answers) == [303, 409]
        assert town.rows()[0].calendar == f"Mois {answers.index(303) + 1}"


def test_sending_against_editing(town: Town):
    for _ in range(ROUNDS):
        town.begin(Status.DRAFT)
        edit = move("cite-2", "modifier", **(TYPED | {"suite": "enregistrer", "revision": "1", "calendar": "Mars"}))
        answers = town.race(move("cite-1", "envoyer", revision="1"), edit)
        (row,) = town.rows()
        assert sorted(answers) == [303, 409]
        assert (row.status, row.calendar) == ((Status.SENT, None) if answers[0] == 303 else (Status.DRAFT, "Mars"))


def test_a_double_click_creates_one_proposal(town: Town):
    for number in range(ROUNDS):
        town.begin(Status.DRAFT)
        path = f"/echanges/{town.exchange_public_id}/propositions/nouvelle"
        data = TYPED | {"form_key": f"bcdfghjkmnpqr{2 + number}"}
        click: Move = lambda town, data=data, path=path: town.clients["cite-1"].post(path, data=data).status_code  # noqa: E731
        assert town.race(click, click) == [303, 303]
        assert [row.status for row in town.rows()] == [Status.DRAFT, Status.SENT]


def test_reading_against_withdrawing(town: Town):
    for _ in range(ROUNDS):
        town.begin()
        read: Move = lambda town: town.clients["library-1"].get(f"/propositions/{town.proposal_id}").status_code  # noqa: E731
        assert town.race(read, move("cite-1", "retirer")) == [200, 303]
        assert town.rows()[0].status is Status.WITHDRAWN
