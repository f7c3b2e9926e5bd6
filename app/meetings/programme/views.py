"""The programme of meetings: by date, by month, as files; and what other pages say of the meetings to come."""

import re
from dataclasses import replace
from datetime import date
from typing import Any

from flask import Blueprint, abort, render_template, request, url_for
from werkzeug.wrappers import Response

from app.clock import today
from app.directory.edition.words import theme_labels
from app.directory.memberships.permissions import Actor, acting
from app.directory.models import Institution
from app.directory.places import label
from app.exports import announced, csv_for_machines, csv_for_people, workbook
from app.extensions import db
from app.meetings import wording
from app.meetings.models import Meeting, Openness, Stage, Status
from app.meetings.programme import asking, months, queries
from app.meetings.programme.columns import WITH_REGION, columns
from app.meetings.programme.queries import Criteria
from geo.territories import Territory

programme = Blueprint("programme", __name__)
programme.add_app_template_global(months.slot_of, "meeting_slot")

PAGE_SIZE = 25
#: How many meetings another page shows before it sends to the programme.
FEW = 3
MOST_IN_A_DAY = 4


@programme.get("/rencontres")
def index() -> str | tuple[str, int]:
    """The meetings that answer the filters, by month; without filter, all that is to come."""
    asked = asking.read(db.session, request.args)
    if asked.criteria is None:
        status = 400 if asked.form.errors else 200
        return render_template("programme/index.html", **_frame(asked), total=None), status
    select = queries.listed(acting(), asked.criteria)
    total = db.session.scalar(queries.count(select)) or 0
    page, pages = _page(total)
    rows = db.session.scalars(select.limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE))
    return render_template(
        "programme/index.html", **_frame(asked), total=total, by_month=months.by_month(rows), page=page, pages=pages
    )


@programme.get("/rencontres.<any(csv, xlsx):extension>")
def export(extension: str) -> Response:
    """Exactly the filtered programme as a file: .csv for people, the same with `?pour=machines`, .xlsx."""
    asked = asking.read(db.session, request.args)
    audience = request.args.get("pour", "personnes")
    if asked.criteria is None:
        abort(400, "Ce programme ne peut pas être exporté : corrigez d’abord sa recherche.")
    if audience not in ("personnes", "machines"):
        abort(400, "Le paramètre « pour » vaut « personnes » ou « machines ».")
    if request.method == "HEAD":
        return announced("rencontres", extension)
    rows = db.session.scalars(queries.listed(acting(), asked.criteria).options(*WITH_REGION)).all()
    shown = columns(theme_labels(db.session))
    if extension == "xlsx":
        return workbook(rows, shown, "rencontres", _about(asked, len(rows)))
    return (csv_for_machines if audience == "machines" else csv_for_people)(rows, shown, "rencontres")


@programme.get("/rencontres/mois/<month>")
def month(month: str) -> str | tuple[str, int]:
    """A month as a wall calendar, with the filters of the list but its period."""
    shown = months.read(month) or abort(404)
    asked = asking.read(db.session, request.args)
    if asked.criteria is None:
        status = 400 if asked.form.errors else 200
        return render_template("programme/index.html", **_frame(asked), total=None), status
    within = replace(asked.criteria, past=False, starts=shown.first, ends=shown.last)
    meetings = db.session.scalars(queries.listed(acting(), within)).all()
    return render_template(
        "programme/month.html",
        asked=asked,
        args=asked.without("du", "au", "passees"),
        filters={name: said for name, said in asked.filters.items() if name not in ("du", "au", "passees")},
        month=shown,
        this_month=months.month_of(today()),
        weeks=shown.weeks(meetings),
        by_day=months.by_day(meetings),
        today=today(),
        total=len(meetings),
        weekdays=wording.WEEKDAYS,
        most_in_a_day=MOST_IN_A_DAY,
        stages=Stage,
    )


@programme.app_template_global()
def meetings_on_sheet(institution: Institution) -> dict[str, Any]:
    """The next meetings that the institution hosts or that are held there, as far as this person may see them."""
    return _few(acting(), Criteria(institution=institution))


@programme.app_template_global()
def meetings_on_territory(territory: Territory) -> dict[str, Any]:
    """The next meetings in a territory, as far as this person may see them."""
    return _few(acting(), Criteria(territory=territory))


@programme.app_template_global()
def next_public_meetings() -> list[Meeting]:
    """The next meetings that are open to all, for the home page: the same for everybody."""
    coming = queries.listed(Actor(), Criteria()).where(Meeting.status == Status.ANNOUNCED)
    return list(db.session.scalars(coming.limit(FEW)))


def _few(actor: Actor, criteria: Criteria) -> dict[str, Any]:
    """The first meetings to come, whether there are more, and whether there were any before; what is cancelled apart."""
    asked = queries.listed(actor, criteria).where(Meeting.status != Status.CANCELLED)
    coming = db.session.scalars(asked.limit(FEW + 1)).all()
    past = db.session.scalar(queries.listed(actor, replace(criteria, past=True)).with_only_columns(Meeting.id).limit(1))
    return {"coming": coming[:FEW], "are_more": len(coming) > FEW, "were_any": past is not None}


def _frame(asked: asking.Asked) -> dict[str, Any]:
    """What the page of a programme says whatever its answer."""
    return {
        "asked": asked,
        "label": label,
        "this_month": months.month_of(_month_shown(asked)),
        "stages": Stage,
        "openness": Openness,
    }


def _month_shown(asked: asking.Asked) -> date:
    """Where « voir le mois » leads: the month of the period asked for, else this one."""
    return (asked.criteria and (asked.criteria.starts or asked.criteria.ends)) or today()


def _about(asked: asking.Asked, number: int) -> list[tuple[str, object]]:
    """What the sheet « Lisez-moi » of a workbook says of it."""
    return [
        ("Contenu", "Rencontres que vous pouvez voir"),
        ("Filtres", " ; ".join(asked.filters.values()) or "aucun : toutes les rencontres à venir"),
        ("Recherche", url_for("programme.index", **asked.args, _external=True)),
        ("Exporté le", today()),
        ("Nombre de lignes", number),
        ("Heures", "Celles de Paris (Europe/Paris)."),
        ("Participants", "Nombre de personnes venues, quand il a été compté ; aucun nom n’est dans ce fichier."),
    ]


def _page(total: int) -> tuple[int, int]:
    """The page asked for, brought between the first and the last, and the number of pages."""
    asked = request.args.get("page", "")
    pages = max(1, -(-total // PAGE_SIZE))
    number = int(asked) if re.fullmatch(r"\d{1,6}", asked, re.ASCII) else 1
    return min(max(number, 1), pages), pages
