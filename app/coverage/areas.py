"""Where one looks for a place: territories of any level, an outline drawn on the map, or what is around a commune.

An area is in the URL, so that a page can be kept and sent. It says which communes' inhabitants count, and which institutions
stand in it. No area at all is France, and so is « France » where one has to be named.
"""

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import sqlalchemy as sa
from geoalchemy2 import Geography, Geometry
from numpy.typing import NDArray
from sqlalchemy.orm import Session, aliased

from app.coverage.situation import kilometres_in_words
from app.directory.models import Institution
from app.directory.places import label, resolve
from app.formats import plural
from app.forms import KilometresField, QueryForm, TextField
from app.meetings.naming import territories_typed
from geo.demand import Demand
from geo.territories import Level, Territory, within

#: Corners of an outline drawn by hand.
FEWEST_CORNERS, MOST_CORNERS = 3, 60
USUAL_AROUND_KM = 30.0
#: What names the whole country among the territories, lower case.
FRANCE = ("france", "toute la france")
DEGREES = re.compile(r"-?\d{1,3}(\.\d{1,6})?")

Zone = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Area:
    """One of three: `territories`, a `zone` (corners as longitude, latitude), or `around` a commune within `around_km`."""

    territories: tuple[Territory, ...] = ()
    zone: Zone = ()
    around: Territory | None = None
    around_km: float = USUAL_AROUND_KM

    @property
    def is_france(self) -> bool:
        return not (self.territories or self.zone or self.around)

    @property
    def name(self) -> str:
        """What it is called in a sentence: « France », « Nice (06) », « à moins de 20 km de Digne-les-Bains (04) »."""
        if self.around:
            return f"à moins de {kilometres_in_words(self.around_km)} de {label(self.around)}"
        if self.zone:
            return f"zone dessinée ({plural(len(self.zone), 'sommet')})"
        *before, last = [label(one) for one in self.territories] or ["France"]
        return f"{', '.join(before)} et {last}" if before else last

    @property
    def args(self) -> dict[str, str]:
        """The parameters of a URL that ask for it."""
        if self.around:
            return {"autour": self.around.id, "km": f"{self.around_km:g}".replace(".", ",")}
        if self.zone:
            return {"zone": ";".join(f"{longitude:g},{latitude:g}" for longitude, latitude in self.zone)}
        return {"territoires": ";".join(one.id for one in self.territories)} if self.territories else {}

    @cached_property
    def outline(self) -> sa.ColumnElement[Any]:
        """SQL: the polygon of the zone, in degrees."""
        corners = ", ".join(f"{longitude} {latitude}" for longitude, latitude in (*self.zone, self.zone[0]))
        return sa.func.ST_GeomFromText(f"POLYGON(({corners}))", 4326)

    def communes(self, session: Session, demand: Demand) -> NDArray[np.intp]:
        """Give the positions of its communes in `demand`, in the order of their ids: whose point it holds."""
        if self.is_france:
            return np.arange(len(demand))
        if self.territories:
            return np.unique(np.concatenate([demand.members(one) for one in self.territories]))
        found = sa.select(Territory.id).where(Territory.level == Level.COMMUNE, self._holds_point(Territory.point))
        return np.flatnonzero(np.isin(demand.ids, session.scalars(found).all()))

    def holds(self) -> sa.ColumnElement[bool]:
        """The condition that an `Institution` stands in it: by its territory, or by its point for a zone or a circle."""
        if self.is_france:
            return sa.true()
        if self.territories:
            inside = sa.or_(*(within(one) for one in self.territories))
            return Institution.territory_id.in_(sa.select(Territory.id).where(inside))
        # Found apart, before anything is joined to them: what a zone costs would hide from PostgreSQL what a join does.
        one = aliased(Institution)
        found = sa.select(one.id).where(self._holds_point(one.point)).cte("held").prefix_with("MATERIALIZED")
        return Institution.id.in_(sa.select(found.c.id))

    def bounds(self, session: Session) -> list[list[float]]:
        """The corners of what a map shows of it, as (latitude, longitude): south-west, north-east; none for France."""
        if self.is_france:
            return []
        asked = [one.id for one in (*self.territories, self.around) if one]
        # The outline of an EPCI is that of its communes.
        of_epci = Territory.epci_id.in_(asked if self.territories else ())
        box = sa.select(sa.func.ST_Extent(self._shape).label("box"))
        box = box.where(sa.or_(Territory.id.in_(asked), of_epci)) if asked else box
        found = box.subquery().c.box
        west, south, east, north = session.execute(
            sa.select(*(end(found) for end in (sa.func.ST_XMin, sa.func.ST_YMin, sa.func.ST_XMax, sa.func.ST_YMax)))
        ).one()
        return [] if west is None else [[south, west], [north, east]]

    @property
    def _shape(self) -> sa.ColumnElement[Any]:
        """SQL: what it is on the ground, of one of its territories."""
        if self.zone:
            return self.outline
        if self.around:
            return sa.cast(sa.func.ST_Buffer(Territory.point, self.around_km * 1000), Geometry)
        return sa.func.coalesce(sa.cast(Territory.shape, Geometry), sa.cast(Territory.point, Geometry))

    def _holds_point(self, point: Any) -> sa.ColumnElement[bool]:
        if self.zone:
            return sa.func.ST_Intersects(sa.cast(point, Geometry), self.outline)
        assert self.around is not None
        centre = sa.select(sa.cast(Territory.point, Geography)).where(Territory.id == self.around.id).scalar_subquery()
        return sa.func.ST_DWithin(point, centre, self.around_km * 1000)


