"""Registering, and the page of one's registration: what it shows on GET, what its buttons do on POST."""

import re
from datetime import timedelta
from typing import Any

from flask import abort, current_app, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from app.accounts.rate_limits import allowed, client_address, limit, mailbox
from app.accounts.session import current_user
from app.clock import now
from app.directory.memberships.permissions import acting
from app.directory.models import Institution
from app.directory.queries import by_public_id
from app.directory.vocabulary import Format
from app.errors import allow
from app.extensions import db
from app.meetings import queries as meeting_queries
from app.meetings.models import Meeting, Status
from app.meetings.permissions import can_organise, can_see
from app.meetings.registrations import actions, mails, signing
from app.meetings.registrations.answering import views as answering
from app.meetings.registrations.blueprint import registrations
from app.meetings.registrations.links import read_pass, token_of
from app.meetings.registrations.models import Registration
from app.meetings.registrations.organising import views as organising
from app.meetings.registrations.rules import go_to_others, rules, whom_to_tick
from app.meetings.registrations.telling import door_of
from app.meetings.registrations.writing import write_to

__all__ = ["answering", "organising", "registrations"]

#: Of one address of the network, at which a whole library may sit.
MOST_AN_HOUR = 20
MOST_MAILS_A_DAY = 5


@registrations.get("/rencontres/<meeting_id>/inscription")
def new(meeting_id: str) -> str:
    """The form, or why one may not register now and what to do."""
    meeting, bearer_of = _opened(meeting_id)
    wished = request.args.get("structure", "")
    form = signing.for_new(db.session, acting(), meeting, None, wished, bearer_of)
    return _page(meeting, bearer_of, form)


@registrations.post("/rencontres/<meeting_id>/inscription")
def create(meeting_id: str) -> Response | str | tuple[str, int]:
    """Register; without account, write to the address, whatever is known of it already."""
    meeting, bearer_of = _opened(meeting_id)
    form = signing.for_new(db.session, acting(), meeting, request.form, "", bearer_of)
    if form.take_row_button(request.form):
        return _page(meeting, bearer_of, form)
    if not door_of(acting(), meeting, bearer_of is not None).is_open or not form.validate(db.session):
        return _page(meeting, bearer_of, form), 400
    user = current_user()
    limit(db.session, "inscription", user.public_id if user else client_address(), MOST_AN_HOUR, timedelta(hours=1))
    if user is None:
        return _register_address(meeting, form, bearer_of)
    try:
        made = actions.register(db.session, meeting, form.registrant(acting(), None), form.asked, now())
    except actions.Already as already:
        already.show_on(form.form)
        db.session.rollback()
        return _page(meeting, bearer_of, form), 409
    db.session.commit()
    return redirect(url_for("registrations.show", token=token_of(made)), 303)


@registrations.get("/rencontres/<meeting_id>/inscription/envoyee")
def sent(meeting_id: str) -> str:
    """After the form without account: the same words for everybody."""
    meeting, _ = _opened(meeting_id)
    return render_template("registrations/sent.html", meeting=meeting)


@registrations.app_template_global()
def registration_box(meeting: Meeting) -> Markup:
    """What the page of a meeting says of registering: one's own registrations, whether one may register, what to do."""
    actor = acting()
    own = db.session.scalars(meeting_queries.own_registrations(actor, meeting)).all()
    return Markup(  # noqa: S704 - a template has escaped what it says
        render_template(
            "registrations/box.html",
            meeting=meeting,
            door=door_of(actor, meeting),
            own=[(one, token_of(one)) for one in own],
            may_register=not actor.is_known or bool(signing.speakers(db.session, actor, meeting)),
            organises=can_organise(actor, meeting),
        )
    )


@registrations.app_template_global()
def registration_jump(meeting: Meeting) -> tuple[str, str] | None:
    """Under the title, on a telephone: (words, address) of one's registration, or of the box where one registers."""
    own = db.session.scalars(meeting_queries.own_registrations(acting(), meeting)).all()
    if len(own) == 1:
        return "Voir mon inscription", url_for("registrations.show", token=token_of(own[0]))
    if own:
        return "Voir mes inscriptions", "#inscription"
    door = door_of(acting(), meeting)
    return (door.invitation, "#inscription") if door.is_open else None


registrations.add_app_template_global(go_to_others)
registrations.add_app_template_global(whom_to_tick)


@registrations.app_template_global()
def format_labels(codes: list[str]) -> list[str]:
    """The formats of these codes, in French."""
    return [Format(code).label for code in codes]


def _opened(meeting_id: str) -> tuple[Meeting, Institution | None]:
    """The meeting of a URL, for whom may see it or bears a pass; and the institution of the pass, without account alone."""
    found: Meeting | None = None
    if re.fullmatch(r"[a-z0-9]{14}", meeting_id):
        found = db.session.scalar(meeting_queries.meeting_known_as(meeting_id))
    if found is None:
        abort(404)
    bearer_of = None
    if current_user() is None and (named := read_pass(request.args.get("laissez-passer", ""), meeting_id)):
        bearer_of = db.session.scalar(by_public_id(named)) if found.status is not Status.DRAFT else None
    if bearer_of is None and not can_see(acting(), found):
        abort(404)
    return found, bearer_of


def _register_address(meeting: Meeting, form: signing.SignUp, bearer_of: Institution | None) -> Response:
    """Write to the address, unless it was written to too often today; the answer tells nothing of what is known of it."""
    who = form.registrant(acting(), bearer_of)
    allow(who.email is not None)
    trapped = bool(form.form["trap"].data)
    per_day = timedelta(days=1)
    if not trapped and allowed(db.session, "inscription-adresse", mailbox(str(who.email)), MOST_MAILS_A_DAY, per_day):
        try:
            actions.register(db.session, meeting, who, form.asked, now())
        except actions.Already as already:
            write_to(db.session, already.registration, mails.already(already.registration))
    db.session.commit()
    return redirect(url_for("registrations.sent", meeting_id=meeting.public_id, **_pass()), 303)


def _pass() -> dict[str, Any]:
    given = request.args.get("laissez-passer")
    return {"laissez-passer": given} if given else {}


def _page(meeting: Meeting, bearer_of: Institution | None, form: signing.SignUp) -> str:
    own: list[Registration] = list(db.session.scalars(meeting_queries.own_registrations(acting(), meeting)))
    return render_template(
        "registrations/new.html",
        meeting=meeting,
        door=door_of(acting(), meeting, bearer_of is not None),
        form=form,
        bearer_of=bearer_of,
        action=url_for("registrations.create", meeting_id=meeting.public_id, **_pass()),
        own=[(one, token_of(one)) for one in own],
        rules=rules(current_app.config["OFFER_HOURS"]),
    )
