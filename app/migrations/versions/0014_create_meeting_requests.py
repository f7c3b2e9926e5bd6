"""create the requests of regional meetings."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "meeting_request",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("institution_id", sa.BigInteger(), nullable=False),
        sa.Column("region_id", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("asked_by_id", sa.BigInteger(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.BigInteger(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "answered_by_id IS NULL OR answered_at IS NOT NULL", name=op.f("ck_meeting_request_an_answer_has_a_day")
        ),
        sa.CheckConstraint("num_nonnulls(answered_at, withdrawn_at) <= 1", name=op.f("ck_meeting_request_one_end")),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["meeting.id"], name=op.f("fk_meeting_request_answered_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["app_user.id"], name=op.f("fk_meeting_request_asked_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_meeting_request_institution_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["region_id"], ["territory.id"], name=op.f("fk_meeting_request_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_request")),
        sa.UniqueConstraint("public_id", name=op.f("uq_meeting_request_public_id")),
    )
    op.create_index(op.f("ix_meeting_request_answered_by_id"), "meeting_request", ["answered_by_id"], unique=False)
    op.create_index(op.f("ix_meeting_request_asked_by_id"), "meeting_request", ["asked_by_id"], unique=False)
    op.create_index(op.f("ix_meeting_request_institution_id"), "meeting_request", ["institution_id"], unique=False)
    op.create_index(op.f("ix_meeting_request_region_id"), "meeting_request", ["region_id"], unique=False)
    op.create_index(
        "uq_meeting_request_open",
        "meeting_request",
        ["institution_id", "region_id"],
        unique=True,
        postgresql_where=sa.text("answered_at IS NULL AND withdrawn_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_index(
        "uq_meeting_request_open",
        table_name="meeting_request",
        postgresql_where=sa.text("answered_at IS NULL AND withdrawn_at IS NULL"),
    )
    op.drop_index(op.f("ix_meeting_request_region_id"), table_name="meeting_request")
    op.drop_index(op.f("ix_meeting_request_institution_id"), table_name="meeting_request")
    op.drop_index(op.f("ix_meeting_request_asked_by_id"), table_name="meeting_request")
    op.drop_index(op.f("ix_meeting_request_answered_by_id"), table_name="meeting_request")
    op.drop_table("meeting_request")
