"""Lists: those of one's teams, one of them with its lines, and how it is made, filled, renamed and deleted."""

from datetime import timedelta
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.accounts.rate_limits import limit
from app.accounts.session import current_user, sign_in_required
from app.clock import today
from app.coverage.shortlists import actions, adding, columns, queries, showing
from app.coverage.shortlists.asking import tidy_query
from app.coverage.shortlists.blueprint import shortlists
from app.coverage.shortlists.entries import views as entry_views
from app.coverage.shortlists.forms import ListForm, revision_of, view_of
from app.coverage.shortlists.loading import list_to_read, list_to_write
from app.coverage.shortlists.models import Shortlist
from app.coverage.shortlists.permissions import can_write
from app.coverage.shortlists.searches import views as search_views
from app.directory.facts import place
from app.directory.memberships.permissions import acting
from app.errors import allow
from app.exports import announced, csv_for_machines, csv_for_people, workbook
from app.extensions import db
from app.formats import plural
from app.partnerships.refusals import Mistake

__all__ = ["entry_views", "search_views", "shortlists"]

PAGE_SIZE = 50
#: How often a person may send libraries to lists: a page of candidates, line by line.
MOST_AN_HOUR = 300


@shortlists.get("/listes-de-candidates")
@sign_in_required
def index() -> str:
    """The lists of this person's teams; an administrator reads those of all."""
    form = ListForm(formdata=None)
    form.team.offer(acting().institutions)
    return _index(form)


@shortlists.post("/listes-de-candidates")
@sign_in_required
def create() -> Response | tuple[str, int]:
    """Make an empty list."""
    user = current_user()
    assert user is not None
    actor = acting()
    allow(bool(actor.institutions))
    limit(db.session, "listes", user.public_id, MOST_AN_HOUR, timedelta(hours=1))
    form = ListForm()
    form.team.offer(actor.institutions)
    if not form.validate():
        return _index(form), 400
    team = next(one for one in actor.institutions if one.public_id == form.team.data)
    try:
        made = actions.create(db.session, team, form.label.data or "", form.note.data or "", "", user)
    except Mistake as mistake:
        mistake.show_on(form)
        return _index(form), 400
    db.session.commit()
    return redirect(url_for("shortlists.show", shortlist_id=made.public_id), 303)


@shortlists.get("/listes-de-candidates/ajouter")
@sign_in_required
def choose() -> str | tuple[str, int]:
    """To which list libraries of the page of candidates are added."""
    draft = adding.begin(db.session, acting(), request.args.getlist("bibliotheque"), tidy_query(request.args.get("recherche")))
    page = render_template("shortlists/add_page.html", draft=draft, form=draft.form, place=place)
    return page if draft.libraries else (page, 400)


@shortlists.post("/listes-de-candidates/ajouter")
@sign_in_required
def add() -> Response | tuple[str, int]:
    """Add one library or several to a list that exists, or to a new one."""
    user = current_user()
    assert user is not None
    allow(bool(acting().institutions))
    limit(db.session, "listes", user.public_id, MOST_AN_HOUR, timedelta(hours=1))
    draft = adding.received(db.session, acting(), request.form.getlist("bibliotheque"))
    if not draft.is_ready():
        return render_template("shortlists/add_page.html", draft=draft, form=draft.form, place=place), 400
    try:
        shortlist, added = adding.add(db.session, acting(), draft, user)
    except Mistake as mistake:
        mistake.show_on(draft.form)
        return render_template("shortlists/add_page.html", draft=draft, form=draft.form, place=place), 400
    db.session.commit()
    flash(adding.said(shortlist, added), "success" if added.new else "info")
    return redirect(url_for("shortlists.show", shortlist_id=shortlist.public_id), 303)


@shortlists.get("/listes-de-candidates/<shortlist_id>")
@sign_in_required
def show(shortlist_id: str) -> str | tuple[str, int]:
    """One list: its lines, as filtered and ordered, and what may be done from each."""
    shortlist = list_to_read(shortlist_id)
    view = view_of(request.args, shortlist)
    if not view.validate():
        return render_template("shortlists/refused.html", shortlist=shortlist, form=view), 400
    shown = showing.show(db.session, acting(), shortlist, view)
    return render_template(
        "shortlists/show.html", shortlist=shortlist, shown=shown, form=view, may_write=can_write(acting(), shortlist)
    )


