"""On this machine alone: the mails that leave, or would leave if there were a server, read as their addressees would.

Production does not have these pages: whoever reads a sign-in link can use it.
"""

import re

import sqlalchemy as sa
from flask import Blueprint, abort, current_app, make_response, render_template, request
from werkzeug.wrappers import Response

from app.extensions import db
from app.mail.models import Fate, OutgoingMessage
from app.this_machine import refuse_elsewhere

mailbox = Blueprint("mailbox", __name__)
mailbox.before_request(refuse_elsewhere)

PAGE_SIZE = 25
#: A mail runs nothing, sends nothing and loads nothing; its links can be followed.
MAIL_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'unsafe-inline'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation",
    )
)


@mailbox.get("/courrier")
def index() -> str:
    """The mails, the newest first."""
    total = db.session.scalar(sa.select(sa.func.count(OutgoingMessage.id))) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    asked = request.args.get("page", "")
    page = min(max(int(asked), 1), pages) if re.fullmatch(r"\d{1,6}", asked, re.ASCII) else 1
    newest = sa.select(OutgoingMessage).order_by(OutgoingMessage.created_at.desc(), OutgoingMessage.id.desc())
    return render_template(
        "mail/mailbox.html",
        messages=db.session.scalars(newest.limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)).all(),
        total=total,
        page=page,
        pages=pages,
        has_server=bool(current_app.config["SMTP_HOST"]),
    )


@mailbox.get("/courrier/<int:message_number>")
def message(message_number: int) -> str:
    """One mail: what became of it, and its text, whose links can be followed."""
    return render_template("mail/mailbox_message.html", message=_found(message_number), fates=Fate)


@mailbox.get("/courrier/<int:message_number>/mise-en-page")
def laid_out(message_number: int) -> Response:
    """The same mail in HTML, alone and shut in."""
    answer = make_response(_found(message_number).html)
    answer.headers["Content-Security-Policy"] = MAIL_POLICY
    return answer


def _found(number: int) -> OutgoingMessage:
    if number >= 2**63:
        abort(404)
    return db.session.get(OutgoingMessage, number) or abort(404)
