"""create registrations and attendees; the database keeps count of the places held."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

#: Keeps meeting.places_held: its check `never_oversold` then refuses one place too many, whatever the program does.
COUNT_PLACES = """
CREATE FUNCTION places_of(place text, people integer, offered_places integer, is_walk_in boolean) RETURNS integer
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN is_walk_in THEN 0 WHEN place = 'confirmee' THEN people
        WHEN place = 'place-proposee' THEN offered_places ELSE 0 END
$$;
CREATE FUNCTION count_registration_places() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    delta integer := 0;
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.meeting_id <> NEW.meeting_id THEN
        RAISE EXCEPTION 'registration_places: a registration stays with its meeting'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'registration_places', TABLE = TG_TABLE_NAME;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        delta := delta - places_of(OLD.place, OLD.people, OLD.offered_places, OLD.is_walk_in);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        delta := delta + places_of(NEW.place, NEW.people, NEW.offered_places, NEW.is_walk_in);
    END IF;
    IF delta <> 0 THEN
        UPDATE meeting SET places_held = places_held + delta WHERE id = coalesce(NEW.meeting_id, OLD.meeting_id);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER registration_places AFTER INSERT OR UPDATE OR DELETE ON registration
    FOR EACH ROW EXECUTE FUNCTION count_registration_places()
