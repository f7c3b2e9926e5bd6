"""The answer to a search of the next sites, as it is kept: a document of plain values that the page, the files and the
pictures read, and that stays as it was when the data change.

`total` inhabitants count, `already` of them are within reach today (`opened`: of the places that are open, those in project
left aside) and `hopeless` are within reach of no candidate. `sites` are in order, each with its `gain` and the inhabitants
`within` reach once it is open. The worker adds what `checking.with_ranks` and `picturing.drawn` say.
"""

from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from app.coverage.sites.solving import solve
from app.coverage.sites.studying import Study, department_of
from app.directory.places import label
from geo.demand import NOWHERE
from geo.progress import Watch
from geo.reach import nearest
from geo.territories import Level, Territory, by_code


def answer(study: Study, departments: Sequence[Territory], watch: Watch) -> tuple[dict[str, Any], NDArray[np.bool_]]:
    """Compute the answer, and which communes are within reach once its sites are open, one entry a commune of the `Demand`.

    `departments` are those of France, in the order of their codes.
    """
    solution = solve(study, watch)
    covering = study.covering
    before = study.situation.reach.metres <= study.question.reach_km * 1000
    after = before | _reached(study, solution.chosen)
    document = {
        "total": covering.total,
        "already": covering.already,
        "opened": _within_open(study),
        "hopeless": covering.hopeless,
        "candidates": len(study.rows),
        "existing": _existing(study),
        "sites": _sites(study, solution.chosen, solution.gains),
        "greedy": _sites(study, solution.greedy, solution.greedy_gains),
        "bound": solution.bound,
        **solution.more,
        "departments": _departments(study, before, after, departments),
    }
    return document, after


def all_departments() -> sa.Select:
    """The departments, in the order that people know."""
    return sa.select(Territory).where(Territory.level == Level.DEPARTMENT).order_by(by_code())


def _existing(study: Study) -> dict[str, Any]:
    """The places that count as existing, by name, and how many of which sort."""
    placed = [place.institution for place in study.situation.placed]
    planned = sum(one.public_id in study.planned for one in placed)
    places = [{"id": one.public_id, "name": one.name, "planned": one.public_id in study.planned} for one in placed]
    return {
        "open": len(placed) - planned,
        "planned": planned,
        "unplaced": len(study.situation.unplaced),
        "places": sorted(places, key=lambda place: str(place["name"])),
    }


def _within_open(study: Study) -> int:
    """The inhabitants within reach of what is open, if the places in project did not count."""
    is_open = [place.institution.public_id not in study.planned for place in study.situation.placed]
    if all(is_open):
        return study.covering.already
    metres = nearest(study.situation.places.only(np.flatnonzero(is_open)), study.demand).metres
    near = study.counted[metres[study.counted] <= study.question.reach_km * 1000]
    return int(study.demand.population[near].sum())


def _sites(study: Study, chosen: Sequence[int], gains: Sequence[int]) -> list[dict[str, Any]]:
    within = accumulate(gains, initial=study.covering.already)
    next(within)
    return [_site(study.rows[one], gain, reached) for one, gain, reached in zip(chosen, gains, within, strict=True)]


def _site(row: sa.Row, gain: int, within: int) -> dict[str, Any]:
    institution = row.Institution
    return {
        "id": institution.public_id,
        "name": institution.name,
        "kind": institution.kind.value,
        "place": label(institution.territory),
        "longitude": round(row.longitude, 6),
        "latitude": round(row.latitude, 6),
        "exact": bool(row.exact),
        "hours": institution.weekly_hours,
        "staff": institution.paid_staff,
        "gain": gain,
        "within": within,
    }


def _departments(
    study: Study, before: NDArray[np.bool_], after: NDArray[np.bool_], departments: Sequence[Territory]
) -> list[dict[str, Any]]:
    """The departments whose inhabitants count: those within reach before and after, how many candidates stand there."""
    counted = np.zeros(len(study.demand), dtype=bool)
    counted[study.counted] = True
    grouping = study.demand.groups[Level.DEPARTMENT]

    def count(held: NDArray[np.bool_]) -> Callable[[str], int]:
        held = held & counted & (grouping.of_commune != NOWHERE)
        sums = np.bincount(grouping.of_commune[held], study.demand.population[held], len(grouping.ids))
        return lambda department: int(sums[grouping.index(department)])

    everyone, reached_before, reached_after = count(counted), count(before), count(after)
    candidates = [department_of(row.Institution) for row in study.rows]
    return [
        {
            "id": one.id,
            "name": one.name,
            "code": one.code,
            "inhabitants": everyone(one.id),
            "before": reached_before(one.id),
            "after": reached_after(one.id),
            "candidates": candidates.count(one.id),
        }
        for one in departments
        if one.id in grouping.ids and everyone(one.id)
    ]


def _reached(study: Study, chosen: Sequence[int]) -> NDArray[np.bool_]:
    """Which communes the chosen sites newly reach."""
    covering = study.covering
    groups = np.asarray(covering.covers[:, list(chosen)].sum(axis=1)).ravel() > 0
    # The last entry is where -1 points: a commune of no group.
    return np.append(groups, False)[covering.group_of]
