"""Organisers: the list of registrations with its numbers and its files, and the page of one, where they answer it."""

import re

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.accounts.session import sign_in_required
from app.clock import now
from app.exports import announced, csv_for_machines, csv_for_people, workbook
from app.extensions import db
from app.meetings.anonymity import is_anonymous, refuse_names
from app.meetings.loading import load_organised
from app.meetings.models import Meeting
from app.meetings.registrations import queries
from app.meetings.registrations.blueprint import registrations
from app.meetings.registrations.forms import ListForm, ReasonForm
from app.meetings.registrations.machine import Who, may_move
from app.meetings.registrations.models import Place, Registration
from app.meetings.registrations.organising import actions, listing
from app.meetings.registrations.rules import rules
from app.meetings.registrations.writing import addresses_of

PAGE_SIZE = 50
UNTOLD = "Le service n’a pas d’adresse pour prévenir la personne : dites-le-lui vous-même."


@registrations.get("/rencontres/<meeting_id>/inscriptions")
@sign_in_required
def index(meeting_id: str) -> str | tuple[str, int]:
    """Who registered, by state, with what organisers have to prepare."""
    meeting = load_organised(meeting_id)
    form = ListForm(request.args)
    valid = form.validate()
    select = queries.of_meeting(meeting, form.chosen if valid else None, (form.words.data or "") if valid else "")
    total = db.session.scalar(queries.count(select)) or 0
    page, pages = _page(total)
    rows = db.session.scalars(select.limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)).unique().all()
    shown = render_template(
        "registrations/index.html",
        meeting=meeting,
        form=form,
        args=form.clean_args if valid else {},
        rows=rows,
        ranks=listing.ranks(db.session, meeting, rows),
        total=total,
        page=page,
        pages=pages,
        places=Place,
        numbers=listing.numbers(db.session, meeting),
        needs=db.session.scalars(queries.access_needs(meeting)).all(),
        rules=rules(current_app.config["OFFER_HOURS"]),
        is_anonymous=is_anonymous(meeting),
    )
    return shown if valid else (shown, 400)


@registrations.get("/rencontres/<meeting_id>/inscriptions.<any(csv, xlsx):extension>")
@sign_in_required
def export(meeting_id: str, extension: str) -> Response:
    """Exactly the filtered list as a file, one line a person; refused for a workshop."""
    meeting = load_organised(meeting_id)
    refuse_names(meeting)
    form = ListForm(request.args)
    audience = request.args.get("pour", "personnes")
    if not form.validate():
        abort(400, "Cette liste ne peut pas être exportée : corrigez d’abord sa recherche.")
    if audience not in ("personnes", "machines"):
        abort(400, "Le paramètre « pour » vaut « personnes » ou « machines ».")
    if request.method == "HEAD":
        return announced("inscriptions", extension)
    rows = listing.lines(db.session, queries.of_meeting(meeting, form.chosen, form.words.data or ""))
    columns = listing.columns(meeting)
    if extension == "xlsx":
        return workbook(rows, columns, "inscriptions", listing.about(meeting, form, len(rows)))
    return (csv_for_machines if audience == "machines" else csv_for_people)(rows, columns, "inscriptions")


@registrations.get("/rencontres/<meeting_id>/inscriptions/<registration_id>")
@sign_in_required
def detail(meeting_id: str, registration_id: str) -> str:
    """One registration as organisers see it, and their answer."""
    meeting = load_organised(meeting_id)
    return _detail(_of(meeting, registration_id), ReasonForm(formdata=None))


@registrations.post("/rencontres/<meeting_id>/inscriptions/<registration_id>/approuver")
@sign_in_required
def approve(meeting_id: str, registration_id: str) -> Response:
    found = _of(load_organised(meeting_id), registration_id)
    actions.approve(db.session, found, now())
    db.session.commit()
    return _back(found, f"Inscription approuvée : elle est « {found.place.label} ». La personne en est prévenue.")


@registrations.post("/rencontres/<meeting_id>/inscriptions/<registration_id>/refuser")
@sign_in_required
def decline(meeting_id: str, registration_id: str) -> Response | tuple[str, int]:
    return _end(meeting_id, registration_id, "Inscription refusée.")


@registrations.post("/rencontres/<meeting_id>/inscriptions/<registration_id>/retirer")
@sign_in_required
def remove(meeting_id: str, registration_id: str) -> Response | tuple[str, int]:
    return _end(meeting_id, registration_id, "Inscription retirée.")


@registrations.post("/rencontres/<meeting_id>/inscriptions/<registration_id>/desistement")
@sign_in_required
def note_withdrawal(meeting_id: str, registration_id: str) -> Response:
    """Somebody said by telephone that they will not come."""
    found = _of(load_organised(meeting_id), registration_id)
    actions.note_withdrawal(db.session, found, now())
    db.session.commit()
    return _back(found, f"Désistement noté. {_told(found, 'Un courriel le confirme à la personne.')}")


def _end(meeting_id: str, registration_id: str, said: str) -> Response | tuple[str, int]:
    found = _of(load_organised(meeting_id), registration_id)
    form = ReasonForm()
    if not form.validate():
        return _detail(found, form), 400
    actions.decline(db.session, found, str(form.reason.data), now())
    db.session.commit()
    return _back(found, f"{said} {_told(found, 'Un courriel donne votre motif à la personne.')}")


def _told(registration: Registration, said: str) -> str:
    """What is said of the mail, where there is an address to write to."""
    return said if addresses_of(db.session, registration) else UNTOLD


def _of(meeting: Meeting, registration_id: str) -> Registration:
    """The registration of a URL, if it is of this meeting and its address is confirmed."""
    found: Registration | None = None
    if re.fullmatch(r"[a-z0-9]{14}", registration_id):
        found = db.session.scalar(queries.known_as(registration_id))
    if found is None or found.meeting_id != meeting.id or found.place is Place.UNCONFIRMED:
        abort(404)
    return found


def _detail(registration: Registration, form: ReasonForm) -> str:
    is_over = actions.is_over(registration.meeting, now())
    may_end = not is_over and not registration.is_walk_in and may_move(registration.place, Place.DECLINED, Who.ORGANISER)
    rank = db.session.scalar(queries.rank_of(registration)) if registration.place is Place.WAITING else None
    return render_template(
        "registrations/detail.html",
        meeting=registration.meeting,
        registration=registration,
        form=form,
        places=Place,
        rank=rank,
        may_approve=not is_over and registration.place is Place.TO_APPROVE,
        may_end=may_end,
        is_reached=bool(addresses_of(db.session, registration)),
        themes=queries.theme_labels(db.session, registration),
    )


def _back(registration: Registration, said: str) -> Response:
    flash(said, "success")
    return redirect(
        url_for("registrations.detail", meeting_id=registration.meeting.public_id, registration_id=registration.public_id),
        303,
    )


def _page(total: int) -> tuple[int, int]:
    """The page asked for, brought between the first and the last, and the number of pages."""
    asked = request.args.get("page", "")
    pages = max(1, -(-total // PAGE_SIZE))
    number = int(asked) if re.fullmatch(r"\d{1,6}", asked, re.ASCII) else 1
    return min(max(number, 1), pages), pages
