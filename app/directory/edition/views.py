"""Editing a sheet section by section, confirming it, its history, the errors that anyone reports, what is to be verified."""

from datetime import timedelta

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.accounts.rate_limits import allowed, client_address
from app.accounts.session import sign_in_required
from app.clock import today
from app.directory.edition import actions, pages, permissions, queries, reports, sections
from app.directory.edition.models import ErrorReport, Outcome
from app.directory.edition.report_forms import HandleForm, ReportForm, StateForm
from app.directory.edition.sections import Section
from app.directory.edition.words import changes_said
from app.directory.facts import place
from app.directory.memberships.permissions import acting, can_edit
from app.directory.models import Institution, State
from app.directory.queries import by_public_id
from app.errors import allow
from app.extensions import db

edition = Blueprint("edition", __name__)

Page = str | tuple[str, int] | Response
#: How many errors one address may report.
REPORTS_MOST, REPORTS_PER = 5, timedelta(hours=1)


@edition.get("/annuaire/<public_id>/modifier", endpoint="edit")
@sign_in_required
def index(public_id: str) -> Page:
    """The sections of a sheet, and what can be said of it in one click."""
    institution = _editable(public_id)
    return render_template(
        "edition/index.html",
        institution=institution,
        pages_of_edition=sections.sections_of(institution),
        place=place(institution),
        may_confirm=permissions.can_confirm(acting(), institution),
    )


@edition.get("/annuaire/<public_id>/modifier/coordonnees")
@sign_in_required
def contact(public_id: str) -> Page:
    return _show(public_id, sections.CONTACT)


@edition.post("/annuaire/<public_id>/modifier/coordonnees")
@sign_in_required
def save_contact(public_id: str) -> Page:
    return _save(public_id, sections.CONTACT)


@edition.get("/annuaire/<public_id>/modifier/chiffres")
@sign_in_required
def figures(public_id: str) -> Page:
    return _show(public_id, sections.FIGURES)


@edition.post("/annuaire/<public_id>/modifier/chiffres")
@sign_in_required
def save_figures(public_id: str) -> Page:
    return _save(public_id, sections.FIGURES)


@edition.get("/annuaire/<public_id>/modifier/horaires")
@sign_in_required
def hours(public_id: str) -> Page:
    return _show(public_id, sections.HOURS)


@edition.post("/annuaire/<public_id>/modifier/horaires")
@sign_in_required
def save_hours(public_id: str) -> Page:
    return _save(public_id, sections.HOURS)


@edition.get("/annuaire/<public_id>/modifier/activite")
@sign_in_required
def activity(public_id: str) -> Page:
    return _show(public_id, sections.ACTIVITY)


@edition.post("/annuaire/<public_id>/modifier/activite")
@sign_in_required
def save_activity(public_id: str) -> Page:
    return _save(public_id, sections.ACTIVITY)


@edition.get("/annuaire/<public_id>/modifier/offre-et-recherche")
@sign_in_required
def offerings(public_id: str) -> Page:
    return _show(public_id, sections.OFFERINGS)


@edition.post("/annuaire/<public_id>/modifier/offre-et-recherche")
@sign_in_required
def save_offerings(public_id: str) -> Page:
    return _save(public_id, sections.OFFERINGS)


@edition.get("/annuaire/<public_id>/modifier/sollicitations")
@sign_in_required
def solicitations(public_id: str) -> Page:
    return _show(public_id, sections.SOLICITATIONS)


@edition.post("/annuaire/<public_id>/modifier/sollicitations")
@sign_in_required
def save_solicitations(public_id: str) -> Page:
    return _save(public_id, sections.SOLICITATIONS)


@edition.post("/annuaire/<public_id>/toujours-exact")
@sign_in_required
def still_true(public_id: str) -> Page:
    """« Toujours exact » : the institution confirms today that it is open."""
    institution = _institution(public_id)
    allow(permissions.can_confirm(acting(), institution))
    said = actions.confirm(db.session, institution, by=pages.person(acting()))
    db.session.commit()
    flash(
        "Merci : votre fiche est confirmée d’aujourd’hui." if said else "Votre fiche était déjà confirmée aujourd’hui.",
        "success",
    )
    return redirect(url_for("directory.sheet", public_id=public_id), 303)


@edition.get("/annuaire/<public_id>/etat")
@sign_in_required
def state(public_id: str) -> Page:
    """« Nous sommes fermés, en projet » : the form."""
    return _state_page(_editable(public_id), StateForm())


@edition.post("/annuaire/<public_id>/etat")
@sign_in_required
def record_state(public_id: str) -> Page:
    """Record a state with its date and a note."""
    institution, form = _editable(public_id), StateForm()
    if not form.validate():
        return _state_page(institution, form), 400
    voice = permissions.voice_of(acting(), institution)
    said = actions.observe(
        db.session,
        institution,
        State(form.state.data),
        form.day.data or today(),
        actions.SOURCES[voice],
        by=pages.person(acting()),
        voice=voice,
        note=form.note.data or None,
    )
    db.session.commit()
    flash("L’état de la structure est enregistré." if said else "Cet état était déjà enregistré.", "success")
    return redirect(url_for("directory.sheet", public_id=public_id), 303)


