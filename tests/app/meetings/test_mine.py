"""« Mes rencontres » of somebody who has very many."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from app.clock import now
from app.meetings import page
from tests import factories, meeting_factories


def test_each_list_is_bounded_and_says_so(session: Session, sign_in, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(page, "MOST_SHOWN", 2)
    cite = factories.cite(session)
    client = sign_in(factories.member(session, cite))
    for days in (1, 2, 3):
        meeting = meeting_factories.meeting(session, cite, title=f"Jour {days}", starts_at=now() + timedelta(days=days))
        meeting_factories.registration(session, meeting, cite)
        meeting_factories.meeting(session, cite, title=f"Passé {days}", starts_at=now() - timedelta(days=days))
    text = client.get("/mes-rencontres").text
    assert text.count("Jour 1") == text.count("Jour 2") == 2, "registered, and organised"
    assert "Jour 3" not in text
    assert "Passé 3" in text
    assert "Passé 1" not in text
    assert text.count("2 rencontres au plus") == 3
