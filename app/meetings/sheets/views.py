"""The sheet of each table, what becomes of it in one click, and the report that gathers them all."""

from typing import Any

import segno
from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from app.accounts.models import User
from app.accounts.session import current_user, sign_in_required
from app.directory.edition.words import theme_labels
from app.directory.facts import COUNTRIES
from app.directory.memberships.permissions import acting
from app.directory.places import label
from app.errors import allow
from app.exports import announced, csv_for_machines, csv_for_people, workbook
from app.extensions import db
from app.formats import plural
from app.mail.outbox import link
from app.matchmaking.interests import telling
from app.matchmaking.interests.models import Act, Interest
from app.matchmaking.proposals.models import Status
from app.meetings.loading import load_organised
from app.meetings.models import GATHERINGS, Meeting
from app.meetings.permissions import can_organise
from app.meetings.registrations.links import token_of
from app.meetings.registrations.models import Registration
from app.meetings.sheets import actions, permissions, proposing, queries, report, wishing
from app.meetings.sheets.contents import LABELS, Said
from app.meetings.sheets.forms import SheetForm
from app.meetings.sheets.loading import At, link_args, read_meeting, read_sheet, read_table
from app.meetings.sheets.models import TableSheet
from app.meetings.sheets.permissions import Reader
from app.partnerships.refusals import Mistake

sheets = Blueprint("sheets", __name__)
NOUNS = {Act.DECLARED: "intérêt", Act.WANTED: "souhait", Act.SUGGESTED: "piste"}


@sheets.get("/rencontres/<meeting_id>/tables/<table_id>/fiche")
def show(meeting_id: str, table_id: str) -> str:
    """What a table has written, what became of it, and what this person may make of it."""
    at = read_table(meeting_id, table_id)
    said = Said.of(at.sheet)
    may_draw = at.sheet is not None and not said.is_blank and permissions.can_draw_from(at.reader, at.table, at.round)
    outcomes = db.session.scalars(queries.outcomes_of(at.sheet)).all() if at.sheet else []
    return render_template(
        "sheets/show.html",
        **_frame(at),
        said=said,
        lines=said.lines(theme_labels(db.session)),
        may_write=permissions.can_write_sheet(at.reader, at.table, at.round),
        has_come=permissions.has_come(at.meeting),
        may_draw=may_draw,
        wanted=wishing.wanted_by(db.session, at.reader.actor, at.sheet) if may_draw and at.sheet else [],
        pairs=proposing.pairs_of(db.session, at.reader.actor, at.sheet) if may_draw and at.sheet else [],
        became=report.became_of(at.reader.actor, outcomes, telling.theme_labels(db.session)),
    )


@sheets.get("/rencontres/<meeting_id>/tables/<table_id>/fiche/modifier")
def edit(meeting_id: str, table_id: str) -> str:
    """The form of a sheet."""
    at = _to_write(meeting_id, table_id)
    form = SheetForm(formdata=None)
    form.offer_themes(db.session)
    form.show(Said.of(at.sheet), at.sheet.revision if at.sheet else actions.UNWRITTEN)
    return _form_page(at, form)


@sheets.post("/rencontres/<meeting_id>/tables/<table_id>/fiche/modifier")
def update(meeting_id: str, table_id: str) -> Response | tuple[str, int]:
    """Keep a sheet; if someone else was faster, show both versions and ask again."""
    at = _to_write(meeting_id, table_id)
    form = SheetForm()
    form.offer_themes(db.session)
    if not form.validate():
        return _form_page(at, form), 400
    try:
        sheet, is_kept = actions.write(db.session, at.table, at.round, form.said, form.revision_read, current_user())
    except Mistake as mistake:
        mistake.show_on(form)
        return _form_page(at, form), 400
    if not is_kept:
        form.revision.data = str(sheet.revision)
        differing = Said.of(sheet).differing(form.said, theme_labels(db.session))
        return _form_page(at, form, existing=sheet, differing=differing), 409
    db.session.commit()
    flash("La fiche est enregistrée : toutes les personnes inscrites peuvent la lire.", "success")
    return redirect(url_for("sheets.show", **at.args), 303)


