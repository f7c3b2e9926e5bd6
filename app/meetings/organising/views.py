"""What organisers do with a meeting once it is written."""

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from app.accounts.models import User
from app.accounts.session import current_user, sign_in_required
from app.directory.memberships.permissions import acting
from app.directory.models import Institution
from app.errors import allow
from app.extensions import db
from app.formats import plural
from app.meetings import filling, placing, queries
from app.meetings.actions import Stale
from app.meetings.blueprint import meetings
from app.meetings.forms import CancelForm, HoldForm, MoveForm, revision_of
from app.meetings.loading import load, load_organised
from app.meetings.models import Meeting, Status
from app.meetings.organising import actions
from app.meetings.permissions import can_answer_co_hosting
from app.meetings.telling import concerned
from app.partnerships.refusals import Mistake


@meetings.post("/rencontres/<meeting_id>/annoncer")
@sign_in_required
def announce(meeting_id: str) -> Response:
    """Make it seen by those for whom it is."""
    meeting = load_organised(meeting_id)
    answered = actions.announce(db.session, meeting, _person())
    db.session.commit()
    requests = f" Elle répond à {plural(answered, 'demande')} de rencontre : qui l’a faite est prévenu." if answered else ""
    flash(f"La rencontre est annoncée.{requests}", "success")
    return _back(meeting)


@meetings.get("/rencontres/<meeting_id>/co-organisation")
@sign_in_required
def co_hosting(meeting_id: str) -> str:
    """What an institution is asked to organise with another, and its two answers."""
    meeting = load(meeting_id)
    allow(can_answer_co_hosting(acting(), meeting))
    return render_template("meetings/co_hosting.html", meeting=meeting)


@meetings.post("/rencontres/<meeting_id>/co-organisation/accepter")
@sign_in_required
def accept_co_hosting(meeting_id: str) -> Response:
    """The institution stands beside the host from now on."""
    meeting, institution = _asked(meeting_id)
    actions.accept_co_hosting(db.session, meeting, institution, _person())
    db.session.commit()
    flash(f"C’est noté : {institution.name} organise aussi cette rencontre.", "success")
    return _back(meeting)


@meetings.post("/rencontres/<meeting_id>/co-organisation/decliner")
@sign_in_required
def decline_co_hosting(meeting_id: str) -> Response:
    """Its name goes away; the meeting may then not be theirs to see."""
    meeting, institution = _asked(meeting_id)
    actions.decline_co_hosting(db.session, meeting, institution, _person())
    db.session.commit()
    flash(f"C’est noté : {institution.name} n’organise pas cette rencontre, et son nom n’y paraît pas.", "success")
    return redirect(url_for("meetings.mine"), 303)


@meetings.get("/rencontres/<meeting_id>/deplacer")
@sign_in_required
def move(meeting_id: str) -> str:
    """Another date, another place: the form, and who will be written to."""
    meeting = load_organised(meeting_id)
    actions.only_movable(meeting)
    form = MoveForm(formdata=None)
    filling.fill(db.session, form, meeting)
    return _move_page(meeting, form)


@meetings.post("/rencontres/<meeting_id>/deplacer")
@sign_in_required
def move_to(meeting_id: str) -> Response | tuple[str, int]:
    """Move it, and write to everyone concerned."""
    meeting, form = load_organised(meeting_id), MoveForm()
    columns = _columns(meeting, form)
    if columns is None:
        return _move_page(meeting, form), 400
    try:
        actions.move(db.session, meeting, columns, form.note.data or "", revision_of(form), _person())
    except Mistake as mistake:
        db.session.rollback()
        mistake.show_on(form)
        return _move_page(load_organised(meeting_id), form), 400
    except Stale:
        db.session.rollback()
        return _stale_page(load_organised(meeting_id), form), 409
    db.session.commit()
    flash(
        "La rencontre est déplacée, et toutes les personnes concernées sont prévenues. Relisez le déroulé : ses heures"
        " ont suivi le début.",
        "success",
    )
    return _back(meeting)


@meetings.get("/rencontres/<meeting_id>/annuler")
@sign_in_required
def cancellation(meeting_id: str) -> str:
    """Why it is cancelled, and who will be written to."""
    meeting = load_organised(meeting_id)
    actions.only_announced(meeting)
    return _cancel_page(meeting, CancelForm(formdata=None))


