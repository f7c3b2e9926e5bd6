"""Figures, awareness sessions and reviews of a partnership."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.accounts.models import User
from app.accounts.session import sign_in_required
from app.clock import today
from app.directory.memberships.permissions import acting
from app.errors import Refusal, allow
from app.exports import announced, csv_for_machines, csv_for_people, workbook
from app.extensions import db
from app.partnerships import queries as partnership_queries
from app.partnerships.exchanges.models import Side
from app.partnerships.exchanges.permissions import side_of
from app.partnerships.figures import actions, queries
from app.partnerships.figures.columns import ABOUT, COLUMNS
from app.partnerships.figures.forms import AwarenessForm, FiguresForm, ReviewForm
from app.partnerships.figures.indicators import Indicators, add_up, held_between
from app.partnerships.figures.models import Decision, Nature, Review, Toward, Unit
from app.partnerships.figures.programme import read_announced, read_awareness_days, read_workshops
from app.partnerships.forms import day_of
from app.partnerships.models import Partnership, Step
from app.partnerships.permissions import can_act, can_see_partnership
from app.partnerships.refusals import Mistake
from app.ways_back import texts_typed

figures = Blueprint("figures", __name__)


@figures.app_template_global()
def indicators_of(partnership: Partnership) -> Indicators:
    """What the figures of a partnership add up to, for its page: what was typed, and what its programme says."""
    return add_up(
        db.session.scalars(queries.figures_of(partnership)).all(),
        db.session.scalars(queries.awareness_of(partnership)).all(),
        read_workshops(db.session, partnership),
        read_awareness_days(db.session, partnership),
        read_announced(db.session, partnership),
    )


@figures.app_template_global()
def last_review_of(partnership: Partnership) -> Review | None:
    """The last review of a partnership, for its page."""
    found: Review | None = db.session.scalar(queries.reviews_of(partnership).limit(1))
    return found


@figures.get("/partenariats/<partnership_id>/chiffres")
@sign_in_required
def index(partnership_id: str) -> str:
    """All the figures, with what follows from them, and the reviews."""
    return _page(_load(partnership_id))


@figures.errorhandler(Refusal)
def refused(refusal: Refusal) -> tuple[str, int]:
    """Say what the rules forbid on the page itself, as it is now; texts that were typed are kept there."""
    db.session.rollback()
    return _page(_load((request.view_args or {})["partnership_id"]), str(refusal), texts_typed()), 409


@figures.get("/partenariats/<partnership_id>/chiffres.<any(csv, xlsx):extension>")
@sign_in_required
def export(partnership_id: str, extension: str) -> Response:
    """The figures as a file."""
    partnership = _load(partnership_id)
    audience = request.args.get("pour", "personnes")
    if audience not in ("personnes", "machines"):
        abort(400, "Le paramètre « pour » vaut « personnes » ou « machines ».")
    if request.method == "HEAD":
        return announced("chiffres", extension)
    names = f"{partnership.exchange.cite.name} et {partnership.exchange.partner.name}"
    about = [("Contenu", f"Chiffres du partenariat : {names}"), ("Exporté le", today()), *ABOUT]
    lines = indicators_of(partnership).lines
    if extension == "xlsx":
        return workbook(lines, COLUMNS, "chiffres", about)
    return (csv_for_machines if audience == "machines" else csv_for_people)(lines, COLUMNS, "chiffres")


@figures.get("/partenariats/<partnership_id>/chiffres/nouveaux")
@sign_in_required
def new(partnership_id: str) -> str:
    """The form of figures."""
    return render_template("figures/figures_form.html", **_frame(_mine(partnership_id)), form=FiguresForm(formdata=None))


@figures.post("/partenariats/<partnership_id>/chiffres")
@sign_in_required
def record(partnership_id: str) -> Response | tuple[str, int]:
    """Record workshops planned or held."""
    partnership, form = _mine(partnership_id), FiguresForm()
    if not form.validate_on_submit() or form.period is None or form.workshops.count is None:
        return render_template("figures/figures_form.html", **_frame(partnership), form=form), 400
    nature, period, note = Nature(form.nature.data), form.period, form.note.data or ""
    numbers = (form.workshops.count, form.participants.count)
    try:
        actions.record_figures(db.session, partnership, nature, period, *numbers, note, *_who(partnership))
    except Mistake as mistake:
        return _wrong(partnership_id, "figures/figures_form.html", form, mistake)
    db.session.commit()
    flash("Les chiffres sont notés.", "success")
    return _back(partnership)


@figures.post("/partenariats/<partnership_id>/chiffres/<figures_id>/retirer")
@sign_in_required
def remove(partnership_id: str, figures_id: str) -> Response:
    """Remove figures; that they were there is kept."""
    partnership = _mine(partnership_id)
    row = db.session.scalar(queries.figures_with(partnership, figures_id)) or abort(404)
    actions.remove(db.session, row, _who(partnership)[0])
    db.session.commit()
    flash("Les chiffres sont retirés.", "success")
    return _back(partnership)


@figures.get("/partenariats/<partnership_id>/sensibilisation/nouvelle")
@sign_in_required
def new_awareness(partnership_id: str) -> str:
    """The form of awareness sessions."""
    return render_template("figures/awareness_form.html", **_frame(_mine(partnership_id)), form=AwarenessForm(formdata=None))


@figures.post("/partenariats/<partnership_id>/sensibilisation")
@sign_in_required
def record_awareness(partnership_id: str) -> Response | tuple[str, int]:
    """Record awareness sessions of one direction."""
    partnership, form = _mine(partnership_id), AwarenessForm()
    if not form.validate_on_submit() or form.sessions.count is None or form.people.count is None:
        return render_template("figures/awareness_form.html", **_frame(partnership), form=form), 400
    toward, unit, outcome = Toward(form.toward.data), Unit(form.unit.data), form.outcome.data or ""
    counts = (form.sessions.count, unit, form.people.count)
    actions.record_awareness(db.session, partnership, toward, *counts, form.period, outcome, *_who(partnership))
    db.session.commit()
    flash("Les séances sont notées.", "success")
    return _back(partnership)


@figures.post("/partenariats/<partnership_id>/sensibilisation/<awareness_id>/retirer")
@sign_in_required
def remove_awareness(partnership_id: str, awareness_id: str) -> Response:
    """Remove awareness sessions; that they were there is kept."""
    partnership = _mine(partnership_id)
    row = db.session.scalar(queries.awareness_with(partnership, awareness_id)) or abort(404)
    actions.remove(db.session, row, _who(partnership)[0])
    db.session.commit()
    flash("Les séances sont retirées.", "success")
    return _back(partnership)


@figures.get("/partenariats/<partnership_id>/bilans/nouveau")
@sign_in_required
def new_review(partnership_id: str) -> str:
    """The form of a review; the day of a meeting that was held may already be in it."""
    form = ReviewForm(formdata=None, held_on=day_of(request.args.get("jour", "")))
    return render_template("figures/review_form.html", **_frame(_mine(partnership_id)), form=form)


@figures.post("/partenariats/<partnership_id>/bilans")
@sign_in_required
def record_review(partnership_id: str) -> Response | tuple[str, int]:
    """Record a review, and the steps that follow from it."""
    partnership, form = _mine(partnership_id), ReviewForm()
    if not form.validate_on_submit() or form.period is None or form.held_on.data is None:
        return render_template("figures/review_form.html", **_frame(partnership), form=form), 400
    decision, summary = Decision(form.decision.data), form.summary.data or ""
    held_on, period = form.held_on.data, form.period
    try:
        actions.record_review(db.session, partnership, held_on, period, decision, summary, *_who(partnership))
    except Mistake as mistake:
        return _wrong(partnership_id, "figures/review_form.html", form, mistake)
    db.session.commit()
    stops = "Le bilan est noté. Pour arrêter, notez l’étape « Clos » et sa raison."
    flash(stops if decision is Decision.STOP else "Le bilan est noté ; le partenariat continue.", "success")
    return redirect(url_for("partnerships.show", partnership_id=partnership_id), 303)


def _page(partnership: Partnership, refused: str = "", typed: Sequence[str] = ()) -> str:
    rows = db.session.scalars(queries.figures_of(partnership)).all()
    reviews = db.session.scalars(queries.reviews_of(partnership)).all()
    workshops = read_workshops(db.session, partnership)
    return render_template(
        "figures/index.html",
        **_frame(partnership),
        refused=refused,
        typed=typed,
        told=indicators_of(partnership),
        reviews=[(one, held_between(rows, workshops, one.starts_on, one.ends_on)) for one in reviews],
        may_act=can_act(acting(), partnership),
        runs=partnership.step is Step.RUNNING,
        natures=Nature,
        towards=Toward,
    )


def _wrong(partnership_id: str, template: str, form: Any, mistake: Mistake) -> tuple[str, int]:
    """The form again, with what the rules say of it."""
    db.session.rollback()
    mistake.show_on(form)
    return render_template(template, **_frame(_mine(partnership_id)), form=form), 400


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


def _who(partnership: Partnership) -> tuple[User, Side]:
    """The person and the side for which they act."""
    actor = acting()
    return actor.user or abort(403), side_of(actor, partnership.exchange) or abort(403)


def _frame(partnership: Partnership) -> dict[str, Any]:
    return {
        "partnership": partnership,
        "exchange": partnership.exchange,
        "address": {"partnership_id": partnership.public_id},
    }


def _back(partnership: Partnership) -> Response:
    return redirect(url_for("figures.index", partnership_id=partnership.public_id), 303)
