"""What to do when a search finds nothing: look for what resembles its words, and for the commune that they name.

The institutions that resemble are read once and kept in the criteria, so that the list, its count and its files agree.
"""

from collections.abc import Sequence
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.directory.models import Institution
from app.directory.places import resolve
from app.directory.queries import Criteria, conditions, count
from app.directory.words import RESEMBLING_WORDS, likeness, resembles_words
from geo.territories import Level, Territory

#: The best of those that resemble; further ones are noise.
MOST_APPROACHING = 100


def approach(session: Session, criteria: Criteria) -> Criteria:
    """The same criteria if they find something or have no words; else those of what nearly answers, if anything does."""
    if not criteria.words or session.scalar(count(criteria)):
        return criteria
    wider = replace(criteria, words="", kinds=())
    nearly = resembles_words(criteria.words)
    if not nearly:
        return criteria
    ids = (
        sa.select(Institution.id)
        .where(*conditions(wider), *nearly)
        .order_by(likeness(criteria.words).desc(), Institution.id)
        .limit(MOST_APPROACHING)
    )
    session.execute(RESEMBLING_WORDS)
    near = replace(criteria, approaching=tuple(session.scalars(ids)))
    return near if near.approaching and session.scalar(count(near)) else criteria


def communes_named(session: Session, words: str) -> Sequence[Territory]:
    """The communes that the words of a search name, in full or by their beginning; none for a mere resemblance."""
    answer = resolve(session, words, (Level.COMMUNE,))
    if answer.territory:
        return [answer.territory]
    return [] if answer.resembling else answer.choices
