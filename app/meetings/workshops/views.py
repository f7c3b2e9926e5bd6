"""The programme of a partnership: its workshops, several planned at once, how many came to each, and the leaflet to print."""

from datetime import timedelta
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.accounts.models import User
from app.accounts.rate_limits import client_address, limit
from app.accounts.session import sign_in_required
from app.clock import today
from app.directory.facts import address
from app.directory.memberships.permissions import acting
from app.errors import Refusal, allow
from app.exports import announced, csv_for_machines, csv_for_people, rows_of, workbook
from app.extensions import db
from app.formats import plural
from app.kept import Kept, etag_of
from app.mail.outbox import link
from app.meetings.desk.queries import arrived
from app.meetings.loading import load_organised
from app.meetings.models import Meeting, MeetingKind
from app.meetings.permissions import can_organise
from app.meetings.programme import months
from app.meetings.workshops import actions, filling, leaflet, page, public, queries
from app.meetings.workshops.actions import Count
from app.meetings.workshops.blueprint import workshops
from app.meetings.workshops.columns import COLUMNS
from app.meetings.workshops.forms import AttendanceForm, CountsForm, Row, WorkshopsForm, number_of, rows_now, rows_typed
from app.partnerships import queries as partnership_queries
from app.partnerships.models import Partnership
from app.partnerships.permissions import can_act, can_see_partnership
from app.partnerships.refusals import Mistake
from app.pdf import style_named

__all__ = ["public", "workshops"]

workshops.add_app_template_global(page.what_follows)
#: Leaflets that a visitor may have made in an hour: those already made, and kept, do not count.
MOST_LEAFLETS = 60
LEAFLETS = Kept(32)
NOTHING_TYPED = "Écrivez au moins un nombre : combien de personnes sont venues."


@workshops.get("/partenariats/<partnership_id>/programme")
@sign_in_required
def programme(partnership_id: str) -> str:
    """The workshops of a year, by month, and the other dated meetings of the partnership."""
    partnership = _load(partnership_id)
    year = request.args.get("annee", "")
    if year and months.read(f"{year}-01") is None:
        abort(404)
    told = page.gather(db.session, acting(), partnership, int(year) if year else None)
    return render_template(
        "workshops/programme.html",
        **_frame(partnership),
        told=told,
        may_act=can_act(acting(), partnership),
        may_count=lambda meeting: can_organise(acting(), meeting),
        places=page.places_of(partnership),
    )


@workshops.get("/partenariats/<partnership_id>/programme.<any(csv, xlsx):extension>")
@sign_in_required
def export(partnership_id: str, extension: str) -> Response:
    """The workshops of a month or of a year as a file, with how many came."""
    partnership, audience = _load(partnership_id), request.args.get("pour", "personnes")
    if audience not in ("personnes", "machines"):
        abort(400, "Le paramètre « pour » vaut « personnes » ou « machines ».")
    if request.method == "HEAD":
        return announced("ateliers", extension)
    first, last, said = public.period_asked(request.args.get("mois", ""), request.args.get("annee", ""))
    names = f"{partnership.exchange.cite.name} et {partnership.exchange.partner.name}"
    about = [("Contenu", f"Ateliers du partenariat : {names}"), ("Période", said), ("Exporté le", today())]
    rows = rows_of(queries.exported(acting(), partnership, first, last))
    if extension == "xlsx":
        return workbook(rows, COLUMNS, f"ateliers {said}", about)
    return (csv_for_machines if audience == "machines" else csv_for_people)(rows, COLUMNS, f"ateliers {said}")


@workshops.get("/partenariats/<partnership_id>/programme/nouveaux-ateliers")
@sign_in_required
def new(partnership_id: str) -> str:
    """The form of several workshops; `comme` names one of this partnership to do again."""
    partnership = _mine(partnership_id)
    model = _of_partnership(partnership, request.args["comme"]) if "comme" in request.args else None
    form = WorkshopsForm(formdata=None, data=filling.like(model) if model else {"is_announced": True})
    return _new_page(partnership, form)


