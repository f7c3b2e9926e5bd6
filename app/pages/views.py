"""Home, what the service is, where its figures come from, and its health."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, current_app, jsonify, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import OperationalError

from app.clock import today
from app.coverage.models import Status
from app.directory.models import NETWORK_KINDS, Institution, Kind, State
from app.directory.queries import Criteria, search
from app.extensions import db
from app.maps import page
from app.maps.forms import Question
from app.version import VERSION
from geo.sources import DataSource

pages = Blueprint("pages", __name__)


@pages.get("/")
def home() -> str:
    question = Question(today(), stale_after_months=current_app.config["STALE_AFTER_MONTHS"])
    contents = page.load(db.session, question)
    return render_template(
        "pages/home.html",
        day=question.day,
        map=page.national_map(contents),
        departments={status: [row.Territory for row in contents.departments if row.status == status] for status in Status},
        open_places=_open_by_kind(question.day),
        kinds=Kind,
        network_kinds=[kind.value for kind in NETWORK_KINDS],
        statuses=Status,
    )


def _open_by_kind(day: date) -> dict[Kind, int]:
    opened = search(Criteria(on=day, states=(State.OPEN,))).order_by(None)
    counts = opened.with_only_columns(Institution.kind, sa.func.count().label("number")).group_by(Institution.kind)
    return dict.fromkeys(Kind, 0) | {row.kind: row.number for row in db.session.execute(counts)}


@pages.get("/a-propos")
def about() -> str:
    return render_template("pages/about.html")


@pages.get("/sources")
def sources() -> str:
    return render_template("pages/sources.html", sources=db.session.scalars(_sources()).all())


@pages.get("/accessibilite")
def accessibility() -> str:
    return render_template("pages/accessibility.html")


@pages.get("/mentions-legales")
def legal() -> str:
    return render_template("pages/legal.html")


@pages.get("/robots.txt")
def robots() -> Response:
    """Let search engines read the pages, not walk through every search and file."""
    lines = [
        "User-agent: *",
        "Disallow: /annuaire?",
        "Disallow: /annuaire.",
        "Disallow: /carte/",
        "Disallow: /couverture/*.",
        "",
    ]
    return Response("\n".join(lines), mimetype="text/plain")


@pages.get("/favicon.ico")
def favicon() -> Response:
    """Answer browsers that ask for the icon at its old address."""
    return current_app.send_static_file("img/favicon.svg")


@pages.get("/sante")
def health() -> ResponseReturnValue:
    """Say the version, the state of the database and the age of each data source, for a machine that watches."""
    answer: dict[str, Any] = {"version": VERSION}
    try:
        postgis = db.session.scalar(sa.text("SELECT postgis_lib_version()"))
        answer["base_de_donnees"] = {"etat": "en ligne", "postgis": postgis}
        answer["sources"] = [_age(source) for source in db.session.scalars(_sources())]
    except OperationalError:
        answer["base_de_donnees"] = {"etat": "hors ligne"}
        return jsonify(answer | {"etat": "en panne"}), 503
    return jsonify(answer | {"etat": "en ligne"})


def _sources() -> sa.Select:
    return sa.select(DataSource).order_by(DataSource.name)


def _age(source: DataSource) -> dict[str, Any]:
    return {
        "nom": source.name,
        "titre": source.title,
        "millesime": source.vintage.isoformat(),
        "age_en_jours": (today() - source.vintage).days,
        "lignes": source.row_count,
        "chargee_le": source.loaded_at.isoformat(timespec="seconds"),
    }
