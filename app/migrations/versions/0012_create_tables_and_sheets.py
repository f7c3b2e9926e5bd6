"""create the tables of the exchange time, who sits where, and their sheets."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

SEATS_FIT_TABLE = """
CREATE FUNCTION refuse_one_too_many() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    seated exchange_table;
BEGIN
    SELECT * INTO seated FROM exchange_table WHERE id = NEW.table_id FOR NO KEY UPDATE;
    IF (SELECT count(*) FROM seat WHERE table_id = NEW.table_id AND round = NEW.round) > seated.seats THEN
        RAISE EXCEPTION 'seats_fit_table: this table is full'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'seats_fit_table', TABLE = TG_TABLE_NAME;
    END IF;
    IF (SELECT meeting_id FROM attendee JOIN registration ON registration.id = registration_id
        WHERE attendee.id = NEW.attendee_id) <> seated.meeting_id THEN
        RAISE EXCEPTION 'seats_are_of_one_meeting: this person is registered for another meeting'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'seats_are_of_one_meeting', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER seats_fit_table AFTER INSERT OR UPDATE ON seat DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION refuse_one_too_many();
CREATE FUNCTION refuse_fewer_seats_than_people() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM seat WHERE table_id = NEW.id GROUP BY round HAVING count(*) > NEW.seats) THEN
        RAISE EXCEPTION 'table_holds_its_people: more people sit there'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'table_holds_its_people', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER table_holds_its_people AFTER UPDATE OF seats ON exchange_table DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION refuse_fewer_seats_than_people()