class AreaForm(QueryForm):
    """`?territoires=04;06`, `?zone=5.1,43.9;6.2,44.0;6,44.5` or `?autour=Digne-les-Bains&km=20`."""

    territoires = TextField("Territoires", longest=600)
    autour = TextField("Autour de la commune")
    km = KilometresField("À moins de (km)", longest=200)
    zone = TextField("Zone dessinée sur la carte", longest=1800)


@dataclass
class Reading:
    """The area that a form names; `errors` by the name of a field, in French, where it names none."""

    area: Area = field(default_factory=Area)
    errors: dict[str, str] = field(default_factory=dict)


def read_area(session: Session, form: AreaForm) -> Reading:
    """Understand the area that was asked for, and write it in the fields as people do; errors stand at their field too."""
    reading = Reading()
    if form.zone.data:
        reading = _zone(session, form.zone.data)
    elif form.autour.data:
        reading = _around(session, form)
    elif (form.territoires.data or "").lower() in FRANCE:
        form.territoires.data = "Toute la France"
    elif form.territoires.data:
        reading = _territories(session, form.territoires.data)
        form.territoires.data = " ; ".join(label(one) for one in reading.area.territories) or form.territoires.data
    for name, error in reading.errors.items():
        form[name].errors = [*form[name].errors, error]
    return reading


def _territories(session: Session, typed: str) -> Reading:
    found, error = territories_typed(session, typed)
    if not (found or error):
        error = "Écrivez un territoire, par exemple : 04, 06, Nice."
    return Reading(errors={"territoires": error}) if error else Reading(Area(tuple(found)))


def _around(session: Session, form: AreaForm) -> Reading:
    typed = form.autour.data or ""
    answer = resolve(session, typed, (Level.COMMUNE,))
    if answer.territory is None:
        several = ", ".join(label(one) for one in answer.choices[:6])
        said = f"peut désigner : {several}. Écrivez laquelle, ainsi." if several else "n’est pas une commune connue."
        return Reading(errors={"autour": f"« {typed[:40]} » {said}"})
    form.autour.data = label(answer.territory)
    return Reading(Area(around=answer.territory, around_km=form.km.kilometres or USUAL_AROUND_KM))


def _zone(session: Session, typed: str) -> Reading:
    """The corners of an outline: few enough, on the earth, and without a crossing."""
    corners = [corner.strip().split(",") for corner in typed.strip("; ").split(";")]
    if not all(len(corner) == 2 and all(DEGREES.fullmatch(value.strip()) for value in corner) for corner in corners):
        return Reading(errors={"zone": "Cette zone n’est pas lisible : dessinez-la de nouveau sur la carte."})
    zone = tuple((float(longitude), float(latitude)) for longitude, latitude in corners)
    zone = zone[:-1] if len(zone) > 1 and zone[0] == zone[-1] else zone
    if not FEWEST_CORNERS <= len(zone) <= MOST_CORNERS:
        return Reading(errors={"zone": f"Une zone a de {FEWEST_CORNERS} à {MOST_CORNERS} sommets : celle-ci en a {len(zone)}."})
    if any(abs(longitude) > 180 or abs(latitude) > 90 for longitude, latitude in zone):
        return Reading(errors={"zone": "Cette zone sort de la terre : dessinez-la de nouveau sur la carte."})
    area = Area(zone=zone)
    if not session.scalar(sa.select(sa.and_(sa.func.ST_IsValid(area.outline), sa.func.ST_Area(area.outline) > 0))):
        return Reading(errors={"zone": "Le contour de cette zone se croise : dessinez-la de nouveau, sommet après sommet."})
    return Reading(area)