"""


def upgrade() -> None:
    op.execute("CREATE SEQUENCE registration_queue")
    op.create_table(
        "registration",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("meeting_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "place",
            sa.Enum(
                "adresse-a-confirmer",
                "a-approuver",
                "liste-d-attente",
                "place-proposee",
                "confirmee",
                "refusee",
                "annulee",
                "expiree",
                name="place",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("queue_number", sa.BigInteger(), nullable=True),
        sa.Column("offered_places", sa.Integer(), nullable=True),
        sa.Column("offer_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("whole_only", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("is_walk_in", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("institution_id", sa.BigInteger(), nullable=True),
        sa.Column("organisation", sa.Text(), nullable=True),
        sa.Column("territory_id", sa.Text(), nullable=True),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("expects", sa.Text(), nullable=True),
        sa.Column("formats", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("themes", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(place = 'place-proposee') = (offer_expires_at IS NOT NULL)", name=op.f("ck_registration_an_offer_expires")
        ),
        sa.CheckConstraint(
            "(place = 'place-proposee') = (offered_places IS NOT NULL)", name=op.f("ck_registration_an_offer_is_of_places")
        ),
        sa.CheckConstraint(
            "NOT is_walk_in OR place IN ('confirmee', 'annulee')", name=op.f("ck_registration_a_walk_in_is_there")
        ),
        sa.CheckConstraint(
            "email = lower(email) AND email ~ '^[^@[:space:]]+@[^@[:space:]]+$'", name=op.f("ck_registration_email_is_folded")
        ),
        sa.CheckConstraint(
            "place <> 'refusee' OR coalesce(reason, '') ~ '[^\\s\\u001c-\\u001f\\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]'",
            name=op.f("ck_registration_a_refusal_has_a_reason"),
        ),
        sa.CheckConstraint(
            "place IN ('adresse-a-confirmer', 'expiree', 'annulee', 'refusee') OR is_walk_in OR queue_number IS NOT NULL",
            name=op.f("ck_registration_an_arrival_has_a_number"),
        ),
        sa.CheckConstraint(
            "offered_places BETWEEN 1 AND people", name=op.f("ck_registration_an_offer_is_not_of_more_than_asked")
        ),
        sa.CheckConstraint("people BETWEEN 1 AND 20", name=op.f("ck_registration_people_are_sensible")),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_registration_institution_id")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_registration_meeting_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["territory_id"], ["territory.id"], name=op.f("fk_registration_territory_id")),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_registration_user_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration")),
        sa.UniqueConstraint("meeting_id", "queue_number", name=op.f("uq_registration_meeting_id_queue_number")),
        sa.UniqueConstraint("public_id", name=op.f("uq_registration_public_id")),
    )
    op.create_index(op.f("ix_registration_institution_id"), "registration", ["institution_id"], unique=False)
    op.create_index(
        "ix_registration_offers",
        "registration",
        ["offer_expires_at"],
        unique=False,
        postgresql_where=sa.text("offer_expires_at IS NOT NULL"),
    )
    op.create_index(op.f("ix_registration_territory_id"), "registration", ["territory_id"], unique=False)
    op.create_index(op.f("ix_registration_user_id"), "registration", ["user_id"], unique=False)
    op.create_index(
        "uq_registration_email",
        "registration",
        ["meeting_id", "email"],
        unique=True,
        postgresql_where=sa.text(
            "email IS NOT NULL AND NOT is_walk_in AND place IN ('adresse-a-confirmer', 'a-approuver', 'liste-d-attente', 'place-proposee', 'confirmee')"
        ),
    )
    op.create_index(
        "uq_registration_institution",
        "registration",
        ["meeting_id", "institution_id"],
        unique=True,
        postgresql_where=sa.text(
            "institution_id IS NOT NULL AND NOT is_walk_in AND place IN ('a-approuver', 'liste-d-attente', 'place-proposee', 'confirmee')"
        ),
    )
    op.create_index(
        "uq_registration_person",
        "registration",
        ["meeting_id", "user_id"],
        unique=True,
        postgresql_where=sa.text(
            "user_id IS NOT NULL AND institution_id IS NULL AND NOT is_walk_in AND place IN ('adresse-a-confirmer', 'a-approuver', 'liste-d-attente', 'place-proposee', 'confirmee')"
        ),
    )
    op.create_table(
        "attendee",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("registration_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("role", sa.Text(), nullable=True),
        sa.Column("lunch", sa.Boolean(), nullable=True),
        sa.Column("access_needs", sa.Text(), nullable=True),
        sa.Column("checked_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checked_in_by_id", sa.BigInteger(), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "name IS NULL OR coalesce(name, '') ~ '[^\\s\\u001c-\\u001f\\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]'",
            name=op.f("ck_attendee_name_not_blank"),
        ),
        sa.CheckConstraint(
            "checked_in_by_id IS NULL OR checked_in_at IS NOT NULL", name=op.f("ck_attendee_who_checks_in_has_a_time")
        ),
        sa.CheckConstraint("erased_at IS NOT NULL OR name IS NOT NULL", name=op.f("ck_attendee_a_person_has_a_name")),
        sa.CheckConstraint(
            "erased_at IS NULL OR num_nonnulls(name, role, access_needs, lunch) = 0",
            name=op.f("ck_attendee_what_is_erased_is_gone"),
        ),
        sa.ForeignKeyConstraint(
            ["checked_in_by_id"], ["app_user.id"], name=op.f("fk_attendee_checked_in_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_attendee_registration_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendee")),
        sa.UniqueConstraint("public_id", name=op.f("uq_attendee_public_id")),
    )
    op.create_index(op.f("ix_attendee_checked_in_by_id"), "attendee", ["checked_in_by_id"], unique=False)
    op.create_index(op.f("ix_attendee_registration_id"), "attendee", ["registration_id"], unique=False)
    op.execute(COUNT_PLACES)


def downgrade() -> None:
    op.execute("DROP TRIGGER registration_places ON registration")
    op.execute("DROP FUNCTION count_registration_places(), places_of(text, integer, integer, boolean)")
    op.drop_index(op.f("ix_attendee_registration_id"), table_name="attendee")
    op.drop_index(op.f("ix_attendee_checked_in_by_id"), table_name="attendee")
    op.drop_table("attendee")
    op.drop_index(
        "uq_registration_person",
        table_name="registration",
        postgresql_where=sa.text(
            "user_id IS NOT NULL AND institution_id IS NULL AND NOT is_walk_in AND place IN ('adresse-a-confirmer', 'a-approuver', 'liste-d-attente', 'place-proposee', 'confirmee')"
        ),
    )
    op.drop_index(
        "uq_registration_institution",
        table_name="registration",
        postgresql_where=sa.text(
            "institution_id IS NOT NULL AND NOT is_walk_in AND place IN ('a-approuver', 'liste-d-attente', 'place-proposee', 'confirmee')"
        ),
    )
    op.drop_index(
        "uq_registration_email",
        table_name="registration",
        postgresql_where=sa.text(
            "email IS NOT NULL AND NOT is_walk_in AND place IN ('adresse-a-confirmer', 'a-approuver', 'liste-d-attente', 'place-proposee', 'confirmee')"
        ),
    )
    op.drop_index(op.f("ix_registration_user_id"), table_name="registration")
    op.drop_index(op.f("ix_registration_territory_id"), table_name="registration")
    op.drop_index("ix_registration_offers", table_name="registration", postgresql_where=sa.text("offer_expires_at IS NOT NULL"))
    op.drop_index(op.f("ix_registration_institution_id"), table_name="registration")
    op.drop_table("registration")
    op.execute("DROP SEQUENCE registration_queue")
