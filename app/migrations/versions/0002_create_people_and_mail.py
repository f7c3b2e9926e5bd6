"""create people, their sessions and the outbox."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

UNSEEN = r"\u0001-\u001f\u007f-\u009f\u00ad\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff"
HASH = "token_hash ~ '^[0-9a-f]{64}$'"


def upgrade() -> None:
    op.create_table(
        "app_user",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("function", sa.Text(), nullable=True),
        sa.Column("is_administrator", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("warned_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "email = lower(email) AND email ~ '^[^@[:space:]]+@[^@[:space:]]+$'", name=op.f("ck_app_user_email_is_folded")
        ),
        sa.CheckConstraint("name IS NULL OR btrim(name) <> ''", name=op.f("ck_app_user_name_not_blank")),
        sa.CheckConstraint(f"name !~ '[{UNSEEN}]'", name=op.f("ck_app_user_name_is_seen_whole")),
        sa.CheckConstraint(f"function !~ '[{UNSEEN}]'", name=op.f("ck_app_user_function_is_seen_whole")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_app_user")),
        sa.UniqueConstraint("email", name=op.f("uq_app_user_email")),
        sa.UniqueConstraint("public_id", name=op.f("uq_app_user_public_id")),
    )
    op.create_table(
        "rate_limit",
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("who_hash", sa.Text(), nullable=False),
        sa.Column("window_start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_rate_limit_number_is_positive")),
        sa.PrimaryKeyConstraint("what", "who_hash", "window_start", name=op.f("pk_rate_limit")),
    )
    op.create_index(op.f("ix_rate_limit_window_start"), "rate_limit", ["window_start"], unique=False)
    op.create_table(
        "sign_in_link",
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("destination", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(HASH, name=op.f("ck_sign_in_link_token_is_hashed")),
        sa.CheckConstraint("expires_at > created_at", name=op.f("ck_sign_in_link_expires_after_it_is_made")),
        sa.CheckConstraint("used_at <= expires_at", name=op.f("ck_sign_in_link_used_in_time")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sign_in_link")),
    )
    op.create_index(op.f("ix_sign_in_link_email"), "sign_in_link", ["email"], unique=False)
    op.create_index(op.f("ix_sign_in_link_expires_at"), "sign_in_link", ["expires_at"], unique=False)
    op.create_table(
        "email_change",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_email_change_email_is_folded")),
        sa.CheckConstraint(HASH, name=op.f("ck_email_change_token_is_hashed")),
        sa.CheckConstraint("expires_at > created_at", name=op.f("ck_email_change_expires_after_it_is_made")),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_email_change_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_email_change")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_email_change_token_hash")),
    )
    op.create_index(op.f("ix_email_change_expires_at"), "email_change", ["expires_at"], unique=False)
    op.create_table(
        "mail_preference",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "category",
            sa.Enum(
                "indispensable",
                "demandes",
                "messages",
                "suivi",
                "actualites",
                name="category",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "cadence",
            sa.Enum(
                "immediat",
                "quotidien",
                "hebdomadaire",
                "jamais",
                name="cadence",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.CheckConstraint("category <> 'indispensable'", name=op.f("ck_mail_preference_what_is_essential_is_no_choice")),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_mail_preference_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", "category", name=op.f("pk_mail_preference")),
    )
    op.create_table(
        "outgoing_message",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column(
            "category",
            sa.Enum(
                "indispensable",
                "demandes",
                "messages",
                "suivi",
                "actualites",
                name="category",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("paragraphs", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("action_text", sa.Text(), nullable=True),
        sa.Column("action_url", sa.Text(), nullable=True),
        sa.Column("unsubscribe_url", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dropped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("abandoned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("digest_id", sa.BigInteger(), nullable=True),
        sa.Column("digest_day", sa.Date(), nullable=True),
        sa.Column("digest_week", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "address ~ '^[^@[:space:]]+@[^@[:space:]]+$'", name=op.f("ck_outgoing_message_address_is_one_mailbox")
        ),
        sa.CheckConstraint(
            "subject !~ '[\\r\\n]' AND btrim(subject) <> ''", name=op.f("ck_outgoing_message_subject_is_one_line")
        ),
        sa.CheckConstraint(
            "num_nonnulls(sent_at, dropped_at, abandoned_at, digest_id) <= 1", name=op.f("ck_outgoing_message_one_end")
        ),
        sa.CheckConstraint(
            "(action_text IS NULL) = (action_url IS NULL)", name=op.f("ck_outgoing_message_action_has_its_address")
        ),
        sa.CheckConstraint(
            "(unsubscribe_url IS NULL) = (user_id IS NULL OR category = 'indispensable')",
            name=op.f("ck_outgoing_message_what_is_a_choice_can_be_unsubscribed"),
        ),
        sa.CheckConstraint(
            "digest_day IS NULL OR (user_id IS NOT NULL AND digest_id IS NULL)",
            name=op.f("ck_outgoing_message_digest_is_to_a_person"),
        ),
        sa.CheckConstraint(
            "digest_week IS NULL OR digest_day IS NOT NULL", name=op.f("ck_outgoing_message_week_is_of_a_digest")
        ),
        sa.ForeignKeyConstraint(
            ["digest_id"], ["outgoing_message.id"], name=op.f("fk_outgoing_message_digest_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_outgoing_message_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outgoing_message")),
        sa.UniqueConstraint("message_id", name=op.f("uq_outgoing_message_message_id")),
    )
    op.create_index(op.f("ix_outgoing_message_digest_id"), "outgoing_message", ["digest_id"], unique=False)
    op.create_index(
        "ix_outgoing_message_due",
        "outgoing_message",
        ["next_attempt_at"],
        unique=False,
        postgresql_where=sa.text("num_nonnulls(sent_at, dropped_at, abandoned_at, digest_id) = 0"),
    )
    op.create_index(op.f("ix_outgoing_message_user_id"), "outgoing_message", ["user_id"], unique=False)
    for period in ("digest_day", "digest_week"):
        op.create_index(
            f"uq_outgoing_message_{period}",
            "outgoing_message",
            ["user_id", period],
            unique=True,
            postgresql_where=sa.text(f"{period} IS NOT NULL AND dropped_at IS NULL"),
        )
    op.create_table(
        "user_session",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(HASH, name=op.f("ck_user_session_token_is_hashed")),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_user_session_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_session")),
        sa.UniqueConstraint("public_id", name=op.f("uq_user_session_public_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_user_session_token_hash")),
    )
    op.create_index(op.f("ix_user_session_user_id"), "user_session", ["user_id"], unique=False)


def downgrade() -> None:
    for period in ("digest_day", "digest_week"):
        op.drop_index(f"uq_outgoing_message_{period}", table_name="outgoing_message")
    op.drop_index(op.f("ix_user_session_user_id"), table_name="user_session")
    op.drop_table("user_session")
    op.drop_index(op.f("ix_outgoing_message_user_id"), table_name="outgoing_message")
    op.drop_index(
        "ix_outgoing_message_due",
        table_name="outgoing_message",
        postgresql_where=sa.text("num_nonnulls(sent_at, dropped_at, abandoned_at, digest_id) = 0"),
    )
    op.drop_index(op.f("ix_outgoing_message_digest_id"), table_name="outgoing_message")
    op.drop_table("outgoing_message")
    op.drop_table("mail_preference")
    op.drop_index(op.f("ix_email_change_expires_at"), table_name="email_change")
    op.drop_table("email_change")
    op.drop_index(op.f("ix_sign_in_link_expires_at"), table_name="sign_in_link")
    op.drop_index(op.f("ix_sign_in_link_email"), table_name="sign_in_link")
    op.drop_table("sign_in_link")
    op.drop_index(op.f("ix_rate_limit_window_start"), table_name="rate_limit")
    op.drop_table("rate_limit")
    op.drop_table("app_user")
