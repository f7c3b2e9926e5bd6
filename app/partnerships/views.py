"""The page of a partnership, and its steps."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.accounts.session import current_user, sign_in_required
from app.clock import today
from app.directory.memberships.permissions import acting
from app.directory.vocabulary import Format
from app.errors import Refusal, allow
from app.extensions import db
from app.formats import apostrophes
from app.forms import tidy_lines
from app.partnerships import actions, page, queries
from app.partnerships.exchanges import queries as exchange_queries
from app.partnerships.exchanges.models import Exchange
from app.partnerships.exchanges.permissions import can_see_exchange, side_of
from app.partnerships.forms import RecordForm, RefusalForm, StepForm, day_of, refusal_form
from app.partnerships.models import Partnership, Step, StepTaken
from app.partnerships.permissions import can_act, can_record, can_see_partnership
from app.partnerships.refusals import Mistake

partnerships = Blueprint("partnerships", __name__)


@partnerships.app_template_global()
def partnerships_of(exchange: Exchange) -> list[Partnership]:
    """The partnerships of an exchange, for its page."""
    return list(db.session.scalars(queries.of_exchange(exchange)))


@partnerships.app_template_global()
def can_record_partnership(exchange: Exchange) -> bool:
    """Whether the person of this request may open a partnership in this exchange."""
    return can_record(acting(), exchange)


@partnerships.app_template_global()
def trail_of(partnership: Partnership, inside: bool = True) -> list[tuple[str, str]]:
    """The way to the pages of a partnership, the same on each; the partnership itself is in it unless `inside` is False."""
    exchange = partnership.exchange
    trail = [("Mon espace", url_for("workspace.home"))]
    if side_of(acting(), exchange):
        trail.append(("Vos partenariats", url_for("boards.mine")))
    if inside:
        names = f"{apostrophes(exchange.cite.name)} et {apostrophes(exchange.partner.name)}"
        trail.append((names, url_for("partnerships.show", partnership_id=partnership.public_id)))
    return trail


@partnerships.errorhandler(Refusal)
def refused(refusal: Refusal) -> tuple[str, int]:
    """Say what the rules forbid on the page of the partnership, as it is now; a note that was typed is kept there."""
    db.session.rollback()
    partnership_id = (request.view_args or {})["partnership_id"]
    typed = [tidy_lines(text) for name in ("note", "refus-note") if (text := request.form.get(name))]
    return _page(
        _load(partnership_id), form=StepForm() if "step" in request.form else None, refused=str(refusal), typed=typed
    ), 409


@partnerships.get("/echanges/<exchange_id>/partenariats/nouveau")
@sign_in_required
def new(exchange_id: str) -> str:
    """The form to record a partnership that begins, or runs already."""
    exchange = _exchange(exchange_id)
    return _record_page(exchange, RecordForm(formdata=None, day=_today()))


@partnerships.post("/echanges/<exchange_id>/partenariats")
@sign_in_required
def record(exchange_id: str) -> Response | tuple[str, int]:
    """Record a partnership at its first contact; its history follows step by step."""
    exchange, actor, form = _exchange(exchange_id), acting(), RecordForm()
    if not form.validate_on_submit() or actor.user is None or form.day.known is None:
        return _record_page(exchange, form), 400
    side, description, note = side_of(actor, exchange), form.description.data or "", form.note.data or ""
    what = (exchange, Format(form.format.data), actor.user, side, *form.day.known)
    try:
        made = actions.record(db.session, *what, description=description, note=note)
    except Mistake as mistake:
        db.session.rollback()
        mistake.show_on(form)
        return _record_page(_exchange(exchange_id), form), 400
    db.session.commit()
    flash("Le partenariat est enregistré. Notez maintenant ses étapes, dans l’ordre où elles ont eu lieu.", "success")
    return _back(made)


@partnerships.get("/partenariats/<partnership_id>")
@sign_in_required
def show(partnership_id: str) -> str:
    """A partnership, as a side or as the agency sees it."""
    return _page(_load(partnership_id))


@partnerships.post("/partenariats/<partnership_id>/etapes")
@sign_in_required
def take_step(partnership_id: str) -> Response | tuple[str, int]:
    """Note a step."""
    partnership, actor = _load(partnership_id), acting()
    allow(can_act(actor, partnership))
    form = StepForm()
    form.offer(list(Step))
    if not form.validate_on_submit() or actor.user is None or form.day.known is None:
        return _page(partnership, form=form), 400
    step, side, note = Step(form.step.data), side_of(actor, partnership.exchange), form.note.data or ""
    try:
        taken = actions.take_step(db.session, partnership, step, actor.user, side, *form.day.known, note=note)
    except Mistake as mistake:
        db.session.rollback()
        mistake.show_on(form)
        return _page(_load(partnership_id), form=form), 400
    db.session.commit()
    waits = "L’étape est notée ; elle comptera quand l’autre côté l’aura confirmée."
    flash(waits if taken.needs_confirmation else "L’étape est notée.", "success")
    return _back(partnership)


@partnerships.post("/partenariats/<partnership_id>/etapes/<step_id>/confirmer")
@sign_in_required
def confirm(partnership_id: str, step_id: str) -> Response:
    """Confirm the step that the other side took."""
    taken = _step(partnership_id, step_id)
    actions.confirm(db.session, taken, _person(), side_of(acting(), taken.partnership.exchange))
    db.session.commit()
    flash("L’étape est confirmée : elle compte désormais.", "success")
    return _back(taken.partnership)


@partnerships.post("/partenariats/<partnership_id>/etapes/<step_id>/refuser")
@sign_in_required
def refuse(partnership_id: str, step_id: str) -> Response | tuple[str, int]:
    """Refuse it, and say why."""
    taken, form = _step(partnership_id, step_id), refusal_form()
    if not form.validate_on_submit():
        return _page(taken.partnership, refusal=form), 400
    actions.refuse(db.session, taken, _person(), side_of(acting(), taken.partnership.exchange), form.note.data)
    db.session.commit()
    flash("L’étape n’est pas confirmée. L’autre côté en connaît la raison.", "success")
    return _back(taken.partnership)


@partnerships.post("/partenariats/<partnership_id>/etapes/<step_id>/retirer")
@sign_in_required
def withdraw(partnership_id: str, step_id: str) -> Response:
    """Take back the step that one's own side took, before any answer."""
    taken = _step(partnership_id, step_id)
    actions.withdraw(db.session, taken, _person(), side_of(acting(), taken.partnership.exchange))
    db.session.commit()
    flash("L’étape est retirée.", "success")
    return _back(taken.partnership)