@shortlists.get("/listes-de-candidates/<shortlist_id>/liste.<any(csv, xlsx):extension>")
@sign_in_required
def export(shortlist_id: str, extension: str) -> Response:
    """Exactly the lines that are shown, as a file."""
    shortlist = list_to_read(shortlist_id)
    view = view_of(request.args, shortlist)
    audience = request.args.get("pour", "personnes")
    if not view.validate():
        abort(400, "Cette liste ne peut pas être exportée : corrigez d’abord ses filtres.")
    if audience not in ("personnes", "machines"):
        abort(400, "Le paramètre « pour » vaut « personnes » ou « machines ».")
    if request.method == "HEAD":
        return announced(columns.FILENAME, extension)
    rows, _ = showing.read(db.session, acting(), shortlist, view)
    if extension == "xlsx":
        return workbook(rows, columns.COLUMNS, columns.FILENAME, columns.about(shortlist, view, len(rows), today()))
    write = csv_for_machines if audience == "machines" else csv_for_people
    return write(rows, columns.COLUMNS, columns.FILENAME)


@shortlists.get("/listes-de-candidates/<shortlist_id>/modifier")
@sign_in_required
def edit(shortlist_id: str) -> str:
    """Rename a list, or change its note."""
    shortlist = list_to_write(shortlist_id)
    form = ListForm(formdata=None)
    form.fill(shortlist)
    return render_template("shortlists/edit.html", shortlist=shortlist, form=form, overtaken=False)


@shortlists.post("/listes-de-candidates/<shortlist_id>/modifier")
@sign_in_required
def change(shortlist_id: str) -> Response | tuple[str, int]:
    shortlist = list_to_write(shortlist_id)
    form = ListForm()
    del form.team
    if not form.validate():
        return render_template("shortlists/edit.html", shortlist=shortlist, form=form, overtaken=False), 400
    try:
        actions.change(db.session, shortlist, form.label.data or "", form.note.data or "", revision_of(form))
    except Mistake as mistake:
        mistake.show_on(form)
        return render_template("shortlists/edit.html", shortlist=shortlist, form=form, overtaken=False), 400
    except actions.Overtaken:
        # What was typed stays, beside what the colleague wrote: to send it again is to have read that.
        form.revision.data = str(shortlist.revision)
        return render_template("shortlists/edit.html", shortlist=shortlist, form=form, overtaken=True), 409
    db.session.commit()
    flash("Liste modifiée.", "success")
    return redirect(url_for("shortlists.show", shortlist_id=shortlist.public_id), 303)


@shortlists.get("/listes-de-candidates/<shortlist_id>/supprimer")
@sign_in_required
def confirm_delete(shortlist_id: str) -> str:
    """What would be deleted, and the button that does it."""
    shortlist = list_to_write(shortlist_id)
    number = sum(row.number for row in db.session.execute(queries.totals(shortlist)))
    return render_template("shortlists/delete.html", shortlist=shortlist, number=number)


@shortlists.post("/listes-de-candidates/<shortlist_id>/supprimer")
@sign_in_required
def delete(shortlist_id: str) -> Response:
    shortlist = list_to_write(shortlist_id)
    said = f"La liste « {shortlist.name} » est supprimée."
    actions.delete(db.session, shortlist)
    db.session.commit()
    flash(said, "success")
    return redirect(url_for("shortlists.index"), 303)


@shortlists.app_template_global()
def own_lists() -> list[Shortlist]:
    """The lists to which this person may add."""
    actor = acting()
    return list(db.session.scalars(queries.own(actor))) if actor.institutions else []


@shortlists.app_template_global()
def keeps_lists() -> bool:
    """Whether this person is of a team, which may keep lists and searches."""
    return bool(acting().institutions)


def _index(form: ListForm) -> str:
    asked = request.args.get("page", "")
    page = int(asked) if asked.isascii() and asked.isdigit() and 0 < len(asked) < 5 else 1
    rows: list[Any] = list(db.session.execute(queries.readable(acting())))
    pages = max(1, -(-len(rows) // PAGE_SIZE))
    page = min(max(page, 1), pages)
    return render_template(
        "shortlists/index.html",
        rows=rows[(page - 1) * PAGE_SIZE : page * PAGE_SIZE],
        total=plural(len(rows), "liste"),
        page=page,
        pages=pages,
        form=form,
        teams=acting().institutions,
        actor=acting(),
    )
