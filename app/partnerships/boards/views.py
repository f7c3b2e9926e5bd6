"""Boards of partnerships: mine, a region's, the network's, as a list or as columns; their files; reminders put off."""

import re
from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.accounts.session import current_user, sign_in_required
from app.clock import today
from app.directory.memberships.permissions import acting
from app.directory.vocabulary import Format
from app.errors import allow
from app.exports import announced, csv_for_machines, csv_for_people, rows_of, workbook
from app.extensions import db
from app.formats import apostrophes
from app.partnerships import queries as partnership_queries
from app.partnerships.boards import queries, reminders
from app.partnerships.boards.columns import COLUMNS as EXPORTED
from app.partnerships.boards.forms import COLUMNS, BoardForm, SnoozeForm
from app.partnerships.boards.models import Stall
from app.partnerships.boards.permissions import can_see_network, can_see_region
from app.partnerships.boards.queries import Board
from app.partnerships.models import Partnership, Step
from app.partnerships.permissions import can_see_partnership
from geo.territories import Level, Territory

boards = Blueprint("boards", __name__)

PAGE_SIZE = 25
#: How many cards a column shows: what comes after is a search away, and the page stays light.
CARDS_A_COLUMN = 8


@boards.app_template_global()
def stall_of(partnership: Partnership) -> tuple[Stall, Any] | None:
    """Why a partnership stalls and since when, for its page."""
    row = db.session.execute(queries.stall_of(partnership, today())).one_or_none()
    return (Stall(row.stall), row.stalled_since.date()) if row else None


@boards.app_template_global()
def snooze_form() -> SnoozeForm:
    """The form that puts reminders off."""
    return SnoozeForm(formdata=None)


@boards.get("/partenariats")
@sign_in_required
def mine() -> Response | str | tuple[str, int]:
    """The partnerships of the institutions for which I speak."""
    return _board("Vos partenariats", "boards.mine", {}, lambda **asked: Board(today(), actor=acting(), **asked))


@boards.get("/partenariats/regions/<region_id>")
@sign_in_required
def region(region_id: str) -> Response | str | tuple[str, int]:
    """The partnerships of a region: of its Cités and of its libraries."""
    found = _region(region_id)
    return _board(
        f"Partenariats : {apostrophes(found.name)}",
        "boards.region",
        {"region_id": region_id},
        lambda **asked: Board(today(), region_id=region_id, **asked),
    )


@boards.get("/partenariats/reseau")
@sign_in_required
def network() -> Response | str | tuple[str, int]:
    """Every partnership of the network."""
    allow(can_see_network(acting()))
    return _board("Partenariats du réseau", "boards.network", {}, lambda **asked: Board(today(), everyone=True, **asked))


@boards.get("/partenariats.<any(csv, xlsx):extension>")
@sign_in_required
def export_mine(extension: str) -> Response:
    """Exactly my filtered board as a file."""
    return _export(extension, "Vos partenariats", lambda **asked: Board(today(), actor=acting(), **asked))


@boards.get("/partenariats/regions/<region_id>.<any(csv, xlsx):extension>")
@sign_in_required
def export_region(region_id: str, extension: str) -> Response:
    """Exactly the filtered board of a region as a file."""
    found = _region(region_id)
    return _export(extension, found.name, lambda **asked: Board(today(), region_id=region_id, **asked))


@boards.get("/partenariats/reseau.<any(csv, xlsx):extension>")
@sign_in_required
def export_network(extension: str) -> Response:
    """Exactly the filtered board of the network as a file."""
    allow(can_see_network(acting()))
    return _export(extension, "Réseau", lambda **asked: Board(today(), everyone=True, **asked))


