"""create agreements, charter, checklist and documents."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "agreement",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("partnership_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "convention",
                "protocole-d-accord",
                "avenant",
                "charte-d-engagement",
                "autre",
                name="agreementkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("signed_on", sa.Date(), nullable=False),
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
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("legal_carrier", sa.Text(), nullable=True),
        sa.Column("third_party", sa.Text(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column(
            "side",
            sa.Enum("cite", "partenaire", name="side", native_enum=False, create_constraint=True, length=40),
            nullable=True,
        ),
        sa.Column("recorded_by_id", sa.BigInteger(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("removed_by_id", sa.BigInteger(), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("btrim(purpose) <> ''", name=op.f("ck_agreement_purpose_not_blank")),
        sa.CheckConstraint(
            "precision <> 'annee' OR to_char(signed_on, 'MM-DD') = '01-01'", name=op.f("ck_agreement_year_is_its_first_day")
        ),
        sa.CheckConstraint(
            "precision <> 'mois' OR extract(day FROM signed_on) = 1", name=op.f("ck_agreement_month_is_its_first_day")
        ),
        sa.CheckConstraint("precision IN ('jour', 'mois', 'annee')", name=op.f("ck_agreement_day_is_known")),
        sa.CheckConstraint("ends_on IS NULL OR ends_on >= signed_on", name=op.f("ck_agreement_ends_after_it_begins")),
        sa.ForeignKeyConstraint(
            ["partnership_id"], ["partnership.id"], name=op.f("fk_agreement_partnership_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["app_user.id"], name=op.f("fk_agreement_recorded_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["removed_by_id"], ["app_user.id"], name=op.f("fk_agreement_removed_by_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement")),
        sa.UniqueConstraint("public_id", name=op.f("uq_agreement_public_id")),
    )
    op.create_index(op.f("ix_agreement_recorded_by_id"), "agreement", ["recorded_by_id"], unique=False)
    op.create_index(op.f("ix_agreement_removed_by_id"), "agreement", ["removed_by_id"], unique=False)
    op.create_index(
        "ix_agreement_ends_on",
        "agreement",
        ["ends_on"],
        unique=False,
        postgresql_where=sa.text("removed_at IS NULL AND reminded_at IS NULL"),
    )
    op.create_index(op.f("ix_agreement_partnership_id"), "agreement", ["partnership_id"], unique=False)
    op.create_index(
        "uq_agreement_recorded_once",
        "agreement",
        ["partnership_id", "kind", "signed_on", "purpose"],
        unique=True,
        postgresql_where=sa.text("removed_at IS NULL"),
    )
    op.create_table(
        "charter_acceptance",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("partnership_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "principle",
            sa.Enum(
                "accueil",
                "besoin",
                "ecoute",
                "tout-public",
                "territoire",
                name="principle",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("accepted_by_id", sa.BigInteger(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("function", sa.Text(), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("revoked_by_id", sa.BigInteger(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "btrim(name) <> '' AND btrim(function) <> ''", name=op.f("ck_charter_acceptance_named_with_function")
        ),
        sa.CheckConstraint(
            "accepted_at < now() + interval '1 day'", name=op.f("ck_charter_acceptance_not_accepted_in_the_future")
        ),
        sa.ForeignKeyConstraint(
            ["accepted_by_id"], ["app_user.id"], name=op.f("fk_charter_acceptance_accepted_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"], ["partnership.id"], name=op.f("fk_charter_acceptance_partnership_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["revoked_by_id"], ["app_user.id"], name=op.f("fk_charter_acceptance_revoked_by_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_charter_acceptance")),
    )
    op.create_index(op.f("ix_charter_acceptance_accepted_by_id"), "charter_acceptance", ["accepted_by_id"], unique=False)
    op.create_index(op.f("ix_charter_acceptance_revoked_by_id"), "charter_acceptance", ["revoked_by_id"], unique=False)
    op.create_index(op.f("ix_charter_acceptance_partnership_id"), "charter_acceptance", ["partnership_id"], unique=False)
    op.create_index(
        "uq_charter_acceptance_standing",
        "charter_acceptance",
        ["partnership_id", "principle"],
        unique=True,
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
    op.create_table(
        "checklist_tick",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("partnership_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "item",
            sa.Enum(
                "accueil",
                "signaletique",
                "renvoi-vers-la-cite",
                "renvoi-vers-le-partenaire",
                name="item",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "side",
            sa.Enum("cite", "partenaire", name="side", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("ticked_by_id", sa.BigInteger(), nullable=True),
        sa.Column("ticked_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("unticked_by_id", sa.BigInteger(), nullable=True),
        sa.Column("unticked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["partnership_id"], ["partnership.id"], name=op.f("fk_checklist_tick_partnership_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["ticked_by_id"], ["app_user.id"], name=op.f("fk_checklist_tick_ticked_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["unticked_by_id"], ["app_user.id"], name=op.f("fk_checklist_tick_unticked_by_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checklist_tick")),
    )
    op.create_index(op.f("ix_checklist_tick_ticked_by_id"), "checklist_tick", ["ticked_by_id"], unique=False)
    op.create_index(op.f("ix_checklist_tick_unticked_by_id"), "checklist_tick", ["unticked_by_id"], unique=False)
    op.create_index(op.f("ix_checklist_tick_partnership_id"), "checklist_tick", ["partnership_id"], unique=False)
    op.create_index(
        "uq_checklist_tick_standing",
        "checklist_tick",
        ["partnership_id", "item"],
        unique=True,
        postgresql_where=sa.text("unticked_at IS NULL"),
    )
    op.create_table(
        "document",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("partnership_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "side",
            sa.Enum("cite", "partenaire", name="side", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("page_count", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("uploaded_by_id", sa.BigInteger(), nullable=True),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("deleted_by_id", sa.BigInteger(), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("filename ~ '^[^/\\\\[:cntrl:]]+\\.pdf$'", name=op.f("ck_document_filename_is_safe")),
        sa.CheckConstraint("(content IS NULL) = (deleted_at IS NOT NULL)", name=op.f("ck_document_deleted_has_no_content")),
        sa.CheckConstraint("content IS NULL OR length(content) = size", name=op.f("ck_document_size_is_that_of_the_content")),
        sa.CheckConstraint("page_count > 0", name=op.f("ck_document_has_pages")),
        sa.CheckConstraint("size BETWEEN 1 AND 10485760", name=op.f("ck_document_size_is_bounded")),
        sa.ForeignKeyConstraint(
            ["deleted_by_id"], ["app_user.id"], name=op.f("fk_document_deleted_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"], ["partnership.id"], name=op.f("fk_document_partnership_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["uploaded_by_id"], ["app_user.id"], name=op.f("fk_document_uploaded_by_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
        sa.UniqueConstraint("public_id", name=op.f("uq_document_public_id")),
    )
    op.create_index(op.f("ix_document_deleted_by_id"), "document", ["deleted_by_id"], unique=False)
    op.create_index(op.f("ix_document_uploaded_by_id"), "document", ["uploaded_by_id"], unique=False)
    op.create_index(op.f("ix_document_partnership_id"), "document", ["partnership_id"], unique=False)
    op.create_index(
        "uq_document_kept_once",
        "document",
        ["partnership_id", "digest"],
        unique=True,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_table(
        "signatory",
        sa.Column("agreement_id", sa.BigInteger(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column(
            "side",
            sa.Enum("cite", "partenaire", name="side", native_enum=False, create_constraint=True, length=40),
            nullable=True,
        ),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("function", sa.Text(), nullable=False),
        sa.CheckConstraint("btrim(name) <> '' AND btrim(function) <> ''", name=op.f("ck_signatory_named_with_function")),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name=op.f("fk_signatory_agreement_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("agreement_id", "rank", name=op.f("pk_signatory")),
    )


def downgrade() -> None:
    op.drop_table("signatory")
    op.drop_index("uq_document_kept_once", table_name="document", postgresql_where=sa.text("deleted_at IS NULL"))
    op.drop_index(op.f("ix_document_partnership_id"), table_name="document")
    op.drop_table("document")
    op.drop_index("uq_checklist_tick_standing", table_name="checklist_tick", postgresql_where=sa.text("unticked_at IS NULL"))
    op.drop_index(op.f("ix_checklist_tick_partnership_id"), table_name="checklist_tick")
    op.drop_table("checklist_tick")
    op.drop_index(
        "uq_charter_acceptance_standing", table_name="charter_acceptance", postgresql_where=sa.text("revoked_at IS NULL")
    )
    op.drop_index(op.f("ix_charter_acceptance_partnership_id"), table_name="charter_acceptance")
    op.drop_table("charter_acceptance")
    op.drop_index("uq_agreement_recorded_once", table_name="agreement", postgresql_where=sa.text("removed_at IS NULL"))
    op.drop_index(op.f("ix_agreement_partnership_id"), table_name="agreement")
    op.drop_index(
        "ix_agreement_ends_on", table_name="agreement", postgresql_where=sa.text("removed_at IS NULL AND reminded_at IS NULL")
    )
    op.drop_table("agreement")
