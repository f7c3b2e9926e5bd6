"""Institutions, and what was observed of them: a state is never a bare flag, it is a dated and sourced observation."""

import enum
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from geo.orm import Base, Point
from geo.sources import DataSource
from geo.territories import Territory


class Kind(enum.Enum):
    """What an institution is; the value is the code stored and used in URLs, the label is for the screen."""

    CITE = "cite-des-metiers"
    CENTRE = "centre-associe"
    RELAY = "point-relais"
    LIBRARY = "bibliotheque"
    NETWORK = "reseau-de-lecture-publique"
    DEPARTMENTAL = "bibliotheque-departementale"
    BOOKMOBILE = "bibliobus"
    LIBRARY_PREMISES = "autre-site-de-bibliotheque"
    AGENCY = "agence-du-livre"
    OTHER = "autre-hote"

    @property
    def label(self) -> str:
        return KIND_LABELS[self][0]

    @property
    def plural(self) -> str:
        return KIND_LABELS[self][1]


KIND_LABELS = {
    Kind.CITE: ("Cité des métiers", "Cités des métiers"),
    Kind.CENTRE: ("Centre associé", "Centres associés"),
    Kind.RELAY: ("Point relais", "Points relais"),
    Kind.LIBRARY: ("Bibliothèque", "Bibliothèques"),
    Kind.NETWORK: ("Réseau de lecture publique", "Réseaux de lecture publique"),
    Kind.DEPARTMENTAL: ("Bibliothèque départementale", "Bibliothèques départementales"),
    Kind.BOOKMOBILE: ("Bibliobus", "Bibliobus"),
    Kind.LIBRARY_PREMISES: ("Autre site de bibliothèque", "Autres sites de bibliothèques"),
    Kind.AGENCY: ("Agence régionale du livre", "Agences régionales du livre"),
    Kind.OTHER: ("Autre structure", "Autres structures"),
}

#: The places where the public meets the service of a Cité: their presence is what "covered" means.
NETWORK_KINDS = (Kind.CITE, Kind.CENTRE, Kind.RELAY)
#: The kinds that the Ministry's file of libraries gives.
LIBRARY_KINDS = (Kind.LIBRARY, Kind.DEPARTMENTAL, Kind.BOOKMOBILE, Kind.LIBRARY_PREMISES)


class PositionQuality(enum.Enum):
    """How far a point can be trusted."""

    EXACT = "exacte"
    APPROXIMATE = "approximative"


class HostKind(enum.Enum):
    """What kind of body gives its premises to a centre."""

    LIBRARY = "bibliotheque"
    MISSION_LOCALE = "mission-locale"
    INFO_JEUNESSE = "info-jeunesse"
    MAISON_DE_L_EMPLOI = "maison-de-l-emploi"
    OTHER = "autre"


class State(enum.Enum):
    """What a source says of an institution on a day."""

    OPEN = "ouvert"
    CLOSED = "ferme"
    PLANNED = "en-projet"
    ABSENT = "absent-de-la-liste"
    UNSETTLED = "non-etabli"

    @property
    def label(self) -> str:
        return STATE_LABELS[self]


STATE_LABELS = {
    State.OPEN: "ouvert",
    State.CLOSED: "fermé",
    State.PLANNED: "en projet",
    State.ABSENT: "absent de la liste",
    State.UNSETTLED: "état non établi",
}


class Precision(enum.Enum):
    """How precisely the day of an observation is known.

    The stored day is the first of the month or of the year; `AFTER` stores the first day after ("après 2017" is
    2018-01-01), `BEFORE` the last day before; an undated statement has no day and never makes a state.
    """

    DAY = "jour"
    MONTH = "mois"
    YEAR = "annee"
    AFTER = "apres"
    BEFORE = "avant"
    UNDATED = "inconnue"


class Confidence(enum.Enum):
    """How far a source can be trusted; a low one is a lead to check, never shown as a fact."""

    HIGH = "forte"
    MEDIUM = "moyenne"
    LOW = "faible"


