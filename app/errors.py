"""What is refused, and the page that says so."""

import logging

import psycopg
import sqlalchemy as sa
from flask import Flask, Response, abort, redirect, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import BadRequest, HTTPException, MethodNotAllowed, SecurityError, TooManyRequests
from werkzeug.wrappers import Response as AnyResponse

from app.extensions import db
from app.ways_back import parent_page, texts_typed

CODES_WITH_PAGE = (400, 403, 404, 405, 409, 413, 429, 500, 503)
log = logging.getLogger(__name__)


class NulSent(BadRequest):
    """A value holds a NUL character, which PostgreSQL keeps in no text."""


class Refusal(Exception):
    """What the rules of the domain forbid, as a French sentence for the person who asked."""


class Busy(Refusal):
    """What cannot be done just now, and can in some seconds."""


def allow(permitted: bool) -> None:
    """Stop with the 403 page unless `permitted`."""
    if not permitted:
        abort(403)


def forget_what_was_typed(context: sa.engine.ExceptionContext) -> None:
    """Of a row or a value that the database refused, keep the constraint alone: « Failing row contains » goes to no log."""
    orig, told = context.original_exception, context.sqlalchemy_exception
    if isinstance(orig, psycopg.IntegrityError | psycopg.DataError) and told is not None:
        kept = f"{orig.diag.constraint_name or orig.diag.column_name or 'no constraint'} ({orig.sqlstate})"
        told.args = (str(told.args[0]).replace(str(orig), kept),)
        orig.args = (kept,)


def register(app: Flask) -> None:
    """Give each error its page, and keep what was typed out of what is told of an error of the database."""
    with app.app_context():
        sa.event.listen(db.engine, "handle_error", forget_what_was_typed)
    app.before_request(_refuse_what_no_text_holds)
    app.register_error_handler(HTTPException, _show)
    app.register_error_handler(NulSent, _nul_sent)
    app.register_error_handler(CSRFError, _session_over)
    app.register_error_handler(Refusal, refused)
    app.register_error_handler(Busy, _busy)
    app.register_error_handler(OperationalError, _database_away)


def _refuse_what_no_text_holds() -> None:
    # PostgreSQL keeps no NUL character: an address that has one names nothing.
    if "\0" in request.path:
        abort(404)
    typed = [*request.args.items(multi=True), *request.form.items(multi=True)]
    if any("\0" in part for pair in typed for part in pair):
        raise NulSent


def _nul_sent(error: NulSent) -> tuple[str, int]:
    said = (
        "Une valeur contient un caractère invisible, le caractère nul, que le service ne peut pas enregistrer : écrivez-la"
        " de nouveau."
    )
    return render_template("errors/400.html", error=error, above=parent_page(), said=said), 400


def _show(error: HTTPException) -> AnyResponse | tuple[str, int, dict[str, str]]:
    if isinstance(error, SecurityError):
        # The address is forged: a page of ours could not write its own links.
        return Response("Ce site ne répond pas sous ce nom.\n", 400, mimetype="text/plain")
    if error.code not in CODES_WITH_PAGE:
        return error.get_response()
    above = parent_page()
    if isinstance(error, MethodNotAllowed) and request.method == "GET" and above:
        return redirect(above, 303)
    page = render_template(f"errors/{error.code}.html", error=error, above=above)
    return page, error.code, _headers_of(error)


def _headers_of(error: HTTPException) -> dict[str, str]:
    if isinstance(error, MethodNotAllowed):
        return {"Allow": ", ".join(error.valid_methods or ())}
    if isinstance(error, TooManyRequests) and error.retry_after:
        return {"Retry-After": str(error.retry_after)}
    return {}


def _session_over(error: CSRFError) -> tuple[str, int]:
    # The token lives as long as the session: what is missing is the session.
    return render_template("errors/session_over.html", error=error, above=parent_page(), typed=texts_typed()), 400


def refused(refusal: Refusal) -> tuple[str, int]:
    """Say it on a page of its own, with the way back."""
    return render_template("errors/409.html", error=refusal, above=parent_page(), typed=texts_typed()), 409


def _busy(error: Busy) -> tuple[str, int, dict[str, str]]:
    return render_template("errors/busy.html", error=error, above=parent_page()), 503, {"Retry-After": "5"}


def _database_away(error: OperationalError) -> tuple[str, int, dict[str, str]]:
    log.error("database away: %s", str(error.orig).partition("\n")[0])
    return render_template("errors/503.html", error=error), 503, {"Retry-After": "30"}
