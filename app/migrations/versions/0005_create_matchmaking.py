"""create interests, introductions and proposals."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "interest",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column(
            "act",
            sa.Enum("interet", "souhait", "piste", name="act", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("author_id", sa.BigInteger(), nullable=True),
        sa.Column("about_id", sa.BigInteger(), nullable=True),
        sa.Column("toward_institution_id", sa.BigInteger(), nullable=True),
        sa.Column("toward_territory_id", sa.Text(), nullable=True),
        sa.Column("formats", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("themes", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("calendar", sa.Text(), nullable=True),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("shows_author", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("declared_by_id", sa.BigInteger(), nullable=True),
        sa.Column("declared_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("renewed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "closing",
            sa.Enum(
                "retire",
                "sans-reponse",
                "abouti",
                "decline",
                name="closing",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.CheckConstraint(
            "about_id <> author_id AND about_id <> toward_institution_id", name=op.f("ck_interest_a_lead_is_about_another")
        ),
        sa.CheckConstraint("act <> 'piste' OR NOT shows_author", name=op.f("ck_interest_a_lead_is_never_public")),
        sa.CheckConstraint("act = 'piste' OR author_id IS NOT NULL", name=op.f("ck_interest_an_author_unless_a_lead")),
        sa.CheckConstraint("(act = 'piste') = (about_id IS NOT NULL)", name=op.f("ck_interest_a_lead_is_about_someone")),
        sa.CheckConstraint(
            "act <> 'souhait' OR num_nonnulls(toward_institution_id, toward_territory_id) = 1",
            name=op.f("ck_interest_a_wish_has_a_target"),
        ),
        sa.CheckConstraint("(closed_at IS NULL) = (closing IS NULL)", name=op.f("ck_interest_closing_says_why")),
        sa.CheckConstraint(
            "num_nonnulls(toward_institution_id, toward_territory_id) <= 1", name=op.f("ck_interest_one_target")
        ),
        sa.CheckConstraint("toward_institution_id <> author_id", name=op.f("ck_interest_not_toward_oneself")),
        sa.ForeignKeyConstraint(["about_id"], ["institution.id"], name=op.f("fk_interest_about_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["author_id"], ["institution.id"], name=op.f("fk_interest_author_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["declared_by_id"], ["app_user.id"], name=op.f("fk_interest_declared_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["toward_institution_id"], ["institution.id"], name=op.f("fk_interest_toward_institution_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["toward_territory_id"], ["territory.id"], name=op.f("fk_interest_toward_territory_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interest")),
        sa.UniqueConstraint("public_id", name=op.f("uq_interest_public_id")),
    )
    op.create_index(op.f("ix_interest_declared_by_id"), "interest", ["declared_by_id"], unique=False)
    op.create_index(op.f("ix_interest_about_id"), "interest", ["about_id"], unique=False)
    op.create_index(op.f("ix_interest_author_id"), "interest", ["author_id"], unique=False)
    op.create_index(op.f("ix_interest_toward_institution_id"), "interest", ["toward_institution_id"], unique=False)
    op.create_index(op.f("ix_interest_toward_territory_id"), "interest", ["toward_territory_id"], unique=False)
    op.create_index("ix_interest_ageing", "interest", ["renewed_at"], postgresql_where=sa.text("closed_at IS NULL"))
    op.create_index(
        "uq_interest_open",
        "interest",
        ["act", "author_id", "about_id", "toward_institution_id", "toward_territory_id"],
        unique=True,
        postgresql_nulls_not_distinct=True,
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "declaration",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=True),
        sa.Column("library_name", sa.Text(), nullable=False),
        sa.Column("commune_id", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("formats", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("shows_author", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("offers_mailbox", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handled_by_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "outcome",
            sa.Enum("rattachee", "ecartee", name="outcome", native_enum=False, create_constraint=True, length=40),
            nullable=True,
        ),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("interest_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("email ~ '^[^@[:space:]]+@[^@[:space:]]+$'", name=op.f("ck_declaration_email_is_one_mailbox")),
        sa.CheckConstraint("btrim(library_name) <> ''", name=op.f("ck_declaration_library_name_not_blank")),
        sa.CheckConstraint(
            "(confirmed_at IS NULL) = (token_hash IS NOT NULL)", name=op.f("ck_declaration_a_token_until_confirmed")
        ),
        sa.CheckConstraint(
            "handled_at IS NULL OR confirmed_at IS NOT NULL", name=op.f("ck_declaration_handled_once_confirmed")
        ),
        sa.CheckConstraint("(handled_at IS NULL) = (outcome IS NULL)", name=op.f("ck_declaration_an_outcome_has_a_day")),
        sa.CheckConstraint(
            "(handled_at IS NULL) = (email IS NOT NULL)", name=op.f("ck_declaration_the_address_goes_when_handled")
        ),
        sa.CheckConstraint(
            "outcome IS DISTINCT FROM 'ecartee' OR btrim(reason) <> ''", name=op.f("ck_declaration_set_aside_for_a_reason")
        ),
        sa.ForeignKeyConstraint(["commune_id"], ["territory.id"], name=op.f("fk_declaration_commune_id")),
        sa.ForeignKeyConstraint(
            ["handled_by_id"], ["app_user.id"], name=op.f("fk_declaration_handled_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["interest_id"], ["interest.id"], name=op.f("fk_declaration_interest_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declaration")),
        sa.UniqueConstraint("public_id", name=op.f("uq_declaration_public_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_declaration_token_hash")),
    )
    op.create_index(op.f("ix_declaration_handled_by_id"), "declaration", ["handled_by_id"], unique=False)
    op.create_index(op.f("ix_declaration_commune_id"), "declaration", ["commune_id"], unique=False)
    op.create_index(op.f("ix_declaration_interest_id"), "declaration", ["interest_id"], unique=False)
    op.create_table(
        "introduction",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("cite_id", sa.BigInteger(), nullable=False),
        sa.Column("partner_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "asked_by",
            sa.Enum("cite", "partenaire", name="side", native_enum=False, create_constraint=True, length=40),
            nullable=True,
        ),
        sa.Column("picked", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("introducer_id", sa.BigInteger(), nullable=True),
        sa.Column("introduced_by_id", sa.BigInteger(), nullable=True),
        sa.Column("interest_id", sa.BigInteger(), nullable=True),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("introduced_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "outcome",
            sa.Enum(
                "acceptee",
                "refusee",
                "expiree",
                "retiree",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("exchange_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "(outcome = 'acceptee') = (exchange_id IS NOT NULL)", name=op.f("ck_introduction_acceptance_opens_an_exchange")
        ),
        sa.CheckConstraint("(outcome IS NULL) = (settled_at IS NULL)", name=op.f("ck_introduction_an_outcome_has_a_day")),
        sa.CheckConstraint("asked_by IS NOT NULL OR NOT picked", name=op.f("ck_introduction_who_picks_is_a_side")),
        sa.CheckConstraint(
            "introducer_id IS NULL OR (asked_by IS NULL AND introducer_id NOT IN (cite_id, partner_id))",
            name=op.f("ck_introduction_introducer_is_no_side"),
        ),
        sa.CheckConstraint("btrim(message) <> ''", name=op.f("ck_introduction_message_not_blank")),
        sa.CheckConstraint("cite_id <> partner_id", name=op.f("ck_introduction_two_sides")),
        sa.ForeignKeyConstraint(["cite_id"], ["institution.id"], name=op.f("fk_introduction_cite_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["exchange_id"], ["exchange.id"], name=op.f("fk_introduction_exchange_id")),
        sa.ForeignKeyConstraint(
            ["interest_id"], ["interest.id"], name=op.f("fk_introduction_interest_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["introduced_by_id"], ["app_user.id"], name=op.f("fk_introduction_introduced_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["introducer_id"], ["institution.id"], name=op.f("fk_introduction_introducer_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["institution.id"], name=op.f("fk_introduction_partner_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_introduction")),
        sa.UniqueConstraint("public_id", name=op.f("uq_introduction_public_id")),
    )
    op.create_index(op.f("ix_introduction_introduced_by_id"), "introduction", ["introduced_by_id"], unique=False)
    op.create_index(op.f("ix_introduction_introducer_id"), "introduction", ["introducer_id"], unique=False)
    op.create_index(op.f("ix_introduction_cite_id"), "introduction", ["cite_id"], unique=False)
    op.create_index(op.f("ix_introduction_exchange_id"), "introduction", ["exchange_id"], unique=False)
    op.create_index(op.f("ix_introduction_expires_at"), "introduction", ["expires_at"], unique=False)
    op.create_index(op.f("ix_introduction_interest_id"), "introduction", ["interest_id"], unique=False)
    op.create_index(op.f("ix_introduction_partner_id"), "introduction", ["partner_id"], unique=False)
    op.create_index(
        "uq_introduction_asked",
        "introduction",
        ["cite_id", "partner_id", "asked_by", "interest_id"],
        unique=True,
        postgresql_where=sa.text("outcome IS NULL AND asked_by IS NOT NULL"),
        postgresql_nulls_not_distinct=True,
    )
    op.create_index(
        "uq_introduction_waiting",
        "introduction",
        ["cite_id", "partner_id"],
        unique=True,
        postgresql_where=sa.text("outcome IS NULL AND asked_by IS NULL"),
    )
    op.create_table(
        "introduction_answer",
        sa.Column("introduction_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "side",
            sa.Enum("cite", "partenaire", name="side", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column(
            "reason",
            sa.Enum(
                "pas-le-moment",
                "moyens",
                "tutelle",
                "distance",
                "besoins",
                "deja-en-lien",
                "autre",
                name="reason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("answered_by_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("accepted = (reason IS NULL)", name=op.f("ck_introduction_answer_a_refusal_has_a_reason")),
        sa.CheckConstraint(
            "reason <> 'autre' OR coalesce(btrim(words), '') <> ''", name=op.f("ck_introduction_answer_another_reason_is_told")
        ),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["app_user.id"], name=op.f("fk_introduction_answer_answered_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["introduction_id"], ["introduction.id"], name=op.f("fk_introduction_answer_introduction_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("introduction_id", "side", name=op.f("pk_introduction_answer")),
        sa.UniqueConstraint(
            "introduction_id", "answered_by_id", name=op.f("uq_introduction_answer_introduction_id_answered_by_id")
        ),
    )
    op.create_index(op.f("ix_introduction_answer_answered_by_id"), "introduction_answer", ["answered_by_id"], unique=False)
    op.create_table(
        "proposal",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("exchange_id", sa.BigInteger(), nullable=False),
        sa.Column("answers_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "side",
            sa.Enum("cite", "partenaire", name="side", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("author_id", sa.BigInteger(), nullable=True),
        sa.Column("form_key", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("edited_by_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "brouillon",
                "envoyee",
                "vue",
                "acceptee",
                "contre-proposee",
                "refusee",
                "retiree",
                "expiree",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "format",
            sa.Enum(
                "centre-associe",
                "point-relais",
                "rendez-vous-de-la-cite",
                "sessions-thematiques",
                "convention-d-orientation",
                "autre-formule",
                name="format",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("activities", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("brings", sa.Text(), nullable=True),
        sa.Column("asks", sa.Text(), nullable=True),
        sa.Column("themes", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("calendar", sa.Text(), nullable=True),
        sa.Column("people", sa.Text(), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by_id", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("partnership_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "(status = 'acceptee') = (partnership_id IS NOT NULL)", name=op.f("ck_proposal_acceptance_begins_a_partnership")
        ),
        sa.CheckConstraint("(status = 'brouillon') = (sent_at IS NULL)", name=op.f("ck_proposal_sent_unless_draft")),
        sa.CheckConstraint("(status = 'brouillon') = (expires_at IS NULL)", name=op.f("ck_proposal_what_is_sent_expires")),
        sa.CheckConstraint("status <> 'vue' OR seen_at IS NOT NULL", name=op.f("ck_proposal_what_is_seen_has_a_day")),
        sa.CheckConstraint(
            "(status IN ('brouillon', 'envoyee', 'vue')) = (settled_at IS NULL)",
            name=op.f("ck_proposal_an_outcome_has_a_day"),
        ),
        sa.CheckConstraint(
            "status <> 'refusee' OR btrim(coalesce(reason, '')) <> ''", name=op.f("ck_proposal_declining_has_a_reason")
        ),
        sa.CheckConstraint(
            "format <> 'autre-formule' OR btrim(coalesce(description, '')) <> ''",
            name=op.f("ck_proposal_other_format_is_described"),
        ),
        sa.CheckConstraint("answers_id <> id", name=op.f("ck_proposal_not_an_answer_to_itself")),
        sa.ForeignKeyConstraint(["answers_id"], ["proposal.id"], name=op.f("fk_proposal_answers_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["author_id"], ["app_user.id"], name=op.f("fk_proposal_author_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["edited_by_id"], ["app_user.id"], name=op.f("fk_proposal_edited_by_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["exchange_id"], ["exchange.id"], name=op.f("fk_proposal_exchange_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["partnership_id"], ["partnership.id"], name=op.f("fk_proposal_partnership_id")),
        sa.ForeignKeyConstraint(
            ["settled_by_id"], ["app_user.id"], name=op.f("fk_proposal_settled_by_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
        sa.UniqueConstraint("exchange_id", "side", "form_key", name="uq_proposal_form"),
        sa.UniqueConstraint("partnership_id", name=op.f("uq_proposal_partnership_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_proposal_public_id")),
    )
    op.create_index(op.f("ix_proposal_answers_id"), "proposal", ["answers_id"], unique=False)
    op.create_index(op.f("ix_proposal_author_id"), "proposal", ["author_id"], unique=False)
    op.create_index(op.f("ix_proposal_edited_by_id"), "proposal", ["edited_by_id"], unique=False)
    op.create_index(op.f("ix_proposal_settled_by_id"), "proposal", ["settled_by_id"], unique=False)
    op.create_index(op.f("ix_proposal_exchange_id"), "proposal", ["exchange_id"], unique=False)
    op.create_index(op.f("ix_proposal_expires_at"), "proposal", ["expires_at"], unique=False)
    op.create_index(
        "uq_proposal_answer", "proposal", ["answers_id"], unique=True, postgresql_where=sa.text("status <> 'brouillon'")
    )
    op.create_index(
        "uq_proposal_draft_answer", "proposal", ["answers_id"], unique=True, postgresql_where=sa.text("status = 'brouillon'")
    )


def downgrade() -> None:
    op.drop_index("uq_proposal_draft_answer", table_name="proposal", postgresql_where=sa.text("status = 'brouillon'"))
    op.drop_index("uq_proposal_answer", table_name="proposal", postgresql_where=sa.text("status <> 'brouillon'"))
    op.drop_index(op.f("ix_proposal_expires_at"), table_name="proposal")
    op.drop_index(op.f("ix_proposal_exchange_id"), table_name="proposal")
    op.drop_table("proposal")
    op.drop_table("introduction_answer")
    op.drop_index("uq_introduction_waiting", table_name="introduction")
    op.drop_index("uq_introduction_asked", table_name="introduction")
    op.drop_index(op.f("ix_introduction_partner_id"), table_name="introduction")
    op.drop_index(op.f("ix_introduction_interest_id"), table_name="introduction")
    op.drop_index(op.f("ix_introduction_expires_at"), table_name="introduction")
    op.drop_index(op.f("ix_introduction_exchange_id"), table_name="introduction")
    op.drop_index(op.f("ix_introduction_cite_id"), table_name="introduction")
    op.drop_table("introduction")
    op.drop_index(op.f("ix_declaration_interest_id"), table_name="declaration")
    op.drop_index(op.f("ix_declaration_commune_id"), table_name="declaration")
    op.drop_table("declaration")
    op.drop_index("uq_interest_open", table_name="interest", postgresql_where=sa.text("closed_at IS NULL"))
    op.drop_index("ix_interest_ageing", table_name="interest", postgresql_where=sa.text("closed_at IS NULL"))
    op.drop_index(op.f("ix_interest_toward_territory_id"), table_name="interest")
    op.drop_index(op.f("ix_interest_toward_institution_id"), table_name="interest")
    op.drop_index(op.f("ix_interest_author_id"), table_name="interest")
    op.drop_index(op.f("ix_interest_about_id"), table_name="interest")
    op.drop_table("interest")
