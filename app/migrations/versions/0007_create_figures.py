"""create figures, awareness sessions and reviews."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Comes with PostgreSQL, and needs no superuser: periods of one partnership and nature do not overlap.
    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist SCHEMA public")
    op.create_table(
        "activity_figures",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("partnership_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "nature",
            sa.Enum("prevu", "realise", name="nature", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("workshops", sa.Integer(), nullable=False),
        sa.Column("participants", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column(
            "side",
            sa.Enum("cite", "partenaire", name="side", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("recorded_by_id", sa.BigInteger(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_by_id", sa.BigInteger(), nullable=True),
        postgresql.ExcludeConstraint(
            (sa.column("partnership_id"), "="),
            (sa.column("nature"), "="),
            (sa.text("daterange(starts_on, ends_on, '[]')"), "&&"),
            where=sa.text("removed_at IS NULL"),
            using="gist",
            name="ex_activity_figures_periods_apart",
        ),
        sa.CheckConstraint(
            "(participants IS NULL) OR nature = 'realise'", name=op.f("ck_activity_figures_attendances_are_of_what_was_held")
        ),
        sa.CheckConstraint(
            "coalesce(participants, 0) = 0 OR workshops > 0", name=op.f("ck_activity_figures_nobody_attends_nothing")
        ),
        sa.CheckConstraint("participants BETWEEN 0 AND 1000000", name=op.f("ck_activity_figures_participants_are_sensible")),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_activity_figures_period_runs_forward")),
        sa.CheckConstraint("workshops BETWEEN 0 AND 1000000", name=op.f("ck_activity_figures_workshops_are_sensible")),
        sa.ForeignKeyConstraint(
            ["partnership_id"], ["partnership.id"], name=op.f("fk_activity_figures_partnership_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["app_user.id"], name=op.f("fk_activity_figures_recorded_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["removed_by_id"], ["app_user.id"], name=op.f("fk_activity_figures_removed_by_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity_figures")),
        sa.UniqueConstraint("public_id", name=op.f("uq_activity_figures_public_id")),
    )
    op.create_index(op.f("ix_activity_figures_recorded_by_id"), "activity_figures", ["recorded_by_id"], unique=False)
    op.create_index(op.f("ix_activity_figures_removed_by_id"), "activity_figures", ["removed_by_id"], unique=False)
    op.create_index(op.f("ix_activity_figures_partnership_id"), "activity_figures", ["partnership_id"], unique=False)
    op.create_table(
        "awareness_sessions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("partnership_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "toward",
            sa.Enum("a-la-cite", "chez-le-partenaire", name="toward", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("sessions", sa.Integer(), nullable=False),
        sa.Column(
            "unit",
            sa.Enum("journee", "matinee", "demi-journee", name="unit", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column(
            "side",
            sa.Enum("cite", "partenaire", name="side", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("recorded_by_id", sa.BigInteger(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_by_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("(starts_on IS NULL) = (ends_on IS NULL)", name=op.f("ck_awareness_sessions_a_period_has_two_ends")),
        sa.CheckConstraint("people BETWEEN 0 AND 100000", name=op.f("ck_awareness_sessions_people_are_sensible")),
        sa.CheckConstraint("sessions BETWEEN 1 AND 1000", name=op.f("ck_awareness_sessions_sessions_are_sensible")),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_awareness_sessions_period_runs_forward")),
        sa.ForeignKeyConstraint(
            ["partnership_id"], ["partnership.id"], name=op.f("fk_awareness_sessions_partnership_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["app_user.id"], name=op.f("fk_awareness_sessions_recorded_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["removed_by_id"], ["app_user.id"], name=op.f("fk_awareness_sessions_removed_by_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_awareness_sessions")),
        sa.UniqueConstraint("public_id", name=op.f("uq_awareness_sessions_public_id")),
    )
    op.create_index(op.f("ix_awareness_sessions_recorded_by_id"), "awareness_sessions", ["recorded_by_id"], unique=False)
    op.create_index(op.f("ix_awareness_sessions_removed_by_id"), "awareness_sessions", ["removed_by_id"], unique=False)
    op.create_index(op.f("ix_awareness_sessions_partnership_id"), "awareness_sessions", ["partnership_id"], unique=False)
    op.create_table(
        "review",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("partnership_id", sa.BigInteger(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column(
            "decision",
            sa.Enum("reconduire", "ajuster", "arreter", name="decision", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column(
            "side",
            sa.Enum("cite", "partenaire", name="side", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("recorded_by_id", sa.BigInteger(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("btrim(summary) <> ''", name=op.f("ck_review_summary_not_blank")),
        sa.CheckConstraint("starts_on <= ends_on AND ends_on <= held_on", name=op.f("ck_review_looks_back")),
        sa.ForeignKeyConstraint(
            ["partnership_id"], ["partnership.id"], name=op.f("fk_review_partnership_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["app_user.id"], name=op.f("fk_review_recorded_by_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
        sa.UniqueConstraint("partnership_id", "held_on", name=op.f("uq_review_partnership_id_held_on")),
        sa.UniqueConstraint("public_id", name=op.f("uq_review_public_id")),
    )
    op.create_index(op.f("ix_review_recorded_by_id"), "review", ["recorded_by_id"], unique=False)


def downgrade() -> None:
    op.drop_table("review")
    op.drop_index(op.f("ix_awareness_sessions_partnership_id"), table_name="awareness_sessions")
    op.drop_table("awareness_sessions")
    op.drop_index(op.f("ix_activity_figures_partnership_id"), table_name="activity_figures")
    op.drop_table("activity_figures")
    op.execute("DROP EXTENSION IF EXISTS btree_gist")
