"""The day itself: who is there, who comes in, the attendance list and the badges."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.accounts.models import User
from app.accounts.session import current_user, sign_in_required
from app.extensions import db
from app.formats import plural
from app.meetings.anonymity import is_anonymous, refuse_names
from app.meetings.desk import actions, printing, queries, walk_ins
from app.meetings.desk.blueprint import desk
from app.meetings.desk.forms import CountForm, DeskForm, WalkInForm
from app.meetings.desk.opening import closed_because, refuse_closed
from app.meetings.desk.telling import institution_of, territory_of
from app.meetings.loading import load_organised
from app.meetings.models import Meeting
from app.meetings.registrations.models import Attendee
from app.meetings.wording import hour_said, when_said
from app.public_ids import random_public_id

__all__ = ["desk", "printing"]


@desk.get("/rencontres/<meeting_id>/accueil")
@sign_in_required
def index(meeting_id: str) -> str | tuple[str, int]:
    """Who is expected and who is there, found by name, with a button each."""
    meeting = load_organised(meeting_id)
    form = DeskForm(request.args)
    page = _desk_page(meeting, form, CountForm(formdata=None))
    return page if not form.errors else (page, 400)


@desk.get("/rencontres/<meeting_id>/accueil/<attendee_id>")
@sign_in_required
def badge(meeting_id: str, attendee_id: str) -> str:
    """What the code of a badge opens: the person, and one button. Opening it notes nothing."""
    meeting = load_organised(meeting_id)
    return _render("desk/person.html", meeting, attendee=_attendee(meeting, attendee_id))


@desk.post("/rencontres/<meeting_id>/accueil/<attendee_id>/arrivee")
@sign_in_required
def check_in(meeting_id: str, attendee_id: str) -> Response:
    meeting = load_organised(meeting_id)
    attendee = _attendee(meeting, attendee_id)
    is_new = actions.check_in(db.session, meeting, attendee, _user())
    db.session.commit()
    _say_arrival(attendee, is_new)
    return _back(meeting, attendee, shows_message=not is_new)


@desk.post("/rencontres/<meeting_id>/accueil/<attendee_id>/annuler-l-arrivee")
@sign_in_required
def undo(meeting_id: str, attendee_id: str) -> Response:
    meeting = load_organised(meeting_id)
    attendee = _attendee(meeting, attendee_id)
    actions.undo(db.session, meeting, attendee)
    db.session.commit()
    flash(f"Arrivée annulée : {attendee.name} n’est pas encore là.", "success")
    return _back(meeting, attendee)


@desk.post("/rencontres/<meeting_id>/accueil/<attendee_id>/faire-entrer")
@sign_in_required
def let_in(meeting_id: str, attendee_id: str) -> Response:
    """Somebody who holds no place comes in as a walk-in."""
    meeting = load_organised(meeting_id)
    attendee = _attendee(meeting, attendee_id)
    is_new = actions.let_in(db.session, meeting, attendee, _user())
    db.session.commit()
    _say_arrival(attendee, is_new)
    return _back(meeting, attendee, shows_message=not is_new)


@desk.post("/rencontres/<meeting_id>/accueil/<attendee_id>/retirer")
@sign_in_required
def remove_walk_in(meeting_id: str, attendee_id: str) -> Response:
    """Somebody added on the spot by mistake leaves the list."""
    meeting = load_organised(meeting_id)
    attendee = _attendee(meeting, attendee_id)
    actions.remove_walk_in(db.session, meeting, attendee)
    db.session.commit()
    flash(f"{attendee.name} n’est plus sur la liste.", "success")
    return redirect(url_for("desk.index", meeting_id=meeting.public_id), 303)


@desk.get("/rencontres/<meeting_id>/accueil/sans-inscription")
@sign_in_required
def new_walk_in(meeting_id: str) -> str:
    """The form of somebody who came without registering."""
    meeting = load_organised(meeting_id)
    refuse_names(meeting)
    refuse_closed(meeting)
    form = WalkInForm(formdata=None)
    form.form_key.data = random_public_id()
    return _walk_in_page(meeting, form)


@desk.post("/rencontres/<meeting_id>/accueil/sans-inscription")
@sign_in_required
def add_walk_in(meeting_id: str) -> Response | tuple[str, int]:
    meeting = load_organised(meeting_id)
    refuse_names(meeting)
    refuse_closed(meeting)
    form = WalkInForm()
    walk_in = walk_ins.read(db.session, form)
    if walk_in is None:
        return _walk_in_page(meeting, form), 400
    added = actions.add_walk_in(db.session, meeting, form.key, walk_in, _user())
    db.session.commit()
    if added is None:
        flash("Ce formulaire avait déjà été envoyé : la personne est sur la liste, une seule fois.", "info")
        return redirect(url_for("desk.index", meeting_id=meeting.public_id), 303)
    flash(f"{added.name} est sur la liste des personnes présentes.", "success")
    return redirect(url_for("desk.badge", meeting_id=meeting.public_id, attendee_id=added.public_id), 303)


@desk.post("/rencontres/<meeting_id>/compteur")
@sign_in_required
def count(meeting_id: str) -> Response | tuple[str, int]:
    """One press on the counter of a workshop."""
    meeting = load_organised(meeting_id)
    form = CountForm()
    if not form.validate():
        return _desk_page(meeting, DeskForm(), form), 400
    total = actions.count(db.session, meeting, form.key, form.people or 0)
    db.session.commit()
    flash(f"{plural(total, 'personne venue', 'personnes venues')} sans inscription.", "success")
    return redirect(url_for("desk.index", meeting_id=meeting.public_id), 303)


def _desk_page(meeting: Meeting, form: DeskForm, counter: CountForm) -> str:
    words = (form.q.data or "") if form.validate() else ""
    counter.form_key.data = random_public_id()
    return _render(
        "desk/index.html",
        meeting,
        form=form,
        counter=counter,
        views=queries.View,
        numbers=(numbers := db.session.execute(queries.tally(meeting)).one()),
        badge_parts=-(-(numbers.expected + numbers.walk_ins) // printing.MOST_BADGES),
        people=db.session.scalars(queries.with_place(meeting, words, form.asked_view)).all(),
        waiting=db.session.scalars(queries.without_place(meeting, words)).all(),
    )


def _walk_in_page(meeting: Meeting, form: WalkInForm) -> str:
    numbers = db.session.execute(queries.tally(meeting)).one()
    known = db.session.scalars(queries.institutions_coming(meeting)).all()
    form.form_key.data = form.key
    return _render("desk/walk_in.html", meeting, form=form, numbers=numbers, known=known)


def _render(template: str, meeting: Meeting, **more: Any) -> str:
    return render_template(
        template,
        meeting=meeting,
        closed=closed_because(meeting),
        is_anonymous=is_anonymous(meeting),
        institution_of=institution_of,
        territory_of=territory_of,
        when=when_said(meeting),
        **more,
    )


def _attendee(meeting: Meeting, attendee_id: str) -> Attendee:
    """The person of a URL, if they come to this meeting."""
    found: Attendee = db.session.scalar(queries.known_as(meeting, attendee_id)) or abort(404)
    return found


def _user() -> User:
    user = current_user()
    assert user is not None, "whoever is not signed in was sent away"
    return user


def _say_arrival(attendee: Attendee, is_new: bool) -> None:
    assert attendee.checked_in_at is not None
    if is_new:
        flash(f"{attendee.name} : arrivée enregistrée.", "success")
        return
    by = attendee.checked_in_by
    who = f" par {by.name or by.email}" if by is not None and by.id != _user().id else ""
    flash(f"{attendee.name} : arrivée déjà enregistrée à {hour_said(attendee.checked_in_at)}{who}.", "info")


def _back(meeting: Meeting, attendee: Attendee, shows_message: bool = False) -> Response:
    """Where the button was pressed: the page of the badge, or the person's line in the list; after a search, a new one.

    `shows_message`: at the top of the list, where what happened is read.
    """
    asked = request.form
    if asked.get("retour") == "badge":
        return redirect(url_for("desk.badge", meeting_id=meeting.public_id, attendee_id=attendee.public_id), 303)
    if asked.get("retour") == "recherche":
        return redirect(url_for("desk.index", meeting_id=meeting.public_id), 303)
    view = DeskForm(asked).asked_view
    kept = {} if view is queries.View.ALL else {"vue": view.value}
    anchor = None if shows_message else f"p-{attendee.public_id}"
    return redirect(url_for("desk.index", meeting_id=meeting.public_id, _anchor=anchor, **kept), 303)
