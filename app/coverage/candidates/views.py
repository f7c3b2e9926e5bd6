"""Candidate libraries of an area, ranked by criteria whose contributions add up to the score."""

import re
from datetime import timedelta
from typing import Any

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.accounts.rate_limits import client_address, limit
from app.coverage.candidates import listing, page, reading
from app.coverage.candidates.forms import CandidateForm
from app.coverage.candidates.ranking import ranked
from app.directory.memberships.permissions import acting
from app.exports import announced, csv_for_machines, csv_for_people, workbook
from app.extensions import db

candidates = Blueprint("candidates", __name__)

PAGE_SIZE = 25
#: How many files of the whole country a visitor takes in an hour: each is some seconds of work.
MOST_OF_FRANCE = 10


@candidates.get("/bibliotheques-candidates")
def index() -> Response | str | tuple[str, int]:
    """The ranking with its reasons, and the form that moves it."""
    asked = read()
    if asked.question is None:
        return render_template("candidates/index.html", **page.of_form(asked), ranking=None), 400
    if not asked.names_an_area:
        return _where(asked.form)
    if "poids-de" in request.args:
        # A form sends every field: what goes without saying leaves the address.
        return redirect(url_for("candidates.index", **asked.question.args))  # type: ignore[arg-type]
    ranking = ranked(db.session, acting(), asked.question)
    number, pages = _page(len(ranking))
    rows = ranking.rows((number - 1) * PAGE_SIZE, number * PAGE_SIZE)
    return render_template(
        "candidates/index.html",
        **page.of_form(asked),
        **page.of_ranking(db.session, acting(), ranking, rows),
        page=number,
        pages=pages,
    )


def _where(form: CandidateForm) -> tuple[str, int]:
    """The form alone, which asks where to look: whoever opens the page has not asked for the whole country."""
    sent = "poids-de" in request.args
    if sent:
        form.territoires.errors = [page.NOWHERE]
    shown = page.of_form(reading.Asked(form))
    return render_template("candidates/index.html", **shown, ranking=None), 400 if sent else 200


@candidates.get("/bibliotheques-candidates.<any(csv, xlsx):extension>")
def export(extension: str) -> Response:
    """The whole ranking as a file, with the figure, the value, the weight and the contribution of every criterion."""
    asked = read()
    audience = request.args.get("pour", "personnes")
    if asked.question is None:
        abort(400, "Ce classement ne peut pas être exporté : corrigez d’abord ce qui est demandé.")
    if not asked.names_an_area:
        abort(400, page.NOWHERE)
    if audience not in ("personnes", "machines"):
        abort(400, "Le paramètre « pour » vaut « personnes » ou « machines ».")
    if request.method == "HEAD":
        return announced("candidates", extension)
    if asked.question.area.is_france:
        limit(db.session, "candidates-de-france", client_address(), MOST_OF_FRANCE, timedelta(hours=1))
        # The count stands whatever follows.
        db.session.commit()
    ranking = ranked(db.session, acting(), asked.question)
    columns, rows = listing.columns(db.session, ranking), ranking.bare_rows()
    if extension == "xlsx":
        return workbook(rows, columns, "candidates", listing.about(db.session, ranking))
    return (csv_for_machines if audience == "machines" else csv_for_people)(rows, columns, "candidates")


def read() -> reading.Asked:
    """What the URL asks for."""
    return reading.read(db.session, request.args, int(current_app.config["STALE_AFTER_MONTHS"]))


def _page(total: int) -> tuple[int, int]:
    """The page asked for, brought between the first and the last, and the number of pages."""
    asked: Any = request.args.get("page", "")
    pages = max(1, -(-total // PAGE_SIZE))
    number = int(asked) if re.fullmatch(r"\d{1,6}", asked, re.ASCII) else 1
    return min(max(number, 1), pages), pages


@candidates.app_template_global()
def candidate_invitation(meeting: Any, institution: Any) -> dict[str, Any]:
    """The parameters of the page where an organiser invites this library to a meeting."""
    return page.invitation_args(meeting, institution)
