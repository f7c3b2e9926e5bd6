"""Reads of figures, awareness sessions and reviews."""

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.partnerships.figures.models import ActivityFigures, AwarenessSessions, Review
from app.partnerships.models import Partnership


def figures_of(partnership: Partnership) -> sa.Select:
    """The figures that stand, by period."""
    return (
        sa.select(ActivityFigures)
        .where(ActivityFigures.partnership_id == partnership.id, ActivityFigures.removed_at.is_(None))
        .order_by(ActivityFigures.starts_on, ActivityFigures.nature, ActivityFigures.id)
    )


def awareness_of(partnership: Partnership) -> sa.Select:
    """The awareness sessions that stand, those of each direction together."""
    return (
        sa.select(AwarenessSessions)
        .where(AwarenessSessions.partnership_id == partnership.id, AwarenessSessions.removed_at.is_(None))
        .order_by(AwarenessSessions.toward, AwarenessSessions.starts_on.nulls_first(), AwarenessSessions.id)
    )


def reviews_of(partnership: Partnership) -> sa.Select:
    """The reviews, the last first."""
    return (
        sa.select(Review)
        .where(Review.partnership_id == partnership.id)
        .options(joinedload(Review.recorded_by))
        .order_by(Review.held_on.desc())
    )


def figures_with(partnership: Partnership, figures_id: str) -> sa.Select:
    """One of the figures of this very partnership, removed or not."""
    return sa.select(ActivityFigures).where(
        ActivityFigures.partnership_id == partnership.id, ActivityFigures.public_id == figures_id
    )


def awareness_with(partnership: Partnership, awareness_id: str) -> sa.Select:
    """Awareness sessions of this very partnership, removed or not."""
    return sa.select(AwarenessSessions).where(
        AwarenessSessions.partnership_id == partnership.id, AwarenessSessions.public_id == awareness_id
    )