@edition.get("/annuaire/<public_id>/historique")
@sign_in_required
def history(public_id: str) -> Page:
    """Who changed what in the sheet."""
    institution = _institution(public_id)
    allow(permissions.can_read_history(acting(), institution))
    found = pages.listed(db.session, queries.changes_of(institution))
    return render_template(
        "edition/history.html",
        institution=institution,
        listed=found,
        changes=changes_said(db.session, found.rows),
        place=place(institution),
    )


@edition.get("/annuaire/<public_id>/signaler")
def report(public_id: str) -> Page:
    """The form by which anyone reports an error."""
    return _report_page(_institution(public_id), ReportForm())


@edition.post("/annuaire/<public_id>/signaler")
def send_report(public_id: str) -> Page:
    """Keep what a visitor says is wrong."""
    institution, form = _institution(public_id), ReportForm()
    if not form.validate():
        return _report_page(institution, form), 400
    within = allowed(db.session, "signalement", client_address(), REPORTS_MOST, REPORTS_PER)
    if within:
        reports.report_error(db.session, institution, form.message.data or "", form.email.data or None)
    db.session.commit()
    if not within:
        form.message.errors = ["Vous avez signalé plusieurs erreurs en peu de temps. Envoyez celle-ci dans une heure."]
        return _report_page(institution, form), 429
    flash("Merci : votre signalement est transmis à qui suit cette région.", "success")
    return redirect(url_for("directory.sheet", public_id=public_id), 303)


@edition.get("/a-verifier")
@sign_in_required
def queue() -> Page:
    """The errors reported in the regions that this person follows."""
    allow(permissions.can_verify(acting()))
    return pages.queue_page(acting())


@edition.post("/a-verifier/<report_id>")
@sign_in_required
def handle(report_id: str) -> Page:
    """Say what became of an error report."""
    found: ErrorReport = db.session.scalar(queries.report_by_public_id(report_id)) or abort(404)
    allow(permissions.can_handle(acting(), found))
    form = HandleForm(prefix=found.public_id)
    if not form.validate():
        return pages.queue_page(acting(), form, found), 400
    outcome, answer = Outcome(form.outcome.data), form.answer.data or None
    reports.handle(db.session, found, outcome, answer, by=pages.person(acting()))
    db.session.commit()
    flash("Ce signalement est traité.", "success")
    return redirect(url_for("edition.queue"), 303)


@edition.get("/a-verifier/modifications")
@sign_in_required
def recent_changes() -> Page:
    """What institutions have changed themselves and nobody has looked at yet."""
    allow(permissions.can_verify(acting()))
    return pages.recent_changes_page(acting())


@edition.post("/annuaire/<public_id>/modifications-vues")
@sign_in_required
def mark_seen(public_id: str) -> Page:
    """The changes shown have been looked at."""
    institution = _institution(public_id)
    allow(permissions.can_mark_seen(acting(), institution))
    until = request.form.get("jusqu-a", "")
    if not (until.isdecimal() and until.isascii() and len(until) < 19):
        abort(400, "Ce formulaire est incomplet. Rechargez la page des modifications.")
    actions.mark_seen(db.session, institution, int(until), by=pages.person(acting()))
    db.session.commit()
    flash(f"Les modifications de « {institution.name} » sont vues.", "success")
    return redirect(url_for("edition.recent_changes"), 303)


def _institution(public_id: str) -> Institution:
    found: Institution = db.session.scalar(by_public_id(public_id)) or abort(404)
    return found


def _editable(public_id: str) -> Institution:
    institution = _institution(public_id)
    allow(can_edit(acting(), institution))
    return institution


def _show(public_id: str, section: Section) -> Page:
    institution = _editable(public_id)
    if section not in sections.sections_of(institution):
        abort(404)
    return pages.section_page(section, institution, acting())


def _save(public_id: str, section: Section) -> Page:
    """Write a section; what another person wrote meanwhile is told, and nothing typed is lost."""
    institution = _editable(public_id)
    if section not in sections.sections_of(institution):
        abort(404)
    voice = permissions.voice_of(acting(), institution)
    form = sections.form_of(db.session, section, institution, acting())
    if not form.validate():
        return pages.section_page(section, institution, acting(), form), 400
    values = sections.values_of(db.session, institution, form)
    saved = actions.save(db.session, institution, values, pages.person(acting()), voice, *form.stamps())
    if saved.crossed:
        page = pages.section_page(section, institution, acting(), form, saved.crossed)
        db.session.rollback()
        return page, 409
    db.session.commit()
    flash("C’est enregistré." if saved.changes else "Rien n’a changé.", "success" if saved.changes else "info")
    if form.remark():
        flash(form.remark(), "info")
    return redirect(url_for("edition.edit", public_id=public_id), 303)


def _state_page(institution: Institution, form: StateForm) -> str:
    return render_template("edition/state.html", institution=institution, form=form, place=place(institution))


def _report_page(institution: Institution, form: ReportForm) -> str:
    return render_template("edition/report.html", institution=institution, form=form, place=place(institution))
