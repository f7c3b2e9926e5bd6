"""One line of a list: its status and its note, and what happens when two colleagues write at once."""

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from app.accounts.session import current_user, sign_in_required
from app.coverage.shortlists import actions
from app.coverage.shortlists.blueprint import shortlists
from app.coverage.shortlists.forms import EntryForm, RemovalForm, revision_of
from app.coverage.shortlists.loading import entry_to_write
from app.coverage.shortlists.models import Entry, Status
from app.directory.facts import place
from app.extensions import db


@shortlists.get("/listes-de-candidates/<shortlist_id>/lignes/<entry_id>")
@sign_in_required
def entry(shortlist_id: str, entry_id: str) -> str:
    """The form of a line."""
    found = entry_to_write(shortlist_id, entry_id)
    form = EntryForm(formdata=None)
    form.fill(found)
    return _page(found, form)


@shortlists.post("/listes-de-candidates/<shortlist_id>/lignes/<entry_id>")
@sign_in_required
def change_entry(shortlist_id: str, entry_id: str) -> Response | tuple[str, int]:
    """Keep the status and the note; whoever comes second is shown what the first wrote, and keeps what they typed."""
    user = current_user()
    assert user is not None
    found = entry_to_write(shortlist_id, entry_id)
    form = EntryForm()
    if not form.validate():
        return _page(found, form), 400
    try:
        actions.change_entry(db.session, found, Status(form.status.data), form.note.data or "", revision_of(form), user)
    except actions.Overtaken:
        form.revision.data = str(found.revision)
        return _page(found, form, overtaken=True), 409
    name = found.institution.name
    db.session.commit()
    flash(f"C’est noté pour « {name} ».", "success")
    return redirect(url_for("shortlists.show", shortlist_id=shortlist_id, _anchor=f"ligne-{entry_id}"), 303)


@shortlists.get("/listes-de-candidates/<shortlist_id>/lignes/<entry_id>/retirer")
@sign_in_required
def confirm_remove_entry(shortlist_id: str, entry_id: str) -> str:
    """The note that would be erased, and the button that does it."""
    found = entry_to_write(shortlist_id, entry_id)
    return render_template("shortlists/remove.html", entry=found, shortlist=found.shortlist, overtaken=False)


@shortlists.post("/listes-de-candidates/<shortlist_id>/lignes/<entry_id>/retirer")
@sign_in_required
def remove_entry(shortlist_id: str, entry_id: str) -> Response | tuple[str, int]:
    """Take the library out of the list; what a colleague wrote meanwhile is read before it is erased."""
    found = entry_to_write(shortlist_id, entry_id)
    name = found.institution.name
    try:
        actions.remove(db.session, found, revision_of(RemovalForm()))
    except actions.Overtaken:
        return render_template("shortlists/remove.html", entry=found, shortlist=found.shortlist, overtaken=True), 409
    db.session.commit()
    flash(f"« {name} » n’est plus dans la liste.", "success")
    return redirect(url_for("shortlists.show", shortlist_id=shortlist_id), 303)


def _page(found: Entry, form: EntryForm, overtaken: bool = False) -> str:
    return render_template(
        "shortlists/entry.html",
        entry=found,
        shortlist=found.shortlist,
        form=form,
        overtaken=overtaken,
        place=place,
    )
