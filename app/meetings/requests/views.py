"""« Une rencontre dans notre région »: asking, and reading what is asked, region by region."""

import re
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.accounts.models import User
from app.accounts.session import current_user, sign_in_required
from app.clock import today
from app.directory.facts import place
from app.directory.memberships import queries as memberships
from app.directory.memberships.permissions import Actor, acting
from app.directory.places import label
from app.errors import allow
from app.exports import Column, announced, csv_for_machines, csv_for_people, workbook
from app.extensions import db
from app.formats import plural
from app.matchmaking.interests.permissions import regions_of
from app.meetings.loading import load_organised
from app.meetings.permissions import can_organise
from app.meetings.requests import actions, permissions, queries
from app.meetings.requests.forms import Possible, RequestForm
from app.meetings.requests.models import MeetingRequest
from app.meetings.sight import visible_to
from app.partnerships.refusals import Mistake
from app.public_ids import LENGTH, LETTERS
from geo.territories import Level, Territory

meeting_requests = Blueprint("meeting_requests", __name__)

COLUMNS = [
    Column("Région", "region", lambda one: one.region_id, shown=lambda one: one.region.name),
    Column("Structure", "structure", lambda one: one.institution.public_id, shown=lambda one: one.institution.name),
    Column("Type", "type", lambda one: one.institution.kind),
    Column("Lieu", "lieu", lambda one: place(one.institution)),
    Column("Demandé le", "demande_le", lambda one: one.asked_at),
    Column("Ce qu’elle en attend", "attente", lambda one: one.words),
]


@meeting_requests.get("/demandes-de-rencontre")
@sign_in_required
def index() -> str:
    """How many ask, region by region, and one's own requests."""
    actor = acting()
    rows = db.session.execute(queries.by_region()).all()
    return render_template(
        "meeting_requests/index.html",
        rows=rows,
        own=db.session.scalars(queries.own(actor)).all(),
        answered=db.session.execute(queries.answered_lately().where(visible_to(actor))).all(),
        readable={row.Territory.id for row in rows if permissions.can_read_requests(actor, row.Territory.id)},
        may_export=permissions.can_read_some(actor),
        may_ask=bool(_possible(actor)),
        label=label,
    )


@meeting_requests.get("/demandes-de-rencontre.<any(csv, xlsx):extension>")
@sign_in_required
def export(extension: str) -> Response:
    """The requests that this person may read, as a file."""
    actor = acting()
    allow(permissions.can_read_some(actor))
    audience = request.args.get("pour", "personnes")
    if audience not in ("personnes", "machines"):
        abort(400, "Le paramètre « pour » vaut « personnes » ou « machines ».")
    if request.method == "HEAD":
        return announced("demandes-de-rencontre", extension)
    select = queries.everywhere() if permissions.is_network_organiser(actor) else queries.waiting_for(actor)
    rows = db.session.scalars(select).all()
    if extension == "xlsx":
        about = [("Contenu", "Demandes de rencontre régionale en attente"), ("Exporté le", today()), ("Nombre", len(rows))]
        return workbook(rows, COLUMNS, "demandes-de-rencontre", about)
    return (csv_for_machines if audience == "machines" else csv_for_people)(rows, COLUMNS, "demandes-de-rencontre")


@meeting_requests.get("/demandes-de-rencontre/nouvelle")
@sign_in_required
def new() -> str:
    """The form; `?structure=` and `?region=` choose beforehand."""
    form = RequestForm(formdata=None)
    asked = {(one.institution_id, one.region_id) for one in _asked(acting())}
    form.offer([one for one in _possible(acting()) if (one.institution.id, one.region.id) not in asked])
    wanted = f"{request.args.get('structure', '')}:{request.args.get('region', '')}"
    asked_region = [code for code in form.possible if code.endswith(f":{request.args.get('region', '')}")]
    if wanted in form.possible or len(asked_region) == 1:
        form.who.data = wanted if wanted in form.possible else asked_region[0]
    return _form_page(form)


