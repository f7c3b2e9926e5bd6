"""Pages of coverage: France, a territory, the gaps. Each is one day and one distance, both in the URL."""

import re
from datetime import date
from typing import Any

import numpy as np
from flask import Blueprint, abort, current_app, make_response, redirect, render_template, request, url_for
from numpy.typing import NDArray
from werkzeug.wrappers import Response

from app.clock import today
from app.coverage import downloads, queries, tables
from app.coverage.forms import USUAL_REACHES_KM, Question, QuestionForm
from app.coverage.models import ARTICLE_DAY, Status
from app.coverage.situation import Situation, kilometres_in_words, situation_at
from app.directory.queries import agency_of, territory_statements
from app.exports import csv_for_machines, csv_for_people, workbook
from app.extensions import db
from geo.territories import FormerCommune, Level, Territory

coverage = Blueprint("coverage", __name__, url_prefix="/couverture")

COMMUNES_ON_COUNTRY_PAGE = 10
COMMUNES_A_PAGE = 25
COMMUNES_A_GAP_PAGE = 8
LIBRARIES_A_COMMUNE = 4
#: What the public id of a territory looks like; nothing else is sent to the database.
TERRITORY_ID = re.compile(r"(region|departement|epci|commune)-[0-9AB]{1,9}", re.ASCII | re.IGNORECASE)
CHILD_LEVEL = {Level.REGION: Level.DEPARTMENT, Level.DEPARTMENT: Level.EPCI}


@coverage.get("")
def country() -> str:
    """France: both coverages side by side, by region and by department."""
    question, form, situation = ask()
    departments = tables.children(db.session, situation, Level.DEPARTMENT)
    out_of_reach = situation.out_of_reach(np.arange(len(situation.demand)))
    return render_template(
        "coverage/country.html",
        **frame(question, form, situation),
        france=tables.effective(situation.figures(None), 0),
        regions=tables.children(db.session, situation, Level.REGION),
        departments=departments,
        count={status: sum(line.status is status for line in departments) for status in Status},
        communes=tables.commune_lines(situation, out_of_reach[:COMMUNES_ON_COUNTRY_PAGE]),
        total_out_of_reach=len(out_of_reach),
    )


@coverage.get("/<territory_id>")
def territory(territory_id: str) -> str | Response:
    """One region, department, EPCI or commune: its status, who lives how far, the places that serve it."""
    question, form, situation = ask()
    found = find(territory_id)
    if isinstance(found, str):
        return redirect(url_for("coverage.territory", territory_id=found, **question.args), 301)
    members = situation.demand.members(found)
    child_level = CHILD_LEVEL.get(found.level)
    return render_template(
        "coverage/territory.html",
        **frame(question, form, situation),
        **communes_out_of_reach(situation, members, COMMUNES_A_PAGE),
        territory=found,
        line=tables.own_line(db.session, situation, found),
        child_level=child_level,
        children=tables.children(db.session, situation, child_level, found) if child_level else [],
        services=tables.services(situation, found, members),
        unplaced_inside=[place for place in situation.unplaced if place.is_in(found)],
        claiming=situation.claiming(found),
        statements=db.session.scalars(territory_statements(found.id, question.day)).all(),
        status_at={day: status_on(found, day) for day in (ARTICLE_DAY, today())},
        **(about_commune(situation, found, int(members[0])) if found.level is Level.COMMUNE else {}),
    )


@coverage.get("/lacunes")
def gaps() -> str:
    """The departments without any known place, then those to confirm."""
    question, form, situation = ask()
    found = tables.gaps(db.session, situation)
    return render_template(
        "coverage/gaps.html",
        **frame(question, form, situation),
        uncovered=[gap for gap in found if gap.line.status is Status.UNCOVERED],
        to_confirm=[gap for gap in found if gap.line.status is Status.TO_CONFIRM],
    )


@coverage.get("/lacunes/<territory_id>")
def gap(territory_id: str) -> str | Response:
    """Where to begin in a territory: its communes out of reach, the libraries there, whom to call."""
    question, form, situation = ask()
    found = find(territory_id)
    if isinstance(found, str):
        return redirect(url_for("coverage.gap", territory_id=found, **question.args), 301)
    listed = communes_out_of_reach(situation, situation.demand.members(found), COMMUNES_A_GAP_PAGE)
    return render_template(
        "coverage/gap.html",
        **frame(question, form, situation),
        **listed,
        territory=found,
        line=tables.own_line(db.session, situation, found),
        libraries=tables.library_lines(db.session, listed["communes"]),
        libraries_a_commune=LIBRARIES_A_COMMUNE,
        unplaced_inside=[place for place in situation.unplaced if place.is_in(found)],
        claiming=situation.claiming(found),
        agency=db.session.scalar(agency_of(found.region_id)) if found.region_id else None,
        departmental=db.session.scalars(queries.departmental_libraries(found.department_id or "")).all(),
    )


