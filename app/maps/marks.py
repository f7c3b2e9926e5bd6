"""Rows of the directory → what a map draws: a place, a shape, the words of its window. Texts are French, and plain."""

from collections.abc import Iterable, Sequence
from typing import Any

from flask import get_template_attribute, url_for

from app.directory.models import KIND_LABELS, Institution, Kind, PositionQuality, State
from app.formats import date_with_precision

#: Countries where Cités stand or stood, as French says them.
COUNTRIES = {
    "BE": "Belgique",
    "BR": "Brésil",
    "CA": "Canada",
    "CH": "Suisse",
    "CL": "Chili",
    "DE": "Allemagne",
    "ES": "Espagne",
    "IT": "Italie",
    "MU": "Maurice",
    "PT": "Portugal",
}


def shapes() -> dict[str, str]:
    """Code of a kind → name of its drawing, the same in lists, legend and maps."""
    return dict(get_template_attribute("components/marks.html", "SHAPES"))


def labels() -> dict[str, str]:
    """Code of a kind → its French label."""
    return {kind.value: kind.label for kind in KIND_LABELS}


def network_mark(row: Any) -> dict[str, Any]:
    """A Cité, a centre or a point relais, from a row of `queries.network` that has a place."""
    seen = f"{_said(row)} (constat : {date_with_precision(row.observed_on, row.precision)})" if row.state else "état non établi"
    return _mark(
        [row.latitude, row.longitude],
        row.Institution.kind,
        row.Institution.name,
        row.Institution.public_id,
        place=place_of(row.Institution),
        state=seen,
        look=_look(row),
        remark=_remark(row.Institution.position_quality),
    )


def agency_mark(row: Any) -> dict[str, Any]:
    """A regional book agency, from a row of `queries.agencies` whose region is known."""
    return _mark(
        [row.latitude, row.longitude],
        Kind.AGENCY,
        row.Institution.name,
        row.Institution.public_id,
        place=row.region.name,
        remark="position symbolique : l’agence sert toute la région",
    )


def groups(rows: Iterable[Any]) -> list[dict[str, Any]]:
    """The groups of one tile below `SINGLE_FROM_ZOOM`: their number and box, or the institution if it is alone."""
    return [_single(row) if row.members == 1 else _group(row) for row in rows]


def singles(rows: Iterable[Any]) -> list[dict[str, Any]]:
    """The institutions of one tile, one by one; those that would hide one another make a group with a list."""
    cells: dict[tuple[int, int], list[Any]] = {}
    for row in rows:
        cells.setdefault((row.cell_x, row.cell_y), []).append(row)
    return [_single(members[0]) if len(members) == 1 else _listed(members) for members in cells.values()]


def _listed(members: Sequence[Any]) -> dict[str, Any]:
    mean = [sum(getattr(row, axis) for row in members) / len(members) for axis in ("latitude", "longitude")]
    by_name = sorted(members, key=lambda row: (row.name, row.public_id))
    return {"count": len(members), "at": _rounded(mean), "items": [_single(row) for row in by_name]}


def _group(row: Any) -> dict[str, Any]:
    return {
        "count": row.members,
        "at": _rounded([row.latitude, row.longitude]),
        "box": [_rounded([row.south, row.west]), _rounded([row.north, row.east])],
    }


def _single(row: Any) -> dict[str, Any]:
    return _mark(
        [row.latitude, row.longitude],
        row.kind,
        row.name,
        row.public_id,
        count=1,
        place=row.commune or row.city or "",
        state=_library_state(row),
        look=_look(row),
        remark=_remark(row.position_quality),
    )


def _library_state(row: Any) -> str:
    return _said(row) if row.state else "état non connu à cette date"


def _look(row: Any) -> str:
    """What sets the mark apart from that of an open institution: the end of a class of the style sheet."""
    if row.to_confirm:
        return "a-confirmer"
    return "" if row.state in (None, State.OPEN) else row.state.value


def _said(row: Any) -> str:
    return f"{row.state.label}{', à confirmer' if row.to_confirm else ''}"


def _mark(at: Sequence[float], kind: Kind, name: str, public_id: str, **rest: object) -> dict[str, Any]:
    """What a mark is; of `rest`, only what there is to say, so that a page stays light."""
    told = {key: value for key, value in rest.items() if value}
    address = url_for("directory.sheet", public_id=public_id)
    return {"at": _rounded(at), "kind": kind.value, "name": name, "href": address, **told}


def place_of(institution: Institution) -> str:
    """« Gap (Hautes-Alpes) », « Genève (Suisse) », « Alpes-Maritimes » where no commune is known."""
    territory = institution.territory
    if territory is None:
        return f"{institution.city or ''} ({COUNTRIES.get(institution.country, institution.country)})".strip()
    if territory.department is None or territory.department.id == territory.id:
        return territory.name
    return f"{territory.name} ({territory.department.name})"


def _remark(quality: PositionQuality | None) -> str:
    return "position approximative" if quality == PositionQuality.APPROXIMATE else ""


def _rounded(degrees: Sequence[float]) -> list[float]:
    """Five decimals are a metre."""
    return [round(value, 5) for value in degrees]
