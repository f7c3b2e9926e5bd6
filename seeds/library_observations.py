"""What the Ministry's file says of each library on the day of the file, as dated observations.

A list says one thing a day of a library: when two files of one day disagree, the last read replaces the word of the other.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.directory.models import Confidence, Kind, Observation, Precision, State
from seeds.institutions import gone
from seeds.sync import Source

STATES = {kind: State.UNSETTLED if kind is Kind.LIBRARY_PREMISES else State.OPEN for kind in Kind}

#: The list's word of the day for each institution of `:pairs`: other words of that day go, this one comes if it is new.
FORGET = """
    DELETE FROM observation o USING said
    WHERE o.institution_id = said.institution_id AND o.source = :said_by AND o.observed_on = :day AND o.state <> said.state
"""
SAY = """
    INSERT INTO observation (institution_id, observed_on, precision, state, confidence, source, source_url, data_source_name)
    SELECT institution_id, :day, :precision, state, :confidence, :said_by, :url, :name FROM said
    ON CONFLICT DO NOTHING
"""


def missing(session: Session, name: str, source: Source, refused_keys: set[str]) -> Sequence[Any]:
    """Give the libraries that the staged rows leave out, and that the list has not yet been seen to leave out."""
    left_out = gone(name, refused_keys).subquery()
    of_it = sa.and_(Observation.institution_id == left_out.c.id, Observation.source == source.words)
    last_word = (
        sa.select(Observation.state)
        .where(of_it)
        .order_by(Observation.observed_on.desc(), Observation.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    # A file older than the last one says its absences once too, though they are not the last word.
    told = sa.exists().where(of_it, Observation.observed_on == source.vintage, Observation.state == State.ABSENT)
    return session.execute(
        sa.select(left_out.c.id, left_out.c.name, left_out.c.public_id)
        .where(last_word.is_distinct_from(State.ABSENT), ~told)
        .order_by(left_out.c.id)
    ).all()


def write(session: Session, source: Source, gone: list[int]) -> None:
    """Observe each staged library at the day of the file, and the absence of those that are gone."""
    session.execute(sa.text("DROP TABLE IF EXISTS pg_temp.said"))
    session.execute(
        sa.text(
            "CREATE TEMP TABLE said ON COMMIT DROP AS SELECT institution_id,"
            " CASE kind WHEN :premises THEN :unsettled ELSE :open END AS state FROM staged_institution"
            " UNION ALL SELECT unnest(CAST(:gone AS bigint[])), :absent"
        ),
        {
            "premises": Kind.LIBRARY_PREMISES.value,
            "unsettled": State.UNSETTLED.value,
            "open": State.OPEN.value,
            "absent": State.ABSENT.value,
            "gone": gone,
        },
    )
    session.execute(sa.text("ANALYZE said"))
    day = {"day": source.vintage, "said_by": source.words}
    session.execute(sa.text(FORGET), day)
    session.execute(
        sa.text(SAY),
        day
        | {
            "precision": Precision.DAY.value,
            "confidence": Confidence.HIGH.value,
            "url": source.url,
            "name": source.name,
        },
    )
    # Thousands of new rows: the planner must know before the next question, which may come before the autovacuum.
    session.execute(sa.text("ANALYZE institution, observation"))
