"""The page of a registration, by its link: GET shows, a button acts, since scanners of mail open links too."""

from datetime import timedelta
from typing import Any

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.accounts.rate_limits import allowed, client_address, limit, mailbox
from app.accounts.session import current_user
from app.clock import now
from app.directory.memberships.permissions import acting
from app.errors import Refusal
from app.extensions import db
from app.meetings.models import Status
from app.meetings.permissions import can_see
from app.meetings.registrations import actions, changing, finding, links, queries, signing
from app.meetings.registrations.blueprint import registrations
from app.meetings.registrations.forms import AcceptForm, LinkForm
from app.meetings.registrations.machine import ENDS
from app.meetings.registrations.models import Place, Registration
from app.meetings.registrations.permissions import can_open
from app.meetings.registrations.places import is_partial
from app.meetings.registrations.returning import way_back
from app.meetings.registrations.rules import rules
from app.meetings.registrations.telling import leaving_said, state_said
from app.partnerships.refusals import Mistake

MOST_AN_HOUR = 20
MOST_MAILS_A_DAY = 5


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
def edit(token: str) -> str | Response:
    """The form that changes who comes and what they expect; or back to the registration, which says why there is none."""
    registration, moment = _read(token), now()
    if said := changing.why_not(registration, moment):
        flash(said, "warning")
        return redirect(url_for("registrations.show", token=token), 302)
    form = signing.for_change(db.session, registration, None, changing.is_closed(registration, moment))
    return _edit_page(token, registration, form)


@registrations.post("/inscription/<token>/modifier")
def update(token: str) -> Response | str | tuple[str, int]:
    registration = _read(token)
    form = signing.for_change(db.session, registration, request.form)
    if form.take_row_button(request.form):
        return _edit_page(token, registration, form)
    if not form.validate(db.session):
        return _edit_page(token, registration, form), 400
    try:
        changing.change(db.session, registration, form.asked, form.form["revision"].data or 0, now())
    except Refusal as refusal:
        db.session.rollback()
        registration = _read(token)
        form.refuse(refusal, registration.revision)
        return _edit_page(token, registration, form), 400 if isinstance(refusal, Mistake) else 409
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
    said = "C’est noté : vous gardez votre rang." if keeps_rank else "C’est noté : votre inscription a pris fin."
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
    found = finding.found_for(db.session, email, now())
    if found and allowed(db.session, "retrouver-adresse", mailbox(email), MOST_MAILS_A_DAY, timedelta(days=1)):
        finding.send(db.session, email, found)
    db.session.commit()
    return redirect(url_for("registrations.link_sent"), 303)


@registrations.get("/retrouver-mon-inscription/envoye")
def link_sent() -> str:
    """What to do next, the same for everybody."""
    return render_template("registrations/link_sent.html")


def _read(token: str) -> Registration:
    """The registration of a link; 404 for a link that is not ours. Some open to those who speak for the institution alone."""
    found: Registration = db.session.scalar(queries.known_as(links.read(token) or "")) or abort(404)
    if not can_open(acting(), found):
        if current_user() is None:
            back = request.full_path.rstrip("?") if request.method == "GET" else None
            abort(redirect(url_for("accounts.sign_in", suite=back), 302))
        abort(403)
    return found


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
        leaving=leaving_said(registration),
        sees_meeting=can_see(acting(), meeting),
        way_back=way_back(db.session, acting(), registration),
        is_partial=is_partial(registration),
        may_answer=is_on and registration.offer_expires_at is not None and moment < registration.offer_expires_at,
        may_confirm=meeting.is_registering and registration.place is Place.UNCONFIRMED,
        may_change=not changing.why_not(registration, moment),
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
