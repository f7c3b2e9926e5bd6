"""The tables of the exchange time: what the organiser asks, the plan round after round, and what is changed by hand."""

import re
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.accounts.rate_limits import limit
from app.accounts.session import current_user, sign_in_required
from app.directory.memberships.permissions import acting
from app.directory.places import label, resolve
from app.errors import Refusal, allow
from app.exports import announced, csv_for_people, workbook
from app.extensions import db
from app.formats import plural
from app.meetings import queries
from app.meetings.models import Meeting
from app.meetings.permissions import can_organise, can_see
from app.meetings.registrations.models import Attendee, Registration
from app.meetings.seating import actions, exporting, telling
from app.meetings.seating.forms import MoveForm, TableForm, TablesForm, WishesForm
from app.meetings.seating.models import MOST_ROUNDS, ExchangeTable
from app.meetings.seating.queries import places_of, tables_of
from app.meetings.seating.reading import read
from app.meetings.seating.solver import Impossible, mend, solve
from app.meetings.seating.solving import alone
from app.partnerships.refusals import Mistake

seating = Blueprint("seating", __name__)

#: A solving takes a processor for some seconds: a person may ask so many of them an hour.
MOST_AN_HOUR = 60


@seating.get("/rencontres/<meeting_id>/tables")
@sign_in_required
def index(meeting_id: str) -> str:
    """The tables, who sits where, and what may still be done."""
    return _page(_own(meeting_id))


@seating.post("/rencontres/<meeting_id>/tables")
@sign_in_required
def add(meeting_id: str) -> Response | tuple[str, int]:
    """Add tables alike."""
    meeting, form = _own(meeting_id), TablesForm()
    if not form.validate():
        return _page(meeting, adding=form), 400
    try:
        actions.add_tables(db.session, meeting, form.number.data, form.seats.data)
    except Mistake as mistake:
        mistake.show_on(form)
        db.session.rollback()
        return _page(meeting, adding=form), 400
    db.session.commit()
    return _back(meeting, "Tables ajoutées." if form.number.data > 1 else "Table ajoutée.")


@seating.post("/rencontres/<meeting_id>/tables/souhaits")
@sign_in_required
def set_wishes(meeting_id: str) -> Response | tuple[str, int]:
    """Say the rounds and the weights."""
    meeting, form = _own(meeting_id), WishesForm()
    if not form.validate():
        return _page(meeting, wishes=form), 400
    actions.set_wishes(db.session, meeting, form.rounds.data, form.weights)
    db.session.commit()
    return _back(meeting, "Souhaits enregistrés : ils serviront au prochain plan.")


@seating.get("/rencontres/<meeting_id>/tables/<table_id>")
@sign_in_required
def edit(meeting_id: str, table_id: str) -> str:
    """One table: its places, its territory."""
    meeting = _own(meeting_id)
    table = _table(meeting, table_id)
    form = TableForm(formdata=None)
    form.seats.data, form.territory.data = table.seats, label(table.territory) if table.territory else ""
    return render_template("seating/table.html", meeting=meeting, table=table, form=form, choices=[], label=label)


@seating.post("/rencontres/<meeting_id>/tables/<table_id>")
@sign_in_required
def update(meeting_id: str, table_id: str) -> Response | tuple[str, int]:
    meeting = _own(meeting_id)
    table, form = _table(meeting, table_id), TableForm()
    choices: list[Any] = []
    if form.validate():
        answer = resolve(db.session, form.territory.data) if form.territory.data else None
        if answer is not None and answer.territory is None:
            form.territory.errors = ["Ce territoire n’est pas reconnu : précisez, par exemple « 04 » ou « Bretagne »."]
            choices = answer.choices
        else:
            try:
                territory_id = answer.territory.id if answer and answer.territory else None
                actions.change_table(db.session, meeting, table, form.seats.data, territory_id)
                db.session.commit()
                return _back(meeting, f"Table {table.number} enregistrée.")
            except Mistake as mistake:
                mistake.show_on(form)
                db.session.rollback()
    page = render_template("seating/table.html", meeting=meeting, table=table, form=form, choices=choices, label=label)
    return page, 400


