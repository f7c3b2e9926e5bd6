"""create scenarios."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

NOW = sa.text("now()")
SPACES = r"\s\u001c-\u001f\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"


def upgrade() -> None:
    op.create_table(
        "scenario",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("institution_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("asked", sa.Text(), server_default="", nullable=False),
        sa.Column("figures", postgresql.JSONB(), nullable=False),
        sa.Column("vintages", postgresql.JSONB(), nullable=False),
        sa.Column("computed_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("share_token", sa.Text(), nullable=True),
        sa.Column("saved_by_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(f"coalesce(name, '') ~ '[^{SPACES}]'", name=op.f("ck_scenario_name_not_blank")),
        sa.CheckConstraint("char_length(asked) <= 8000", name=op.f("ck_scenario_asked_is_short")),
        sa.CheckConstraint("share_token ~ '^[a-z0-9]{28}$'", name=op.f("ck_scenario_share_token_cannot_be_guessed")),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_scenario_institution_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["saved_by_id"], ["app_user.id"], name=op.f("fk_scenario_saved_by_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scenario")),
        sa.UniqueConstraint("institution_id", "name", name=op.f("uq_scenario_institution_id_name")),
        sa.UniqueConstraint("public_id", name=op.f("uq_scenario_public_id")),
        sa.UniqueConstraint("share_token", name=op.f("uq_scenario_share_token")),
    )
    op.create_index(op.f("ix_scenario_saved_by_id"), "scenario", ["saved_by_id"])
    op.create_index(op.f("ix_scenario_changed_at"), "scenario", ["changed_at"])


def downgrade() -> None:
    op.drop_table("scenario")