class Institution(Base):
    """A Cité des métiers, a centre, a library, an agency… one table, so that one search and one map hold them all."""

    __tablename__ = "institution"
    __table_args__ = (
        sa.UniqueConstraint("source_name", "source_key"),
        sa.CheckConstraint("public_id ~ '^[a-z0-9]+(-[a-z0-9]+)*$'", name="public_id_is_a_slug"),
        sa.CheckConstraint("btrim(name) <> ''", name="name_not_blank"),
        sa.CheckConstraint("parent_id <> id", name="not_its_own_parent"),
        sa.CheckConstraint("country ~ '^[A-Z]{2}$'", name="country_is_iso"),
        sa.CheckConstraint("(point IS NULL) = (position_quality IS NULL)", name="point_has_a_quality"),
        sa.CheckConstraint(
            "point IS NULL OR abs(ST_X(point::geometry)) > 0.0001 OR abs(ST_Y(point::geometry)) > 0.0001",
            name="point_is_not_null_island",
        ),
        sa.CheckConstraint(
            "kind IN ('centre-associe', 'point-relais') OR (parent_id IS NULL AND host_name IS NULL AND host_id IS NULL)",
            name="parent_and_host_are_of_centres",
        ),
        sa.CheckConstraint(
            "kind IN ('bibliotheque', 'bibliotheque-departementale', 'bibliobus', 'autre-site-de-bibliotheque',"
            " 'reseau-de-lecture-publique') OR (surface_m2 IS NULL AND weekly_hours IS NULL AND paid_staff IS NULL"
            " AND volunteers IS NULL AND code_bib IS NULL)",
            name="library_columns_are_of_libraries",
        ),
        # In PostgreSQL « not a number » is larger than any number.
        sa.CheckConstraint("surface_m2 > 0 AND surface_m2 < 1e6", name="surface_is_positive"),
        sa.CheckConstraint("weekly_hours > 0 AND weekly_hours <= 168", name="hours_are_of_a_week"),
        sa.CheckConstraint("paid_staff >= 0 AND paid_staff < 1e5", name="staff_is_not_negative"),
        sa.CheckConstraint("volunteers >= 0 AND volunteers < 1e5", name="volunteers_are_not_negative"),
        sa.CheckConstraint("website ~* '^https?://'", name="website_is_http"),
        sa.CheckConstraint("NOT ST_IsEmpty(point::geometry)", name="point_is_not_empty"),
        sa.Index(
            "ix_institution_search_key", "search_key", postgresql_using="gin", postgresql_ops={"search_key": "gin_trgm_ops"}
        ),
        sa.Index(
            "ix_institution_network_point",
            "point",
            postgresql_using="gist",
            postgresql_where=sa.text("kind IN ('cite-des-metiers', 'centre-associe', 'point-relais')"),
        ),
        sa.Index("ix_institution_kind_name", "kind", "name"),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, doc="what URLs and exports show: bib-135, centre-associe-de-gap")
    kind: Mapped[Kind]
    name: Mapped[str]
    short_name: Mapped[str | None]
    aliases: Mapped[list[str]] = mapped_column(server_default="{}", doc="other names that a search finds; not shown as facts")
    search_key: Mapped[str] = mapped_column(
        sa.Computed("fold_all(name, short_name, city, host_name, aliases)", persisted=True), deferred=True
    )
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("institution.id"), index=True)
    host_id: Mapped[int | None] = mapped_column(sa.ForeignKey("institution.id"), index=True)
    host_name: Mapped[str | None]
    host_kind: Mapped[HostKind | None]

    country: Mapped[str] = mapped_column(server_default="FR")
    territory_id: Mapped[str | None] = mapped_column(
        sa.ForeignKey("territory.id"), index=True, doc="the smallest territory known to hold it: a commune, else a department…"
    )
    address: Mapped[str | None]
    postcode: Mapped[str | None]
    city: Mapped[str | None] = mapped_column(doc="as the source writes it")
    point: Mapped[Point | None] = mapped_column(deferred=True)
    position_quality: Mapped[PositionQuality | None]
    website: Mapped[str | None]
    phone: Mapped[str | None]

    code_bib: Mapped[str | None] = mapped_column(unique=True, doc="the Ministry's key, a text: 135, LI20371 (never 135.0)")
    statute: Mapped[str | None] = mapped_column(doc="the Ministry's « statut » of a library")
    surface_m2: Mapped[float | None]
    weekly_hours: Mapped[float | None]
    paid_staff: Mapped[float | None]
    volunteers: Mapped[float | None]

    source_name: Mapped[str] = mapped_column(sa.ForeignKey("data_source.name"))
    source_key: Mapped[str] = mapped_column(doc="the row's stable key in its source")
    citation: Mapped[str | None] = mapped_column(doc="sources of this row, when finer than the data set")
    note: Mapped[str | None]
    own_fields: Mapped[list[str]] = mapped_column(
        server_default="{}", doc="columns that the institution has edited itself: no import overwrites them"
    )
    recorded_at: Mapped[datetime] = mapped_column(server_default=sa.func.now())

    parent: Mapped["Institution | None"] = relationship(foreign_keys=parent_id, remote_side=id, back_populates="centres")
    centres: Mapped[list["Institution"]] = relationship(
        foreign_keys=parent_id, back_populates="parent", order_by="Institution.name"
    )
    host: Mapped["Institution | None"] = relationship(foreign_keys=host_id, remote_side=id)
    territory: Mapped[Territory | None] = relationship()
    source: Mapped[DataSource] = relationship()
    observations: Mapped[list["Observation"]] = relationship(
        back_populates="institution", order_by="Observation.observed_on.desc().nulls_last(), Observation.id.desc()"
    )
    differences: Mapped[list["SourceDifference"]] = relationship(order_by="SourceDifference.field")
    service_territories: Mapped[list["ServiceTerritory"]] = relationship()

    def __str__(self) -> str:
        return self.name


