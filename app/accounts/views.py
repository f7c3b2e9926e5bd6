"""Sign-in by a link sent by mail, one's sessions, and the pages of one's account."""

import json
from datetime import timedelta

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.accounts import actions, queries
from app.accounts.destinations import own_path
from app.accounts.forms import CHOSEN, AccountForm, ConfirmForm, EmailForm, MailsForm, SignInForm, looks_shared
from app.accounts.models import SignInLink, User
from app.accounts.personal_data import everything_about
from app.accounts.rate_limits import client_address, limit, mailbox
from app.accounts.session import current_session, current_user, end_session, sign_in_required, start_session
from app.clock import now, today
from app.extensions import db
from app.mail import preferences
from app.mail.models import Cadence

accounts = Blueprint("accounts", __name__)

AN_HOUR = timedelta(hours=1)
A_DAY = timedelta(days=1)
#: A mailbox is spared, yet a stranger who asks for it in vain does not lock its reader out.
LINKS_AN_ADDRESS_A_CLIENT, LINKS_AN_ADDRESS, LINKS_A_CLIENT = 5, 20, 30
CHANGES_AN_ADDRESS, CHANGES_A_PERSON = 5, 5


def person() -> User:
    """Give the person signed in, of a page that requires one."""
    return current_user() or abort(403)


@accounts.after_request
def keep_tokens_in(response: Response) -> Response:
    """Keep these pages out of every cache, and their addresses, which may hold a token, out of what browsers tell.

    The origin alone is told, to ourselves: the guard against forged forms asks for it.
    """
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "strict-origin"
    return response


@accounts.get("/connexion")
def sign_in() -> Response | str:
    """Ask for the address to which a link is to be sent."""
    destination = own_path(request.args.get("suite"))
    if current_user():
        return redirect(destination or url_for("workspace.home"), 303)
    return render_template("accounts/sign_in.html", form=SignInForm(formdata=None, suite=destination or ""))


@accounts.post("/connexion")
def send_link() -> str | tuple[str, int]:
    """Send the link; the answer is the same whoever has this address."""
    form = SignInForm()
    if not form.validate_on_submit():
        return render_template("accounts/sign_in.html", form=form), 400
    email = form.email.data or ""
    # In this order: a client beyond its own limits takes nothing of what the mailbox may receive.
    limit(db.session, "connexion-client", client_address(), LINKS_A_CLIENT, AN_HOUR)
    limit(db.session, "connexion-adresse-client", f"{mailbox(email)} {client_address()}", LINKS_AN_ADDRESS_A_CLIENT, AN_HOUR)
    limit(db.session, "connexion-adresse", mailbox(email), LINKS_AN_ADDRESS, AN_HOUR)
    actions.send_link(db.session, email, own_path(form.suite.data))
    db.session.commit()
    return render_template("accounts/link_sent.html", email=email, shared=looks_shared(email), suite=own_path(form.suite.data))


@accounts.get("/connexion/<token>")
def confirm(token: str) -> str | tuple[str, int]:
    """Show the button that signs in: mail scanners open links, they do not press buttons."""
    link = db.session.scalars(queries.link_of(token)).one_or_none()
    if link is None or not link.serves(now()):
        return _dead_link(link)
    return render_template("accounts/confirm.html", form=ConfirmForm(formdata=None), token=token, email=link.email)


@accounts.post("/connexion/<token>")
def consume(token: str) -> Response | tuple[str, int]:
    """Use the link, once: sign in, and go where the person wished to go."""
    form = ConfirmForm()
    used = actions.use_link(db.session, token)
    if used is None:
        return _dead_link(db.session.scalars(queries.link_of(token)).one_or_none())
    user, destination = used
    start_session(user, remember=form.remember.data)
    db.session.commit()
    onward = own_path(destination)
    if user.name is None:
        return redirect(url_for("accounts.account", suite=onward or url_for("workspace.home")), 303)
    return redirect(onward or url_for("workspace.home"), 303)


def _dead_link(link: SignInLink | None) -> tuple[str, int]:
    """The page of a link that does not serve: unknown (404), or over (410)."""
    why = "unknown" if link is None else "used" if link.used_at else "expired"
    suite = own_path(link.destination) if link else None
    return render_template("accounts/dead_link.html", why=why, suite=suite), 404 if link is None else 410


@accounts.post("/deconnexion")
@sign_in_required
def sign_out() -> Response:
    """Sign out of this browser."""
    end_session()
    db.session.commit()
    flash("La déconnexion est faite.")
    return redirect(url_for("pages.home"), 303)


@accounts.get("/mon-compte")
@sign_in_required
def account() -> str:
    """How one is named, by which address one signs in, and what is kept of it all."""
    user, suite = person(), own_path(request.args.get("suite"))
    form = AccountForm(formdata=None, name=user.name, function=user.function, suite=suite or "")
    return render_template("accounts/account.html", form=form, user=user, suite=suite)