@workshops.post("/partenariats/<partnership_id>/programme/nouveaux-ateliers")
@sign_in_required
def create(partnership_id: str) -> Response | tuple[str, int]:
    """Plan the workshops."""
    partnership, form = _mine(partnership_id), WorkshopsForm()
    places = page.places_of(partnership)
    form.offer_places(places)
    if not form.validate_on_submit():
        return _new_page(partnership, form), 400
    try:
        made = actions.plan(db.session, partnership, filling.wanted(form, places), _person())
    except Mistake as mistake:
        db.session.rollback()
        mistake.show_on(form)
        return _new_page(_mine(partnership_id), form), 400
    first = months.month_of(form.planned_days[0]).first.year
    db.session.commit()
    said = plural(len(made), "atelier est", "ateliers sont")
    flash(f"{said} {'au programme' if form.is_announced.data else 'en brouillon'}.", "success")
    return _back(partnership, first)


@workshops.get("/partenariats/<partnership_id>/programme/a-compter")
@sign_in_required
def to_count(partnership_id: str) -> str:
    """The workshops of a month that have begun, with one number to type for each."""
    partnership = _mine(partnership_id)
    month = _month_asked(partnership)
    return _count_page(partnership, month, rows_now(_countable(partnership, month)), CountsForm(formdata=None))


@workshops.post("/partenariats/<partnership_id>/programme/a-compter")
@sign_in_required
def count(partnership_id: str) -> Response | tuple[str, int]:
    """Save every number that was typed, or none; what is empty or unchanged is left as it is."""
    partnership, form = _mine(partnership_id), CountsForm()
    month = _month_asked(partnership)
    rows = rows_typed(_countable(partnership, month), request.form)
    typed = [Count(row.meeting, row.attendance, row.before) for row in rows if row.attendance is not None]
    if not form.validate_on_submit() or any(row.error for row in rows):
        return _count_page(partnership, month, rows, form), 400
    if not typed:
        return _count_page(partnership, month, rows, form, NOTHING_TYPED), 400
    try:
        saved = actions.count_several(db.session, typed, _person())
    except Refusal as refusal:
        db.session.rollback()
        partnership = _mine(partnership_id)
        rows = rows_typed(_countable(partnership, month), request.form)
        return _count_page(partnership, month, rows, form, str(refusal)), 409
    db.session.commit()
    flash(f"{plural(saved, 'atelier compté', 'ateliers comptés')} : les chiffres du partenariat sont à jour.", "success")
    return _back(partnership, month.first.year)


@workshops.get("/rencontres/<meeting_id>/frequentation")
@sign_in_required
def attendance(meeting_id: str) -> str:
    """How many came to a workshop: what the desk has counted is proposed; with what was corrected before."""
    meeting = _workshop(meeting_id)
    read = "" if meeting.attendance is None else str(meeting.attendance)
    counted = db.session.scalar(arrived(meeting)) or ""
    return _attendance_page(meeting, AttendanceForm(formdata=None, attendance=read or str(counted), read=read))


@workshops.post("/rencontres/<meeting_id>/frequentation")
@sign_in_required
def record_attendance(meeting_id: str) -> Response | tuple[str, int]:
    """Say how many came, or correct it."""
    meeting, form = _workshop(meeting_id), AttendanceForm()
    if not form.validate_on_submit() or form.attendance.count is None:
        return _attendance_page(meeting, form), 400
    try:
        actions.count(db.session, Count(meeting, form.attendance.count, number_of(form.read.data or "")), _person())
    except Refusal as refusal:
        db.session.rollback()
        form.attendance.errors = [str(refusal)]
        return _attendance_page(_workshop(meeting_id), form), 409
    db.session.commit()
    flash("C’est noté : les chiffres du partenariat sont à jour.", "success")
    return redirect(url_for("meetings.show", meeting_id=meeting_id), 303)


