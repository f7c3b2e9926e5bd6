"""What the directory already knows of a structure, offered as answers: each says where it comes from, and may be changed."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.directory import queries
from app.directory.models import Institution, Kind
from app.formats import french_date, number

#: A column of the directory, by the code of the question that it answers.
COLUMNS = {"heures": "weekly_hours", "personnel": "paid_staff"}


@dataclass(frozen=True)
class Known:
    """A value, and in words where it comes from."""

    value: float
    source: str


def known_of(session: Session, institution: Institution, day: date) -> dict[str, Known]:
    """The answers that the directory gives, by the code of their question."""
    found = {
        code: Known(getattr(institution, column), _source(institution, column))
        for code, column in COLUMNS.items()
        if getattr(institution, column) is not None
    }
    nearest = _nearest_cite(session, institution, day)
    return found | ({"distance": nearest} if nearest else {})


def room_remark(institution: Institution) -> str:
    """What the surface says of a room: nothing certain, but it is worth recalling."""
    if institution.surface_m2 is None:
        return ""
    surface = number(institution.surface_m2)
    return f"Surface connue : {surface} m² ({_source(institution, 'surface_m2')}). Elle ne dit pas s’il y a une salle à part."


def _source(institution: Institution, column: str) -> str:
    if column in institution.own_fields:
        return "saisi par la structure elle-même"
    return f"{institution.source.title}, {french_date(institution.source.vintage)}"


def _nearest_cite(session: Session, institution: Institution, day: date) -> Known | None:
    """The distance as the crow flies to the nearest Cité that is known to be open."""
    point: Any = session.scalar(sa.select(Institution.point).where(Institution.id == institution.id))
    if point is None:
        return None
    row = session.execute(queries.nearest(point, (Kind.CITE,), day, limit=1)).first()
    if row is None:
        return None
    return Known(round(row.metres / 1000, 1), f"calculé sur la carte, jusqu’à : {row.Institution.name}")
