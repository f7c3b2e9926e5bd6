"""What the database refuses, whatever the code does; and two who act at once."""

import threading

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import create_app
from app.clock import now
from app.errors import Refusal
from app.matchmaking.interests import actions, ageing
from app.matchmaking.interests.declarations import actions as declarations
from app.matchmaking.interests.models import Act, Closing, Declaration, Interest, Outcome
from tests import factories

LIBRARY, CITE, AGENCY = "library", "cite", "agency"


@pytest.mark.parametrize(
    ("constraint", "columns"),
    [
        ("one_target", {"author": LIBRARY, "toward_institution": CITE, "toward_territory_id": "departement-04"}),
        ("a_wish_has_a_target", {"act": Act.WANTED, "author": CITE}),
        ("a_lead_is_about_someone", {"act": Act.SUGGESTED, "author": AGENCY}),
        ("a_lead_is_about_someone", {"author": LIBRARY, "about": CITE}),
        ("an_author_unless_a_lead", {}),
        ("a_lead_is_never_public", {"act": Act.SUGGESTED, "author": AGENCY, "about": LIBRARY, "shows_author": True}),
        ("not_toward_oneself", {"author": LIBRARY, "toward_institution": LIBRARY}),
        ("a_lead_is_about_another", {"act": Act.SUGGESTED, "author": LIBRARY, "about": LIBRARY}),
        ("a_lead_is_about_another", {"act": Act.SUGGESTED, "author": AGENCY, "about": CITE, "toward_institution": CITE}),
        ("closing_says_why", {"author": LIBRARY, "closing": Closing.WITHDRAWN}),
    ],
)
def test_the_database_refuses_an_interest_that_makes_no_sense(session: Session, constraint: str, columns: dict[str, object]):
    there = {LIBRARY: factories.library(session), CITE: factories.cite(session), AGENCY: factories.agency(session)}
    named = {key: there.get(str(value), value) for key, value in columns.items()}
    session.add(Interest(**({"act": Act.DECLARED} | named)))
    with pytest.raises(IntegrityError, match=constraint):
        session.flush()


@pytest.mark.parametrize("toward", [{}, {"toward_territory_id": "departement-04"}])
def test_the_same_is_not_open_twice_even_toward_anyone(session: Session, toward: dict[str, object]):
    library = factories.library(session)
    closed = {"closed_at": now(), "closing": Closing.WITHDRAWN}
    session.add_all(
        [Interest(act=Act.DECLARED, author=library, **toward), Interest(act=Act.DECLARED, author=library, **toward, **closed)]
    )
    session.flush()
    session.add(Interest(act=Act.DECLARED, author=library, **toward))
    with pytest.raises(IntegrityError, match="uq_interest_open"):
        session.flush()


@pytest.mark.parametrize(
    ("constraint", "columns"),
    [
        ("email_is_one_mailbox", {"email": "pas une adresse"}),
        ("library_name_not_blank", {"library_name": " "}),
        ("a_token_until_confirmed", {"token_hash": None}),
        ("a_token_until_confirmed", {"confirmed_at": "now"}),
        ("handled_once_confirmed", {"handled_at": "now", "outcome": Outcome.ATTACHED, "email": None}),
        ("an_outcome_has_a_day", {"outcome": Outcome.ATTACHED}),
        ("the_address_goes_when_handled", {"email": None}),
        ("set_aside_for_a_reason", {"outcome": Outcome.SET_ASIDE, "reason": " "}),
    ],
)
def test_the_database_refuses_a_declaration_that_makes_no_sense(session: Session, constraint: str, columns: dict[str, object]):
    values = {"library_name": "Essai", "commune_id": "commune-04112", "email": "a@exemple.fr", "token_hash": "x"}
    if constraint == "set_aside_for_a_reason":
        values |= {"token_hash": None, "email": None, "confirmed_at": "now", "handled_at": "now"}
    given = {key: now() if value == "now" else value for key, value in (values | columns).items()}
    session.add(Declaration(**given))
    with pytest.raises(IntegrityError, match=constraint):
        session.flush()


def at_once(address: str, *works: object) -> list[object]:
    """Run each work in its own session and thread, at the same moment; give what each gave or refused."""
    app = create_app({"DATABASE_URL": address})
    engine = sa.create_engine(address)
    ready, results = threading.Barrier(len(works)), [None] * len(works)

    def run(index: int, work: object) -> None:
        with app.app_context(), Session(engine) as session:
            ready.wait()
            try:
                results[index] = work(session)
                session.commit()
            except Refusal as refusal:
                results[index] = refusal

    threads = [threading.Thread(target=run, args=(index, work)) for index, work in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    engine.dispose()
    return results


def prepared(address: str, **columns: object) -> tuple[int, int]:
    """A library and an interest of it, committed: (institution id, interest id)."""
    engine = sa.create_engine(address)
    with Session(engine) as session:
        library = factories.library(session)
        row = Interest(act=Act.DECLARED, author=library, toward_territory_id="departement-04", **columns)
        session.add(row)
        session.commit()
        ids = library.id, row.id
    engine.dispose()
    return ids


def test_of_two_who_say_the_same_at_once_one_is_told_so(own_database: str):
    library_id, _ = prepared(own_database)

    def say(session: Session) -> object:
        library = session.get_one(factories.Institution, library_id)
        return len(actions.say(session, Act.DECLARED, library, [None], actions.Wording(), None))

    results = at_once(own_database, say, say)
    assert sorted(str(type(one).__name__) for one in results) == ["Refusal", "int"]


def test_of_withdrawing_and_fulfilling_at_once_exactly_one_wins(own_database: str):
    _, interest_id = prepared(own_database)

    def with_action(action: object) -> object:
        return lambda session: action(session, session.get_one(Interest, interest_id)) or "done"

    results = at_once(own_database, with_action(actions.withdraw), with_action(actions.fulfil))
    assert sorted(str(type(one).__name__) for one in results) == ["Refusal", "str"]


def test_two_timers_at_once_remind_once(own_database: str):
    prepared(own_database, renewed_at=now().replace(year=now().year - 1))
    results = at_once(own_database, ageing.remind, ageing.remind)
    assert sorted(results) == [0, 1]


def test_of_two_who_answer_a_declaration_at_once_one_is_told_so(own_database: str):
    engine = sa.create_engine(own_database)
    with Session(engine) as session:
        library, user = factories.library(session), factories.person(session)
        one = Declaration(
            library_name="Essai", commune_id="commune-04112", email="a@exemple.fr", confirmed_at=now(), declared_at=now()
        )
        session.add(one)
        session.commit()
        ids = one.id, library.id, user.id
    engine.dispose()

    def attach(session: Session) -> object:
        found = [
            session.get_one(kind, key)
            for kind, key in zip((Declaration, factories.Institution, factories.User), ids, strict=True)
        ]
        return bool(declarations.attach(session, *found))

    def set_aside(session: Session) -> object:
        declarations.set_aside(
            session, session.get_one(Declaration, ids[0]), "Doublon", session.get_one(factories.User, ids[2])
        )
        return True

    results = at_once(own_database, attach, set_aside)
    assert sorted(str(type(one).__name__) for one in results) == ["Refusal", "bool"]
