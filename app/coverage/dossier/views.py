"""The dossier of a territory: one content, as a page, a PDF and an ODT."""

import io
from datetime import UTC, datetime, time

from flask import Blueprint, redirect, render_template, send_file, url_for
from werkzeug.wrappers import Response

from app.clock import today
from app.coverage.dossier.document import Document
from app.coverage.dossier.gathering import dossier_of
from app.coverage.dossier.odt import odt_of
from app.coverage.dossier.subject import Subject
from app.coverage.views import ask, find
from app.directory.memberships.permissions import acting
from app.exports import dated_name
from app.extensions import db
from app.pdf import Queue, pdf_of, style_named

dossier = Blueprint("dossier", __name__)


@dossier.get("/territoires/<territory_id>/dossier")
def page(territory_id: str) -> str | Response:
    """The dossier to read, with its two files."""
    question, form, situation = ask()
    found = find(territory_id)
    if isinstance(found, str):
        return redirect(url_for("dossier.page", territory_id=found, **question.args), 301)
    return render_template(
        "dossier/page.html",
        document=dossier_of(Subject(db.session, acting(), found, question, situation)),
        territory=found,
        question=question,
        form=form,
    )


@dossier.get("/territoires/<territory_id>/dossier.<any(pdf, odt):extension>")
def file(territory_id: str, extension: str) -> Response:
    """The dossier as a tagged PDF, or as a text that one can edit."""
    question, _, situation = ask()
    found = find(territory_id)
    if isinstance(found, str):
        return redirect(url_for("dossier.file", territory_id=found, extension=extension, **question.args), 301)
    document = dossier_of(Subject(db.session, acting(), found, question, situation))
    name = dated_name(f"dossier-{found.id}-{question.day.isoformat()}-{question.reach_km:g}km", extension)
    written = WRITERS[extension](document)
    answer = send_file(io.BytesIO(written), mimetype=TYPES[extension], as_attachment=True, download_name=name)
    # It says what is known at this moment, by this reader.
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _pdf(document: Document) -> bytes:
    printed = render_template("dossier/printed.html", document=document)
    return pdf_of(printed, style_named("dossier.css"), Queue.VISITORS, "pdf/ua-1")


def _odt(document: Document) -> bytes:
    return odt_of(document, datetime.combine(today(), time(), UTC))


WRITERS = {"pdf": _pdf, "odt": _odt}
TYPES = {"pdf": "application/pdf", "odt": "application/vnd.oasis.opendocument.text"}