@seating.post("/rencontres/<meeting_id>/tables/<table_id>/retirer")
@sign_in_required
def remove(meeting_id: str, table_id: str) -> Response:
    meeting = _own(meeting_id)
    table = _table(meeting, table_id)
    number = table.number
    actions.remove_table(db.session, meeting, table)
    db.session.commit()
    return _back(meeting, f"Table {number} retirée.")


@seating.post("/rencontres/<meeting_id>/tables/proposer")
@sign_in_required
def propose(meeting_id: str) -> Response:
    """Seat everybody anew, but for locked seats."""
    meeting = _own(meeting_id)
    _solve(meeting, afresh=True)
    return _back(meeting, "Voici un plan. Déplacez, verrouillez, et proposez à nouveau si vous le souhaitez.")


@seating.post("/rencontres/<meeting_id>/tables/reparer")
@sign_in_required
def repair(meeting_id: str) -> Response:
    """Seat those who stand, and move as few people as the rules allow."""
    meeting = _own(meeting_id)
    moved = _solve(meeting, afresh=False)
    said = (
        "Personne n’a changé de table."
        if not moved
        else f"{plural(moved, 'changement')} de table : c’est prouvé, il n’en faut pas moins."
    )
    return _back(meeting, f"Plan réparé. {said}")


@seating.get("/rencontres/<meeting_id>/tables/deplacer/<attendee_id>")
@sign_in_required
def choose(meeting_id: str, attendee_id: str) -> str:
    """Where someone may go: the way without a mouse."""
    meeting = _own(meeting_id)
    return _choices(meeting, _attendee(meeting, attendee_id), MoveForm(formdata=None))


@seating.post("/rencontres/<meeting_id>/tables/deplacer/<attendee_id>")
@sign_in_required
def move(meeting_id: str, attendee_id: str) -> Response | tuple[str, int]:
    """Seat someone at another table, or exchange two people."""
    meeting, form, number = _own(meeting_id), MoveForm(), _round()
    attendee = _attendee(meeting, attendee_id)
    try:
        _, there = actions.move(db.session, meeting, attendee, number, form.since.data or "", form.table, form.other)
    except Mistake as mistake:
        mistake.show_on(form)
        db.session.rollback()
        return _choices(meeting, attendee, form), 400
    db.session.commit()
    flash(f"{attendee.name} est à la table {there}.", "success")
    return redirect(url_for("seating.index", meeting_id=meeting.public_id, tour=number, _anchor=f"table-{there}"), 303)


@seating.post("/rencontres/<meeting_id>/tables/verrou/<attendee_id>")
@sign_in_required
def pin(meeting_id: str, attendee_id: str) -> Response:
    """Lock someone's seat in a round, or unlock it."""
    meeting, number = _own(meeting_id), _round()
    attendee = _attendee(meeting, attendee_id)
    actions.pin(db.session, meeting, [attendee], number, request.form.get("verrou") == "1")
    db.session.commit()
    anchor = f"personne-{attendee.public_id}"
    return redirect(url_for("seating.index", meeting_id=meeting.public_id, tour=number, _anchor=anchor), 303)


@seating.get("/rencontres/<meeting_id>/tables/imprimer")
@sign_in_required
def print_view(meeting_id: str) -> str:
    """A page for each table, and the list « qui est où »."""
    return render_template("seating/print.html", now=read(db.session, _own(meeting_id)))


