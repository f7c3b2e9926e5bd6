"""create invitations, the notices that registrations have had, and what addresses refuse."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

BEFORE = ("indispensable", "demandes", "messages", "suivi", "actualites")
AFTER = ("indispensable", "demandes", "messages", "invitations", "suivi", "actualites")
UNSUBSCRIBABLE = "what_is_a_choice_can_be_unsubscribed"


def upgrade() -> None:
    know_categories(AFTER)
    op.create_table(
        "address_refusal",
        sa.Column("address_hash", sa.Text(), nullable=False),
        sa.Column(
            "category",
            sa.Enum(*AFTER, name="category", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("refused_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("category = 'invitations'", name=op.f("ck_address_refusal_what_was_asked_for_is_not_refused")),
        sa.CheckConstraint("address_hash ~ '^[0-9a-f]{64}$'", name=op.f("ck_address_refusal_address_is_hashed")),
        sa.PrimaryKeyConstraint("address_hash", "category", name=op.f("pk_address_refusal")),
    )
    op.add_column("outgoing_message", sa.Column("address_hash", sa.Text(), nullable=True))
    op.create_check_constraint(
        op.f("ck_outgoing_message_what_may_be_refused_is_recognised"),
        "outgoing_message",
        "category <> 'invitations' OR address_hash IS NOT NULL",
    )
    say_what_can_be_unsubscribed(
        "(unsubscribe_url IS NULL)"
        " = CASE WHEN user_id IS NULL THEN category <> 'invitations' ELSE category = 'indispensable' END"
    )
    op.create_table(
        "invitation",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("meeting_id", sa.BigInteger(), nullable=False),
        sa.Column("institution_id", sa.BigInteger(), nullable=False),
        sa.Column("invited_by_id", sa.BigInteger(), nullable=True),
        sa.Column("invited_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("declined_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_invitation_institution_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["invited_by_id"], ["app_user.id"], name=op.f("fk_invitation_invited_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_invitation_meeting_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("meeting_id", "institution_id", name=op.f("uq_invitation_meeting_id_institution_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_invitation_public_id")),
    )
    op.create_index(op.f("ix_invitation_institution_id"), "invitation", ["institution_id"], unique=False)
    op.create_index(op.f("ix_invitation_invited_by_id"), "invitation", ["invited_by_id"], unique=False)
    op.create_table(
        "notice_sent",
        sa.Column("registration_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "notice",
            sa.Enum("rappel", "dernier-rappel", "suite", name="notice", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_notice_sent_registration_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("registration_id", "notice", "starts_at", name=op.f("pk_notice_sent")),
    )


def know_categories(codes: tuple[str, ...]) -> None:
    for table in ("mail_preference", "outgoing_message"):
        op.drop_constraint(op.f(f"ck_{table}_category"), table)
        listed = ", ".join(f"'{code}'" for code in codes)
        op.create_check_constraint(op.f(f"ck_{table}_category"), table, f"category IN ({listed})")


def say_what_can_be_unsubscribed(condition: str) -> None:
    name = op.f(f"ck_outgoing_message_{UNSUBSCRIBABLE}")
    op.drop_constraint(name, "outgoing_message")
    op.create_check_constraint(name, "outgoing_message", condition)


def downgrade() -> None:
    op.drop_table("notice_sent")
    op.drop_index(op.f("ix_invitation_invited_by_id"), table_name="invitation")
    op.drop_index(op.f("ix_invitation_institution_id"), table_name="invitation")
    op.drop_table("invitation")
    op.drop_table("address_refusal")
    op.execute("DELETE FROM outgoing_message WHERE category = 'invitations'")
    op.execute("DELETE FROM mail_preference WHERE category = 'invitations'")
    op.drop_constraint(op.f("ck_outgoing_message_what_may_be_refused_is_recognised"), "outgoing_message")
    op.drop_column("outgoing_message", "address_hash")
    say_what_can_be_unsubscribed("(unsubscribe_url IS NULL) = (user_id IS NULL OR category = 'indispensable')")
    know_categories(BEFORE)