@sheets.get("/rencontres/<meeting_id>/tables/<table_id>/fiche/imprimer")
def blank(meeting_id: str, table_id: str) -> str:
    """An empty sheet to print, filled by hand at the table."""
    at = read_table(meeting_id, table_id)
    return _blank_page(at.meeting, [_blank(at.meeting, at.table, at.round, at.rounds)])


@sheets.get("/rencontres/<meeting_id>/fiches-a-imprimer")
@sign_in_required
def blanks(meeting_id: str) -> str:
    """The empty sheets of all tables, one a page, for the organisers."""
    meeting = load_organised(meeting_id)
    rounds = db.session.scalar(queries.rounds_of(meeting)) or 1
    tables = db.session.scalars(queries.tables_of(meeting)).all()
    numbered = [(table, number) for number in range(1, rounds + 1) for table in tables]
    return _blank_page(meeting, [_blank(meeting, table, number, rounds) for table, number in numbered])


@sheets.post("/rencontres/<meeting_id>/fiches/<sheet_id>/interets")
@sign_in_required
def to_interests(meeting_id: str, sheet_id: str) -> Response:
    """« En faire des intérêts », in one click."""
    reader, sheet = read_sheet(meeting_id, sheet_id)
    made, existing = wishing.make(db.session, reader.actor, sheet, _person())
    db.session.commit()
    flash(_said_of(made, existing), "success")
    return redirect(_page_of(sheet), 303)


@sheets.post("/rencontres/<meeting_id>/fiches/<sheet_id>/propositions")
@sign_in_required
def to_proposals(meeting_id: str, sheet_id: str) -> Response:
    """« En faire une proposition », in one click: a draft opened for editing, or an introduction asked for."""
    reader, sheet = read_sheet(meeting_id, sheet_id)
    chosen = (request.form.get("cite", ""), request.form.get("structure", ""))
    proposal, introduction = proposing.propose(db.session, reader.actor, sheet, chosen, _person())
    db.session.commit()
    if proposal is not None and proposal.status is Status.DRAFT:
        return redirect(url_for("proposals.edit", proposal_id=proposal.public_id), 303)
    if proposal is not None:
        flash("Une proposition a déjà été faite de cette fiche : la voici.", "success")
        return redirect(url_for("proposals.show", proposal_id=proposal.public_id), 303)
    assert introduction is not None, "a sheet becomes one or the other"
    flash("La mise en relation est demandée : une fois acceptée, le même bouton préparera la proposition.", "success")
    return redirect(_page_of(sheet), 303)


@sheets.get("/rencontres/<meeting_id>/compte-rendu", endpoint="report")
def read_report(meeting_id: str) -> str:
    """The agenda, the numbers, the sheets of the tables, and what became of them."""
    meeting, reader = read_meeting(meeting_id)
    told = report.gather(db.session, reader.actor, meeting)
    is_organiser = can_organise(reader.actor, meeting)
    return render_template(
        "sheets/report.html",
        meeting=meeting,
        told=told,
        label=label,
        countries=COUNTRIES,
        is_organiser=is_organiser,
        by_link=link_args(),
    )


@sheets.get("/rencontres/<meeting_id>/compte-rendu.<any(csv, xlsx):extension>")
def export(meeting_id: str, extension: str) -> Response:
    """The sheets of all tables as a file."""
    meeting, reader = read_meeting(meeting_id)
    audience = request.args.get("pour", "personnes")
    if audience not in ("personnes", "machines"):
        abort(400, "Le paramètre « pour » vaut « personnes » ou « machines ».")
    name = f"compte-rendu-{meeting.starts_at:%Y-%m-%d}"
    if request.method == "HEAD":
        return announced(name, extension)
    rounds = db.session.scalar(queries.rounds_of(meeting)) or 1
    rows = report.rows_of(db.session, reader.actor, meeting, rounds)
    if extension == "xlsx":
        return workbook(rows, report.COLUMNS, name, report.about(meeting, len(rows)))
    return (csv_for_machines if audience == "machines" else csv_for_people)(rows, report.COLUMNS, name)


