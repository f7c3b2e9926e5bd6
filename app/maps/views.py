"""The page of the map, the data that it fetches, and the third-party files that it needs."""

import logging

from flask import Blueprint, abort, current_app, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from app.clock import today
from app.coverage.models import ARTICLE_DAY, Status
from app.coverage.queries import administrative
from app.directory.places import label
from app.extensions import db
from app.maps import assets, marks, page, queries, tables
from app.maps.answers import MINUTES, YEAR, json_answer
from app.maps.forms import BACKGROUNDS, OFFERED_KINDS, SINGLE_KINDS, USUAL_KINDS, Question, read
from geo.layers import communes_in, feature_collection, outline, outlines
from geo.territories import TERRITORY_ID, Level, Territory
from geo.tiles import OutsideGrid, Tile

maps = Blueprint("maps", __name__)
maps.add_app_template_global(assets.asset_url)
log = logging.getLogger(__name__)

#: Outlines of departments are drawn at a hundred metres: finer than a pixel until one sees a single town.
COUNTRY_DECIMALS = 3
#: Communes are sent by tiles of this zoom, from which on they can be told apart.
COMMUNE_ZOOM = 10


@maps.get("/carte")
def map_page() -> str | Response:
    """The map, and the same as text and tables, for one question."""
    asked = read(db.session, request.args, _stale())
    if asked.question and _sent() != asked.question.args:
        # A form sends every field: what goes without saying leaves the address, and a name becomes an id.
        return redirect(url_for("maps.map_page", **asked.question.args))
    question = asked.question or Question(today(), stale_after_months=_stale())
    form = asked.search.form
    # A browser's own control of dates takes nothing but a day in its ISO form, however it was typed.
    form.date.data, form.date.raw_data = question.day, None
    contents = page.load(db.session, question)
    return render_template(
        "maps/map.html",
        form=form,
        asked=asked.search,
        question=question,
        label=label,
        map=page.national_map(contents),
        overseas=contents.overseas,
        text=tables.text_of(db.session, contents),
        place_of=marks.place_of,
        suggestions=[label(territory) for territory in db.session.scalars(queries.choices())],
        backgrounds=BACKGROUNDS,
        usual_kinds=USUAL_KINDS,
        single_kinds=SINGLE_KINDS,
        offered_kinds=[*OFFERED_KINDS, *(kind for kind in question.kinds if kind not in OFFERED_KINDS)],
        statuses=Status,
        article_day=ARTICLE_DAY,
    )


@maps.get("/carte/texte")
def map_text() -> str:
    """The summary and the tables alone, for a script that has just changed what the map shows."""
    question = _plain_question()
    text = tables.text_of(db.session, page.load(db.session, question))
    return render_template("maps/text_alone.html", question=question, text=text, statuses=Status, place_of=marks.place_of)


@maps.get("/carte/departements-<version>.geojson")
def department_outlines(version: str) -> Response:
    """The outlines of the departments; the version stands in the address, so that they are fetched once."""
    log.debug("outlines of departments, version %s", version)
    text = db.session.scalar(feature_collection(outlines(Level.DEPARTMENT), COUNTRY_DECIMALS))
    return json_answer(str(text), YEAR, "application/geo+json")


@maps.get("/carte/communes-<version>/<int:x>/<int:y>.geojson")
def commune_outlines(version: str, x: int, y: int) -> Response:
    """The communes of one tile of `COMMUNE_ZOOM`, with their names: the ground of the map from that zoom on."""
    log.debug("outlines of communes, version %s", version)
    tile = _tile(COMMUNE_ZOOM, x, y)
    return json_answer(str(db.session.scalar(feature_collection(communes_in(tile)))), YEAR, "application/geo+json")


@maps.get("/carte/territoires/<territory_id>.geojson")
def territory_outline(territory_id: str) -> Response:
    """The outline of a region, a department or a commune; for an EPCI, those of its communes."""
    found = _territory(territory_id)
    text = db.session.scalar(feature_collection(outline(found)))
    return json_answer(str(text), 60 * MINUTES, "application/geo+json")


@maps.get("/carte/bibliotheques/<int:z>/<int:x>/<int:y>.json")
def library_tile(z: int, x: int, y: int) -> Response:
    """The libraries of one tile: groups with their number, single ones with their window; 404 for a tile off the map."""
    tile = _tile(z, x, y)
    rows = db.session.execute(queries.tile_groups(_plain_question(), tile)).all()
    shown = marks.groups(rows) if z < queries.SINGLE_FROM_ZOOM else marks.singles(rows)
    return json_answer(current_app.json.dumps(shown), max_age=5 * MINUTES)


@maps.get("/carte/couverture.json")
def coverage_colours() -> Response:
    """The coverage of each department at a day: what colours the small maps."""
    question = _plain_question()
    rows = db.session.execute(administrative(Level.DEPARTMENT, question.day, question.stale_after_months))
    statuses = {row.Territory.id: row.status.value for row in rows}
    return json_answer(current_app.json.dumps(statuses), max_age=5 * MINUTES)


@maps.app_template_global()
def outlines_version() -> str:
    """What the address of the outlines holds, so that new ones are fetched."""
    return page.outlines_version(db.session)


@maps.get("/actifs/<path:path>")
def asset(path: str) -> Response:
    """A third-party file of the map, which may be kept for ever since its version stands in its address."""
    file = assets.SERVED.get(path) or abort(404)
    if not file.exists():
        log.error("%s is not installed: run `npm ci --ignore-scripts` in app/static", file.name)
        abort(404)
    response = send_file(file, max_age=YEAR)
    response.cache_control.public = True
    response.cache_control.immutable = True
    return response


def _sent() -> dict[str, str | list[str]]:
    """The parameters of the request, in the form of `Question.args`."""
    return {name: request.args.getlist(name) if name in ("type", "etat") else text for name, text in request.args.items()}


def _tile(z: int, x: int, y: int) -> Tile:
    try:
        return Tile(z, x, y)
    except OutsideGrid:
        abort(404)


def _stale() -> int:
    return int(current_app.config["STALE_AFTER_MONTHS"])


def _territory(territory_id: str) -> Territory:
    if not TERRITORY_ID.fullmatch(territory_id):
        abort(404)
    return db.session.get(Territory, territory_id) or abort(404)


def _plain_question() -> Question:
    """The question of a request for data, which a script of ours has written: what it cannot mean is refused."""
    return read(db.session, request.args, _stale()).question or abort(400)
