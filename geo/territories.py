"""The territories of France, from the commune to the region, and how to find them.

One table. The public id carries the level and the INSEE code (`departement-04`, `commune-13055`), because the same
code exists at several levels. A row knows its region, department and EPCI, *itself included* (`departement-04` has
`department_id = 'departement-04'`), so that "within" is one equality at any level.
"""

import enum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from geo.orm import Base, Point, Shape


class Level(enum.Enum):
    """A level of territory; the value is the French word of the public id."""

    REGION = "region"
    DEPARTMENT = "departement"
    EPCI = "epci"
    COMMUNE = "commune"


class Territory(Base):
    """A region, department, EPCI or commune of the official geographic code."""

    __tablename__ = "territory"
    __table_args__ = (
        sa.CheckConstraint("id = level || '-' || code", name="id_is_level_and_code"),
        sa.CheckConstraint("population >= 0", name="population_positive"),
        sa.CheckConstraint("level <> 'commune' OR (department_id IS NOT NULL AND point IS NOT NULL)", name="commune_placed"),
        sa.Index(
            "ix_territory_search_key", "search_key", postgresql_using="gin", postgresql_ops={"search_key": "gin_trgm_ops"}
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True, doc="departement-04, commune-13055")
    level: Mapped[Level]
    code: Mapped[str]
    name: Mapped[str]
    search_key: Mapped[str] = mapped_column(sa.Computed("fold(name)", persisted=True), deferred=True)
    population: Mapped[int | None]
    postcodes: Mapped[list[str]] = mapped_column(server_default="{}", deferred=True)
    region_id: Mapped[str | None] = mapped_column(sa.ForeignKey("territory.id"), index=True)
    department_id: Mapped[str | None] = mapped_column(sa.ForeignKey("territory.id"), index=True)
    epci_id: Mapped[str | None] = mapped_column(sa.ForeignKey("territory.id"), index=True)
    seat_id: Mapped[str | None] = mapped_column(sa.ForeignKey("territory.id"), doc="commune of the prefecture")
    shore: Mapped[str | None] = mapped_column(doc="landmass on which one goes by road; a commune has one")
    point: Mapped[Point | None] = mapped_column(deferred=True)
    shape: Mapped[Shape | None] = mapped_column(deferred=True)

    region: Mapped["Territory | None"] = relationship(foreign_keys=region_id, remote_side=id, viewonly=True)
    department: Mapped["Territory | None"] = relationship(foreign_keys=department_id, remote_side=id, viewonly=True)
    epci: Mapped["Territory | None"] = relationship(foreign_keys=epci_id, remote_side=id, viewonly=True)

    def __str__(self) -> str:
        return self.name


class FormerCommune(Base):
    """A commune code of the past, or a municipal arrondissement, and the commune that it leads to today."""

    __tablename__ = "former_commune"
    __table_args__ = (
        sa.Index(
            "ix_former_commune_search_key", "search_key", postgresql_using="gin", postgresql_ops={"search_key": "gin_trgm_ops"}
        ),
    )

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str | None]
    kind: Mapped[str] = mapped_column(doc="as in seeds/data/territories: arrondissement, deleguee, associee, ancienne")
    commune_id: Mapped[str] = mapped_column(sa.ForeignKey("territory.id"), index=True)
    search_key: Mapped[str | None] = mapped_column(sa.Computed("fold(name)", persisted=True), deferred=True)


def within(territory: Territory) -> sa.ColumnElement[bool]:
    """The condition that a `Territory` row lies in this one, itself included."""
    column = {
        Level.REGION: Territory.region_id,
        Level.DEPARTMENT: Territory.department_id,
        Level.EPCI: Territory.epci_id,
        Level.COMMUNE: Territory.id,
    }[territory.level]
    return column == territory.id
