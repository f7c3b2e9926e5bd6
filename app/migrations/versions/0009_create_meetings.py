"""create meetings and their agenda, and what counts the workshops that were held."""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geography

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

HELD_WORKSHOP = """
CREATE VIEW held_workshop AS
SELECT partnership_id, (starts_at AT TIME ZONE 'Europe/Paris')::date AS held_on, attendance
FROM meeting WHERE kind = 'atelier' AND status = 'tenue'
"""
ANNOUNCED_WORKSHOP = """
CREATE VIEW announced_workshop AS
SELECT partnership_id, (starts_at AT TIME ZONE 'Europe/Paris')::date AS planned_on
FROM meeting WHERE kind = 'atelier' AND status = 'annoncee'
"""
# Of an awareness day: who comes to whom follows from the host; half a day lasts four hours and a half at most.
HELD_AWARENESS = """
CREATE VIEW held_awareness AS
SELECT
  meeting.partnership_id,
  (starts_at AT TIME ZONE 'Europe/Paris')::date AS held_on,
  attendance,
  CASE WHEN host_id = exchange.cite_id THEN 'a-la-cite' ELSE 'chez-le-partenaire' END AS toward,
  CASE
    WHEN ends_at - starts_at > interval '4 hours 30 minutes' THEN 'journee'
    WHEN (starts_at AT TIME ZONE 'Europe/Paris')::time < time '12:00' THEN 'matinee'
    ELSE 'demi-journee'
  END AS unit
FROM meeting
JOIN partnership ON partnership.id = meeting.partnership_id
JOIN exchange ON exchange.id = partnership.exchange_id
WHERE meeting.kind = 'journee-de-sensibilisation' AND meeting.status = 'tenue'
"""


