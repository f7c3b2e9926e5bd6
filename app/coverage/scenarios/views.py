"""What if: the pages of scenarios. Those of trials are in `trying`; here, what teams keep, share and compare."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from app.accounts.rate_limits import limit
from app.accounts.session import current_user, sign_in_required
from app.coverage.scenarios import actions, keeping, page, permissions, queries, trials, trying, vintages
from app.coverage.scenarios.blueprint import scenarios
from app.coverage.scenarios.comparing import Side
from app.coverage.scenarios.forms import SaveForm, whole
from app.coverage.scenarios.models import Scenario
from app.coverage.scenarios.page import Answer
from app.coverage.scenarios.trials import Trial
from app.directory.memberships.permissions import acting
from app.directory.models import Institution
from app.errors import allow
from app.extensions import db
from app.partnerships.refusals import Mistake

__all__ = ["scenarios", "trying"]

PAGE_SIZE = 50
#: How often a person may keep a scenario, changed or copied ones included.
MOST_AN_HOUR = 120


@dataclass(frozen=True)
class State:
    """A scenario today: `found` is what is shown, `now` what it gives against its own reference.

    `problems` is what of it cannot be read any more, `changes` what has changed in the data since it was kept.
    """

    found: Answer
    now: Answer
    problems: list[str]
    changes: list[str]


@scenarios.get("")
def index() -> str:
    """What a scenario is, and those that this person's teams keep."""
    actor = acting()
    shown = request.args.get("page", "")
    number = int(shown) if shown.isascii() and shown.isdigit() and len(shown) < 5 else 1
    kept = db.session.scalars(queries.kept_by(actor)).all() if actor.is_known else []
    pages = max(1, -(-len(kept) // PAGE_SIZE))
    number = min(max(number, 1), pages)
    first = (number - 1) * PAGE_SIZE
    return render_template(
        "scenarios/index.html", kept=kept[first : first + PAGE_SIZE], page=number, pages=pages, actor=actor, signed=page.signed
    )


@scenarios.get("/enregistrer")
@sign_in_required
def new() -> str | tuple[str, int]:
    """The form in which a trial gets a name, and a team that keeps it."""
    trial = trials.read(request.args).trial
    stored = keeping.own(db.session, acting(), trial.scenario) if trial.scenario else None
    form = SaveForm(formdata=None)
    form.asked.data, form.scenario.data = trial.asked, trial.scenario
    if stored is not None:
        allow(permissions.can_change(acting(), stored))
        form.name.data, form.note.data = stored.name, stored.note
        form.revision.data = str(trial.revision if trial.revision is not None else stored.revision)
    return _save_page(form, trial, stored)


@scenarios.post("/enregistrer")
@sign_in_required
def save() -> Response | tuple[str, int]:
    """Keep a new scenario, or change the one whose edition began."""
    _limit()
    form = SaveForm()
    typed = trials.read(form.asked.data or "")
    stored = keeping.own(db.session, acting(), form.scenario.data) if form.scenario.data else None
    team = stored.institution if stored else _team(form)
    if team is not None:
        allow(permissions.can_keep_for(acting(), team))
    valid = form.validate()
    found, problems = trying.compute(typed)
    if team is None and not form.team.errors:
        form.team.errors = ["Choisissez l’équipe qui garde ce scénario."]
    if not valid or team is None or problems:
        return _save_page(form, typed.trial, stored, problems), 400
    try:
        kept = _kept(form, team, stored, found)
    except Mistake as mistake:
        db.session.rollback()
        mistake.show_on(form)
        return _save_page(form, typed.trial, _again(stored)), 400
    except actions.Stale:
        db.session.rollback()
        stored = _again(stored)
        assert stored is not None
        form.revision.data = str(stored.revision)
        theirs, _ = trying.compute(trials.read(stored.asked))
        return _save_page(form, typed.trial, stored, both=(theirs.comparison.scenario, found.comparison.scenario)), 409
    db.session.commit()
    flash("Scénario enregistré.", "success")
    return redirect(url_for("scenarios.show", scenario_id=kept.public_id), 303)


@scenarios.get("/<scenario_id>")
@sign_in_required
def show(scenario_id: str) -> str | tuple[str, int]:
    """A scenario, computed today, and what has changed since it was kept; `?contre=…`: against another one."""
    scenario = keeping.own(db.session, acting(), scenario_id)
    others = [one for one in db.session.scalars(queries.kept_by(acting()).limit(actions.MOST_SCENARIOS)) if one is not scenario]
    state = _today(scenario, request.args.get("contre", ""))
    body = render_template(
        "scenarios/show.html",
        **trying.frame(state.found),
        state=state,
        scenario=scenario,
        others=others,
        may_change=permissions.can_change(acting(), scenario),
    )
    return body, 400 if state.problems and "contre" in request.args else 200


@scenarios.get("/lien/<token>")
def shared(token: str) -> Response:
    """The same for whoever has the link: no team, no person, no note; and nothing to change."""
    scenario = keeping.shared(db.session, token) or abort(404)
    state = _today(scenario, "")
    response = make_response(
        render_template("scenarios/shared.html", **trying.frame(state.found), state=state, scenario=scenario)
    )
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@scenarios.post("/<scenario_id>/actualiser")
@sign_in_required
def refresh(scenario_id: str) -> Response:
    """Remember the figures of today."""
    scenario = _own(scenario_id)
    actions.refresh(db.session, scenario, _today(scenario, "").now.comparison)
    db.session.commit()
    return _back(scenario, "Les chiffres d’aujourd’hui remplacent ceux qui étaient gardés.")


@scenarios.post("/<scenario_id>/garder")
@sign_in_required
def renew(scenario_id: str) -> Response:
    scenario = _own(scenario_id)
    actions.renew(db.session, scenario)
    db.session.commit()
    return _back(scenario, "C’est noté : ce scénario est gardé un an de plus.")


@scenarios.post("/<scenario_id>/dupliquer")
@sign_in_required
def duplicate(scenario_id: str) -> Response:
    _limit()
    copy = actions.duplicate(db.session, _own(scenario_id), current_user())
    db.session.commit()
    return _back(copy, "Voici la copie. Elle n’a pas de lien de partage.")


@scenarios.post("/<scenario_id>/lien")
@sign_in_required
def share(scenario_id: str) -> Response:
    """Make a read-only link, or another one in its place."""
    scenario = _own(scenario_id)
    renewed = scenario.share_token is not None
    actions.share(db.session, scenario)
    db.session.commit()
    return _back(scenario, "Le lien est renouvelé : l’ancien ne mène plus nulle part." if renewed else "Le lien est créé.")


@scenarios.post("/<scenario_id>/lien/couper")
@sign_in_required
def cut(scenario_id: str) -> Response:
    scenario = _own(scenario_id)
    actions.cut(db.session, scenario)
    db.session.commit()
    return _back(scenario, "Le lien est coupé : il ne mène plus nulle part.")


@scenarios.post("/<scenario_id>/supprimer")
@sign_in_required
def delete(scenario_id: str) -> Response:
    actions.erase(db.session, _own(scenario_id))
    db.session.commit()
    flash("Le scénario est supprimé, et son lien avec lui.", "success")
    return redirect(url_for("scenarios.index"), 303)


def _kept(form: SaveForm, team: Institution, stored: Scenario | None, found: Answer) -> Scenario:
    user = current_user()
    name, note = form.name.data or "", form.note.data or ""
    if stored is None:
        return actions.keep(db.session, team, name, note, found.trial, found.comparison, user)
    actions.change(db.session, stored, name, note, found.trial, found.comparison, whole(form.revision.data))
    return stored


def _save_page(
    form: SaveForm,
    trial: Trial,
    stored: Scenario | None,
    problems: list[str] | None = None,
    both: tuple[Side, Side] | tuple[()] = (),
) -> Any:
    """`both`: the side that a colleague has kept meanwhile, and the one that was to be kept."""
    teams = acting().institutions
    form.team.choices = [SelectChoice(one.public_id, one.name) for one in teams]
    return render_template(
        "scenarios/save.html", form=form, trial=trial, stored=stored, teams=teams, problems=problems or [], both=both
    )


def _team(form: SaveForm) -> Institution | None:
    """The team that was chosen, among those for whom this person speaks; the only one where there is one."""
    teams = {one.public_id: one for one in acting().institutions}
    return next(iter(teams.values())) if len(teams) == 1 else teams.get(form.team.data or "")


def _again(stored: Scenario | None) -> Scenario | None:
    """The scenario as it is stored now, after what was begun has been undone."""
    if stored is not None:
        db.session.refresh(stored)
    return stored


def _today(scenario: Scenario, against: str) -> State:
    """What a scenario gives today, and against another one where that is asked."""
    typed = trials.read(scenario.asked)
    own, problems = trying.compute(typed)
    changes = vintages.changes(scenario.vintages, vintages.remembered(db.session, own.comparison))
    if not against:
        return State(own, own, problems, changes)
    reference = keeping.reference_of(db.session, acting(), against)
    if reference is None:
        return State(own, own, [*problems, trying.NO_SUCH_SCENARIO], changes)
    trial = replace(typed.trial, against=against)
    found = page.answer(db.session, trial, trying.stale_after_months(), reference)
    return State(found, own, [*problems, *found.comparison.problems], changes)


def _limit() -> None:
    user = current_user()
    assert user is not None
    limit(db.session, "garder-un-scenario", user.public_id, MOST_AN_HOUR, timedelta(hours=1))


def _own(scenario_id: str) -> Scenario:
    scenario = keeping.own(db.session, acting(), scenario_id)
    allow(permissions.can_change(acting(), scenario))
    return scenario


def _back(scenario: Scenario, said: str) -> Response:
    flash(said, "success")
    return redirect(url_for("scenarios.show", scenario_id=scenario.public_id), 303)