def _load(partnership_id: str) -> Partnership:
    """The partnership of this id; that it exists is known to those alone who may see it."""
    found: Partnership = db.session.scalar(queries.by_public_id(partnership_id)) or abort(404)
    if not can_see_partnership(acting(), found):
        abort(404)
    return found


def _exchange(exchange_id: str) -> Exchange:
    exchange: Exchange = db.session.scalar(exchange_queries.by_public_id(exchange_id)) or abort(404)
    if not can_see_exchange(acting(), exchange):
        abort(404)
    allow(can_record(acting(), exchange))
    return exchange


def _step(partnership_id: str, step_id: str) -> StepTaken:
    """A step of this partnership, for one who may answer or withdraw it."""
    partnership = _load(partnership_id)
    allow(can_act(acting(), partnership))
    taken: StepTaken = db.session.scalar(queries.step_of(partnership, step_id)) or abort(404)
    return taken


def _person() -> Any:
    return current_user() or abort(403)


def _today() -> str:
    return today().strftime("%d/%m/%Y")


def _back(partnership: Partnership) -> Response:
    return redirect(url_for("partnerships.show", partnership_id=partnership.public_id), 303)


def _record_page(exchange: Exchange, form: RecordForm) -> str:
    return render_template("partnerships/new.html", exchange=exchange, form=form, formats=Format)


def _new_step(ready: list[Step]) -> StepForm:
    """The form of a step; a link from a meeting that was held carries the step and its day."""
    asked = request.args.get("etape", "")
    day = day_of(request.args.get("jour", ""))
    chosen = asked if asked in {step.value for step in ready} else None
    return StepForm(formdata=None, step=chosen, day=f"{day:%d/%m/%Y}" if day else _today())


def _page(
    partnership: Partnership,
    form: StepForm | None = None,
    refusal: RefusalForm | None = None,
    refused: str = "",
    typed: list[str] | None = None,
) -> str:
    """The page; `refused` says what could not be done, and `typed` the notes to copy where no form keeps them."""
    told = page.gather(db.session, partnership, acting())
    form = form or _new_step(told.ready)
    form.offer(told.ready)
    return render_template(
        "partnerships/show.html",
        told=told,
        partnership=partnership,
        exchange=partnership.exchange,
        form=form,
        refusal=refusal or refusal_form(formdata=None),
        refused=refused,
        typed=typed or [],
        steps=Step,
    )
