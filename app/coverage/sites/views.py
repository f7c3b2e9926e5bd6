"""The next sites: the form of a search, the page of each with its progress and its answer, its files."""

import re
from datetime import timedelta
from typing import Any

from flask import Blueprint, abort, flash, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.accounts.rate_limits import limit
from app.accounts.session import current_user, sign_in_required
from app.clock import today
from app.coverage.drawing.engine import as_svg_file
from app.coverage.sites import actions, files, permissions, queries, showing, worker
from app.coverage.sites.forms import SitesForm
from app.coverage.sites.models import SiteSearch, Status
from app.coverage.sites.naming import terms_of, title_of
from app.coverage.sites.picturing import PICTURES
from app.coverage.sites.question import read_question
from app.coverage.sites.studying import data_of
from app.coverage.situation import situation_at
from app.coverage.views import stale_after_months
from app.directory.memberships.permissions import acting
from app.directory.models import Kind
from app.errors import allow
from app.exports import announced, csv_for_machines, csv_for_people, workbook
from app.extensions import db

sites = Blueprint("sites", __name__, url_prefix="/prochains-lieux")

#: Reading a question costs some searches: a person sends the form so many times an hour, refused ones included.
MOST_AN_HOUR = 60
STILL_WANTED = "Vous ne suivez plus cette recherche. Son calcul continue : d’autres personnes ont posé la même question."


@sites.get("")
def index() -> str | tuple[str, int]:
    """The form, filled by the parameters of the URL if it has any; my searches, and the last that have an answer."""
    if not request.args:
        form = SitesForm()
        form.date.data = today()
        return _render_form(form)
    form = SitesForm(request.args)
    if "type" not in request.args:
        form.type.data = [Kind.LIBRARY.value]
    question = read_question(db.session, form)
    page = _render_form(form, asked=question.args if question else None)
    return page if question else (page, 400)


@sites.post("")
@sign_in_required
def launch() -> Response | tuple[str, int]:
    """Ask for a computation, or lead to the one that answers the same question already."""
    user = current_user()
    assert user is not None
    allow(permissions.can_launch(acting()))
    limit(db.session, "prochains-lieux", user.public_id, MOST_AN_HOUR, timedelta(hours=1))
    form = SitesForm(request.form)
    question = read_question(db.session, form)
    if question is not None:
        situation = situation_at(db.session, question.day, question.reach_km, stale_after_months(), question.states)
        data = data_of(db.session, question, situation)
        if not data.candidates:
            form.type.errors = [showing.no_candidate(question)]
    if question is None or not data.candidates:
        db.session.commit()
        return _render_form(form), 400
    try:
        search = actions.launch(db.session, question, data, user)
    except actions.OneWaits:
        waiting = db.session.scalar(queries.waiting_of(user))
        if waiting is None:
            raise
        db.session.commit()
        return _render_form(form, waiting=waiting), 409
    search_id, waits = search.public_id, not search.status.is_over
    db.session.commit()
    if waits:
        worker.wake(db.session)
    else:
        flash("Cette question a déjà été posée aux mêmes données : voici sa réponse.", "info")
    return redirect(url_for("sites.show", site_search_id=search_id), 303)


@sites.get("/<site_search_id>")
def show(site_search_id: str) -> str:
    """How far a search is, then its answer."""
    search = _found(site_search_id)
    frame = {"search": search, "may_cancel": permissions.can_cancel(acting(), search), "statuses": Status}
    if search.status is Status.DONE:
        return render_template("sites/answer.html", **frame, **showing.answer_of(db.session, search, stale_after_months()))
    worker.wake(db.session)
    told = showing.progress_of(db.session, search)
    return render_template("sites/progress.html", **frame, **told, asked=showing.asked_by(db.session, search))


@sites.get("/<site_search_id>/etat")
def state(site_search_id: str) -> Response:
    """How far a search is, for the script of its page; whoever looks sees to it that somebody computes."""
    search = _found(site_search_id)
    if not search.status.is_over:
        worker.wake(db.session)
    told = showing.progress_of(db.session, search)
    answer = jsonify(
        fini=search.status.is_over, etat=told["status"], part=search.done, phrase=told["sentence"], valeur=told["so_far"]
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


@sites.post("/<site_search_id>/annuler")
@sign_in_required
def cancel(site_search_id: str) -> Response:
    """Give a computation up, for oneself; it stops when nobody waits for it any more."""
    user, search = current_user(), _found(site_search_id)
    assert user is not None
    allow(permissions.can_cancel(acting(), search))
    stops = actions.cancel(db.session, search, user)
    db.session.commit()
    flash("La recherche est annulée." if stops else STILL_WANTED, "success")
    return redirect(url_for("sites.show", site_search_id=site_search_id), 303)


@sites.get("/<site_search_id>/lieux.<any(csv, xlsx):extension>")
def export(site_search_id: str, extension: str) -> Response:
    """The sites of an answer as a file."""
    search = _found(site_search_id)
    if search.result is None:
        abort(404)
    audience = request.args.get("pour", "personnes")
    if audience not in ("personnes", "machines"):
        abort(400, "Le paramètre « pour » vaut « personnes » ou « machines ».")
    if request.method == "HEAD":
        return announced(files.NAME, extension)
    rows, columns = search.result["sites"], files.columns(search)
    if extension == "xlsx":
        return workbook(rows, columns, files.NAME, files.about(search))
    return (csv_for_machines if audience == "machines" else csv_for_people)(rows, columns, files.NAME)


@sites.get("/<site_search_id>/<any(carte, courbe):picture>.svg")
def picture(site_search_id: str, picture: str) -> Response:
    """A picture of an answer as a file, which keeps its place in a document."""
    drawn = getattr(_found(site_search_id), PICTURES[picture])
    if drawn is None:
        abort(404)
    answer = Response(as_svg_file(drawn), mimetype="image/svg+xml")
    answer.headers["Cache-Control"] = "private, max-age=86400"
    return answer


def _found(site_search_id: str) -> SiteSearch:
    if not re.fullmatch(r"[a-z0-9]{14}", site_search_id):
        abort(404)
    found: SiteSearch = db.session.scalar(queries.by_public_id(site_search_id)) or abort(404)
    return found


def _render_form(form: SitesForm, asked: dict[str, Any] | None = None, waiting: SiteSearch | None = None) -> str:
    """`asked`: the question of the URL, for a visitor to sign in; `waiting`: a search that has to begin before this one."""
    user = current_user()
    return render_template(
        "sites/index.html",
        form=form,
        asked=asked,
        waiting=waiting,
        mine=db.session.scalars(queries.of_person(user)).all() if user else [],
        recent=db.session.scalars(queries.recent()).all(),
        title_of=title_of,
        terms_of=terms_of,
    )