@sheets.app_template_global()
def sheet_links(meeting: Meeting, registration: Registration | None = None) -> list[tuple[str, str]]:
    """For the page of a gathering or of a registration: the sheets of the tables where one sits and, from its day, the report.

    `registration`: that of the page, read by its signed link.
    """
    reader = Reader(acting(), registration)
    if meeting.kind not in GATHERINGS or not permissions.can_read_report(reader, meeting):
        return []
    by_link: dict[str, Any] = {}
    if registration is not None and not reader.actor.is_known:
        by_link = {"inscription": token_of(registration)}
    rounds = db.session.scalar(queries.rounds_of(meeting)) or 1
    own = permissions.own_among(reader, queries.confirmed(meeting))
    found = [
        (
            f"La fiche de la table {table.number}" + (f", tour {number}" if rounds > 1 else ""),
            url_for("sheets.show", meeting_id=meeting.public_id, table_id=table.public_id, tour=number, **by_link),
        )
        for number, table in db.session.execute(queries.seats_of(own))
    ]
    if permissions.has_come(meeting):
        found.append(("Le compte rendu", url_for("sheets.report", meeting_id=meeting.public_id, **by_link)))
    return found


def _to_write(meeting_id: str, table_id: str) -> At:
    at = read_table(meeting_id, table_id)
    allow(permissions.can_write_sheet(at.reader, at.table, at.round))
    return at


def _frame(at: At) -> dict[str, Any]:
    return {
        "at": at,
        "meeting": at.meeting,
        "label": label,
        "by_link": link_args(),
        "institutions": db.session.scalars(queries.institutions_at(at.table, at.round)).all(),
        "others": db.session.scalars(queries.others_at(at.table, at.round)).all(),
    }


def _form_page(at: At, form: SheetForm, **more: Any) -> str:
    return render_template("sheets/form.html", **_frame(at), form=form, **{"existing": None, "differing": [], **more})


def _blank(meeting: Meeting, table: Any, number: int, rounds: int) -> dict[str, Any]:
    """What is printed on an empty sheet; its code opens the same sheet on a phone."""
    page = link("sheets.show", meeting_id=meeting.public_id, table_id=table.public_id, tour=number)
    code = segno.make(page, error="m").svg_inline(scale=2, border=2, svgclass="blank-sheet__code", title="Cette fiche en ligne")
    return {"table": table, "round": number if rounds > 1 else None, "page": page, "code": Markup(code)}  # noqa: S704 - ours


def _blank_page(meeting: Meeting, papers: list[dict[str, Any]]) -> str:
    return render_template("sheets/blank.html", meeting=meeting, papers=papers, label=label, labels=LABELS)


def _said_of(made: list[Interest], existing: int) -> str:
    """What the click has made, act by act, and what existed already."""
    if not made:
        return f"Rien de nouveau : {'cela existait' if existing == 1 else 'tout existait'} déjà, et n’est pas dit deux fois."
    counted = [(sum(one.act is act for one in made), noun) for act, noun in NOUNS.items()]
    said = ", ".join(plural(number, noun) for number, noun in counted if number)
    already = f" {plural(existing, 'existait', 'existaient')} déjà." if existing else ""
    return f"C’est fait, avec les mots de la fiche : {said}.{already}"


def _page_of(sheet: TableSheet) -> str:
    meeting_id = sheet.table.meeting.public_id
    return url_for("sheets.show", meeting_id=meeting_id, table_id=sheet.table.public_id, tour=sheet.round)


def _person() -> User:
    return current_user() or abort(403)
