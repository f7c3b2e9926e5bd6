"""What the small maps of sheets and territories are drawn from: the rows that their pages list, as data for the script."""

from collections.abc import Iterable
from typing import Any

from flask import url_for

from app.directory.facts import place
from app.directory.models import Institution, PositionQuality
from app.directory.sheet import Sheet
from app.formats import distance

Mark = dict[str, Any]


def of_sheet(sheet: Sheet) -> list[Mark]:
    """The institution of a sheet, its centres, what it hosts and its neighbours; none for a lead or without a position."""
    if sheet.is_lead or sheet.position is None:
        return []
    own = _mark(sheet.institution, sheet.position.longitude, sheet.position.latitude, _state(sheet.present))
    around = [
        *of_rows((*sheet.centres, *sheet.hosted)),
        *(
            _mark(row.Institution, row.longitude, row.latitude, f"à {distance(row.metres)}")
            for neighbours in sheet.neighbours
            for row in neighbours.rows
        ),
    ]
    once = {mark["href"]: mark for mark in around if mark["href"] != own["href"]}
    return [own | {"href": "", "main": True}, *once.values()]


def of_rows(rows: Iterable[Any]) -> list[Mark]:
    """The rows of a search that have a position."""
    return [_mark(row.Institution, row.longitude, row.latitude, _state(row)) for row in rows if row.longitude is not None]


def _mark(institution: Institution, longitude: float, latitude: float, detail: str) -> Mark:
    rough = institution.position_quality == PositionQuality.APPROXIMATE
    return {
        "name": institution.name,
        "kind": institution.kind.value,
        "label": institution.kind.label,
        "longitude": longitude,
        "latitude": latitude,
        "href": url_for("directory.sheet", public_id=institution.public_id),
        "detail": ", ".join(part for part in (place(institution), detail, "position approximative" if rough else "") if part),
        "main": False,
    }


def _state(row: Any) -> str:
    if row.state is None:
        return ""
    return f"{row.state.label}, à confirmer" if row.to_confirm else str(row.state.label)
