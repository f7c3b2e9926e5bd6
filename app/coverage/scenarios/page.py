"""What a page says of a trial: its figures, its tables, what its two maps show, and how to open or close one more place."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app.coverage.scenarios import trials
from app.coverage.scenarios.comparing import Comparison, Row, Side, Totals, compare, level_of
from app.coverage.scenarios.focus import Focus, focus_of
from app.coverage.scenarios.trials import Trial, Typed
from app.coverage.scenarios.vintages import sources_of
from app.directory.models import Kind
from app.formats import number, plural
from app.matchmaking.interests import targets
from geo.demand import in_degrees
from geo.sources import DataSource
from geo.territories import Level, Territory

ROWS_SHOWN, COMMUNES_SHOWN, COMMUNES_ON_MAP = 110, 20, 400
#: What may become a place: anything but who introduces the others.
POSSIBLE_KINDS = tuple(kind for kind in Kind if kind is not Kind.AGENCY)


@dataclass(frozen=True)
class Reference:
    """Another scenario to compare with: its name and its trial."""

    name: str
    trial: Trial


@dataclass(frozen=True)
class Answer:
    """A trial and what it gives."""

    trial: Trial
    comparison: Comparison
    rows: list[Row]
    sources: list[DataSource]
    against: str = ""
    focus: Focus | None = None

    @property
    def summary(self) -> str:
        """The result in one sentence, which is also what those who listen hear after each click."""
        totals = self.comparison.totals
        if not totals.gained and not totals.lost:
            return "Ce scénario ne change rien : aucun habitant gagné, aucun perdu."
        return f"{_in_words(totals)}{f', dont {self.focus.where} : {_in_words(self.focus.totals)}' if self.focus else ''}."

    @property
    def level(self) -> Level:
        return level_of(self.trial)


def answer(session: Session, trial: Trial, stale_after_months: int, other: Reference | None = None) -> Answer:
    """Compute a trial and its table."""
    comparison = compare(session, trial, stale_after_months, other.trial if other else None)
    focus, problems = focus_of(session, trial, comparison)
    comparison.problems.extend(problems)
    rows = comparison.rows(session, level_of(trial))
    return Answer(trial, comparison, rows, sources_of(session, comparison), other.name if other else "", focus)


def _in_words(totals: Totals) -> str:
    """« 1 234 habitants gagnés, 56 perdus, solde +1 178 »."""
    gained = plural(totals.gained, "habitant gagné", "habitants gagnés")
    return f"{gained}, {plural(totals.lost, 'perdu', 'perdus')}, solde {signed(totals.net)}"


def signed(value: int) -> str:
    """« +1 234 », « −56 », « 0 »."""
    return f"{'+' if value > 0 else '−' if value < 0 else ''}{number(abs(value))}"


def on_maps(found: Answer) -> dict[str, Any]:
    """What the two maps draw: circles around places, and the communes that change sides, so many of them."""
    comparison = found.comparison
    shown = comparison.communes(COMMUNES_ON_MAP)
    degrees = in_degrees(comparison.demand.xyz[[one.position for one in shown]]).round(4).tolist()
    changed = [
        {"at": [latitude, longitude], "name": one.name, "gained": one.gained, "population": one.population}
        for one, (longitude, latitude) in zip(shown, degrees, strict=True)
    ]
    return {
        "reference": _of_side(comparison.reference),
        "scenario": _of_side(comparison.scenario),
        "changed": changed,
        "opened": list(found.trial.opened),
        "closed": list(found.trial.closed),
    }


def _of_side(side: Side) -> dict[str, Any]:
    marks = []
    for place in side.situation.placed:
        one = place.institution
        marks.append(
            {
                "key": one.public_id,
                "name": one.name,
                "kind": one.kind.value,
                "label": one.kind.label,
                "at": [place.latitude, place.longitude],
                "closed": one.public_id in side.closed,
                "planned": one.public_id in side.planned,
            }
        )
    for spot in side.opened:
        kind = spot.kind.value if spot.kind else "autre-hote"
        said = spot.kind.label if spot.kind else spot.where
        marks.append(
            {
                "key": spot.key,
                "name": spot.name,
                "kind": kind,
                "label": said,
                "at": [spot.latitude, spot.longitude],
                "opened": True,
            }
        )
    return {"reach_km": side.reach_km, "marks": marks}


@dataclass(frozen=True)
class Suggestion:
    """Something that a typed name may mean: its key, and what it is called."""

    key: str
    words: str


def added(session: Session, typed: Typed) -> tuple[str, list[Suggestion]]:
    """The key of the place typed in « Ouvrir un lieu », or what it may mean; both empty where nothing answers."""
    name = typed.form.add.data or ""
    if trials.POINT.fullmatch(name.replace(" ", "")):
        return name.replace(" ", ""), []
    named = targets.read(session, name, [], POSSIBLE_KINDS)
    if len(named.targets) == 1 and not named.unclear and _may_be(named.targets[0]):
        return targets.code_of(named.targets[0]), []
    possible = [*named.targets, *(one for unclear in named.unclear for one in unclear.suggestions)]
    return "", [Suggestion(targets.code_of(one), targets.said(one)) for one in dict.fromkeys(possible) if _may_be(one)]


def _may_be(target: targets.Target) -> bool:
    """A commune or an institution: one opens nothing « in a department »."""
    return not isinstance(target, Territory) or target.level is Level.COMMUNE