@boards.post("/partenariats/<partnership_id>/rappels")
@sign_in_required
def snooze(partnership_id: str) -> Response:
    """Put off the reminders that I get of this partnership."""
    partnership: Partnership = db.session.scalar(partnership_queries.by_public_id(partnership_id)) or abort(404)
    if not can_see_partnership(acting(), partnership):
        abort(404)
    form, user = SnoozeForm(), current_user() or abort(403)
    if not form.validate_on_submit():
        abort(400, "Choisissez une semaine, un mois ou trois mois.")
    until = reminders.snooze(db.session, partnership, user, today(), int(form.jours.data))
    db.session.commit()
    flash(f"Aucun rappel avant le {until:%d/%m/%Y}.", "success")
    return redirect(url_for("partnerships.show", partnership_id=partnership_id), 303)


def _board(
    title: str, endpoint: str, values: dict[str, Any], board_of: Callable[..., Board]
) -> Response | str | tuple[str, int]:
    form = BoardForm(request.args)
    frame = {"form": form, "title": title, "endpoint": endpoint, "values": values, "steps": Step}
    if not form.validate():
        return render_template("boards/board.html", **frame, total=None, args={}, in_columns=False), 400
    board = board_of(**_asked(form))
    by_step = {row.step: row.number for row in db.session.execute(queries.count_by_step(board))}
    form.count_steps(by_step)
    total = sum(number for step, number in by_step.items() if not board.steps or step in board.steps)
    in_columns = form.vue.data == COLUMNS
    page, pages = _page(total)
    shown = queries.rows(board) if in_columns else queries.rows(board).limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)
    rows = db.session.execute(shown).all()
    return render_template(
        "boards/board.html",
        **frame,
        total=total,
        args=form.clean_args,
        in_columns=in_columns,
        rows=rows,
        columns=_columns(rows) if in_columns else [],
        cards_shown=CARDS_A_COLUMN,
        page=page,
        pages=pages,
        stalls=Stall,
    )


def _columns(rows: Any) -> list[tuple[Step, list[Any]]]:
    return [(step, cards) for step in Step if (cards := [row for row in rows if row.step is step])]


def _asked(form: BoardForm) -> dict[str, Any]:
    return {
        "words": form.q.data or "",
        "steps": tuple(Step(code) for code in form.etape.data or []),
        "formats": tuple(Format(code) for code in form.formule.data or []),
        "stalled_only": bool(form.en_attente.data),
    }


def _export(extension: str, title: str, board_of: Callable[..., Board]) -> Response:
    form = BoardForm(request.args)
    audience = request.args.get("pour", "personnes")
    if not form.validate() or audience not in ("personnes", "machines"):
        abort(400, "Cette adresse ne décrit pas un tableau de suivi. Revenez à la page et choisissez à nouveau les filtres.")
    if request.method == "HEAD":
        return announced("partenariats", extension)
    board = board_of(**_asked(form))
    about = [
        ("Contenu", f"Tableau de suivi des partenariats : {title}"),
        ("Filtres", _said(board)),
        ("Exporté le", today()),
        ("Nombre de lignes", db.session.scalar(queries.count(board)) or 0),
        ("À savoir", "Ce fichier nomme des structures en discussion : il n’est pas destiné à être diffusé."),
    ]
    rows = rows_of(queries.rows(board))
    if extension == "xlsx":
        return workbook(rows, EXPORTED, "partenariats", about)
    return (csv_for_machines if audience == "machines" else csv_for_people)(rows, EXPORTED, "partenariats")


def _said(board: Board) -> str:
    told = [
        *([f"structure : {board.words}"] if board.words else []),
        *(f"étape : {one.label}" for one in board.steps),
        *(f"formule : {one.label}" for one in board.formats),
        *(["ce qui stagne seulement"] if board.stalled_only else []),
    ]
    return " ; ".join(told) or "aucun"


def _region(region_id: str) -> Territory:
    found = db.session.get(Territory, region_id)
    if found is None or found.level is not Level.REGION:
        abort(404)
    allow(can_see_region(acting(), region_id))
    return found


def _page(total: int) -> tuple[int, int]:
    pages = max(1, -(-total // PAGE_SIZE))
    asked = request.args.get("page", "")
    number = max(int(asked), 1) if re.fullmatch(r"\d{1,6}", asked, re.ASCII) else 1
    return min(number, pages), pages