@coverage.get("/ou-ouvrir")
def where_next() -> str:
    """Which page answers which question of those who look for the next place."""
    return render_template("coverage/where_next.html")


@coverage.get(f"/<any({', '.join(map(repr, downloads.TABLES))}):table>.<any(csv, xlsx):extension>")
def export(table: str, extension: str) -> Response:
    """One table as a file: .csv for people, the same with `?pour=machines` for programs, .xlsx with what it says of itself."""
    question, _, situation = ask()
    asked = request.args.get("territoire")
    found = find(asked) if asked else None
    if isinstance(found, str):
        found = db.session.get_one(Territory, found)
    rows, columns = downloads.read(table, db.session, situation, found)
    name = "-".join(
        filter(None, ("couverture", table, found.id if found else None, question.day.isoformat(), f"{question.reach_km:g}km"))
    )
    if extension == "xlsx":
        return workbook(rows, columns, name, downloads.about(table, db.session, situation, found, question, len(rows)))
    return (csv_for_machines if request.args.get("pour") == "machines" else csv_for_people)(rows, columns, name)


def ask() -> tuple[Question, QuestionForm, Situation]:
    """Read the question of the URL and the situation that answers it; stop with a page that says what to write instead."""
    form = QuestionForm(request.args)
    if not form.validate():
        abort(make_response(render_template("coverage/refused.html", form=form, usual=USUAL_REACHES_KM), 400))
    question = form.question()
    return question, form, situation_at(db.session, question.day, question.reach_km, stale_after_months())


def stale_after_months() -> int:
    """The age after which an observation is « à confirmer », as the settings have it."""
    return current_app.config["STALE_AFTER_MONTHS"]


def find(territory_id: str) -> Territory | str:
    """Give the territory, or the id to go to; stop with the 404 page otherwise.

    One goes elsewhere from an id in the wrong case (`departement-2a`) and from the code of a former commune.
    """
    if not TERRITORY_ID.fullmatch(territory_id):
        abort(404)
    level, code = territory_id.lower().split("-")
    right_id = f"{level}-{code.upper()}"
    found = db.session.scalar(queries.by_id(right_id))
    if found is not None:
        return found if right_id == territory_id else found.id
    former = db.session.get(FormerCommune, code.upper()) if level == Level.COMMUNE.value else None
    if former is None:
        abort(404)
    return former.commune_id


def frame(question: Question, form: QuestionForm, situation: Situation) -> dict[str, Any]:
    """What every page of coverage says of itself: the question, its sources, the places left out."""
    return {
        "question": question,
        "form": form,
        "situation": situation,
        "usual": USUAL_REACHES_KM,
        "sources": {source.name: source for source in db.session.scalars(queries.sources())},
        "asked": kilometres_in_words(question.reach_km),
        "article_day": ARTICLE_DAY,
        "today": today(),
    }


def communes_out_of_reach(situation: Situation, members: NDArray[np.intp], size: int) -> dict[str, Any]:
    """One page of the communes out of reach, the most populated first, brought between the first page and the last."""
    found = situation.out_of_reach(members)
    pages = max(1, -(-len(found) // size))
    page = max(1, min(request.args.get("page", 1, type=int), pages))
    return {
        "communes": tables.commune_lines(situation, found[(page - 1) * size : page * size]),
        "total_out_of_reach": len(found),
        "page": page,
        "pages": pages,
    }


def about_commune(situation: Situation, commune: Territory, position: int) -> dict[str, Any]:
    """What a commune adds to the page of a territory: its department's coverage and the places nearest to it."""
    return {
        "department_line": tables.own_line(db.session, situation, commune.department) if commune.department else None,
        "nearest": situation.place_near(position),
        "nearest_cite": situation.cite_near(position),
    }


def status_on(territory: Territory, day: date) -> Status:
    """The administrative status of one territory on a day."""
    select = queries.administrative(territory.level, day, stale_after_months())
    return db.session.execute(select.where(Territory.id == territory.id)).one().status