@meetings.post("/rencontres/<meeting_id>/annuler")
@sign_in_required
def cancel(meeting_id: str) -> Response | tuple[str, int]:
    """Cancel it, and write to everyone concerned."""
    meeting, form = load_organised(meeting_id), CancelForm()
    if not form.validate():
        return _cancel_page(meeting, form), 400
    actions.cancel(db.session, meeting, form.reason.data or "", _person())
    db.session.commit()
    flash("La rencontre est annulée, et toutes les personnes concernées sont prévenues.", "success")
    return _back(meeting)


@meetings.get("/rencontres/<meeting_id>/tenue")
@sign_in_required
def holding(meeting_id: str) -> str:
    """How it went: how many came, what comes out of it. What was counted at the desk is proposed."""
    meeting = load_organised(meeting_id)
    actions.only_begun(meeting)
    counted = db.session.scalar(queries.checked_in(meeting)) or 0
    known = meeting.attendance if meeting.status is Status.HELD else counted or None
    form = HoldForm(formdata=None, attendance="" if known is None else str(known), outcome=meeting.outcome)
    return render_template("meetings/hold.html", meeting=meeting, form=form, counted=counted)


@meetings.post("/rencontres/<meeting_id>/tenue")
@sign_in_required
def hold(meeting_id: str) -> Response | tuple[str, int]:
    """Say that it was held, or correct what was said of it."""
    meeting, form = load_organised(meeting_id), HoldForm()
    if not form.validate():
        counted = db.session.scalar(queries.checked_in(meeting)) or 0
        return render_template("meetings/hold.html", meeting=meeting, form=form, counted=counted), 400
    actions.hold(db.session, meeting, form.attendance.number, form.outcome.data or "", _person())
    db.session.commit()
    flash("C’est noté : la rencontre a été tenue.", "success")
    return _back(meeting)


@meetings.post("/rencontres/<meeting_id>/clore-les-inscriptions")
@sign_in_required
def close_registration(meeting_id: str) -> Response:
    """Nobody signs up any more."""
    meeting = load_organised(meeting_id)
    actions.close_registration(db.session, meeting)
    db.session.commit()
    flash("Les inscriptions sont closes.", "success")
    return _back(meeting)


@meetings.post("/rencontres/<meeting_id>/rouvrir-les-inscriptions")
@sign_in_required
def reopen_registration(meeting_id: str) -> Response:
    """One signs up again."""
    meeting = load_organised(meeting_id)
    actions.reopen_registration(db.session, meeting)
    db.session.commit()
    flash("Les inscriptions sont rouvertes, jusqu’au début de la rencontre.", "success")
    return _back(meeting)


def _asked(meeting_id: str) -> tuple[Meeting, Institution]:
    """The meeting, and the institution that its host names, for which this person answers."""
    meeting = load(meeting_id)
    allow(can_answer_co_hosting(acting(), meeting))
    assert meeting.named_co_host is not None, "nobody answers for nobody"
    return meeting, meeting.named_co_host


def _columns(meeting: Meeting, form: MoveForm) -> dict[str, Any] | None:
    """Where and when, once every field is clear."""
    valid = form.validate()
    form.read_when()
    columns = placing.read(db.session, form, meeting.host)
    if not valid or form.errors:
        return None
    return columns | {"starts_at": form.starts_at, "ends_at": form.ends_at}


def _move_page(meeting: Meeting, form: MoveForm, differences: list[tuple[str, str]] | None = None) -> str:
    told = concerned(db.session, meeting, but=_person())
    return render_template("meetings/move.html", meeting=meeting, form=form, told=told, differences=differences)


def _stale_page(meeting: Meeting, form: MoveForm) -> str:
    stored = MoveForm(formdata=None)
    filling.fill(db.session, stored, meeting)
    form.revision.data = str(meeting.revision)
    return _move_page(meeting, form, filling.differences(form, stored))


def _cancel_page(meeting: Meeting, form: CancelForm) -> str:
    told = concerned(db.session, meeting, but=_person())
    return render_template("meetings/cancel.html", meeting=meeting, form=form, told=told)


def _back(meeting: Meeting) -> Response:
    return redirect(url_for("meetings.show", meeting_id=meeting.public_id), 303)


def _person() -> User:
    return current_user() or abort(403)
