"""What the files say of institutions and of territories, day by day, against what is stored.

A row is the same when institution, day, state and source are. Only the observations that these files brought are corrected or
removed: what a person recorded in the service stays. The statements on whole territories come from these files alone.
"""

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.directory.models import Confidence, Institution, Observation, Precision, State, TerritoryObservation
from geo.territories import Territory
from seeds.fact_files import Fact
from seeds.sync import Report

HEADER = "institution_key,observed_on,precision,state,confidence,source,source_url,note"
TERRITORY_HEADER = "territory,observed_on,precision,statement,source,source_url,confidence"
Key = tuple[str, date | None, State, str]


def sync(session: Session, name: str, rows: list[Fact], report: Report, *, write: bool) -> None:
    """Make the observations of a data set what the file says; tell how many come, change and go."""
    ids = dict(session.execute(sa.select(Institution.source_key, Institution.id).where(Institution.source_name == name)).all())
    told = set(session.scalars(sa.text("SELECT source_key FROM staged_institution")))
    wanted = {_key(fact, told): fact for fact in rows}
    if len(wanted) < len(rows):
        raise rows[0].error("deux constats disent la même chose de la même structure le même jour")
    keys = {identifier: key for key, identifier in ids.items()}
    of_these = sa.select(Observation).where(Observation.institution_id.in_(keys))
    stored: dict[Key, Observation] = {
        (keys[row.institution_id], row.observed_on, row.state, row.source): row for row in session.scalars(of_these)
    }
    ours = {key for key, row in stored.items() if row.data_source_name == name}
    added = [key for key in wanted if key not in stored]
    removed = [key for key in ours if key not in wanted]
    changed = [key for key, fact in wanted.items() if key in ours and _differs(stored[key], _values(fact))]
    _tell(report, "Constats", added, changed, removed)
    if write:
        for key in removed:
            session.delete(stored[key])
        for key in changed:
            _set(stored[key], _values(wanted[key]))
        for key in added:
            institution, day, state, source = key
            session.add(
                Observation(
                    institution_id=ids[institution],
                    observed_on=day,
                    state=state,
                    source=source,
                    data_source_name=name,
                    **_values(wanted[key]),
                )
            )
        session.flush()


def sync_territories(session: Session, rows: list[Fact], report: Report, *, write: bool) -> None:
    """Make the statements on territories what the file says."""
    known = set(session.scalars(sa.select(Territory.id).where(Territory.id.in_([fact.required("territory") for fact in rows]))))
    wanted = {}
    for fact in rows:
        if fact.required("territory") not in known:
            raise fact.error(f"le territoire {fact.required('territory')} est inconnu")
        if fact.day("observed_on") is None:
            raise fact.error("« observed_on » est vide")
        wanted[(fact.required("territory"), fact.day("observed_on"), fact.required("statement"), fact.required("source"))] = (
            fact
        )
    stored = {
        (row.territory_id, row.observed_on, row.statement, row.source): row
        for row in session.scalars(sa.select(TerritoryObservation))
    }
    values = {key: _values(fact, note=False) for key, fact in wanted.items()}
    added = [key for key in wanted if key not in stored]
    removed = [key for key in stored if key not in wanted]
    changed = [key for key in wanted if key in stored and _differs(stored[key], values[key])]
    _tell(report, "Constats sur des territoires", added, changed, removed)
    if write:
        for key in removed:
            session.delete(stored[key])
        for key in changed:
            _set(stored[key], values[key])
        columns = ("territory_id", "observed_on", "statement", "source")
        session.add_all(TerritoryObservation(**dict(zip(columns, key, strict=True)), **values[key]) for key in added)
        session.flush()


def _key(fact: Fact, told: set[str]) -> Key:
    key = fact.key("institution_key")
    if key not in told:
        raise fact.error(f"aucune structure n’a l’identifiant « {key} »")
    return key, fact.day("observed_on"), fact.code("state", State), fact.required("source")


def _values(fact: Fact, *, note: bool = True) -> dict[str, Any]:
    values = {
        "precision": fact.code("precision", Precision),
        "confidence": fact.code("confidence", Confidence),
        "source_url": fact.text("source_url"),
    }
    return values | {"note": fact.text("note")} if note else values


def _differs(row: object, values: dict[str, Any]) -> bool:
    return any(getattr(row, column) != value for column, value in values.items())


def _set(row: object, values: dict[str, Any]) -> None:
    for column, value in values.items():
        setattr(row, column, value)


def _tell(report: Report, what: str, added: list[Any], changed: list[Any], removed: list[Any]) -> None:
    if added or changed or removed:
        report.notes.append(f"{what} : {len(added)} de plus, {len(changed)} corrigés, {len(removed)} retirés.")