@accounts.post("/mon-compte")
@sign_in_required
def save_account() -> Response | tuple[str, int]:
    """Keep one's name and function."""
    form, user = AccountForm(), person()
    suite = own_path(form.suite.data)
    if not form.validate_on_submit():
        return render_template("accounts/account.html", form=form, user=user, suite=suite), 400
    actions.present_oneself(user, form.name.data or "", form.function.data or "")
    db.session.commit()
    flash("Votre nom et votre fonction sont enregistrés.")
    return redirect(suite or url_for("accounts.account"), 303)


@accounts.get("/mon-compte/adresse")
@sign_in_required
def email() -> str:
    """Ask for another address."""
    return render_template("accounts/email.html", form=EmailForm(formdata=None), user=person())


@accounts.post("/mon-compte/adresse")
@sign_in_required
def change_email() -> str | tuple[str, int]:
    """Send a link to the new mailbox; nothing changes before it is followed."""
    form, user = EmailForm(), person()
    if not form.validate_on_submit():
        return render_template("accounts/email.html", form=form, user=user), 400
    new = form.email.data or ""
    limit(db.session, "adresse-adresse", mailbox(new), CHANGES_AN_ADDRESS, A_DAY)
    limit(db.session, "adresse-personne", user.public_id, CHANGES_A_PERSON, A_DAY)
    actions.ask_email_change(db.session, user, new)
    db.session.commit()
    return render_template("accounts/email_sent.html", email=new, shared=looks_shared(new))


@accounts.get("/mon-compte/adresse/<token>")
def confirm_email(token: str) -> Response | str | tuple[str, int]:
    """Show the button that changes the address, to the person who asked for it, signed in.

    An address mistyped is that of a stranger, who must not get the account.
    """
    user = current_user()
    if user is None:
        flash("Connectez-vous avec votre adresse actuelle, puis ouvrez de nouveau le lien reçu.", "info")
        return redirect(url_for("accounts.sign_in"), 302)
    wish = db.session.scalars(queries.email_change_of(user, token)).one_or_none()
    if wish is None:
        return render_template("accounts/dead_email_link.html"), 404
    return render_template("accounts/confirm_email.html", user=user, email=wish.email, token=token)


@accounts.post("/mon-compte/adresse/<token>")
@sign_in_required
def use_email(token: str) -> Response | tuple[str, int]:
    """Give the account its new address."""
    if db.session.scalars(queries.email_change_of(person(), token)).one_or_none() is None:
        return render_template("accounts/dead_email_link.html"), 404
    actions.change_email(db.session, person(), token, keep=current_session())
    db.session.commit()
    flash("Votre adresse est changée. Vos autres appareils sont déconnectés.")
    return redirect(url_for("accounts.account"), 303)


@accounts.get("/mon-compte/courriels")
@sign_in_required
def mails() -> str:
    """How often one wishes to hear of each category."""
    current = {category.value: cadence.value for category, cadence in preferences.cadences(db.session, person().id).items()}
    return render_template("accounts/mails.html", form=MailsForm(formdata=None, **current), hints=CHOSEN)


@accounts.post("/mon-compte/courriels")
@sign_in_required
def save_mails() -> Response | tuple[str, int]:
    """Keep what one wishes to hear of."""
    form = MailsForm()
    if not form.validate_on_submit():
        return render_template("accounts/mails.html", form=form, hints=CHOSEN), 400
    for category in CHOSEN:
        preferences.choose(db.session, person().id, category, Cadence(form[category.value].data))
    db.session.commit()
    flash("Vos choix de courriels sont enregistrés.")
    return redirect(url_for("accounts.mails"), 303)


@accounts.get("/mon-compte/sessions")
@sign_in_required
def sessions() -> str:
    """The browsers in which one is signed in."""
    rows = db.session.scalars(queries.sessions_of(person())).all()
    return render_template("accounts/sessions.html", rows=rows, current=current_session())


@accounts.post("/mon-compte/sessions/<session_id>/fermer")
@sign_in_required
def end_one(session_id: str) -> Response:
    """Sign out of one of one's browsers."""
    here = current_session()
    if here and here.public_id == session_id:
        return sign_out()
    if not actions.end_session_of(db.session, person(), session_id):
        abort(404)
    db.session.commit()
    flash("Cet appareil est déconnecté.")
    return redirect(url_for("accounts.sessions"), 303)


@accounts.post("/mon-compte/sessions/fermer-les-autres")
@sign_in_required
def end_others() -> Response:
    """Sign out of every browser but this one."""
    number = actions.end_other_sessions(db.session, person(), current_session())
    db.session.commit()
    flash("Vos autres appareils sont déconnectés." if number else "Aucun autre appareil n’était connecté.")
    return redirect(url_for("accounts.sessions"), 303)


@accounts.get("/mon-compte/donnees")
@sign_in_required
def data() -> str:
    """What the service knows of one, as a file, and how to be forgotten."""
    return render_template("accounts/data.html")


@accounts.get("/mon-compte/donnees.json")
@sign_in_required
def export() -> Response:
    """All that the service knows of one, for people and machines."""
    text = json.dumps(everything_about(db.session, person()), ensure_ascii=False, indent=2, default=str)
    response = current_app.response_class(text, mimetype="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="mes-donnees-maillage-{today():%Y-%m-%d}.json"'
    return response
