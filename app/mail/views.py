"""Unsubscribing in one click, from the link of a mail or from the button that mail readers show (RFC 8058)."""

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from app.extensions import csrf, db
from app.mail import preferences, refusals, unsubscribing

mail = Blueprint("mail", __name__)


@mail.get("/courriels/desabonnement/<token>")
def unsubscription(token: str) -> str | tuple[str, int]:
    """Say what would end, and ask: programs that open the links of mails unsubscribe nobody."""
    wish = unsubscribing.read(token)
    ended = preferences.has_ended(db.session, wish) if wish else None
    return _told(wish, token, ended) if wish and ended is not None else _unknown()


@mail.post("/courriels/desabonnement/<token>")
@csrf.exempt
def unsubscribe(token: str) -> str | tuple[str, int]:
    """End these mails, however often it is asked. Answers a page and no redirection, which RFC 8058 forbids here.

    The signed link is the proof: a mail reader has neither cookie nor token of a form.
    """
    wish = unsubscribing.read(token)
    if wish is None or preferences.has_ended(db.session, wish) is None:
        return _unknown()
    preferences.grant(db.session, wish)
    db.session.commit()
    return _told(wish, token, True)


@mail.post("/courriels/desabonnement/<token>/annuler")
def resume(token: str) -> Response | tuple[str, int]:
    """Send these mails again to an address without account; who has an account chooses there."""
    wish = unsubscribing.read(token)
    if wish is None or not wish.address_hash:
        return _unknown()
    refusals.accept_again(db.session, wish.address_hash, wish.categories)
    db.session.commit()
    flash("C’est noté : ces courriels vous seront de nouveau envoyés.", "success")
    return redirect(url_for("mail.unsubscription", token=token), 303)


def _told(wish: unsubscribing.Unsubscription, token: str, ended: bool) -> str:
    has_account = not wish.address_hash
    page = {"categories": wish.categories, "ended": ended, "token": token, "has_account": has_account}
    return render_template("mail/unsubscription.html", **page)


def _unknown() -> tuple[str, int]:
    return render_template("mail/unknown_link.html"), 404
