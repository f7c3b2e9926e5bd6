"""What agreements bring to the steps: a paper in force, the charter accepted whole, the checklist done."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.clock import today
from app.directory.models import Precision
from app.formats import date_with_precision, french_date
from app.partnerships.agreements import queries
from app.partnerships.agreements.models import AgreementKind, CharterAcceptance, Item, Principle, Tick
from app.partnerships.models import Partnership
from app.partnerships.needs import Missing, check, reason
from app.partnerships.steps import Need


@check(Need.AGREEMENT)
def has_agreement(session: Session, partnership: Partnership, first: date, last: date) -> bool:
    """An agreement recorded, in force when the step was taken."""
    return session.scalar(sa.select(queries.in_force(partnership, first, last).exists())) or False


@reason(Need.AGREEMENT)
def why_no_agreement(session: Session, partnership: Partnership, first: date, last: date) -> Missing | None:
    """What is wrong with the days of the agreements that are recorded; None when there is none."""
    papers = [one for one in session.scalars(queries.agreements_of(partnership)) if not one.removed_at]
    if not papers:
        return None
    signed = [one for one in papers if one.kind is not AgreementKind.AMENDMENT]
    if not signed:
        return Missing("un accord enregistré, car un avenant seul n’en est pas un")
    earliest = signed[-1]
    if earliest.signed_on > last:
        day = date_with_precision(earliest.signed_on, earliest.precision)
        of = "du" if earliest.precision is Precision.DAY else "de"
        return Missing(f"l’accord enregistré est {of} {day} : à la date donnée il n’est pas encore signé", of_day=True)
    ends = [one.ends_on for one in papers if one.signed_on <= last and one.ends_on and one.ends_on < first]
    over = f"l’accord enregistré a pris fin le {french_date(max(ends))}"
    return Missing(over if last >= today() else f"{over} : à la date donnée il n’est plus en vigueur", of_day=True)


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
