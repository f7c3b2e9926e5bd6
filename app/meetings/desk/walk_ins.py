"""What was typed of somebody who came without registering: their commune and their institution, or a question back."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.clock import today
from app.directory.models import Institution
from app.directory.places import resolve
from app.directory.queries import Criteria, by_public_id, search_columns
from app.meetings.desk.actions import WalkIn
from app.meetings.desk.forms import AS_TYPED, WalkInForm
from geo.territories import Level, Territory

MOST_PROPOSED = 6


def read(session: Session, form: WalkInForm) -> WalkIn | None:
    """The person whom a form tells of; None where something is not clear, which the form then says."""
    if not form.validate():
        return None
    commune = _commune(session, form)
    institution = _institution(session, form, commune)
    if form.errors:
        return None
    return WalkIn(
        name=form.name.data or "",
        role=form.role.data or "",
        institution=institution,
        organisation=form.organisation.data or "",
        commune=commune,
    )


def _commune(session: Session, form: WalkInForm) -> Territory | None:
    if not form.commune.data:
        return None
    answer = resolve(session, form.commune.data, (Level.COMMUNE,))
    commune = form.meant_commune(answer)
    if commune is None:
        form.ask_commune(answer)
    return commune


def _institution(session: Session, form: WalkInForm, commune: Territory | None) -> Institution | None:
    """The institution chosen, or the only one that has exactly this name; those of a near name are offered, never guessed."""
    typed, chosen = form.organisation.data, form.institution_meant.data
    if not typed or chosen == AS_TYPED:
        return None
    if chosen and (found := session.scalar(by_public_id(chosen))):
        return found
    criteria = Criteria(on=today(), words=typed, territory=commune)
    is_exact = (sa.func.fold(Institution.name) == sa.func.fold(typed)).label("is_exact")
    rows = session.execute(search_columns(criteria, [Institution, is_exact]).limit(MOST_PROPOSED)).all()
    exact = [row.Institution for row in rows if row.is_exact]
    if len(exact) == 1:
        return exact[0]
    if rows:
        form.ask_institution(exact or [row.Institution for row in rows])
    return None
