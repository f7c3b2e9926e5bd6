"""Pages of the directory: the search and its files, sheets, leads to check, and the pages of territories."""

import re
from collections.abc import Iterable
from datetime import date
from itertools import groupby
from typing import Any

from flask import Blueprint, abort, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.clock import today
from app.directory import asking, linked_data, marks, queries, sheet, territory_page
from app.directory.approaching import communes_named
from app.directory.columns import columns, exported_rows, position
from app.directory.edition.permissions import can_confirm
from app.directory.facts import COLUMN_LABELS, facts, place
from app.directory.memberships.permissions import acting, can_edit
from app.directory.models import Institution, Kind, Observation, State
from app.directory.places import Answer, label, resolve, with_id
from app.exports import announced, csv_for_machines, csv_for_people, geojson, rows_of, workbook
from app.extensions import db
from app.formats import french_date
from app.forms import DayField, QueryForm, TextField
from geo.demand import TERRITORIES_SOURCE
from geo.sources import DataSource
from geo.territories import Territory

directory = Blueprint("directory", __name__)

PAGE_SIZE = 25


class DayForm(QueryForm):
    """`?date=2017-07-11`: the day at which a page tells the state of things."""

    date = DayField("Situation au")


class NameForm(QueryForm):
    """`?q=forcalquier`: a territory to find by its name."""

    q = TextField("Région, département, intercommunalité, commune ou code postal")


@directory.get("/annuaire")
def search() -> Response | str | tuple[str, int]:
    """The institutions that answer a search; the URL is the search, and is made clean."""
    asked = _asked()
    if asked.criteria is None:
        status = 400 if asked.form.errors else 200
        return render_template("directory/search.html", **_frame(asked), total=None), status
    by_kind = {row.kind: row.number for row in db.session.execute(queries.count_by_kind(asked.criteria))}
    total = sum(number for kind, number in by_kind.items() if not asked.criteria.kinds or kind in asked.criteria.kinds)
    page, pages = _page(total, PAGE_SIZE)
    args = asked.args | ({"page": page} if page > 1 else {})
    if not _is_same(args):
        return redirect(url_for("directory.search", **args))
    asked.form.count_kinds(by_kind)
    nothing_exact = total == 0 or asked.criteria.approaching is not None
    return render_template(
        "directory/search.html",
        **_frame(asked),
        total=total,
        rows=db.session.execute(queries.search_page(asked.criteria, page, PAGE_SIZE)).all(),
        page=page,
        pages=pages,
        page_size=PAGE_SIZE,
        approaching=nothing_exact and total > 0,
        looser=_looser(asked) if nothing_exact else [],
        communes=communes_named(db.session, asked.criteria.words) if nothing_exact and asked.criteria.words else [],
    )


@directory.get("/annuaire.<any(csv, geojson, xlsx):extension>")
def export(extension: str) -> Response:
    """Exactly the filtered list as a file: .csv for people, the same with `?pour=machines`, .geojson, .xlsx."""
    asked = _asked()
    audience = request.args.get("pour", "personnes")
    if asked.criteria is None:
        return make_response(render_template("errors/400.html", said=asked.said_back), 400)
    if audience not in ("personnes", "machines"):
        abort(400, "Le paramètre « pour » vaut « personnes » ou « machines ».")
    if request.method == "HEAD":
        return announced("annuaire", extension)
    about = _about_file(asked) if extension == "xlsx" else []
    rows, shown = rows_of(exported_rows(asked.criteria)), columns(asked.criteria)
    if extension == "geojson":
        return geojson(rows, shown, "annuaire", position)
    if extension == "xlsx":
        return workbook(rows, shown, "annuaire", about)
    return (csv_for_machines if audience == "machines" else csv_for_people)(rows, shown, "annuaire")


@directory.get("/annuaire/pistes")
def leads() -> str:
    """What only weak sources say: to check, and nowhere else on the site."""
    rows = db.session.execute(queries.weak_observations()).all()
    found = {is_lead: _by_institution(row.Observation for row in rows if row.is_lead is is_lead) for is_lead in (True, False)}
    sections = [
        ("Des structures dont rien de sûr n’est connu", "Leur existence même, ou leur état, reste à établir.", found[True]),
        ("Des mentions de structures établies", "Elles ne changent pas l’état que dit leur fiche.", found[False]),
    ]
    shown = [section for section in sections if section[2]]
    return render_template("directory/leads.html", groups=shown, place=place, today=today())


@directory.get("/annuaire/<public_id>", endpoint="sheet")
def institution(public_id: str) -> str:
    """The sheet of one institution at a day."""
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", public_id):
        abort(404)
    day = _day()
    found = sheet.gather(db.session, public_id, day, _stale()) or abort(404)
    known, unknown = facts(found.institution, found.told.notes, found.told.columns)
    return render_template(
        "directory/sheet.html",
        sheet=found,
        marks=marks.of_sheet(found),
        facts=known,
        unknown=unknown,
        linked_data=linked_data.describe(found, url_for("directory.sheet", public_id=public_id, _external=True)),
        column_labels=COLUMN_LABELS,
        may_edit=can_edit(acting(), found.institution),
        may_confirm=can_confirm(acting(), found.institution),
        **_page_frame(day),
    )


