"""What a commune was called before, and the codes that lead to it today.

The official list of 2026 gives the former codes of each commune; the names of those that are no longer delegated or
associated communes come from the history of the code that an earlier version of the same package carried.
"""

import re
import unicodedata
from typing import Any

Table = list[dict[str, Any]]

KINDS = {"commune-deleguee": "deleguee", "commune-associee": "associee"}


def tables(official: Table, present: Table, history: Table) -> tuple[Table, Table]:
    """The former communes, whose code is no longer a commune's, and the former names of codes still in use."""
    past = _past_names(history)
    living = {row["code"]: row for row in official if row["type"] in KINDS}
    communes = [_former(code, row["code"], living, past) for row in present for code in row.get("anciensCodes", [])]
    communes += [
        {"code": row["code"], "name": row["nom"], "commune": row["commune"], "kind": "arrondissement"}
        for row in official
        if row["type"] == "arrondissement-municipal"
    ]
    names = [
        {"code": row["code"], "name": name, "commune": row["code"], "kind": "ancien-nom"}
        for row in present
        if (name := _last_other_name(row, living, past))
    ]
    return sorted(communes, key=lambda row: row["code"]), sorted(names, key=lambda row: row["code"])


def _past_names(history: Table) -> dict[str, list[str]]:
    """The names that each code has borne, the latest last: as a commune, else as a part of one."""
    names: dict[str, list[str]] = {}
    communes = {row["code"] for row in history if row["type"] == "COM"}
    for row in sorted(history, key=lambda row: row.get("dateDebut", "")):
        if row["type"] == "COM" or row["code"] not in communes:
            names.setdefault(row["code"], []).append(row["nom"])
    return names


def _former(code: str, commune: str, living: dict[str, Any], past: dict[str, list[str]]) -> dict[str, str]:
    row = living.get(code)
    if row is not None:
        return {"code": code, "name": row["nom"], "commune": commune, "kind": KINDS[row["type"]]}
    return {"code": code, "name": past.get(code, [""])[-1], "commune": commune, "kind": "ancienne"}


def _last_other_name(row: dict[str, Any], living: dict[str, Any], past: dict[str, list[str]]) -> str | None:
    """The last name of this code that a search for the present name would not find."""
    names = list(past.get(row["code"], []))
    if row["code"] in living:
        names.append(living[row["code"]]["nom"])
    return next((name for name in reversed(names) if _folded(name) != _folded(row["nom"])), None)


def _folded(name: str) -> str:
    plain = unicodedata.normalize("NFD", name.lower().replace("œ", "oe")).encode("ascii", "ignore").decode()
    return re.sub("[^a-z0-9]+", " ", plain).strip()
