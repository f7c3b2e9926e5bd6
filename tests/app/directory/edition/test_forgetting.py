"""How long what visitors report is kept."""

from datetime import timedelta

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app.clock import now
from app.directory.edition.models import ErrorReport, Outcome
from tests import factories as make

A_YEAR, A_DAY = timedelta(days=365), timedelta(days=1)


def test_an_address_goes_after_a_year_even_if_nobody_handles_the_report(app: Flask, session: Session):
    house = make.library(session)
    for age in (A_YEAR, A_YEAR - A_DAY):
        session.add(ErrorReport(institution=house, message="Fermée", email="a@exemple.org", reported_at=now() - age))
    for age in (A_YEAR, A_YEAR - A_DAY):
        handled = ErrorReport(institution=house, message=f"Traité {age.days}", reported_at=now() - 2 * A_YEAR)
        handled.handled_at, handled.outcome = now() - age, Outcome.CORRECTED
        session.add(handled)
    session.flush()
    result = app.test_cli_runner().invoke(args=["edition", "forget"])
    assert result.exit_code == 0, result.output
    rows = session.execute(sa.select(ErrorReport.message, ErrorReport.email).order_by(ErrorReport.id)).all()
    assert [tuple(row) for row in rows] == [("Fermée", None), ("Fermée", "a@exemple.org"), ("Traité 364", None)]
