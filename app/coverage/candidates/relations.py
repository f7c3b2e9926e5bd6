"""What links a library to the Cités: interests said, what both offer and seek, what they already do.

Only what the reader may know is in it.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from app.coverage.candidates.criteria import INTEREST_LEVELS, PARTNERSHIP_LEVELS
from app.coverage.eligible import POSSIBLE_KINDS
from app.coverage.situation import OpenPlace
from app.directory.edition.models import Direction, Offering, Profile
from app.directory.memberships.permissions import Actor
from app.directory.models import Institution, Kind
from app.matchmaking.interests.models import Act
from app.matchmaking.interests.queries import telling_of_libraries
from app.partnerships.exchanges import queries as exchanges
from app.partnerships.exchanges.models import Exchange
from app.partnerships.models import Partnership, Step

#: Positions in `INTEREST_LEVELS` and `PARTNERSHIP_LEVELS`.
SUGGESTED, WANTED, DECLARED = range(1, len(INTEREST_LEVELS))
IN_CONTACT, IN_PROGRESS = range(1, len(PARTNERSHIP_LEVELS))
#: What is in progress: neither suspended nor over.
AT_REST = (Step.SUSPENDED, Step.CLOSED)

Libraries = Sequence[sa.Row[Any]]


def interests(session: Session, actor: Actor, libraries: Libraries) -> NDArray[np.float64]:
    """The highest level of interest that this person may read of each library, as a position in `INTEREST_LEVELS`.

    What a Cité says of a commune or of an EPCI is said of the libraries that stand there.
    """
    of_library: dict[int, int] = defaultdict(int)
    of_place: dict[str, int] = defaultdict(int)
    for act, of_network, institution_id, territory_id in session.execute(telling_of_libraries(actor)):
        if institution_id is not None:
            level = WANTED if of_network else SUGGESTED if act is Act.SUGGESTED else DECLARED
            of_library[institution_id] = max(level, of_library[institution_id])
        elif territory_id is not None:
            of_place[territory_id] = WANTED
    found = [
        max(of_library.get(one.id, 0), *(of_place.get(at, 0) for at in (one.territory_id, one.epci_id))) for one in libraries
    ]
    return np.array(found, dtype=float)


def partnerships(session: Session, actor: Actor, libraries: Libraries) -> NDArray[np.float64]:
    """Whether each is in contact or at work with a Cité, if this person may see it: a position in `PARTNERSHIP_LEVELS`."""
    found: dict[int, int] = {}
    if actor.is_known:
        visible = [
            select(actor).with_only_columns(Exchange.id).order_by(None) for select in (exchanges.of_sides, exchanges.followed)
        ]
        living = sa.and_(Partnership.exchange_id == Exchange.id, Partnership.step.not_in(AT_REST))
        rows = session.execute(
            sa.select(Exchange.partner_id, sa.func.count(Partnership.id))
            .outerjoin(Partnership, living)
            .where(sa.or_(*(Exchange.id.in_(ids) for ids in visible)))
            .group_by(Exchange.partner_id)
        )
        found = {partner_id: IN_PROGRESS if number else IN_CONTACT for partner_id, number in rows}
    return np.array([found.get(one.id, 0) for one in libraries], dtype=float)


def in_common(
    session: Session, libraries: Libraries, cites: tuple[OpenPlace, ...], cite: NDArray[np.intp]
) -> NDArray[np.float64]:
    """How many poles, axes, offers and needs meet between each library and its Cité; unknown where one has said nothing."""
    themes, offers = _said(session)
    found = np.full(len(libraries), np.nan)
    for position, one in enumerate(libraries):
        if cite[position] < 0 or not (one.id in themes or one.id in offers):
            continue
        other = cites[cite[position]].institution.id
        if other in themes or other in offers:
            found[position] = len(themes[one.id] & themes[other]) + _meeting(offers[one.id], offers[other])
    return found


def _meeting(own: set[tuple[Direction, Any]], other: set[tuple[Direction, Any]]) -> int:
    """How many things one of the two offers that the other seeks."""
    offered, sought = ({resource for way, resource in own if way is one} for one in (Direction.OFFERED, Direction.SOUGHT))
    there, needed = ({resource for way, resource in other if way is one} for one in (Direction.OFFERED, Direction.SOUGHT))
    return len(offered & needed) + len(sought & there)


def _said(session: Session) -> tuple[dict[int, set[str]], dict[int, set[tuple[Direction, Any]]]]:
    """The themes, and the offers and needs, of every Cité and every possible candidate that has said some."""
    kinds = Institution.kind.in_((Kind.CITE, *POSSIBLE_KINDS))
    themes: dict[int, set[str]] = defaultdict(set)
    offers: dict[int, set[tuple[Direction, Any]]] = defaultdict(set)
    said = sa.select(Profile.institution_id, Profile.themes).join(Institution, Institution.id == Profile.institution_id)
    for institution_id, codes in session.execute(said.where(kinds, Profile.themes != [])):
        themes[institution_id] = set(codes)
    offered = sa.select(Offering.institution_id, Offering.direction, Offering.resource)
    for institution_id, way, resource in session.execute(
        offered.join(Institution, Institution.id == Offering.institution_id).where(kinds)
    ):
        offers[institution_id].add((way, resource))
    return themes, offers
