"""The territories of France, from the commune to the region, and how to find them: by name, by point, by code.

One table. The public id carries the level and the INSEE code (`departement-04`, `commune-13055`), because the same
code exists at several levels. A row knows its region, department and EPCI, *itself included* (`departement-04` has
`department_id = 'departement-04'`), so that "within" is one equality at any level.
"""

import enum
import re
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from geoalchemy2 import Geography
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import InstrumentedAttribute, Mapped, mapped_column, relationship

from geo.orm import Base, Point, Shape

#: Outlines are simplified: a quay or a mole may lie this far outside its commune.
SHORE_METRES = 700
#: The same in degrees, large enough anywhere in France, to let the index choose the outlines to measure.
SHORE_DEGREES = 0.012
#: A name resembles what was typed from this share of common trigrams on.
RESEMBLANCE = 0.35
LONGEST_SEARCH_WORDS = 8


#: What a public id looks like; anything else is nobody's, and need not be looked for.
TERRITORY_ID = re.compile(r"(region|departement|epci|commune)-[0-9AB]{1,9}")


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
        # Of 36,000 rows with their outlines, 18 are regions and 101 departments.
        sa.Index("ix_territory_level_code", "level", "code"),
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
    """A commune code of the past, a municipal arrondissement or a former name, and the commune that it leads to today."""

    __tablename__ = "former_commune"
    __table_args__ = (
        sa.Index(
            "ix_former_commune_search_key", "search_key", postgresql_using="gin", postgresql_ops={"search_key": "gin_trgm_ops"}
        ),
    )

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str | None]
    kind: Mapped[str] = mapped_column(
        doc="as in seeds/data/territories: arrondissement, deleguee, associee, ancienne; ancien-nom of a code still in use"
    )
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


def by_code(code: sa.ColumnElement[str] | InstrumentedAttribute[str] = Territory.code) -> sa.ColumnElement[str]:
    """The code as one sorts it: 2A and 2B come between 19 and 21, whatever the language of the database."""
    return sa.collate(sa.func.regexp_replace(code, "^2([AB])", r"20\1"), "C")


def communes_of(territory: Territory) -> sa.Select[Territory]:
    """The communes of a territory, by code; a commune is its own."""
    return sa.select(Territory).where(Territory.level == Level.COMMUNE, within(territory)).order_by(by_code())


def territory_at_point(longitude: float, latitude: float, level: Level = Level.COMMUNE) -> sa.Select[Territory]:
    """The territory of this level that holds a point, in degrees; none at sea, abroad, or without an EPCI.

    The outlines of communes decide, which are finer than those of the departments. Within `SHORE_METRES` of a coast or a
    frontier the nearest commune holds the point.
    """
    point = sa.func.ST_SetSRID(sa.func.ST_MakePoint(longitude, latitude), 4326)
    metres = sa.func.ST_Distance(sa.cast(Territory.shape, Geography), sa.cast(point, Geography))
    commune = (
        sa.select(Territory)
        .where(Territory.level == Level.COMMUNE, sa.func.ST_DWithin(Territory.shape, point, SHORE_DEGREES))
        .where(metres <= SHORE_METRES)
        .order_by(metres, Territory.id)
        .limit(1)
        .subquery()
    )
    parent = {
        Level.REGION: commune.c.region_id,
        Level.DEPARTMENT: commune.c.department_id,
        Level.EPCI: commune.c.epci_id,
        Level.COMMUNE: commune.c.id,
    }[level]
    return sa.select(Territory).join(commune, Territory.id == parent)


def search_by_name(text: str, levels: Collection[Level] = ()) -> sa.Select[Territory, str]:
    """The territories that one may have meant by `text`, the likeliest first, each with the former name that led to it.

    Accents, case, hyphens and « St » do not count, each word may be cut short, former names lead to today's commune. An
    INSEE code, former ones included, or a postcode finds its communes. A name that only resembles is a typing error, and
    is sought when nothing else is found. No word at all finds nothing.
    """
    words = re.findall(r"[^\W_]+", text)[:LONGEST_SEARCH_WORDS]
    if not words:
        return sa.select(Territory, sa.cast(sa.null(), sa.Text)).where(sa.false())
    typed = sa.func.fold(" ".join(words))
    found = _found(words, typed).subquery("found_name")
    # What was typed comes first when it is the whole name, then when the name begins so; a present name before a former one.
    begins = sa.case((found.c.key == typed, 0), (found.c.key.like(typed.concat("%")), 2), else_=4)
    rank = sa.func.least(begins + sa.cast(found.c.former_name.is_not(None), sa.Integer), 4)
    share = sa.case((begins < 4, 1.0), else_=sa.func.similarity(found.c.key, typed))
    best = (
        sa.select(found.c.id, found.c.former_name, rank.label("rank"), share.label("share"))
        .ext(postgresql.distinct_on(found.c.id))
        .order_by(found.c.id, rank, share.desc(), found.c.former_name)
        .subquery("best_name")
    )
    former = sa.case((sa.func.fold(best.c.former_name) != Territory.search_key, best.c.former_name))
    return (
        sa.select(Territory, former.label("former_name"))
        .join(best, best.c.id == Territory.id)
        .where(Territory.level.in_(levels or Level))
        .order_by(best.c.rank, best.c.share.desc(), Territory.population.desc().nulls_last(), Territory.id)
    )


def _found(words: list[str], typed: sa.ColumnElement[str]) -> sa.CompoundSelect[Any]:
    """Names of territories, present or former, with every word typed; failing any, those that resemble: (id, key, former)."""
    present: Any = sa.select(Territory.id, Territory.search_key.label("key"), sa.cast(sa.null(), sa.Text).label("former_name"))
    former: Any = sa.select(FormerCommune.commune_id, FormerCommune.search_key, FormerCommune.name)
    exact = sa.union_all(
        present.where(_has_words(Territory.search_key, words) | _has_code(words)),
        former.where(_has_words(FormerCommune.search_key, words) | (FormerCommune.code == "".join(words).upper())),
    ).cte("exact_name")
    close = sa.union_all(
        present.where(_resembles(Territory.search_key, typed)),
        former.where(_resembles(FormerCommune.search_key, typed)),
    ).subquery("close_name")
    return sa.union_all(sa.select(exact), sa.select(close).where(~sa.exists(sa.select(exact.c.id))))


def begins_a_word(key: sa.SQLColumnExpression[Any], folded: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    """The condition that a word of `key` begins with `folded`; both forms read the trigram index."""
    # A folded text has letters, digits and spaces only, so that it cannot hold a wildcard; an empty one finds nothing.
    starts = sa.or_(key.like(folded.concat("%")), key.like(sa.literal("% ").concat(folded).concat("%")))
    return sa.and_(folded != "", starts)


def _has_words(key: sa.SQLColumnExpression[Any], words: list[str]) -> sa.ColumnElement[bool]:
    return sa.and_(*(begins_a_word(key, sa.func.fold(word)) for word in words))


def _has_code(words: list[str]) -> sa.ColumnElement[bool]:
    """The condition that what was typed is the territory's code or one of its postcodes, « 04 300 » included."""
    typed = "".join(words).upper()
    return (Territory.code == typed) | (sa.literal(typed) == sa.any_(Territory.postcodes))


def _resembles(key: sa.SQLColumnExpression[Any], typed: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    return sa.and_(key.bool_op("%")(typed), sa.func.similarity(key, typed) >= RESEMBLANCE)
