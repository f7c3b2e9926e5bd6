"""Pages where a scenario is tried: everything stands in the URL, and nothing is stored."""

from dataclasses import replace
from typing import Any

from flask import abort, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.coverage.forms import USUAL_REACHES_KM
from app.coverage.models import ARTICLE_DAY
from app.coverage.scenarios import columns, keeping, page, trials
from app.coverage.scenarios.blueprint import scenarios
from app.coverage.scenarios.page import Answer, Suggestion
from app.coverage.scenarios.trials import Trial, Typed
from app.coverage.scenarios.vintages import as_read
from app.directory.memberships.permissions import acting
from app.exports import announced, csv_for_machines, csv_for_people, workbook
from app.extensions import db

NO_SUCH_SCENARIO = (
    "Le scénario de comparaison n’existe pas, ou n’est pas à votre équipe : la comparaison est faite avec ce qui est ouvert."
)


@scenarios.get("/essai")
def try_out() -> Response | str | tuple[str, int]:
    """The page of a trial: what is opened and closed, what it gains and loses, where, and on two maps."""
    if edited := _edited():
        return redirect(url_for("scenarios.try_out", **edited.args))
    typed = trials.read(request.args)
    suggestions: list[Suggestion] = []
    if typed.form.add.data and not typed.form.add.errors:
        key, suggestions = page.added(db.session, typed)
        if key:
            return redirect(url_for("scenarios.try_out", **typed.trial.opening(key).args))
        if not suggestions:
            typed.problems.append(
                f"« {typed.form.add.data[:60]} » : aucune commune ni aucune structure de ce nom. Écrivez par exemple :"
                " Digne-les-Bains, ou le nom d’une bibliothèque."
            )
    found, problems = compute(typed)
    status = 400 if problems else 200
    return (
        render_template(
            "scenarios/try_out.html",
            **frame(found),
            form=typed.form,
            problems=problems,
            suggestions=suggestions,
            usual=USUAL_REACHES_KM,
            article_day=ARTICLE_DAY,
            keepers=acting().institutions,
        ),
        status,
    )


@scenarios.get("/essai/chiffres.json")
def figures() -> tuple[dict[str, Any], int]:
    """What a click changes, for the script of the page: figures, tables and marks, with the query that says the same."""
    found, problems = compute(trials.read(request.args))
    shown = {**frame(found), "problems": problems, "editable": True}
    said = {
        "asked": found.trial.args,
        "address": url_for("scenarios.try_out", **found.trial.args),
        "keep": url_for("scenarios.new", **found.trial.args),
        "summary": " ".join([*problems, found.summary]),
        "notices": render_template("scenarios/notices.html", **shown),
        "html": render_template("scenarios/figures.html", **shown),
        "maps": page.on_maps(found),
    }
    return said, 400 if problems else 200


@scenarios.get("/essai.<any(csv, xlsx):extension>")
def export(extension: str) -> Response:
    """The territories, or the communes, where something changes, as a file: `?table=communes`, `?pour=machines`."""
    table, audience = request.args.get("table", columns.TERRITORIES), request.args.get("pour", "personnes")
    if table not in columns.TABLES or audience not in ("personnes", "machines"):
        abort(400, "« table » vaut « territoires » ou « communes », et « pour » vaut « personnes » ou « machines ».")
    if request.method == "HEAD":
        return announced(f"scenario-{table}", extension)
    found, problems = compute(trials.read(request.args))
    if problems:
        abort(400, "Ce scénario ne peut pas être exporté : corrigez d’abord ce que sa page signale.")
    sources = " ; ".join(map(as_read, found.sources))
    communes = table == columns.COMMUNES
    rows: list[Any] = found.comparison.communes() if communes else found.rows
    shown = (columns.of_communes if communes else columns.of_rows)(found.comparison, sources)
    if extension == "xlsx":
        about = columns.about(db.session, found.comparison, found.trial, found.against, len(rows))
        return workbook(rows, shown, f"scenario-{table}", about)
    return (csv_for_machines if audience == "machines" else csv_for_people)(rows, shown, f"scenario-{table}")


def compute(typed: Typed) -> tuple[Answer, list[str]]:
    """What a trial gives, whatever of it could not be read; and what could not."""
    trial, problems = typed.trial, list(typed.problems)
    reference = keeping.reference_of(db.session, acting(), trial.against) if trial.against else None
    if trial.against and reference is None:
        problems.append(NO_SUCH_SCENARIO)
        trial = replace(trial, against="")
    found = page.answer(db.session, trial, stale_after_months(), reference)
    return found, [*problems, *found.comparison.problems]


def stale_after_months() -> int:
    return int(current_app.config["STALE_AFTER_MONTHS"])


def frame(found: Answer) -> dict[str, Any]:
    """What every page that shows figures needs."""
    return {
        "found": found,
        "trial": found.trial,
        "comparison": found.comparison,
        "signed": page.signed,
        "as_read": as_read,
        "rows_shown": page.ROWS_SHOWN,
        "communes_shown": page.COMMUNES_SHOWN,
        "communes_on_map": page.COMMUNES_ON_MAP,
        "on_maps": page.on_maps,
    }


def _edited() -> Trial | None:
    """The trial of the scenario that someone begins to edit: `?scenario=…` alone."""
    if list(request.args) != ["scenario"]:
        return None
    one = keeping.own(db.session, acting(), request.args["scenario"])
    return replace(trials.read(one.asked).trial, scenario=one.public_id, revision=one.revision)
