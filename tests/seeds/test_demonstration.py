"""Accounts of demonstration: added once, tied to what is loaded, never in production."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.directory.memberships.models import Membership, Role
from seeds import demonstration
from tests import factories


def test_each_role_gets_an_account_tied_to_its_institution(session: Session):
    library = factories.institution(session, public_id="bib-137")
    assert demonstration.fill(session) == len(demonstration.ACCOUNTS)
    roles = session.execute(
        sa.select(User.email, Membership.role)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.institution_id == library.id)
        .order_by(User.email)
    )
    assert [tuple(row) for row in roles] == [
        ("bibliotheque@demonstration.example", Role.RESPONSIBLE),
        ("collegue@demonstration.example", Role.MEMBER),
    ]


def test_a_second_run_adds_nobody(session: Session):
    demonstration.fill(session)
    assert demonstration.fill(session) == 0


def test_the_addresses_are_of_a_domain_that_no_mail_reaches(session: Session):
    demonstration.fill(session)
    assert all(email.endswith(".example") for email in session.scalars(sa.select(User.email)))
