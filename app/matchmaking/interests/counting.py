"""How many interests and wishes are said, by territory: what everybody may read, and what tells of nobody who hides."""

from typing import Any

import sqlalchemy as sa

from app.clock import today
from app.directory.models import Institution, Kind, State
from app.directory.queries import established, state_at
from app.matchmaking.interests.models import Act, Interest
from app.matchmaking.interests.queries import PLACE, PUBLIC_ACTS, everything, placed_by_target
from geo.territories import Level, Territory, by_code, within

#: An author who does not show itself is counted in a small territory only among at least so many that it could be.
FEWEST_POSSIBLE = 3


def numbers_in(territory: Territory) -> sa.Select:
    """How many open interests and wishes are counted in a territory: (act, number). Leads are not.

    In a commune or an EPCI an author that does not show itself is counted only where several could be the author.
    """
    counted = _counted(Interest.act).where(PLACE.id.in_(sa.select(Territory.id).where(within(territory))))
    if territory.level in (Level.COMMUNE, Level.EPCI):
        counted = counted.where(sa.or_(Interest.shows_author, placed_by_target(), _hidden_among_several(territory)))
    return counted.group_by(Interest.act)


def wishing_to_work_in(territory: Territory) -> sa.Select:
    """How many institutions declare that they would work in a territory, or in a part of it."""
    return sa.select(sa.func.count(Interest.author_id.distinct())).where(
        Interest.act == Act.DECLARED,
        Interest.closed_at.is_(None),
        Interest.toward_territory_id.in_(sa.select(Territory.id).where(within(territory))),
    )


def _hidden_among_several(territory: Territory) -> sa.ColumnElement[bool]:
    """The condition that the place has enough institutions, or that the small communes of the territory have, together.

    Together: else the number of an EPCI, less those of its communes, would tell what its small ones do not.
    """
    state = state_at(today())
    communes = (
        sa.select(Institution.territory_id.label("id"), sa.func.count().label("number"))
        .join(Territory, Territory.id == Institution.territory_id)
        .outerjoin(state, state.c.institution_id == Institution.id)
        .where(within(territory), Institution.kind != Kind.AGENCY, established())
        .where(sa.or_(state.c.state.is_(None), state.c.state.in_((State.OPEN, State.PLANNED, State.UNSETTLED))))
        .group_by(Institution.territory_id)
        .cte("communes")
    )
    large = sa.select(communes.c.id).where(communes.c.number >= FEWEST_POSSIBLE)
    others = sa.select(sa.func.coalesce(sa.func.sum(communes.c.number), 0)).where(communes.c.number < FEWEST_POSSIBLE)
    return sa.or_(PLACE.id.in_(large), others.scalar_subquery() >= FEWEST_POSSIBLE)


def numbers_by(level: Level) -> sa.Select:
    """For each region or department that has any: (Territory, declared, wanted), in the order of the codes."""
    unit_id = PLACE.region_id if level is Level.REGION else PLACE.department_id
    numbers = (sa.func.count().filter(Interest.act == act) for act in PUBLIC_ACTS)
    declared, wanted = numbers
    counted = (
        _counted(unit_id.label("id"), declared.label("declared"), wanted.label("wanted"))
        .where(unit_id.is_not(None))
        .group_by(unit_id)
        .subquery("counted")
    )
    return (
        sa.select(Territory, counted.c.declared, counted.c.wanted)
        .join(counted, counted.c.id == Territory.id)
        .order_by(by_code())
    )


def _counted(*columns: sa.SQLColumnExpression[Any]) -> sa.Select:
    numbers = columns if len(columns) > 1 else (*columns, sa.func.count().label("number"))
    return everything().with_only_columns(*numbers).where(Interest.closed_at.is_(None), Interest.act.in_(PUBLIC_ACTS))