@workshops.get("/annuaire/<public_id>/ateliers.pdf", endpoint="leaflet")
def printed(public_id: str) -> Response:
    """What a place offers in a month, as a sheet of A5 to print; the same page gives the same sheet, made once."""
    offer = public.offer_of(public_id)
    html = _leaflet_page(offer)
    style = style_named("leaflet.css")
    etag = etag_of(html, style)
    name = f"ateliers-{offer.institution.public_id}-{offer.month.code}.pdf"
    response = Response(content_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}"'})
    response.set_etag(etag, weak=True)
    response.cache_control.public, response.cache_control.max_age = True, 300
    if request.method == "HEAD":
        return response
    if not request.if_none_match.contains_weak(etag):
        response.data = LEAFLETS.get(etag, lambda: _printed_now(html, style))
    return response.make_conditional(request)


def _leaflet_page(offer: public.Offer) -> str:
    institution = offer.institution
    page_address = link("workshops.offered", public_id=institution.public_id, mois=offer.month.code)
    contact = " · ".join(one for one in (address(institution), institution.phone) if one)
    code = leaflet.qr_of(page_address)
    return render_template(
        "workshops/leaflet.html", offer=offer, institution=institution, contact=contact, page=page_address, code=code
    )


def _printed_now(html: str, style: str) -> bytes:
    limit(db.session, "depliant", client_address(), MOST_LEAFLETS, timedelta(hours=1))
    # The count stands whatever follows, and no connection is kept while the sheet is made.
    db.session.commit()
    return leaflet.printed(html, style)


def _load(partnership_id: str) -> Partnership:
    """The partnership of this id; that it exists is known to those alone who may see it."""
    found: Partnership = db.session.scalar(partnership_queries.by_public_id(partnership_id)) or abort(404)
    if not can_see_partnership(acting(), found):
        abort(404)
    return found


def _mine(partnership_id: str) -> Partnership:
    """The partnership, for one of its two sides."""
    partnership = _load(partnership_id)
    allow(can_act(acting(), partnership))
    return partnership


def _workshop(meeting_id: str) -> Meeting:
    """The workshop, for those who organise it."""
    found = load_organised(meeting_id)
    return found if found.kind is MeetingKind.WORKSHOP else abort(404)


def _of_partnership(partnership: Partnership, meeting_id: str) -> Meeting:
    """A workshop of this very partnership."""
    select = queries.of_partnership(acting(), partnership).where(queries.IS_WORKSHOP, Meeting.public_id == meeting_id)
    found: Meeting = db.session.scalar(select) or abort(404)
    return found


def _month_asked(partnership: Partnership) -> months.Month:
    code = request.args.get("mois", "")
    if code:
        return months.read(code) or abort(404)
    return page.month_to_count(page.waiting(db.session, acting(), partnership))


def _countable(partnership: Partnership, month: months.Month) -> list[Meeting]:
    """Those of the month that this person organises."""
    found = db.session.scalars(queries.countable(acting(), partnership, month))
    return [one for one in found if can_organise(acting(), one)]


def _new_page(partnership: Partnership, form: WorkshopsForm) -> str:
    form.offer_places(page.places_of(partnership))
    return render_template("workshops/new.html", **_frame(partnership), form=form)


def _count_page(partnership: Partnership, month: months.Month, rows: list[Row], form: CountsForm, refused: str = "") -> str:
    waiting = page.waiting(db.session, acting(), partnership)
    wrong = [row for row in rows if row.error]
    frame = _frame(partnership)
    return render_template(
        "workshops/count.html", **frame, month=month, rows=rows, wrong=wrong, form=form, refused=refused, waiting=waiting
    )


def _attendance_page(meeting: Meeting, form: AttendanceForm) -> str:
    corrections = db.session.scalars(queries.corrections_of(meeting)).all()
    return render_template("workshops/attendance.html", meeting=meeting, form=form, corrections=corrections)


def _person() -> User:
    return acting().user or abort(403)


def _frame(partnership: Partnership) -> dict[str, Any]:
    return {
        "partnership": partnership,
        "exchange": partnership.exchange,
        "address": {"partnership_id": partnership.public_id},
    }


def _back(partnership: Partnership, year: int) -> Response:
    return redirect(url_for("workshops.programme", partnership_id=partnership.public_id, annee=year), 303)
