"""What is refused, and the page that says so."""

import logging

from flask import Flask, abort, render_template, request
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, MethodNotAllowed, SecurityError, TooManyRequests
from werkzeug.wrappers import Response

CODES_WITH_PAGE = (400, 403, 404, 405, 409, 413, 429, 500, 503)
log = logging.getLogger(__name__)


class Refusal(Exception):
    """What the rules of the domain forbid, as a French sentence for the person who asked."""


def allow(permitted: bool) -> None:
    """Stop with the 403 page unless `permitted`."""
    if not permitted:
        abort(403)


def register(app: Flask) -> None:
    """Give each error its page."""

    @app.before_request
    def refuse_what_no_text_holds() -> None:
        # PostgreSQL keeps no NUL character: an address that has one names nothing.
        if "\0" in request.path:
            abort(404)

    @app.errorhandler(HTTPException)
    def show(error: HTTPException) -> Response | tuple[str, int, dict[str, str]]:
        if isinstance(error, SecurityError):
            # The address is forged: a page of ours could not write its own links.
            return Response("Ce site ne répond pas sous ce nom.\n", 400, mimetype="text/plain")
        if error.code not in CODES_WITH_PAGE:
            return error.get_response()
        headers: dict[str, str] = {}
        if isinstance(error, MethodNotAllowed):
            headers["Allow"] = ", ".join(error.valid_methods or ())
        if isinstance(error, TooManyRequests) and error.retry_after:
            headers["Retry-After"] = str(error.retry_after)
        return render_template(f"errors/{error.code}.html", error=error), error.code, headers

    @app.errorhandler(Refusal)
    def refuse(refusal: Refusal) -> tuple[str, int]:
        return render_template("errors/409.html", error=refusal), 409

    @app.errorhandler(OperationalError)
    def database_away(error: OperationalError) -> tuple[str, int, dict[str, str]]:
        log.error("database away: %s", error.orig)
        return render_template("errors/503.html", error=error), 503, {"Retry-After": "30"}
