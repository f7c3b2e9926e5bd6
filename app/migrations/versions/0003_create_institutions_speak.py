"""create memberships, profiles, offers and needs, changes and reports."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

SPACES = r"\s\u001c-\u001f\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
SAYS_SOMETHING = f"~ '[^{SPACES}]'"
REFUSE_WHERE_AN_AGENCY_SERVES = """
CREATE FUNCTION refuse_designation_where_an_agency_serves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT FROM service_territory
    JOIN institution ON institution.id = service_territory.institution_id
    WHERE service_territory.territory_id = NEW.region_id AND institution.kind = 'agence-du-livre'
  ) THEN
    RAISE EXCEPTION 'an agency serves %', NEW.region_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'designation_where_no_agency_serves';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER designation_where_no_agency_serves BEFORE INSERT OR UPDATE ON designation
FOR EACH ROW EXECUTE FUNCTION refuse_designation_where_an_agency_serves();
"""


def upgrade() -> None:
    op.create_table(
        "change",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("institution_id", sa.BigInteger(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("before", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("after", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column(
            "voice",
            sa.Enum("structure", "agence", "reseau", name="voice", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("changed_by_id", sa.BigInteger(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_by_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("before IS DISTINCT FROM after", name=op.f("ck_change_something_changed")),
        sa.ForeignKeyConstraint(["seen_by_id"], ["app_user.id"], name=op.f("fk_change_seen_by_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["changed_by_id"], ["app_user.id"], name=op.f("fk_change_changed_by_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_change_institution_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change")),
    )
    op.create_index(op.f("ix_change_changed_by_id"), "change", ["changed_by_id"], unique=False)
    op.create_index(op.f("ix_change_seen_by_id"), "change", ["seen_by_id"], unique=False)
    op.create_index(op.f("ix_change_institution_id"), "change", ["institution_id"], unique=False)
    op.create_index(
        "ix_change_unseen",
        "change",
        ["institution_id"],
        unique=False,
        postgresql_where=sa.text("seen_at IS NULL AND voice = 'structure'"),
    )
    op.create_table(
        "designation",
        sa.Column("region_id", sa.Text(), nullable=False),
        sa.Column("institution_id", sa.BigInteger(), nullable=False),
        sa.Column("designated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("region_id ~ '^region-'", name=op.f("ck_designation_of_a_region")),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_designation_institution_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["region_id"], ["territory.id"], name=op.f("fk_designation_region_id")),
        sa.PrimaryKeyConstraint("region_id", name=op.f("pk_designation")),
    )
    op.create_index(op.f("ix_designation_institution_id"), "designation", ["institution_id"], unique=False)
    op.execute(REFUSE_WHERE_AN_AGENCY_SERVES)
    op.create_table(
        "error_report",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("institution_id", sa.BigInteger(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("reported_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handled_by_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "outcome",
            sa.Enum("corrige", "pas-une-erreur", name="outcome", native_enum=False, create_constraint=True, length=40),
            nullable=True,
        ),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.CheckConstraint(f"coalesce(message, '') {SAYS_SOMETHING}", name=op.f("ck_error_report_message_not_blank")),
        sa.CheckConstraint("(handled_at IS NULL) = (outcome IS NULL)", name=op.f("ck_error_report_an_end_has_a_day")),
        sa.CheckConstraint("handled_at IS NULL OR email IS NULL", name=op.f("ck_error_report_address_is_erased_once_handled")),
        sa.CheckConstraint("email ~ '^[^@[:space:]]+@[^@[:space:]]+$'", name=op.f("ck_error_report_address_is_one_mailbox")),
        sa.ForeignKeyConstraint(
            ["handled_by_id"], ["app_user.id"], name=op.f("fk_error_report_handled_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_error_report_institution_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_error_report")),
        sa.UniqueConstraint("public_id", name=op.f("uq_error_report_public_id")),
    )
    op.create_index(op.f("ix_error_report_handled_by_id"), "error_report", ["handled_by_id"], unique=False)
    op.create_index(op.f("ix_error_report_institution_id"), "error_report", ["institution_id"], unique=False)
    op.create_index(
        "ix_error_report_open",
        "error_report",
        ["reported_at"],
        unique=False,
        postgresql_where=sa.text("handled_at IS NULL"),
    )
    op.create_table(
        "membership",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("institution_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "role",
            sa.Enum("responsable", "membre", name="role", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("since", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_membership_institution_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_membership_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", "institution_id", name=op.f("pk_membership")),
    )
    op.create_index(op.f("ix_membership_institution_id"), "membership", ["institution_id"], unique=False)
    op.create_table(
        "membership_request",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("institution_id", sa.BigInteger(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.BigInteger(), nullable=True),
        sa.Column("accepted", sa.Boolean(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            f"accepted IS DISTINCT FROM false OR coalesce(reason, '') {SAYS_SOMETHING}",
            name=op.f("ck_membership_request_a_refusal_has_a_reason"),
        ),
        sa.CheckConstraint(f"coalesce(message, '') {SAYS_SOMETHING}", name=op.f("ck_membership_request_message_not_blank")),
        sa.CheckConstraint("decided_by_id <> user_id", name=op.f("ck_membership_request_nobody_decides_for_oneself")),
        sa.CheckConstraint(
            "decided_by_id IS NULL OR decided_at IS NOT NULL", name=op.f("ck_membership_request_who_decided_did_decide")
        ),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (accepted IS NULL)", name=op.f("ck_membership_request_a_decision_has_a_day")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["app_user.id"], name=op.f("fk_membership_request_decided_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_membership_request_institution_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_membership_request_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership_request")),
        sa.UniqueConstraint("public_id", name=op.f("uq_membership_request_public_id")),
    )
    op.create_index(op.f("ix_membership_request_decided_by_id"), "membership_request", ["decided_by_id"], unique=False)
    op.create_index(op.f("ix_membership_request_user_id"), "membership_request", ["user_id"], unique=False)
    op.create_index(op.f("ix_membership_request_institution_id"), "membership_request", ["institution_id"], unique=False)
    op.create_index(
        "uq_membership_request_open",
        "membership_request",
        ["user_id", "institution_id"],
        unique=True,
        postgresql_where=sa.text("decided_at IS NULL"),
    )
    op.create_table(
        "offering",
        sa.Column("institution_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "direction",
            sa.Enum("offre", "recherche", name="direction", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column(
            "resource",
            sa.Enum(
                "salle",
                "horaires-etendus",
                "ateliers",
                "ressources-numeriques",
                "collections",
                "ateliers-numeriques",
                "groupes-de-conversation",
                "ecrivain-public",
                "postes-informatiques",
                "journees-de-conseillers",
                "ateliers-de-partenaires",
                "expositions",
                "formation-des-bibliothecaires",
                "autre",
                name="resource",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("details", sa.Text(), nullable=True),
        sa.CheckConstraint(
            f"resource <> 'autre' OR coalesce(details, '') {SAYS_SOMETHING}",
            name=op.f("ck_offering_another_thing_is_described"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_offering_institution_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("institution_id", "direction", "resource", name=op.f("pk_offering")),
    )
    op.create_table(
        "profile",
        sa.Column("institution_id", sa.BigInteger(), nullable=False),
        sa.Column("opening_hours", sa.Text(), nullable=True),
        sa.Column("audiences", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("themes", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("presentation", sa.Text(), nullable=True),
        sa.Column("contact_email", sa.Text(), nullable=True),
        sa.Column("not_before", sa.Date(), nullable=True),
        sa.Column("open_solicitations_max", sa.Integer(), server_default="5", nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("contact_email ~ '^[^@[:space:]]+@[^@[:space:]]+$'", name=op.f("ck_profile_contact_is_one_mailbox")),
        sa.CheckConstraint("open_solicitations_max BETWEEN 0 AND 50", name=op.f("ck_profile_limit_is_sensible")),
        sa.CheckConstraint(
            "audiences <@ ARRAY['demandeurs-d-emploi', 'reconversion', 'formation-tout-au-long-de-la-vie',"
            " 'createurs-d-entreprise', 'etudiants', 'orientation']",
            name=op.f("ck_profile_audiences_known"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_profile_institution_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("institution_id", name=op.f("pk_profile")),
    )
    op.create_table(
        "theme",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("pole", "axe", name="themekind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("rank", sa.Integer(), server_default="100", nullable=False),
        sa.Column("added_by_id", sa.BigInteger(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.CheckConstraint(f"coalesce(label, '') {SAYS_SOMETHING}", name=op.f("ck_theme_label_not_blank")),
        sa.CheckConstraint("code ~ '^[a-z0-9]+(-[a-z0-9]+)*$'", name=op.f("ck_theme_code_is_a_slug")),
        sa.ForeignKeyConstraint(["added_by_id"], ["institution.id"], name=op.f("fk_theme_added_by_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_theme")),
    )
    op.create_index(op.f("ix_theme_added_by_id"), "theme", ["added_by_id"], unique=False)
    op.create_index("uq_theme_kind_label", "theme", ["kind", sa.text("fold(label)")], unique=True)


def downgrade() -> None:
    op.drop_index("uq_theme_kind_label", table_name="theme")
    op.drop_table("theme")
    op.drop_table("profile")
    op.drop_table("offering")
    op.drop_index("uq_membership_request_open", table_name="membership_request", postgresql_where=sa.text("decided_at IS NULL"))
    op.drop_index(op.f("ix_membership_request_institution_id"), table_name="membership_request")
    op.drop_table("membership_request")
    op.drop_index(op.f("ix_membership_institution_id"), table_name="membership")
    op.drop_table("membership")
    op.drop_index("ix_error_report_open", table_name="error_report", postgresql_where=sa.text("handled_at IS NULL"))
    op.drop_index(op.f("ix_error_report_institution_id"), table_name="error_report")
    op.drop_table("error_report")
    op.drop_index(op.f("ix_designation_institution_id"), table_name="designation")
    op.drop_table("designation")
    op.execute("DROP FUNCTION refuse_designation_where_an_agency_serves()")
    op.drop_index("ix_change_unseen", table_name="change", postgresql_where=sa.text("seen_at IS NULL AND voice = 'structure'"))
    op.drop_index(op.f("ix_change_institution_id"), table_name="change")
    op.drop_table("change")
