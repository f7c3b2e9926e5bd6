"""create the tables."""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geography, Geometry

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# The key by which names are searched: no accent, no case, no punctuation, « St » written « saint ».
# `unaccent` alone is only STABLE, since its dictionary might change; ours does not, so that the key can be stored.
FOLD = """
CREATE FUNCTION fold(value text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT btrim(
    regexp_replace(
      regexp_replace(
        regexp_replace(lower(public.unaccent('public.unaccent'::regdictionary, value)), '[^a-z0-9]+', ' ', 'g'),
        '\\mste\\M', 'sainte', 'g'),
      '\\mst\\M', 'saint', 'g'))
$$
"""

FOLD_ALL = """
CREATE FUNCTION fold_all(name text, short_name text, city text, host_name text, aliases text[])
RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT public.fold(concat_ws(' ', name, short_name, city, host_name, array_to_string(aliases, ' ')))
$$
"""


def upgrade() -> None:
    for extension in ("postgis", "pg_trgm", "unaccent"):
        op.execute(f"CREATE EXTENSION IF NOT EXISTS {extension} SCHEMA public")
    op.execute(FOLD)
    op.execute(FOLD_ALL)
    op.create_table(
        "data_source",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("producer", sa.Text(), nullable=False),
        sa.Column("licence", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("vintage", sa.Date(), nullable=False),
        sa.Column("vintage_note", sa.Text(), nullable=True),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_data_source")),
    )
    op.create_geospatial_table(
        "territory",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column(
            "level",
            sa.Enum(
                "region", "departement", "epci", "commune", name="level", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("search_key", sa.Text(), sa.Computed("fold(name)", persisted=True), nullable=False),
        sa.Column("population", sa.Integer(), nullable=True),
        sa.Column("postcodes", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("region_id", sa.Text(), nullable=True),
        sa.Column("department_id", sa.Text(), nullable=True),
        sa.Column("epci_id", sa.Text(), nullable=True),
        sa.Column("seat_id", sa.Text(), nullable=True),
        sa.Column("shore", sa.Text(), nullable=True),
        sa.Column(
            "point",
            Geography(
                geometry_type="POINT",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeogFromText",
                name="geography",
            ),
            nullable=True,
        ),
        sa.Column(
            "shape",
            Geometry(
                geometry_type="MULTIPOLYGON",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
            ),
            nullable=True,
        ),
        sa.CheckConstraint("id = level || '-' || code", name=op.f("ck_territory_id_is_level_and_code")),
        sa.CheckConstraint(
            "level <> 'commune' OR (department_id IS NOT NULL AND point IS NOT NULL)", name=op.f("ck_territory_commune_placed")
        ),
        sa.CheckConstraint("population >= 0", name=op.f("ck_territory_population_positive")),
        sa.ForeignKeyConstraint(["department_id"], ["territory.id"], name=op.f("fk_territory_department_id")),
        sa.ForeignKeyConstraint(["epci_id"], ["territory.id"], name=op.f("fk_territory_epci_id")),
        sa.ForeignKeyConstraint(["region_id"], ["territory.id"], name=op.f("fk_territory_region_id")),
        sa.ForeignKeyConstraint(["seat_id"], ["territory.id"], name=op.f("fk_territory_seat_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_territory")),
    )
    op.create_geospatial_index(
        "idx_territory_point", "territory", ["point"], unique=False, postgresql_using="gist", postgresql_ops={}
    )
    op.create_geospatial_index(
        "idx_territory_shape", "territory", ["shape"], unique=False, postgresql_using="gist", postgresql_ops={}
    )
    op.create_index(op.f("ix_territory_department_id"), "territory", ["department_id"], unique=False)
    op.create_index(op.f("ix_territory_epci_id"), "territory", ["epci_id"], unique=False)
    op.create_index("ix_territory_level_code", "territory", ["level", "code"], unique=False)
    op.create_index(op.f("ix_territory_region_id"), "territory", ["region_id"], unique=False)
    op.create_index(
        "ix_territory_search_key",
        "territory",
        ["search_key"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"search_key": "gin_trgm_ops"},
    )
    op.create_table(
        "former_commune",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("commune_id", sa.Text(), nullable=False),
        sa.Column("search_key", sa.Text(), sa.Computed("fold(name)", persisted=True), nullable=True),
        sa.ForeignKeyConstraint(["commune_id"], ["territory.id"], name=op.f("fk_former_commune_commune_id")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_former_commune")),
    )
    op.create_index(op.f("ix_former_commune_commune_id"), "former_commune", ["commune_id"], unique=False)
    op.create_index(
        "ix_former_commune_search_key",
        "former_commune",
        ["search_key"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"search_key": "gin_trgm_ops"},
    )
    op.create_geospatial_table(
        "institution",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "cite-des-metiers",
                "centre-associe",
                "point-relais",
                "bibliotheque",
                "reseau-de-lecture-publique",
                "bibliotheque-departementale",
                "bibliobus",
                "autre-site-de-bibliotheque",
                "agence-du-livre",
                "autre-hote",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("short_name", sa.Text(), nullable=True),
        sa.Column("aliases", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column(
            "search_key",
            sa.Text(),
            sa.Computed("fold_all(name, short_name, city, host_name, aliases)", persisted=True),
            nullable=False,
        ),
        sa.Column("parent_id", sa.BigInteger(), nullable=True),
        sa.Column("host_id", sa.BigInteger(), nullable=True),
        sa.Column("host_name", sa.Text(), nullable=True),
        sa.Column(
            "host_kind",
            sa.Enum(
                "bibliotheque",
                "mission-locale",
                "info-jeunesse",
                "maison-de-l-emploi",
                "autre",
                name="hostkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("country", sa.Text(), server_default="FR", nullable=False),
        sa.Column("territory_id", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("postcode", sa.Text(), nullable=True),
        sa.Column("city", sa.Text(), nullable=True),
        sa.Column(
            "point",
            Geography(
                geometry_type="POINT",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeogFromText",
                name="geography",
            ),
            nullable=True,
        ),
        sa.Column(
            "position_quality",
            sa.Enum("exacte", "approximative", name="positionquality", native_enum=False, create_constraint=True, length=40),
            nullable=True,
        ),
        sa.Column("website", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("code_bib", sa.Text(), nullable=True),
        sa.Column("statute", sa.Text(), nullable=True),
        sa.Column("surface_m2", sa.Double(), nullable=True),
        sa.Column("weekly_hours", sa.Double(), nullable=True),
        sa.Column("paid_staff", sa.Double(), nullable=True),
        sa.Column("volunteers", sa.Double(), nullable=True),
        sa.Column("source_name", sa.Text(), nullable=False),
        sa.Column("source_key", sa.Text(), nullable=False),
        sa.Column("citation", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("own_fields", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("btrim(name) <> ''", name=op.f("ck_institution_name_not_blank")),
        sa.CheckConstraint("country ~ '^[A-Z]{2}$'", name=op.f("ck_institution_country_is_iso")),
        sa.CheckConstraint(
            "kind IN ('bibliotheque', 'bibliotheque-departementale', 'bibliobus', 'autre-site-de-bibliotheque', 'reseau-de-lecture-publique') OR (surface_m2 IS NULL AND weekly_hours IS NULL AND paid_staff IS NULL AND volunteers IS NULL AND code_bib IS NULL)",
            name=op.f("ck_institution_library_columns_are_of_libraries"),
        ),
        sa.CheckConstraint(
            "kind IN ('centre-associe', 'point-relais') OR (parent_id IS NULL AND host_name IS NULL AND host_id IS NULL)",
            name=op.f("ck_institution_parent_and_host_are_of_centres"),
        ),
        sa.CheckConstraint("public_id ~ '^[a-z0-9]+(-[a-z0-9]+)*$'", name=op.f("ck_institution_public_id_is_a_slug")),
        sa.CheckConstraint("(point IS NULL) = (position_quality IS NULL)", name=op.f("ck_institution_point_has_a_quality")),
        sa.CheckConstraint("paid_staff >= 0 AND paid_staff < 1e5", name=op.f("ck_institution_staff_is_not_negative")),
        sa.CheckConstraint("volunteers >= 0 AND volunteers < 1e5", name=op.f("ck_institution_volunteers_are_not_negative")),
        sa.CheckConstraint("website ~* '^https?://'", name=op.f("ck_institution_website_is_http")),
        sa.CheckConstraint("NOT ST_IsEmpty(point::geometry)", name=op.f("ck_institution_point_is_not_empty")),
        sa.CheckConstraint("parent_id <> id", name=op.f("ck_institution_not_its_own_parent")),
        sa.CheckConstraint(
            "point IS NULL OR abs(ST_X(point::geometry)) > 0.0001 OR abs(ST_Y(point::geometry)) > 0.0001",
            name=op.f("ck_institution_point_is_not_null_island"),
        ),
        sa.CheckConstraint("surface_m2 > 0 AND surface_m2 < 1e6", name=op.f("ck_institution_surface_is_positive")),
        sa.CheckConstraint("weekly_hours > 0 AND weekly_hours <= 168", name=op.f("ck_institution_hours_are_of_a_week")),
        sa.ForeignKeyConstraint(["host_id"], ["institution.id"], name=op.f("fk_institution_host_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["institution.id"], name=op.f("fk_institution_parent_id")),
        sa.ForeignKeyConstraint(["source_name"], ["data_source.name"], name=op.f("fk_institution_source_name")),
        sa.ForeignKeyConstraint(["territory_id"], ["territory.id"], name=op.f("fk_institution_territory_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_institution")),
        sa.UniqueConstraint("code_bib", name=op.f("uq_institution_code_bib")),
        sa.UniqueConstraint("public_id", name=op.f("uq_institution_public_id")),
        sa.UniqueConstraint("source_name", "source_key", name=op.f("uq_institution_source_name_source_key")),
    )
    op.create_geospatial_index(
        "idx_institution_point", "institution", ["point"], unique=False, postgresql_using="gist", postgresql_ops={}
    )
    op.create_index(op.f("ix_institution_host_id"), "institution", ["host_id"], unique=False)
    op.create_index("ix_institution_kind_name", "institution", ["kind", "name"], unique=False)
    op.create_geospatial_index(
        "ix_institution_network_point",
        "institution",
        ["point"],
        unique=False,
        postgresql_using="gist",
        postgresql_where=sa.text("kind IN ('cite-des-metiers', 'centre-associe', 'point-relais')"),
        postgresql_ops={},
    )
    op.create_index(op.f("ix_institution_parent_id"), "institution", ["parent_id"], unique=False)
    op.create_index(
        "ix_institution_search_key",
        "institution",
        ["search_key"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"search_key": "gin_trgm_ops"},
    )
    op.create_index(op.f("ix_institution_territory_id"), "institution", ["territory_id"], unique=False)
    op.create_table(
        "territory_observation",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("territory_id", sa.Text(), nullable=False),
        sa.Column("observed_on", sa.Date(), nullable=False),
        sa.Column(
            "precision",
            sa.Enum(
                "jour",
                "mois",
                "annee",
                "apres",
                "avant",
                "inconnue",
                name="precision",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column(
            "confidence",
            sa.Enum("forte", "moyenne", "faible", name="confidence", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_url", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("statement IN ('aucune-structure')", name=op.f("ck_territory_observation_statement_known")),
        sa.ForeignKeyConstraint(["territory_id"], ["territory.id"], name=op.f("fk_territory_observation_territory_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_territory_observation")),
        sa.UniqueConstraint("territory_id", "observed_on", "statement", "source", name="uq_territory_observation_statement"),
    )
    op.create_table(
        "observation",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("institution_id", sa.BigInteger(), nullable=False),
        sa.Column("observed_on", sa.Date(), nullable=True),
        sa.Column(
            "precision",
            sa.Enum(
                "jour",
                "mois",
                "annee",
                "apres",
                "avant",
                "inconnue",
                name="precision",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "ouvert",
                "ferme",
                "en-projet",
                "absent-de-la-liste",
                "non-etabli",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "confidence",
            sa.Enum("forte", "moyenne", "faible", name="confidence", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_url", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("data_source_name", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("(observed_on IS NULL) = (precision = 'inconnue')", name=op.f("ck_observation_undated_has_no_day")),
        sa.CheckConstraint("btrim(source) <> ''", name=op.f("ck_observation_source_not_blank")),
        sa.CheckConstraint(
            "precision <> 'annee' OR to_char(observed_on, 'MM-DD') = '01-01'", name=op.f("ck_observation_year_is_its_first_day")
        ),
        sa.CheckConstraint(
            "precision <> 'mois' OR extract(day FROM observed_on) = 1", name=op.f("ck_observation_month_is_its_first_day")
        ),
        sa.ForeignKeyConstraint(["data_source_name"], ["data_source.name"], name=op.f("fk_observation_data_source_name")),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_observation_institution_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_observation")),
        sa.UniqueConstraint(
            "institution_id",
            "observed_on",
            "state",
            "source",
            name=op.f("uq_observation_institution_id_observed_on_state_source"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index(
        "ix_observation_lead",
        "observation",
        ["institution_id"],
        unique=False,
        postgresql_where=sa.text("confidence = 'faible'"),
    )
    op.create_index(
        "ix_observation_latest",
        "observation",
        ["institution_id", sa.literal_column("observed_on DESC"), sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_table(
        "service_territory",
        sa.Column("institution_id", sa.BigInteger(), nullable=False),
        sa.Column("territory_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_service_territory_institution_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["territory_id"], ["territory.id"], name=op.f("fk_service_territory_territory_id")),
        sa.PrimaryKeyConstraint("institution_id", "territory_id", name=op.f("pk_service_territory")),
    )
    op.create_index(op.f("ix_service_territory_territory_id"), "service_territory", ["territory_id"], unique=False)
    op.create_table(
        "source_difference",
        sa.Column("institution_id", sa.BigInteger(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("source_value", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("seen_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_source_difference_institution_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("institution_id", "field", name=op.f("pk_source_difference")),
    )


def downgrade() -> None:
    op.drop_table("source_difference")
    op.drop_index(op.f("ix_service_territory_territory_id"), table_name="service_territory")
    op.drop_table("service_territory")
    op.drop_index("ix_observation_latest", table_name="observation")
    op.drop_index("ix_observation_lead", table_name="observation", postgresql_where=sa.text("confidence = 'faible'"))
    op.drop_table("observation")
    op.drop_table("territory_observation")
    op.drop_index(op.f("ix_institution_territory_id"), table_name="institution")
    op.drop_index(
        "ix_institution_search_key",
        table_name="institution",
        postgresql_using="gin",
        postgresql_ops={"search_key": "gin_trgm_ops"},
    )
    op.drop_index(op.f("ix_institution_parent_id"), table_name="institution")
    op.drop_geospatial_index(
        "ix_institution_network_point",
        table_name="institution",
        postgresql_using="gist",
        postgresql_where=sa.text("kind IN ('cite-des-metiers', 'centre-associe', 'point-relais')"),
        column_name="point",
    )
    op.drop_index("ix_institution_kind_name", table_name="institution")
    op.drop_index(op.f("ix_institution_host_id"), table_name="institution")
    op.drop_geospatial_index("idx_institution_point", table_name="institution", postgresql_using="gist", column_name="point")
    op.drop_geospatial_table("institution")
    op.drop_index(
        "ix_former_commune_search_key",
        table_name="former_commune",
        postgresql_using="gin",
        postgresql_ops={"search_key": "gin_trgm_ops"},
    )
    op.drop_index(op.f("ix_former_commune_commune_id"), table_name="former_commune")
    op.drop_table("former_commune")
    op.drop_index(
        "ix_territory_search_key", table_name="territory", postgresql_using="gin", postgresql_ops={"search_key": "gin_trgm_ops"}
    )
    op.drop_index(op.f("ix_territory_region_id"), table_name="territory")
    op.drop_index("ix_territory_level_code", table_name="territory")
    op.drop_index(op.f("ix_territory_epci_id"), table_name="territory")
    op.drop_index(op.f("ix_territory_department_id"), table_name="territory")
    op.drop_geospatial_index("idx_territory_shape", table_name="territory", postgresql_using="gist", column_name="shape")
    op.drop_geospatial_index("idx_territory_point", table_name="territory", postgresql_using="gist", column_name="point")
    op.drop_geospatial_table("territory")
    op.drop_table("data_source")
    op.execute("DROP FUNCTION fold_all(text, text, text, text, text[])")
    op.execute("DROP FUNCTION fold(text)")
