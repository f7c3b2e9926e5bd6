"""What the database refuses of partnerships and of what is signed, whoever writes."""

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.app.partnerships.scene import scene

STEP = "INSERT INTO step_taken (public_id, partnership_id, step, taken_on, precision, side, note, needs_confirmation) VALUES"
WRONG = {
    "one_answer": "UPDATE step_taken SET confirmed_at = now(), withdrawn_at = now() WHERE needs_confirmation",
    "uq_step_taken_waiting": f"{STEP} ('b', :id, 'cadrage', '2026-01-05', 'jour', 'cite', 'x', true)",
    "a_side_asks_the_other": f"{STEP} ('b', :id, 'signature', '2026-01-05', 'jour', NULL, NULL, true)",
    "answer_to_a_question": "UPDATE step_taken SET confirmed_at = now() WHERE step = 'contact'",
    "month_is_its_first_day": f"{STEP} ('b', :id, 'visites', '2026-01-05', 'mois', 'cite', NULL, false)",
    "year_is_its_first_day": f"{STEP} ('b', :id, 'visites', '2026-02-01', 'annee', 'cite', NULL, false)",
    "step_taken_day_is_known": f"{STEP} ('b', :id, 'visites', '2026-02-01', 'apres', 'cite', NULL, false)",
    "what_must_be_told_is": f"{STEP} ('b', :id, 'clos', '2026-01-05', 'jour', 'cite', NULL, false)",
    "a_refusal_has_a_reason": "UPDATE step_taken SET refused_at = now() WHERE needs_confirmation",
    "another_person_confirms": (
        "UPDATE step_taken SET confirmed_at = now(), by_id = someone.id, answered_by_id = someone.id"
        " FROM (SELECT id FROM app_user LIMIT 1) someone WHERE needs_confirmation"
    ),
    "not_accepted_in_the_future": (
        "INSERT INTO charter_acceptance (partnership_id, principle, name, function, accepted_at)"
        " VALUES (:id, 'ecoute', 'A', 'b', '2999-01-01')"
    ),
    "other_format_is_described": "UPDATE partnership SET format = 'autre-formule', description = NULL",
    "uq_partnership_living": (
        "INSERT INTO partnership (public_id, exchange_id, format, step)"
        " SELECT 'autre', exchange_id, format, 'contact' FROM partnership"
    ),
    "ends_after_it_begins": (
        "INSERT INTO agreement (public_id, partnership_id, kind, signed_on, purpose, ends_on)"
        " VALUES ('a', :id, 'convention', '2026-01-05', 'x', '2026-01-04')"
    ),
    "purpose_not_blank": (
        "INSERT INTO agreement (public_id, partnership_id, kind, signed_on, purpose)"
        " VALUES ('a', :id, 'convention', '2026-01-05', ' ')"
    ),
    "uq_charter_acceptance_standing": (
        "INSERT INTO charter_acceptance (partnership_id, principle, name, function)"
        " VALUES (:id, 'ecoute', 'A', 'b'), (:id, 'ecoute', 'A', 'b')"
    ),
    "named_with_function": (
        "INSERT INTO charter_acceptance (partnership_id, principle, name, function) VALUES (:id, 'ecoute', 'A', ' ')"
    ),
    "uq_checklist_tick_standing": (
        "INSERT INTO checklist_tick (partnership_id, item, side) VALUES (:id, 'accueil', 'cite'), (:id, 'accueil', 'cite')"
    ),
    "deleted_has_no_content": (
        "INSERT INTO document (public_id, partnership_id, side, filename, size, page_count, digest)"
        " VALUES ('d', :id, 'cite', 'a.pdf', 1, 1, 'x')"
    ),
    "size_is_that_of_the_content": (
        "INSERT INTO document (public_id, partnership_id, side, filename, size, page_count, digest, content)"
        " VALUES ('d', :id, 'cite', 'a.pdf', 2, 1, 'x', 'a')"
    ),
    "filename_is_safe": (
        "INSERT INTO document (public_id, partnership_id, side, filename, size, page_count, digest, content)"
        " VALUES ('d', :id, 'cite', '../a.pdf', 1, 1, 'x', 'a')"
    ),
    "has_pages": (
        "INSERT INTO document (public_id, partnership_id, side, filename, size, page_count, digest, content)"
        " VALUES ('d', :id, 'cite', 'a.pdf', 1, 0, 'x', 'a')"
    ),
}


@pytest.mark.parametrize("constraint", WRONG)
def test_the_database_refuses_what_makes_no_sense(app: Flask, session: Session, constraint: str):
    one = scene(session, app=app)
    session.execute(
        sa.text(f"{STEP} ('w', :id, 'cadrage', '2026-01-05', 'jour', 'cite', 'x', true)"), {"id": one.partnership.id}
    )
    with pytest.raises(sa.exc.IntegrityError, match=constraint):
        session.execute(sa.text(WRONG[constraint]), {"id": one.partnership.id})


@pytest.mark.parametrize("name", ["a/b.pdf", "a\\b.pdf", "a\nb.pdf", "a.exe", ".pdf/"])
def test_no_hostile_name_of_a_file_is_kept(app: Flask, session: Session, name: str):
    one = scene(session, app=app)
    statement = (
        "INSERT INTO document (public_id, partnership_id, side, filename, size, page_count, digest, content)"
        " VALUES ('d', :id, 'cite', :name, 1, 1, 'x', 'a')"
    )
    with pytest.raises(sa.exc.IntegrityError, match="filename_is_safe"):
        session.execute(sa.text(statement), {"id": one.partnership.id, "name": name})