class Observation(Base):
    """« Constat » : on this day, this source says that the institution is in this state.

    The state at a date is the last dated observation on or before it. What a person recorded is never changed; a data set
    may correct its own.
    """

    __tablename__ = "observation"
    __table_args__ = (
        sa.UniqueConstraint("institution_id", "observed_on", "state", "source", postgresql_nulls_not_distinct=True),
        sa.CheckConstraint("(observed_on IS NULL) = (precision = 'inconnue')", name="undated_has_no_day"),
        sa.CheckConstraint("precision <> 'mois' OR extract(day FROM observed_on) = 1", name="month_is_its_first_day"),
        sa.CheckConstraint("precision <> 'annee' OR to_char(observed_on, 'MM-DD') = '01-01'", name="year_is_its_first_day"),
        sa.CheckConstraint("btrim(source) <> ''", name="source_not_blank"),
        sa.Index("ix_observation_latest", "institution_id", sa.text("observed_on DESC"), sa.text("id DESC")),
        sa.Index("ix_observation_lead", "institution_id", postgresql_where=sa.text("confidence = 'faible'")),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    institution_id: Mapped[int] = mapped_column(sa.ForeignKey("institution.id", ondelete="CASCADE"))
    observed_on: Mapped[date | None]
    precision: Mapped[Precision]
    state: Mapped[State]
    confidence: Mapped[Confidence]
    source: Mapped[str]
    source_url: Mapped[str | None]
    note: Mapped[str | None]
    data_source_name: Mapped[str | None] = mapped_column(
        sa.ForeignKey("data_source.name"), doc="data set that brought it and may correct it; None: recorded by a person"
    )
    recorded_at: Mapped[datetime] = mapped_column(server_default=sa.func.now())

    institution: Mapped[Institution] = relationship(back_populates="observations")


class TerritoryObservation(Base):
    """What a source says of a whole territory on a day: « aucune structure » in 04 and 06 on 11 July 2017."""

    __tablename__ = "territory_observation"
    __table_args__ = (
        sa.UniqueConstraint("territory_id", "observed_on", "statement", "source", name="uq_territory_observation_statement"),
        sa.CheckConstraint("statement IN ('aucune-structure')", name="statement_known"),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    territory_id: Mapped[str] = mapped_column(sa.ForeignKey("territory.id"))
    observed_on: Mapped[date]
    precision: Mapped[Precision]
    statement: Mapped[str]
    confidence: Mapped[Confidence]
    source: Mapped[str]
    source_url: Mapped[str | None]
    recorded_at: Mapped[datetime] = mapped_column(server_default=sa.func.now())

    territory: Mapped[Territory] = relationship()


class ServiceTerritory(Base):
    """A territory that an institution declares to serve: label of a Cité, region of an agency. Not its presence."""

    __tablename__ = "service_territory"

    institution_id: Mapped[int] = mapped_column(sa.ForeignKey("institution.id", ondelete="CASCADE"), primary_key=True)
    territory_id: Mapped[str] = mapped_column(sa.ForeignKey("territory.id"), primary_key=True, index=True)

    territory: Mapped[Territory] = relationship()


class SourceDifference(Base):
    """What a source says of a field that the institution has edited itself: kept and shown, never applied."""

    __tablename__ = "source_difference"

    institution_id: Mapped[int] = mapped_column(sa.ForeignKey("institution.id", ondelete="CASCADE"), primary_key=True)
    field: Mapped[str] = mapped_column(primary_key=True)
    source_value: Mapped[str | None]
    source: Mapped[str]
    seen_on: Mapped[date]