@meeting_requests.post("/demandes-de-rencontre/nouvelle")
@sign_in_required
def create() -> Response | tuple[str, int]:
    """Ask, for one's institution."""
    actor, form = acting(), RequestForm()
    form.offer(_possible(actor))
    if not form.possible or not form.validate():
        return _form_page(form), 400
    chosen = form.chosen
    allow(permissions.can_ask_for(actor, chosen.institution, chosen.region.id))
    try:
        actions.ask(db.session, chosen.institution, chosen.region, form.words.data or "", _person())
    except Mistake as mistake:
        mistake.show_on(form)
        return _form_page(form), 400
    db.session.commit()
    flash("Votre demande est enregistrée : nous vous écrirons dès qu’une rencontre y répondra.", "success")
    return redirect(url_for("meeting_requests.index"), 303)


@meeting_requests.post("/demandes-de-rencontre/<meeting_request_id>/retirer")
@sign_in_required
def withdraw(meeting_request_id: str) -> Response:
    """Take one's request back."""
    if not re.fullmatch(f"[{LETTERS}]{{{LENGTH}}}", meeting_request_id):
        abort(404)
    found: MeetingRequest = db.session.scalar(queries.by_public_id(meeting_request_id)) or abort(404)
    allow(permissions.can_withdraw(acting(), found))
    actions.withdraw(db.session, found)
    db.session.commit()
    flash("Votre demande est retirée.", "success")
    return redirect(url_for("meeting_requests.index"), 303)


@meeting_requests.get("/demandes-de-rencontre/<region_id>")
@sign_in_required
def region(region_id: str) -> str:
    """Who asks in a region, and why; for those who may organise it."""
    found = db.session.get(Territory, region_id) if re.fullmatch(r"region-[0-9]{1,2}", region_id) else None
    if found is None or found.level is not Level.REGION:
        abort(404)
    actor = acting()
    allow(permissions.can_read_requests(actor, found.id))
    coming = db.session.scalars(queries.seen_meetings(actor, [found.id])).all()
    return render_template(
        "meeting_requests/region.html",
        region=found,
        rows=db.session.scalars(queries.in_region(found.id)).all(),
        coming=coming,
        answering={one.id for one in coming if can_organise(actor, one)},
        place=place,
        may_organise=bool(actor.institutions) or actor.is_administrator,
    )


@meeting_requests.post("/rencontres/<meeting_id>/repondre-aux-demandes")
@sign_in_required
def answer(meeting_id: str) -> Response:
    """A regional meeting answers what was asked since it was announced."""
    meeting = load_organised(meeting_id)
    number = actions.answer_requests(db.session, meeting)
    db.session.commit()
    if number:
        told = plural(number, "demande a sa réponse", "demandes ont leur réponse")
        flash(f"{told} : celles et ceux qui ont demandé en reçoivent la nouvelle.", "success")
    else:
        flash("Aucune demande n’attend cette rencontre : rien n’a été envoyé.", "success")
    return redirect(url_for("meetings.show", meeting_id=meeting.public_id), 303)


@meeting_requests.app_template_global()
def meetings_asked_in(territory: Territory) -> int:
    """How many requests of a meeting wait in a region; everybody may know it. None is for a smaller territory."""
    if territory.level is not Level.REGION:
        return 0
    return db.session.scalar(queries.number_in(territory.id)) or 0


def _possible(actor: Actor) -> list[Possible]:
    """For which institutions this person may ask, and for which regions of each."""
    ids = {one.id: regions_of(one) for one in actor.institutions}
    regions = {one.id: one for one in db.session.scalars(memberships.regions_of(set().union(*ids.values())))}
    return [Possible(one, known) for one in actor.institutions for key, known in regions.items() if key in ids[one.id]]


def _asked(actor: Actor) -> Sequence[MeetingRequest]:
    """What this person's institutions have asked, and that waits."""
    return db.session.scalars(queries.waiting_of(list(actor.institutions))).all()


def _form_page(form: RequestForm) -> str:
    asked = _asked(acting())
    regions = sorted({one.region.id for one in form.possible.values()} | {one.region_id for one in asked})
    coming: Any = db.session.scalars(queries.seen_meetings(acting(), regions)).all() if regions else []
    return render_template(
        "meeting_requests/new.html",
        form=form,
        coming=coming,
        asked=asked,
        label=label,
        has_institution=bool(acting().institutions),
    )


def _person() -> User:
    return current_user() or abort(403)
