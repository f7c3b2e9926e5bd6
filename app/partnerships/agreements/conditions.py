"""What agreements bring to the steps: a paper in force, the charter accepted whole, the checklist done."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.partnerships.agreements import queries
from app.partnerships.agreements.models import CharterAcceptance, Item, Principle, Tick
from app.partnerships.models import Partnership
from app.partnerships.needs import check
from app.partnerships.steps import Need


@check(Need.AGREEMENT)
def has_agreement(session: Session, partnership: Partnership, first: date, last: date) -> bool:
    """An agreement recorded, in force when the step was taken."""
    return session.scalar(sa.select(queries.in_force(partnership, first, last).exists())) or False


@check(Need.CHARTER)
def has_charter(session: Session, partnership: Partnership, first: date, last: date) -> bool:  # noqa: ARG001 - of today
    """The five principles accepted, none of them revoked."""
    standing = sa.select(CharterAcceptance.principle).where(
        CharterAcceptance.partnership_id == partnership.id, CharterAcceptance.revoked_at.is_(None)
    )
    return set(session.scalars(standing)) == set(Principle)


@check(Need.CHECKLIST)
def has_checklist(session: Session, partnership: Partnership, first: date, last: date) -> bool:  # noqa: ARG001
    """Every item ticked, none of them undone."""
    standing = sa.select(Tick.item).where(Tick.partnership_id == partnership.id, Tick.unticked_at.is_(None))
    return set(session.scalars(standing)) == set(Item)