@seating.get("/rencontres/<meeting_id>/tables.<any(csv, xlsx):extension>")
@sign_in_required
def export(meeting_id: str, extension: str) -> Response:
    """Who sits where, as a file."""
    meeting = _own(meeting_id)
    if request.method == "HEAD":
        return announced("tables", extension)
    situation = read(db.session, meeting)
    rows, columns = exporting.rows(situation), exporting.columns(situation)
    if extension == "xlsx":
        return workbook(rows, columns, "tables", [("Rencontre", meeting.title), ("Personnes", len(rows))])
    return csv_for_people(rows, columns, "tables")


@seating.app_template_global()
def seats_of(registration: Registration) -> list[tuple[Attendee, list[tuple[int, int]]]]:
    """The people of a registration who have a table: each with (round, number of the table). For their own page."""
    found: dict[int, list[tuple[int, int]]] = {}
    for attendee_id, number, table in db.session.execute(places_of(registration)):
        found.setdefault(attendee_id, []).append((number, table))
    return [(one, found[one.id]) for one in registration.attendees if one.id in found]


def _solve(meeting: Meeting, afresh: bool) -> int:
    """Read, let everything go, search, then write if nothing changed; give how many were moved."""
    user = current_user()
    assert user is not None
    limit(db.session, "proposer-un-plan", user.public_id, MOST_AN_HOUR, timedelta(hours=1))
    situation = read(db.session, meeting)
    problem, places, revision = situation.problem, situation.places, situation.plan.revision
    held, digest = meeting.id, problem.digest
    # The count of tries stands whatever follows, and nobody waits for our transaction while we search.
    db.session.commit()
    with alone(db.engine, held):
        try:
            plan = solve(problem) if afresh else mend(problem, places)
        except Impossible as sentence:
            raise Refusal(str(sentence)) from None
        actions.write_plan(db.session, situation, digest, revision, plan)
        db.session.commit()
    return len(plan.moved)


def _page(meeting: Meeting, adding: TablesForm | None = None, wishes: WishesForm | None = None) -> str:
    situation = read(db.session, meeting)
    if wishes is None:
        wishes = WishesForm(formdata=None)
        wishes.fill(situation.plan)
    number = min(_round(), situation.plan.rounds)
    return render_template(
        "seating/index.html",
        now=situation,
        meeting=meeting,
        round=number,
        adding=adding or TablesForm(formdata=None),
        wishes=wishes,
        form=next((one for one in (adding, wishes) if one is not None and one.errors), None),
        telling=telling,
        label=label,
    )


def _choices(meeting: Meeting, attendee: Attendee, form: MoveForm) -> str:
    situation, number = read(db.session, meeting), _round()
    guest = situation.guests.get(attendee.public_id) or abort(404)
    if number not in situation.rounds:
        abort(404)
    form.since.data = situation.places.get((guest.key, number), "")
    return render_template("seating/move.html", now=situation, meeting=meeting, guest=guest, round=number, form=form)


def _round() -> int:
    """The round asked for, the first one by default."""
    asked = request.form.get("tour") or request.args.get("tour") or "1"
    return min(int(asked), MOST_ROUNDS) if re.fullmatch(r"[1-9]", asked, re.ASCII) else 1


def _own(meeting_id: str) -> Meeting:
    """The meeting, if this person organises it; 404 for whom may not know that it exists."""
    found: Meeting = db.session.scalar(queries.meeting_known_as(meeting_id)) or abort(404)
    if not can_see(acting(), found):
        abort(404)
    allow(can_organise(acting(), found))
    return found


def _table(meeting: Meeting, table_id: str) -> ExchangeTable:
    return db.session.scalar(tables_of(meeting).where(ExchangeTable.public_id == table_id)) or abort(404)


def _attendee(meeting: Meeting, attendee_id: str) -> Attendee:
    of_meeting = sa.select(Attendee).join(Registration).where(Registration.meeting_id == meeting.id)
    return db.session.scalar(of_meeting.where(Attendee.public_id == attendee_id)) or abort(404)


def _back(meeting: Meeting, said: str) -> Response:
    flash(said, "success")
    return redirect(url_for("seating.index", meeting_id=meeting.public_id, tour=_round()), 303)
