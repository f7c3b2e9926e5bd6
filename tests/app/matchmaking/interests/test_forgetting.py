"""How long a declaration is kept once answered."""

from datetime import timedelta

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app.clock import now
from app.matchmaking.interests.models import Declaration, Outcome


def test_an_answered_declaration_is_erased_a_year_later(app: Flask, session: Session):
    for days in (365, 364):
        answered = now() - timedelta(days=days)
        session.add(
            Declaration(
                library_name=f"Bibliothèque {days}",
                commune_id="commune-04112",
                confirmed_at=answered,
                handled_at=answered,
                outcome=Outcome.SET_ASIDE,
                reason="Déjà connue",
            )
        )
    session.flush()
    result = app.test_cli_runner().invoke(args=["interests", "age"])
    assert result.exit_code == 0, result.output
    assert session.scalars(sa.select(Declaration.library_name)).all() == ["Bibliothèque 364"]