def upgrade() -> None:
    op.create_geospatial_table(
        "meeting",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "seminaire",
                "rencontre-regionale",
                "atelier",
                "journee-de-sensibilisation",
                "visite",
                "reunion-bilan",
                name="meetingkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "brouillon", "annoncee", "tenue", "annulee", name="status", native_enum=False, create_constraint=True, length=40
            ),
            server_default="brouillon",
            nullable=False,
        ),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=True),
        sa.Column("host_id", sa.BigInteger(), nullable=False),
        sa.Column("co_host_id", sa.BigInteger(), nullable=True),
        sa.Column("co_host_accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("partnership_id", sa.BigInteger(), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("previous_starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("place_id", sa.BigInteger(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
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
        sa.Column("territory_id", sa.Text(), nullable=True),
        sa.Column("online_url", sa.Text(), nullable=True),
        sa.Column("access", sa.Text(), nullable=True),
        sa.Column("themes", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column(
            "openness",
            sa.Enum(
                "ouverte-a-tous",
                "reservee",
                "sur-invitation",
                "entre-partenaires",
                name="openness",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            server_default="ouverte-a-tous",
            nullable=False,
        ),
        sa.Column("for_kinds", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("for_territories", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("takes_registrations", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("needs_approval", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("asks_lunch", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("registration_opens_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("registration_closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("walk_in_places", sa.Integer(), server_default="0", nullable=False),
        sa.Column("places_held", sa.Integer(), server_default="0", nullable=False),
        sa.Column("contact_email", sa.Text(), nullable=True),
        sa.Column("contact_phone", sa.Text(), nullable=True),
        sa.Column("sequence", sa.Integer(), server_default="0", nullable=False),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("created_by_id", sa.BigInteger(), nullable=True),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_reason", sa.Text(), nullable=True),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attendance", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("lunches", sa.Integer(), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(status = 'annulee') = (cancelled_at IS NOT NULL)", name=op.f("ck_meeting_cancelling_has_a_day")),
        sa.CheckConstraint(
            "lunches IS NULL OR (lunches >= 0 AND erased_at IS NOT NULL)",
            name=op.f("ck_meeting_lunches_are_kept_once_people_are_erased"),
        ),
        sa.CheckConstraint("(status = 'tenue') = (held_at IS NOT NULL)", name=op.f("ck_meeting_what_is_held_has_a_day")),
        sa.CheckConstraint("attendance IS NULL OR status = 'tenue'", name=op.f("ck_meeting_attendance_is_of_what_was_held")),
        sa.CheckConstraint(
            "coalesce(title, '') ~ '[^\\s\\u001c-\\u001f\\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]'",
            name=op.f("ck_meeting_title_not_blank"),
        ),
        sa.CheckConstraint("contact_email ~ '^[^@[:space:]]+@[^@[:space:]]+$'", name=op.f("ck_meeting_contact_is_one_mailbox")),
        sa.CheckConstraint("ends_at - starts_at <= interval '7 days'", name=op.f("ck_meeting_lasts_a_week_at_most")),
        sa.CheckConstraint(
            "kind NOT IN ('atelier', 'journee-de-sensibilisation', 'reunion-bilan') OR partnership_id IS NOT NULL",
            name=op.f("ck_meeting_what_a_partnership_holds_is_of_one"),
        ),
        sa.CheckConstraint(
            "kind NOT IN ('seminaire', 'rencontre-regionale') OR partnership_id IS NULL",
            name=op.f("ck_meeting_gatherings_are_of_no_partnership"),
        ),
        sa.CheckConstraint("online_url ~* '^https?://'", name=op.f("ck_meeting_online_url_is_http")),
        sa.CheckConstraint(
            "openness <> 'entre-partenaires' OR partnership_id IS NOT NULL", name=op.f("ck_meeting_partners_have_a_partnership")
        ),
        sa.CheckConstraint(
            "status <> 'annulee' OR coalesce(cancel_reason, '') ~ '[^\\s\\u001c-\\u001f\\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]'",
            name=op.f("ck_meeting_cancelling_has_a_reason"),
        ),
        sa.CheckConstraint(
            "status = 'brouillon' OR num_nonnulls(place_id, address, online_url) > 0",
            name=op.f("ck_meeting_what_is_announced_is_somewhere"),
        ),
        sa.CheckConstraint("attendance BETWEEN 0 AND 5000", name=op.f("ck_meeting_attendance_is_sensible")),
        sa.CheckConstraint("capacity BETWEEN 1 AND 5000", name=op.f("ck_meeting_capacity_is_sensible")),
        sa.CheckConstraint(
            "capacity IS NULL OR places_held <= capacity - walk_in_places", name=op.f("ck_meeting_never_oversold")
        ),
        sa.CheckConstraint("co_host_accepted_at IS NULL OR co_host_id IS NOT NULL", name=op.f("ck_meeting_a_co_host_accepts")),
        sa.CheckConstraint("co_host_id <> host_id", name=op.f("ck_meeting_two_hosts")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_meeting_ends_after_it_starts")),
        sa.CheckConstraint("num_nonnulls(place_id, address) <= 1", name=op.f("ck_meeting_one_place")),
        sa.CheckConstraint("places_held >= 0", name=op.f("ck_meeting_places_held_positive")),
        sa.CheckConstraint("point IS NULL OR address IS NOT NULL", name=op.f("ck_meeting_a_point_is_of_an_address")),
        sa.CheckConstraint("registration_closes_at <= ends_at", name=op.f("ck_meeting_registration_closes_before_the_end")),
        sa.CheckConstraint(
            "registration_opens_at < registration_closes_at", name=op.f("ck_meeting_registration_opens_before_it_closes")
        ),
        sa.CheckConstraint(
            "walk_in_places = 0 OR (capacity IS NOT NULL AND walk_in_places <= capacity)",
            name=op.f("ck_meeting_walk_in_places_within_capacity"),
        ),
        sa.CheckConstraint("walk_in_places BETWEEN 0 AND 5000", name=op.f("ck_meeting_walk_in_places_are_sensible")),
        sa.ForeignKeyConstraint(["co_host_id"], ["institution.id"], name=op.f("fk_meeting_co_host_id")),
        sa.ForeignKeyConstraint(["created_by_id"], ["app_user.id"], name=op.f("fk_meeting_created_by_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["host_id"], ["institution.id"], name=op.f("fk_meeting_host_id")),
        sa.ForeignKeyConstraint(["partnership_id"], ["partnership.id"], name=op.f("fk_meeting_partnership_id")),
        sa.ForeignKeyConstraint(["place_id"], ["institution.id"], name=op.f("fk_meeting_place_id")),
        sa.ForeignKeyConstraint(["territory_id"], ["territory.id"], name=op.f("fk_meeting_territory_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting")),
        sa.UniqueConstraint("public_id", name=op.f("uq_meeting_public_id")),
    )
    op.create_geospatial_index(
        "idx_meeting_point", "meeting", ["point"], unique=False, postgresql_using="gist", postgresql_ops={}
    )
    op.create_index(op.f("ix_meeting_co_host_id"), "meeting", ["co_host_id"], unique=False)
    op.create_index(op.f("ix_meeting_created_by_id"), "meeting", ["created_by_id"], unique=False)
    op.create_index(op.f("ix_meeting_host_id"), "meeting", ["host_id"], unique=False)
    op.create_index("ix_meeting_partnership_id_starts_at", "meeting", ["partnership_id", "starts_at"], unique=False)
    op.create_index(op.f("ix_meeting_place_id"), "meeting", ["place_id"], unique=False)
    op.create_index("ix_meeting_starts_at", "meeting", ["starts_at"], unique=False)
    op.create_index(op.f("ix_meeting_territory_id"), "meeting", ["territory_id"], unique=False)
    op.create_table(
        "agenda_item",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("meeting_id", sa.BigInteger(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "coalesce(title, '') ~ '[^\\s\\u001c-\\u001f\\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]'",
            name=op.f("ck_agenda_item_title_not_blank"),
        ),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_agenda_item_meeting_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agenda_item")),
        sa.UniqueConstraint("meeting_id", "rank", name=op.f("uq_agenda_item_meeting_id_rank")),
    )
    op.create_table(
        "attendance_correction",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("meeting_id", sa.BigInteger(), nullable=False),
        sa.Column("was", sa.Integer(), nullable=True),
        sa.Column("became", sa.Integer(), nullable=True),
        sa.Column("by_id", sa.BigInteger(), nullable=True),
        sa.Column("corrected_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("was BETWEEN 0 AND 5000", name=op.f("ck_attendance_correction_was_sensible")),
        sa.CheckConstraint("became BETWEEN 0 AND 5000", name=op.f("ck_attendance_correction_became_sensible")),
        sa.CheckConstraint("was IS DISTINCT FROM became", name=op.f("ck_attendance_correction_something_changed")),
        sa.ForeignKeyConstraint(["by_id"], ["app_user.id"], name=op.f("fk_attendance_correction_by_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_attendance_correction_meeting_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance_correction")),
    )
    op.create_index(op.f("ix_attendance_correction_by_id"), "attendance_correction", ["by_id"], unique=False)
    op.create_index(op.f("ix_attendance_correction_meeting_id"), "attendance_correction", ["meeting_id"], unique=False)
    op.execute(HELD_WORKSHOP)
    op.execute(ANNOUNCED_WORKSHOP)
    op.execute(HELD_AWARENESS)


def downgrade() -> None:
    op.execute("DROP VIEW held_awareness")
    op.execute("DROP VIEW announced_workshop")
    op.execute("DROP VIEW held_workshop")
    op.drop_table("attendance_correction")
    op.drop_table("agenda_item")
    op.drop_index(op.f("ix_meeting_territory_id"), table_name="meeting")
    op.drop_index("ix_meeting_starts_at", table_name="meeting")
    op.drop_index(op.f("ix_meeting_place_id"), table_name="meeting")
    op.drop_index("ix_meeting_partnership_id_starts_at", table_name="meeting")
    op.drop_index(op.f("ix_meeting_host_id"), table_name="meeting")
    op.drop_index(op.f("ix_meeting_created_by_id"), table_name="meeting")
    op.drop_index(op.f("ix_meeting_co_host_id"), table_name="meeting")
    op.drop_geospatial_index("idx_meeting_point", table_name="meeting", postgresql_using="gist", column_name="point")
    op.drop_geospatial_table("meeting")
