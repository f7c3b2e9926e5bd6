"""create exchanges, messages, partnerships and their steps."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

SIDES_ARE_A_CITE_AND_ANOTHER = """
CREATE FUNCTION refuse_sides_of_a_wrong_kind() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.cite_id = NEW.partner_id THEN
        RETURN NEW;  -- the constraint « two_sides » says it better
    END IF;
    IF EXISTS (SELECT FROM institution WHERE id = NEW.cite_id AND kind <> 'cite-des-metiers')
        OR EXISTS (SELECT FROM institution WHERE id = NEW.partner_id AND kind = 'cite-des-metiers') THEN
        RAISE EXCEPTION 'exchange_sides: an exchange brings together a Cité and what is not one'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'exchange_sides', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$
"""


def upgrade() -> None:
    op.create_table(
        "exchange",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("cite_id", sa.BigInteger(), nullable=False),
        sa.Column("partner_id", sa.BigInteger(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("cite_id <> partner_id", name=op.f("ck_exchange_two_sides")),
        sa.ForeignKeyConstraint(["cite_id"], ["institution.id"], name=op.f("fk_exchange_cite_id")),
        sa.ForeignKeyConstraint(["partner_id"], ["institution.id"], name=op.f("fk_exchange_partner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange")),
        sa.UniqueConstraint("cite_id", "partner_id", name=op.f("uq_exchange_cite_id_partner_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_exchange_public_id")),
    )
    op.create_index(op.f("ix_exchange_partner_id"), "exchange", ["partner_id"], unique=False)
    op.execute(SIDES_ARE_A_CITE_AND_ANOTHER)
    op.execute(
        "CREATE TRIGGER exchange_sides BEFORE INSERT OR UPDATE OF cite_id, partner_id ON exchange"
        " FOR EACH ROW EXECUTE FUNCTION refuse_sides_of_a_wrong_kind()"
    )
    op.create_table(
        "message",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("exchange_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "side",
            sa.Enum("cite", "partenaire", name="side", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("author_id", sa.BigInteger(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            r"body ~ '[^[:space:]\u00a0\u2007\u200b\u202f\u2060\ufeff]'", name=op.f("ck_message_body_not_blank")
        ),
        sa.ForeignKeyConstraint(["author_id"], ["app_user.id"], name=op.f("fk_message_author_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["exchange_id"], ["exchange.id"], name=op.f("fk_message_exchange_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
    )
    op.create_index(op.f("ix_message_author_id"), "message", ["author_id"], unique=False)
    op.create_index(op.f("ix_message_exchange_id"), "message", ["exchange_id"], unique=False)
    op.create_table(
        "exchange_seen",
        sa.Column("exchange_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["exchange_id"], ["exchange.id"], name=op.f("fk_exchange_seen_exchange_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_exchange_seen_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("exchange_id", "user_id", name=op.f("pk_exchange_seen")),
    )
    op.create_index(op.f("ix_exchange_seen_user_id"), "exchange_seen", ["user_id"], unique=False)
    op.create_table(
        "partnership",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("exchange_id", sa.BigInteger(), nullable=False),
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
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("themes", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column(
            "step",
            sa.Enum(
                "contact",
                "visites",
                "cadrage",
                "sensibilisation",
                "experimentation",
                "signature",
                "en-fonctionnement",
                "bilan",
                "suspendu",
                "clos",
                name="step",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("step_since", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("centre_id", sa.BigInteger(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "format <> 'autre-formule' OR btrim(coalesce(description, '')) <> ''",
            name=op.f("ck_partnership_other_format_is_described"),
        ),
        sa.ForeignKeyConstraint(["centre_id"], ["institution.id"], name=op.f("fk_partnership_centre_id")),
        sa.ForeignKeyConstraint(["exchange_id"], ["exchange.id"], name=op.f("fk_partnership_exchange_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partnership")),
        sa.UniqueConstraint("public_id", name=op.f("uq_partnership_public_id")),
    )
    op.create_index(op.f("ix_partnership_exchange_id"), "partnership", ["exchange_id"], unique=False)
    op.create_index(op.f("ix_partnership_centre_id"), "partnership", ["centre_id"], unique=False)
    op.create_index(op.f("ix_partnership_step"), "partnership", ["step"], unique=False)
    op.create_index(
        "uq_partnership_living",
        "partnership",
        ["exchange_id", "format"],
        unique=True,
        postgresql_where=sa.text("step <> 'clos'"),
    )
    op.create_index(
        "uq_partnership_living_centre",
        "partnership",
        ["centre_id"],
        unique=True,
        postgresql_where=sa.text("step <> 'clos'"),
    )
    op.create_table(
        "step_taken",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("partnership_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "step",
            sa.Enum(
                "contact",
                "visites",
                "cadrage",
                "sensibilisation",
                "experimentation",
                "signature",
                "en-fonctionnement",
                "bilan",
                "suspendu",
                "clos",
                name="step",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("taken_on", sa.Date(), nullable=False),
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
            server_default="jour",
            nullable=False,
        ),
        sa.Column(
            "side",
            sa.Enum("cite", "partenaire", name="side", native_enum=False, create_constraint=True, length=40),
            nullable=True,
        ),
        sa.Column("by_id", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("needs_confirmation", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.BigInteger(), nullable=True),
        sa.Column("answer_note", sa.Text(), nullable=True),
        sa.CheckConstraint("precision IN ('jour', 'mois', 'annee')", name=op.f("ck_step_taken_day_is_known")),
        sa.CheckConstraint(
            "precision <> 'mois' OR extract(day FROM taken_on) = 1", name=op.f("ck_step_taken_month_is_its_first_day")
        ),
        sa.CheckConstraint(
            "precision <> 'annee' OR to_char(taken_on, 'MM-DD') = '01-01'", name=op.f("ck_step_taken_year_is_its_first_day")
        ),
        sa.CheckConstraint("NOT needs_confirmation OR side IS NOT NULL", name=op.f("ck_step_taken_a_side_asks_the_other")),
        sa.CheckConstraint(
            "confirmed_at IS NULL OR answered_by_id <> by_id", name=op.f("ck_step_taken_another_person_confirms")
        ),
        sa.CheckConstraint(
            "step NOT IN ('cadrage', 'suspendu', 'clos') OR btrim(coalesce(note, '')) <> ''",
            name=op.f("ck_step_taken_what_must_be_told_is"),
        ),
        sa.CheckConstraint(
            "refused_at IS NULL OR btrim(coalesce(answer_note, '')) <> ''", name=op.f("ck_step_taken_a_refusal_has_a_reason")
        ),
        sa.CheckConstraint(
            "needs_confirmation OR num_nonnulls(confirmed_at, refused_at, withdrawn_at) = 0",
            name=op.f("ck_step_taken_answer_to_a_question"),
        ),
        sa.CheckConstraint("num_nonnulls(confirmed_at, refused_at, withdrawn_at) <= 1", name=op.f("ck_step_taken_one_answer")),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["app_user.id"], name=op.f("fk_step_taken_answered_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["by_id"], ["app_user.id"], name=op.f("fk_step_taken_by_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["partnership_id"], ["partnership.id"], name=op.f("fk_step_taken_partnership_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_step_taken")),
        sa.UniqueConstraint("public_id", name=op.f("uq_step_taken_public_id")),
    )
    op.create_index(op.f("ix_step_taken_answered_by_id"), "step_taken", ["answered_by_id"], unique=False)
    op.create_index(op.f("ix_step_taken_by_id"), "step_taken", ["by_id"], unique=False)
    op.create_index(op.f("ix_step_taken_partnership_id"), "step_taken", ["partnership_id"], unique=False)
    op.create_index(
        "uq_step_taken_waiting",
        "step_taken",
        ["partnership_id"],
        unique=True,
        postgresql_where=sa.text("needs_confirmation AND confirmed_at IS NULL AND refused_at IS NULL AND withdrawn_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_index(
        "uq_step_taken_waiting",
        table_name="step_taken",
        postgresql_where=sa.text("needs_confirmation AND confirmed_at IS NULL AND refused_at IS NULL AND withdrawn_at IS NULL"),
    )
    op.drop_index(op.f("ix_step_taken_partnership_id"), table_name="step_taken")
    op.drop_table("step_taken")
    op.drop_index("uq_partnership_living_centre", table_name="partnership", postgresql_where=sa.text("step <> 'clos'"))
    op.drop_index("uq_partnership_living", table_name="partnership", postgresql_where=sa.text("step <> 'clos'"))
    op.drop_index(op.f("ix_partnership_step"), table_name="partnership")
    op.drop_index(op.f("ix_partnership_centre_id"), table_name="partnership")
    op.drop_index(op.f("ix_partnership_exchange_id"), table_name="partnership")
    op.drop_table("partnership")
    op.drop_index(op.f("ix_exchange_seen_user_id"), table_name="exchange_seen")
    op.drop_table("exchange_seen")
    op.drop_index(op.f("ix_message_exchange_id"), table_name="message")
    op.drop_table("message")
    op.drop_index(op.f("ix_exchange_partner_id"), table_name="exchange")
    op.drop_table("exchange")
    op.execute("DROP FUNCTION refuse_sides_of_a_wrong_kind()")
