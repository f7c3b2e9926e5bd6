"""create shortlists and the searches that teams keep."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

BEFORE = ("indispensable", "demandes", "messages", "invitations", "suivi", "actualites")
AFTER = ("indispensable", "demandes", "messages", "invitations", "suivi", "alertes", "actualites")
STATUSES = ("a-etudier", "a-appeler", "contactee", "rencontre-prevue", "retenue", "ecartee")
NOW = sa.text("now()")
SPACES = r"\s\u001c-\u001f\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
NAMED = f"coalesce(name, '') ~ '[^{SPACES}]'"


def upgrade() -> None:
    know_categories(AFTER)
    create_shortlists()
    create_searches()


def create_shortlists() -> None:
    op.create_table(
        "shortlist",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("institution_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("asked", sa.Text(), server_default="", nullable=False),
        sa.Column("created_by_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(NAMED, name=op.f("ck_shortlist_name_not_blank")),
        sa.CheckConstraint("char_length(asked) <= 4000", name=op.f("ck_shortlist_asked_is_short")),
        refers_to("shortlist", "institution_id", "institution.id", "CASCADE"),
        refers_to("shortlist", "created_by_id", "app_user.id", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shortlist")),
        sa.UniqueConstraint("institution_id", "name", name=op.f("uq_shortlist_institution_id_name")),
        sa.UniqueConstraint("public_id", name=op.f("uq_shortlist_public_id")),
    )
    op.create_index(op.f("ix_shortlist_created_by_id"), "shortlist", ["created_by_id"])
    op.create_table(
        "shortlist_entry",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("shortlist_id", sa.BigInteger(), nullable=False),
        sa.Column("institution_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(*STATUSES, name="status", native_enum=False, create_constraint=True, length=40),
            server_default="a-etudier",
            nullable=False,
        ),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("added_by_id", sa.BigInteger(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("changed_by_id", sa.BigInteger(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        refers_to("shortlist_entry", "shortlist_id", "shortlist.id", "CASCADE"),
        refers_to("shortlist_entry", "institution_id", "institution.id", "CASCADE"),
        refers_to("shortlist_entry", "added_by_id", "app_user.id", "SET NULL"),
        refers_to("shortlist_entry", "changed_by_id", "app_user.id", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shortlist_entry")),
        sa.UniqueConstraint("shortlist_id", "institution_id", name=op.f("uq_shortlist_entry_shortlist_id_institution_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_shortlist_entry_public_id")),
    )
    for column in ("institution_id", "added_by_id", "changed_by_id"):
        op.create_index(op.f(f"ix_shortlist_entry_{column}"), "shortlist_entry", [column])


def create_searches() -> None:
    op.create_table(
        "saved_search",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("institution_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("asked", sa.Text(), server_default="", nullable=False),
        sa.Column("first", sa.Integer(), nullable=True),
        sa.Column("saved_by_id", sa.BigInteger(), nullable=True),
        sa.Column("saved_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("renewed_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("looked_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.CheckConstraint(NAMED, name=op.f("ck_saved_search_name_not_blank")),
        sa.CheckConstraint("char_length(asked) <= 4000", name=op.f("ck_saved_search_asked_is_short")),
        sa.CheckConstraint("first BETWEEN 1 AND 100", name=op.f("ck_saved_search_first_is_sensible")),
        refers_to("saved_search", "institution_id", "institution.id", "CASCADE"),
        refers_to("saved_search", "saved_by_id", "app_user.id", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_search")),
        sa.UniqueConstraint("institution_id", "name", name=op.f("uq_saved_search_institution_id_name")),
        sa.UniqueConstraint("public_id", name=op.f("uq_saved_search_public_id")),
    )
    for column in ("saved_by_id", "renewed_at"):
        op.create_index(op.f(f"ix_saved_search_{column}"), "saved_search", [column])
    op.create_table(
        "saved_search_follower",
        sa.Column("saved_search_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        refers_to("saved_search_follower", "saved_search_id", "saved_search.id", "CASCADE"),
        refers_to("saved_search_follower", "user_id", "app_user.id", "CASCADE"),
        sa.PrimaryKeyConstraint("saved_search_id", "user_id", name=op.f("pk_saved_search_follower")),
    )
    op.create_index(op.f("ix_saved_search_follower_user_id"), "saved_search_follower", ["user_id"])
    op.create_table(
        "saved_search_hit",
        sa.Column("saved_search_id", sa.BigInteger(), nullable=False),
        sa.Column("institution_id", sa.BigInteger(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("left_at >= entered_at", name=op.f("ck_saved_search_hit_it_leaves_after_it_enters")),
        refers_to("saved_search_hit", "saved_search_id", "saved_search.id", "CASCADE"),
        refers_to("saved_search_hit", "institution_id", "institution.id", "CASCADE"),
        sa.PrimaryKeyConstraint("saved_search_id", "institution_id", name=op.f("pk_saved_search_hit")),
    )
    op.create_index(op.f("ix_saved_search_hit_institution_id"), "saved_search_hit", ["institution_id"])


def refers_to(table: str, column: str, target: str, ondelete: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"), ondelete=ondelete)


def know_categories(codes: tuple[str, ...]) -> None:
    for table in ("mail_preference", "outgoing_message", "address_refusal"):
        op.drop_constraint(op.f(f"ck_{table}_category"), table)
        listed = ", ".join(f"'{code}'" for code in codes)
        op.create_check_constraint(op.f(f"ck_{table}_category"), table, f"category IN ({listed})")


def downgrade() -> None:
    for table in ("saved_search_hit", "saved_search_follower", "saved_search", "shortlist_entry", "shortlist"):
        op.drop_table(table)
    op.execute("DELETE FROM outgoing_message WHERE category = 'alertes'")
    op.execute("DELETE FROM mail_preference WHERE category = 'alertes'")
    know_categories(BEFORE)
