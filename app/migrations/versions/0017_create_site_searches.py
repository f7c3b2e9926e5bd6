"""create searches of the next sites."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    aims = sa.Enum(
        "habitants", "part", "mal-servis", "departements", name="aim", native_enum=False, create_constraint=True, length=40
    )
    states = sa.Enum(
        "en-attente",
        "en-cours",
        "terminee",
        "annulee",
        "echouee",
        name="status",
        native_enum=False,
        create_constraint=True,
        length=40,
    )
    op.create_table(
        "site_search",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("question_key", sa.Text(), nullable=False),
        sa.Column("data_digest", sa.Text(), nullable=False),
        sa.Column("question", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("aim", aims, nullable=False),
        sa.Column("area_name", sa.Text(), nullable=False),
        sa.Column("vintages", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("status", states, nullable=False),
        sa.Column("attempt", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("phase", sa.Text(), server_default="", nullable=False),
        sa.Column("done", sa.Float(), server_default="0", nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=True),
        sa.Column("bound", sa.BigInteger(), nullable=True),
        sa.Column("result", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("map_svg", sa.Text(), nullable=True),
        sa.Column("curve_svg", sa.Text(), nullable=True),
        sa.Column("asked_by_id", sa.BigInteger(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("last_asked_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("heartbeat_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(status = 'terminee') = (result IS NOT NULL)", name=op.f("ck_site_search_an_answer_once_done")),
        sa.CheckConstraint(
            "(status IN ('en-attente', 'en-cours')) = (ended_at IS NULL)", name=op.f("ck_site_search_what_is_over_has_an_end")
        ),
        sa.CheckConstraint("status <> 'en-cours' OR heartbeat_at IS NOT NULL", name=op.f("ck_site_search_what_runs_shows_it")),
        sa.CheckConstraint("done BETWEEN 0 AND 1", name=op.f("ck_site_search_done_is_a_share")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["app_user.id"], name=op.f("fk_site_search_asked_by_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site_search")),
        sa.UniqueConstraint("public_id", name=op.f("uq_site_search_public_id")),
    )
    op.create_index(op.f("ix_site_search_asked_by_id"), "site_search", ["asked_by_id"])
    op.create_index(op.f("ix_site_search_last_asked_at"), "site_search", ["last_asked_at"])
    op.create_index(
        "uq_site_search_same_question",
        "site_search",
        ["question_key"],
        unique=True,
        postgresql_where=sa.text("status IN ('en-attente', 'en-cours', 'terminee')"),
    )
    op.create_index(
        "uq_site_search_waiting_of_a_person",
        "site_search",
        ["asked_by_id"],
        unique=True,
        postgresql_where=sa.text("status = 'en-attente'"),
    )
    op.create_index(
        "ix_site_search_to_compute",
        "site_search",
        ["asked_at"],
        postgresql_where=sa.text("status IN ('en-attente', 'en-cours')"),
    )
    op.create_table(
        "site_search_asker",
        sa.Column("search_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["search_id"], ["site_search.id"], name=op.f("fk_site_search_asker_search_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_site_search_asker_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("search_id", "user_id", name=op.f("pk_site_search_asker")),
    )
    op.create_index(op.f("ix_site_search_asker_user_id"), "site_search_asker", ["user_id"])
    op.create_index(op.f("ix_site_search_asker_asked_at"), "site_search_asker", ["asked_at"])


def downgrade() -> None:
    op.drop_table("site_search_asker")
    op.drop_table("site_search")
