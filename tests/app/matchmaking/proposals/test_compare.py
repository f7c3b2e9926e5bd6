"""Two versions side by side: nothing lost, nothing invented, and each line from the right point of view."""

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from app.directory.vocabulary import Format
from app.matchmaking.proposals import compare
from app.matchmaking.proposals.compare import Piece
from app.matchmaking.proposals.models import Status
from app.partnerships.exchanges.models import Side
from tests import factories

TEXTS = st.text("abé ’-,.\n", max_size=60)


@given(before=TEXTS, after=TEXTS)
def test_the_pieces_of_a_version_give_its_text_and_what_is_equal_is_in_both(before: str, after: str):
    left, right = compare.words(before, after)

    assert "".join(piece.text for piece in left) == before
    assert "".join(piece.text for piece in right) == after
    kept = [["".join(piece.text for piece in side if not piece.changed).replace(" ", "")] for side in (left, right)]
    assert kept[0] == kept[1]
    assert (before == after) <= (not any(piece.changed for piece in (*left, *right)))


def test_a_difference_is_of_words_not_of_letters():
    left, right = compare.words("Une salle le mardi.", "Une salle le mercredi.")
    assert left == (Piece("Une salle le "), Piece("mardi", True), Piece("."))
    assert right == (Piece("Une salle le "), Piece("mercredi", True), Piece("."))


def test_a_text_that_begins_or_ends_is_wholly_changed():
    assert compare.words("", "Neuf") == ((), (Piece("Neuf", True),))
    assert compare.words("Ancien", "") == ((Piece("Ancien", True),), ())


def test_each_line_is_named_after_an_institution_and_compares_promise_with_demand(session: Session):
    cite, library = factories.cite(session, "Cité du Sud"), factories.library(session, "Médiathèque du Sud")
    exchange = factories.exchange(session, cite, library)
    first = factories.proposal(
        session,
        exchange,
        status=Status.COUNTERED,
        settled_at=factories.now(),
        brings="Deux conseillers",
        asks="Une salle",
        people="Responsable",
        themes=["axe-a", "axe-b"],
    )
    second = factories.proposal(
        session,
        exchange,
        Side.PARTNER,
        format=Format.THEMATIC,
        activities=[],
        brings="Une grande salle",
        asks="Deux conseillers",
        people="Médiatrice",
        themes=["axe-b", "axe-c"],
        answers_id=first.id,
    )
    found = {line.label: line for line in compare.lines([first, second], first, second, {"axe-b": "Illettrisme"})}

    assert not found["Ce qu’apporterait : Cité du Sud"].differs
    assert found["Ce qu’apporterait : Médiathèque du Sud"].after == (Piece("Une "), Piece("grande ", True), Piece("salle"))
    assert found["Formule"].before == (Piece("Rendez-vous de la Cité", True),)
    assert found["Activités"].after == ()
    assert found["Pôles et axes"].before == (Piece("axe-a", True), Piece("Illettrisme"))
    assert found["Pôles et axes"].after == (Piece("Illettrisme"), Piece("axe-c", True))
    # The library says nothing of the people of the Cité: what the Cité said of them holds.
    assert not found["Personnes, côté Cité du Sud"].differs
    assert found["Personnes, côté Médiathèque du Sud"].before == ()
    assert "Description" not in found
