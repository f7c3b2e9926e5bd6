"""Meetings: writing one, the page of each, and those of a person."""

import re

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.accounts.models import User
from app.accounts.session import current_user, sign_in_required
from app.clock import now
from app.directory.memberships.permissions import acting
from app.directory.places import with_id
from app.errors import allow
from app.extensions import db
from app.forms import BaseForm
from app.meetings import actions, drafting, filling, page, queries, wording
from app.meetings.blueprint import meetings
from app.meetings.drafting import Draft, NoKind
from app.meetings.forms import DraftForm, revision_of
from app.meetings.loading import load, load_organised
from app.meetings.models import OF_A_PARTNERSHIP, Meeting, MeetingKind
from app.meetings.organising import views as organising
from app.partnerships.refusals import Mistake
from app.public_ids import random_public_id
from geo.territories import Level, Territory

__all__ = ["meetings", "organising"]

MOST_PAST = 20
TWICE = (
    "Cette nuit-là, les horloges reculent : l’heure que vous avez donnée arrive deux fois. C’est la première qui est retenue."
)

for said, name in (
    (wording.when_said, "meeting_when"),
    (wording.where_said, "meeting_where"),
    (wording.where_said_short, "meeting_where_short"),
    (wording.address_said, "meeting_address"),
    (wording.hour_said, "hour_said"),
    (wording.day_said, "day_said"),
    (wording.deadline_said, "deadline_said"),
):
    meetings.add_app_template_global(said, name)


@meetings.app_template_global()
def meeting_themes(meeting: Meeting) -> list[tuple[str, str]]:
    """The poles and the axes of a meeting, as a list of facts."""
    return page.themes_of(db.session, meeting)


@meetings.get("/rencontres/nouvelle")
@sign_in_required
def new() -> str:
    """The form of a new meeting, as a link asks for it; or the choice of its kind."""
    try:
        draft = drafting.asked_by(db.session, acting(), request.args)
    except NoKind as choice:
        return _choose(choice)
    if not draft.hosts:
        return render_template("meetings/no_institution.html")
    drafting.propose(db.session, draft, _region())
    assert isinstance(draft.form, DraftForm)
    draft.form.key.data = random_public_id()
    return _form_page(draft)


@meetings.post("/rencontres/nouvelle")
@sign_in_required
def create() -> Response | str | tuple[str, int]:
    """Keep a draft, which its organisers alone see."""
    try:
        draft = drafting.asked_by(db.session, acting(), request.args)
    except NoKind as choice:
        return _choose(choice), 400
    allow(bool(draft.hosts))
    assert isinstance(draft.form, DraftForm)
    if _wants_a_line():
        return _form_page(draft)
    ready = drafting.is_ready(db.session, draft)
    if not ready or draft.host is None:
        return _form_page(draft), 400
    key = draft.form.key.data or ""
    key = key if re.fullmatch(r"[a-z0-9]{14}", key, re.ASCII) else random_public_id()
    try:
        made = actions.draft(db.session, draft.kind, draft.partnership, draft.columns, draft.agenda, _person(), draft.host, key)
    except Mistake as mistake:
        mistake.show_on(draft.form)
        return _form_page(draft), 400
    db.session.commit()
    flash("Le brouillon est enregistré : vous seuls le voyez. Relisez-le, puis annoncez-le.", "success")
    return _saved(made, draft)


@meetings.get("/rencontres/<meeting_id>")
def show(meeting_id: str) -> str:
    """A meeting, for those who may see it."""
    return render_template("meetings/show.html", **page.gather(db.session, acting(), load(meeting_id)))


@meetings.get("/rencontres/<meeting_id>/modifier")
@sign_in_required
def edit(meeting_id: str) -> str:
    """Change what a meeting says; once announced, its day and its place have a page of their own."""
    return _form_page(drafting.opened(db.session, load_organised(meeting_id)))


@meetings.post("/rencontres/<meeting_id>/modifier")
@sign_in_required
def update(meeting_id: str) -> Response | str | tuple[str, int]:
    """Save it; who changes it while another does is told, and loses nothing of what was typed."""
    draft = drafting.opened(db.session, load_organised(meeting_id), sent=True)
    assert draft.meeting is not None
    if _wants_a_line():
        return _form_page(draft)
    if not drafting.is_ready(db.session, draft):
        return _form_page(draft), 400
    revision = revision_of(draft.form)
    try:
        actions.change(db.session, draft.meeting, draft.columns, draft.agenda, revision, _person())
    except Mistake as mistake:
        mistake.show_on(draft.form)
        return _form_page(draft), 400
    except actions.Stale:
        return _stale(draft), 409
    db.session.commit()
    flash("Modification enregistrée.", "success")
    return _saved(draft.meeting, draft)


@meetings.post("/rencontres/<meeting_id>/effacer")
@sign_in_required
def discard(meeting_id: str) -> Response:
    """Erase a draft."""
    actions.discard(db.session, load_organised(meeting_id))
    db.session.commit()
    flash("Le brouillon est effacé.", "success")
    return redirect(url_for("meetings.mine"), 303)


@meetings.get("/mes-rencontres")
@sign_in_required
def mine() -> str:
    """The meetings that this person organises, those to which they are registered, and those to which they are invited."""
    told = page.of_person(db.session, acting(), now(), MOST_PAST)
    return render_template("meetings/mine.html", told=told)


def _choose(choice: NoKind) -> str:
    partnerships = db.session.scalars(queries.partnerships_of(acting())).all()
    return render_template(
        "meetings/choose.html",
        hosts=choice.hosts,
        kinds=MeetingKind,
        of_a_partnership=OF_A_PARTNERSHIP,
        partnerships=partnerships,
        asked={name: request.args[name] for name in ("structure", "region") if name in request.args},
    )


def _region() -> Territory | None:
    """The region for which a regional meeting was asked."""
    code = request.args.get("region", "")
    found: Territory | None = db.session.scalar(with_id([code])) if code.startswith("region-") else None
    return found if found is not None and found.level is Level.REGION else None


def _wants_a_line() -> bool:
    """Whether the button pressed asks for one more line of the agenda, and saves nothing."""
    return "ajouter-ligne" in request.form


def _stale(draft: Draft) -> str:
    """The page as it was typed, with what is stored now beside; sent again, it takes the place of what is stored."""
    assert draft.meeting is not None
    stored = drafting.opened(db.session, draft.meeting).form
    draft.form.revision.data = str(draft.meeting.revision)
    return _form_page(draft, differences=filling.differences(draft.form, stored))


def _form_page(draft: Draft, differences: list[tuple[str, str]] | None = None) -> str:
    assert isinstance(draft.form, BaseForm)
    args = {name: request.args[name] for name in ("type", "structure", "partenariat", "region") if name in request.args}
    return render_template("meetings/form.html", draft=draft, form=draft.form, args=args, differences=differences)


def _saved(meeting: Meeting, draft: Draft) -> Response:
    if isinstance(draft.form, DraftForm) and draft.form.hours_that_come_twice:
        flash(TWICE, "warning")
    return redirect(url_for("meetings.show", meeting_id=meeting.public_id), 303)


def _person() -> User:
    return current_user() or abort(403)
