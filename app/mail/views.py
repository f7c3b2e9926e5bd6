"""Unsubscribing in one click, from the link of a mail or from the button that mail readers show (RFC 8058)."""

from flask import Blueprint, render_template

from app.extensions import csrf, db
from app.mail import preferences, unsubscribing
from app.mail.models import Cadence, Category

mail = Blueprint("mail", __name__)


@mail.get("/courriels/desabonnement/<token>")
def unsubscription(token: str) -> str | tuple[str, int]:
    """Say what would end, and ask: programs that open the links of mails unsubscribe nobody."""
    found = _read(token)
    if found is None:
        return render_template("mail/unknown_link.html"), 404
    user_id, categories = found
    ended = all(preferences.cadences(db.session, user_id)[category] == Cadence.NEVER for category in categories)
    return render_template("mail/unsubscription.html", categories=categories, ended=ended, token=token)


@mail.post("/courriels/desabonnement/<token>")
@csrf.exempt
def unsubscribe(token: str) -> str | tuple[str, int]:
    """End these mails, however often it is asked. Answers a page and no redirection, which RFC 8058 forbids here.

    The signed link is the proof: a mail reader has neither cookie nor token of a form.
    """
    found = _read(token)
    if found is None:
        return render_template("mail/unknown_link.html"), 404
    user_id, categories = found
    preferences.end(db.session, user_id, categories)
    db.session.commit()
    return render_template("mail/unsubscription.html", categories=categories, ended=True, token=token)


def _read(token: str) -> tuple[int, list[Category]] | None:
    """The person, if they still have an account, and the categories; None for a link that leads to nothing."""
    wish = unsubscribing.read(token)
    user_id = wish and db.session.scalar(preferences.person_known_as(wish.person))
    return (user_id, list(wish.categories)) if wish and user_id else None
