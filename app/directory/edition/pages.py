"""What the pages of edition are made of: a page of a list, a section of a sheet, the two queues of what is to be verified."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from flask import abort, render_template, request
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.directory.edition import queries, sections
from app.directory.edition.forms import SectionForm
from app.directory.edition.models import Change, ErrorReport
from app.directory.edition.report_forms import HandleForm
from app.directory.edition.sections import Section
from app.directory.edition.words import changes_said
from app.directory.facts import place
from app.directory.memberships.permissions import Actor
from app.directory.models import Institution
from app.directory.queries import WITH_PLACE
from app.extensions import db

PAGE_SIZE = 30


@dataclass(frozen=True)
class Listed:
    """One page of a list: its rows, which page it is, how many there are, how many rows in all."""

    rows: Sequence[Any]
    page: int
    pages: int
    total: int


@dataclass(frozen=True)
class ChangedInstitution:
    """An institution, what it changed that nobody has looked at yet, and the last of these changes."""

    institution: Institution
    changes: list[tuple[Change, str]]
    until: int


def listed(session: Session, rows: sa.Select, scalars: bool = True) -> Listed:
    """The page of a list that the address asks for, brought between the first and the last."""
    total = session.scalar(sa.select(sa.func.count()).select_from(rows.order_by(None).subquery())) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    asked = request.args.get("page", "")
    page = min(max(int(asked), 1), pages) if asked.isdecimal() and asked.isascii() and len(asked) < 7 else 1
    limited = rows.limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)
    found: Sequence[Any] = session.scalars(limited).all() if scalars else session.execute(limited).all()
    return Listed(found, page, pages, total)


def person(actor: Actor) -> User:
    """The person who acts; a visitor is stopped."""
    return actor.user or abort(403)


def section_page(
    section: Section,
    institution: Institution,
    actor: Actor,
    form: SectionForm | None = None,
    crossed: Sequence[Change] = (),
) -> str:
    """A section of a sheet; `crossed` are the changes of others to tell, which the next save may overrule."""
    form = form or sections.form_of(db.session, section, institution, actor)
    if crossed:
        form.told_until.data = str(max(change.id for change in crossed))
    return render_template(
        section.template,
        institution=institution,
        section=section,
        form=form,
        crossed=changes_said(db.session, crossed),
        place=place(institution),
    )


def queue_page(actor: Actor, refused: HandleForm | None = None, about: ErrorReport | None = None) -> str:
    """The errors reported; a form that was refused stands first, as it was filled."""
    found = listed(db.session, queries.waiting_for(actor))
    reports = list(found.rows)
    forms = {one.public_id: HandleForm(formdata=None, prefix=one.public_id) for one in reports}
    if refused is not None and about is not None:
        reports = [about, *(one for one in reports if one.id != about.id)]
        forms[about.public_id] = refused
    return render_template(
        "edition/queue.html",
        listed=found,
        reports=reports,
        forms=forms,
        refused=refused,
        place=place,
        unseen=_number_of_changed(actor),
    )


def recent_changes_page(actor: Actor) -> str:
    """What institutions have changed themselves and nobody has looked at yet, institution by institution."""
    found = listed(db.session, queries.institutions_with_unseen_changes(actor).options(*WITH_PLACE), scalars=False)
    changes = db.session.scalars(queries.unseen_changes_of([row.Institution.id for row in found.rows])).all()
    said = changes_said(db.session, changes)
    of_each = {key: list(group) for key, group in groupby(said, key=lambda one: one[0].institution_id)}
    groups = [ChangedInstitution(row.Institution, of_each[row.Institution.id], row.last_id) for row in found.rows]
    return render_template("edition/recent_changes.html", listed=found, groups=groups, place=place)


def _number_of_changed(actor: Actor) -> int:
    rows = queries.institutions_with_unseen_changes(actor).order_by(None).subquery()
    return db.session.scalar(sa.select(sa.func.count()).select_from(rows)) or 0
