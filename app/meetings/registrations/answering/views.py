"""The page of a registration, by its link: GET shows, a button acts, since scanners of mail open links too."""

from datetime import timedelta
from typing import Any

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.accounts.rate_limits import allowed, client_address, limit, mailbox
from app.clock import now
from app.extensions import db
from app.meetings.models import Status
from app.meetings.registrations import actions, links, mails, queries, signing
from app.meetings.registrations.blueprint import registrations
from app.meetings.registrations.forms import AcceptForm, LinkForm
from app.meetings.registrations.machine import ENDS
from app.meetings.registrations.models import Place, Registration
from app.meetings.registrations.places import is_partial
from app.meetings.registrations.rules import rules
from app.meetings.registrations.telling import state_said
from app.meetings.registrations.writing import write_to
from app.partnerships.refusals import Mistake

MOST_AN_HOUR = 20
MOST_MAILS_A_DAY = 5
MOST_FOUND = 10


@registrations.get("/inscription/<token>")
def show(token: str) -> str:
    """Where a registration stands, who comes, and what may be done."""
    registration = _read(token)
    return _page(token, registration, _accept_form(registration, fresh=True))


@registrations.post("/inscription/<token>/confirmer")
def confirm(token: str) -> Response:
    """The address is proven."""
    registration = _read(token)
    actions.confirm(db.session, registration, now())
    db.session.commit()
    return _back(token, "Votre adresse est confirmée.")


@registrations.get("/inscription/<token>/modifier")
def edit(token: str) -> str:
    """The form that changes who comes and what they expect."""
    registration = _read(token)
    return _edit_page(token, registration, signing.for_change(db.session, registration, None))


@registrations.post("/inscription/<token>/modifier")
def update(token: str) -> Response | str | tuple[str, int]:
    registration = _read(token)
    form = signing.for_change(db.session, registration, request.form)
    if form.take_row_button(request.form):
        return _edit_page(token, registration, form)
    if not form.validate(db.session):
        return _edit_page(token, registration, form), 400
    try:
        actions.change(db.session, registration, form.asked, form.form["revision"].data or 0, now())
    except Mistake as mistake:
        form.people_fault = str(mistake)
        db.session.rollback()
        return _edit_page(token, _read(token), form), 400
    db.session.commit()
    return _back(token, "Modification enregistrée.")


@registrations.post("/inscription/<token>/accepter")
def accept(token: str) -> Response | tuple[str, int]:
    """Take the places offered, for those who are ticked."""
    registration = _read(token)
    form = _accept_form(registration)
    if not form.validate():
        return _page(token, registration, form), 400
    try:
        actions.accept(db.session, registration, form.kept.data or [], now())
    except Mistake as mistake:
        mistake.show_on(form)
        db.session.rollback()
        return _page(token, _read(token), form), 400
    db.session.commit()
    return _back(token, "Votre inscription est confirmée.")


@registrations.post("/inscription/<token>/laisser")
def let_go(token: str) -> Response:
    registration = _read(token)
    keeps_rank = is_partial(registration)
    actions.let_go(db.session, registration, now())
    db.session.commit()
    said = "C’est noté : vous gardez votre rang." if keeps_rank else "C’est noté : la place va à la suite de la liste."
    return _back(token, said)


@registrations.post("/inscription/<token>/annuler")
def withdraw(token: str) -> Response:
    registration = _read(token)
    actions.withdraw(db.session, registration, now())
    db.session.commit()
    return _back(token, "Votre inscription est annulée.")


@registrations.get("/retrouver-mon-inscription")
def find() -> str:
    """Ask for the link again."""
    return render_template("registrations/find.html", form=LinkForm(formdata=None))


@registrations.post("/retrouver-mon-inscription")
def send_link() -> Response | tuple[str, int]:
    """Write to the address if it is registered somewhere; the answer is the same whether or not it is."""
    form = LinkForm()
    if not form.validate():
        return render_template("registrations/find.html", form=form), 400
    email = str(form.email.data)
    limit(db.session, "retrouver-inscription", client_address(), MOST_AN_HOUR, timedelta(hours=1))
    if allowed(db.session, "inscription-adresse", mailbox(email), MOST_MAILS_A_DAY, timedelta(days=1)):
        for registration in db.session.scalars(queries.for_address(email, now()).limit(MOST_FOUND)).unique():
            write_to(db.session, registration, mails.already(registration))
    db.session.commit()
    return redirect(url_for("registrations.link_sent"), 303)


@registrations.get("/retrouver-mon-inscription/envoye")
def link_sent() -> str:
    """What to do next, the same for everybody."""
    return render_template("registrations/link_sent.html")


def _read(token: str) -> Registration:
    """The registration of a link; 404 for a link that is not ours."""
    public_id = links.read(token)
    found: Registration | None = db.session.scalar(queries.known_as(public_id)) if public_id else None
    return found or abort(404)


def _accept_form(registration: Registration, fresh: bool = False) -> AcceptForm:
    """Who comes: all of them are ticked when there are places for all."""
    form = AcceptForm(formdata=None) if fresh else AcceptForm()
    form.kept.offer((one.public_id, one.name or "une personne") for one in registration.attendees)
    if fresh and not is_partial(registration):
        form.kept.data = [one.public_id for one in registration.attendees]
    return form


def _page(token: str, registration: Registration, form: AcceptForm) -> str:
    meeting, moment = registration.meeting, now()
    rank = db.session.scalar(queries.rank_of(registration)) if registration.place is Place.WAITING else None
    is_on = meeting.status is Status.ANNOUNCED and moment < meeting.starts_at
    return render_template(
        "registrations/show.html",
        **_told(token, registration),
        form=form,
        said=state_said(registration, rank),
        is_partial=is_partial(registration),
        may_answer=is_on and registration.offer_expires_at is not None and moment < registration.offer_expires_at,
        may_confirm=meeting.is_registering and registration.place is Place.UNCONFIRMED,
        may_change=is_on and moment < meeting.closes_at and registration.place in actions.CHANGEABLE,
        may_withdraw=is_on and registration.place not in ENDS and not registration.is_walk_in,
        rules=rules(current_app.config["OFFER_HOURS"]),
        themes=queries.theme_labels(db.session, registration),
    )


def _edit_page(token: str, registration: Registration, form: signing.SignUp) -> str:
    return render_template("registrations/edit.html", **_told(token, registration), form=form)


def _told(token: str, registration: Registration) -> dict[str, Any]:
    return {"token": token, "registration": registration, "meeting": registration.meeting, "places": Place}


def _back(token: str, said: str) -> Response:
    flash(said, "success")
    return redirect(url_for("registrations.show", token=token), 303)