"""


def upgrade() -> None:
    op.create_table(
        "exchange_table",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("meeting_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("territory_id", sa.Text(), nullable=True),
        sa.CheckConstraint("number BETWEEN 1 AND 60", name=op.f("ck_exchange_table_number_is_sensible")),
        sa.CheckConstraint("seats BETWEEN 2 AND 30", name=op.f("ck_exchange_table_seats_are_sensible")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_exchange_table_meeting_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["territory_id"], ["territory.id"], name=op.f("fk_exchange_table_territory_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_table")),
        sa.UniqueConstraint("meeting_id", "number", name=op.f("uq_exchange_table_meeting_id_number")),
        sa.UniqueConstraint("public_id", name=op.f("uq_exchange_table_public_id")),
    )
    op.create_index(op.f("ix_exchange_table_territory_id"), "exchange_table", ["territory_id"], unique=False)
    op.create_table(
        "seating_plan",
        sa.Column("meeting_id", sa.BigInteger(), nullable=False),
        sa.Column("rounds", sa.Integer(), server_default="1", nullable=False),
        sa.Column("territory_weight", sa.Integer(), server_default="10", nullable=False),
        sa.Column("far_weight", sa.Integer(), server_default="5", nullable=False),
        sa.Column("kinds_weight", sa.Integer(), server_default="5", nullable=False),
        sa.Column("apart_weight", sa.Integer(), server_default="0", nullable=False),
        sa.Column("again_weight", sa.Integer(), server_default="5", nullable=False),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.Column("solved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("value", sa.Double(), nullable=True),
        sa.Column("bound", sa.Double(), nullable=True),
        sa.Column("solved_for", sa.Text(), nullable=True),
        sa.Column("moved", sa.Integer(), nullable=True),
        sa.CheckConstraint("(solved_at IS NULL) = (value IS NULL)", name=op.f("ck_seating_plan_what_is_solved_has_a_value")),
        sa.CheckConstraint("(solved_at IS NULL) = (solved_for IS NULL)", name=op.f("ck_seating_plan_what_is_solved_is_known")),
        sa.CheckConstraint("bound <= value", name=op.f("ck_seating_plan_the_bound_is_below")),
        sa.CheckConstraint(
            "least(territory_weight, far_weight, kinds_weight, apart_weight, again_weight) >= 0 AND greatest(territory_weight, far_weight, kinds_weight, apart_weight, again_weight) <= 10",
            name=op.f("ck_seating_plan_weights_are_sensible"),
        ),
        sa.CheckConstraint("rounds BETWEEN 1 AND 6", name=op.f("ck_seating_plan_rounds_are_sensible")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_seating_plan_meeting_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("meeting_id", name=op.f("pk_seating_plan")),
    )
    op.create_table(
        "table_sheet",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("table_id", sa.BigInteger(), nullable=False),
        sa.Column("round", sa.Integer(), server_default="1", nullable=False),
        sa.Column("organisation", sa.Text(), nullable=True),
        sa.Column("axes", sa.Text(), nullable=True),
        sa.Column("formats", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("themes", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("calendar", sa.Text(), nullable=True),
        sa.Column("people", sa.Text(), nullable=True),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("written_by_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("round BETWEEN 1 AND 6", name=op.f("ck_table_sheet_round_is_sensible")),
        sa.ForeignKeyConstraint(["table_id"], ["exchange_table.id"], name=op.f("fk_table_sheet_table_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["written_by_id"], ["app_user.id"], name=op.f("fk_table_sheet_written_by_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_table_sheet")),
        sa.UniqueConstraint("public_id", name=op.f("uq_table_sheet_public_id")),
        sa.UniqueConstraint("table_id", "round", name=op.f("uq_table_sheet_table_id_round")),
    )
    op.create_index(op.f("ix_table_sheet_written_by_id"), "table_sheet", ["written_by_id"], unique=False)
    op.create_table(
        "seat",
        sa.Column("attendee_id", sa.BigInteger(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("table_id", sa.BigInteger(), nullable=False),
        sa.Column("is_locked", sa.Boolean(), server_default="false", nullable=False),
        sa.CheckConstraint("round BETWEEN 1 AND 6", name=op.f("ck_seat_round_is_sensible")),
        sa.ForeignKeyConstraint(["attendee_id"], ["attendee.id"], name=op.f("fk_seat_attendee_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["table_id"], ["exchange_table.id"], name=op.f("fk_seat_table_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("attendee_id", "round", name=op.f("pk_seat")),
    )
    op.create_index(op.f("ix_seat_table_id"), "seat", ["table_id"], unique=False)
    op.create_table(
        "sheet_outcome",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("sheet_id", sa.BigInteger(), nullable=False),
        sa.Column("interest_id", sa.BigInteger(), nullable=True),
        sa.Column("proposal_id", sa.BigInteger(), nullable=True),
        sa.Column("introduction_id", sa.BigInteger(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "num_nonnulls(interest_id, proposal_id, introduction_id) <= 1", name=op.f("ck_sheet_outcome_one_outcome")
        ),
        sa.ForeignKeyConstraint(
            ["interest_id"], ["interest.id"], name=op.f("fk_sheet_outcome_interest_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["introduction_id"], ["introduction.id"], name=op.f("fk_sheet_outcome_introduction_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_sheet_outcome_proposal_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["sheet_id"], ["table_sheet.id"], name=op.f("fk_sheet_outcome_sheet_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sheet_outcome")),
        sa.UniqueConstraint("sheet_id", "interest_id", name=op.f("uq_sheet_outcome_sheet_id_interest_id")),
        sa.UniqueConstraint("sheet_id", "introduction_id", name=op.f("uq_sheet_outcome_sheet_id_introduction_id")),
        sa.UniqueConstraint("sheet_id", "proposal_id", name=op.f("uq_sheet_outcome_sheet_id_proposal_id")),
    )
    op.create_index(op.f("ix_sheet_outcome_interest_id"), "sheet_outcome", ["interest_id"], unique=False)
    op.create_index(op.f("ix_sheet_outcome_introduction_id"), "sheet_outcome", ["introduction_id"], unique=False)
    op.create_index(op.f("ix_sheet_outcome_proposal_id"), "sheet_outcome", ["proposal_id"], unique=False)
    op.execute(SEATS_FIT_TABLE)


def downgrade() -> None:
    op.execute("DROP TRIGGER seats_fit_table ON seat")
    op.execute("DROP FUNCTION refuse_one_too_many()")
    op.execute("DROP TRIGGER table_holds_its_people ON exchange_table")
    op.execute("DROP FUNCTION refuse_fewer_seats_than_people()")
    op.drop_index(op.f("ix_sheet_outcome_proposal_id"), table_name="sheet_outcome")
    op.drop_index(op.f("ix_sheet_outcome_introduction_id"), table_name="sheet_outcome")
    op.drop_index(op.f("ix_sheet_outcome_interest_id"), table_name="sheet_outcome")
    op.drop_table("sheet_outcome")
    op.drop_index(op.f("ix_seat_table_id"), table_name="seat")
    op.drop_table("seat")
    op.drop_index(op.f("ix_table_sheet_written_by_id"), table_name="table_sheet")
    op.drop_table("table_sheet")
    op.drop_table("seating_plan")
    op.drop_index(op.f("ix_exchange_table_territory_id"), table_name="exchange_table")
    op.drop_table("exchange_table")