@directory.get("/territoires")
def territories() -> Response | str | tuple[str, int]:
    """The regions and their departments, and a field to find any other territory by its name."""
    form = NameForm(request.args)
    valid = form.validate()
    answer = resolve(db.session, form.q.data or "") if form.q.data and valid else Answer()
    if answer.territory:
        return redirect(url_for("directory.territory", territory_id=answer.territory.id))
    if form.q.data and valid and not answer.choices:
        form.q.errors = [f"Aucun territoire ne s’appelle « {form.q.data} ». Vérifiez l’orthographe, ou essayez un code postal."]
    groups = territory_page.index(db.session.scalars(territory_page.regions_and_departments()).all())
    page = render_template("directory/territories.html", form=form, answer=answer, groups=groups, label=label)
    return (page, 400) if form.errors else page


@directory.get("/territoires/<territory_id>")
def territory(territory_id: str) -> Response | str:
    """A region, a department, an EPCI or a commune at a day; a former commune leads to the present one."""
    found = _territory(territory_id)
    day = _day()
    if found.id != territory_id:
        return redirect(url_for("directory.territory", territory_id=found.id, **_day_args(day)), 301)
    told = territory_page.gather(db.session, found, day, _stale(), _requested_page())
    page, pages = _page(told.commune_count, territory_page.COMMUNES_A_PAGE)
    if page != _requested_page():
        return redirect(url_for("directory.territory", territory_id=found.id, **_day_args(day)))
    return render_template(
        "directory/territory.html",
        told=told,
        page=page,
        pages=pages,
        marks=marks.of_rows(told.network),
        source=db.session.get(DataSource, TERRITORIES_SOURCE),
        **_page_frame(day),
    )


def _by_institution(observations: Iterable[Observation]) -> list[tuple[Institution, list[Observation]]]:
    return [(one, list(said)) for one, said in groupby(observations, key=lambda observation: observation.institution)]


def _asked() -> asking.Asked:
    return asking.read(db.session, request.args, _stale())


def _stale() -> int:
    return int(current_app.config["STALE_AFTER_MONTHS"])


def _frame(asked: asking.Asked) -> dict[str, Any]:
    """What the page of a search says whatever its answer."""
    return {
        "asked": asked,
        "suggestions": [label(found) for found in db.session.scalars(territory_page.regions_and_departments())],
        "label": label,
        "place": place,
        "stale_after_months": _stale(),
        "today": today(),
    }


def _page_frame(day: date) -> dict[str, Any]:
    """What the pages of a thing at a day share."""
    return {
        "day": day,
        "today": today(),
        "day_args": _day_args(day),
        "stale_after_months": _stale(),
        "place": place,
        "kinds": Kind,
        "states": State,
    }


def _page(total: int, size: int) -> tuple[int, int]:
    """The page asked for, brought between the first and the last, and the number of pages."""
    pages = max(1, -(-total // size))
    return min(_requested_page(), pages), pages


def _requested_page() -> int:
    asked = request.args.get("page", "")
    return max(int(asked), 1) if re.fullmatch(r"\d{1,6}", asked, re.ASCII) else 1


def _is_same(args: dict[str, Any]) -> bool:
    """Whether the URL of this request is already the clean one."""
    clean = [(name, str(one)) for name, value in args.items() for one in (value if isinstance(value, list) else [value])]
    return sorted(clean) == sorted(request.args.items(multi=True))


def _looser(asked: asking.Asked) -> list[tuple[str, int, dict[str, Any]]]:
    """For each filter, how many would be found without it: (the filter in French, number, parameters of that search)."""
    found = []
    for name, said in asked.filters.items():
        total = db.session.scalar(queries.count(asked.criteria_without(name))) or 0
        found.append((said, total, asked.without(name)))
    return sorted((one for one in found if one[1]), key=lambda one: one[1])


def _about_file(asked: asking.Asked) -> list[tuple[str, object]]:
    """What the sheet « Lisez-moi » of a workbook says of it."""
    sources = db.session.scalars(queries.sources()).all()
    return [
        ("Contenu", "Annuaire des Cités des métiers et des bibliothèques, tel que le montre la recherche"),
        ("Filtres", " ; ".join(asked.filters.values()) or "aucun : tout l’annuaire"),
        ("Recherche", url_for("directory.search", **asked.args, _external=True)),
        ("Situation au", asked.day),
        ("Exporté le", today()),
        *(
            [("Correspondance", "aucun résultat exact ; résultats approchants")]
            if asked.criteria and asked.criteria.approaching
            else []
        ),
        ("Nombre de lignes", db.session.scalar(queries.count(asked.criteria)) if asked.criteria else 0),
        ("À savoir", "La liste des structures est connue pour être incomplète. Les pistes à vérifier n’y sont pas."),
        ("À confirmer", f"ouvert selon un constat de plus de {_stale()} mois"),
        *((f"Source : {one.title}", f"{one.producer}, {french_date(one.vintage)}, {one.licence}") for one in sources),
    ]


def _day() -> date:
    """The day of the URL, else today; stop with the 400 page on what is not a day."""
    form = DayForm(request.args)
    if not form.validate():
        abort(400, " ".join(form.date.errors))
    return form.date.data or today()


def _day_args(day: date) -> dict[str, Any]:
    """What a link carries to stay at the same day."""
    return {} if day == today() else {"date": day.isoformat()}


def _territory(territory_id: str) -> Territory:
    if not re.fullmatch(r"(region|departement|epci|commune)-[0-9A-Za-z]{1,9}", territory_id):
        abort(404)
    level, code = territory_id.split("-")
    present: Territory = db.session.scalar(with_id([f"{level}-{code.upper()}"])) or abort(404)
    return db.session.scalar(territory_page.with_larger(present.id)) or abort(404)
