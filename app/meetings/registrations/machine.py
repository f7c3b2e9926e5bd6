"""Which place may follow which, and by whom: the one table through which every registration moves."""

import enum
from datetime import datetime

from app.errors import Refusal
from app.meetings.registrations.models import Place, Registration


class Who(enum.Enum):
    """Who moves a registration."""

    PERSON = "qui s’est inscrit"
    ORGANISER = "qui organise"
    SERVICE = "le service, selon les règles des places"
    DESK = "l’accueil, le jour même"


_P, _O, _S, _D = Who.PERSON, Who.ORGANISER, Who.SERVICE, Who.DESK
#: From a place (None: not registered yet) to another, and who may do it.
MOVES: dict[tuple[Place | None, Place], frozenset[Who]] = {
    (None, Place.UNCONFIRMED): frozenset({_P}),
    (None, Place.TO_APPROVE): frozenset({_P}),
    (None, Place.WAITING): frozenset({_P}),
    (Place.UNCONFIRMED, Place.TO_APPROVE): frozenset({_P}),
    (Place.UNCONFIRMED, Place.WAITING): frozenset({_P}),
    (Place.UNCONFIRMED, Place.WITHDRAWN): frozenset({_P}),
    (Place.UNCONFIRMED, Place.EXPIRED): frozenset({_S}),
    (Place.TO_APPROVE, Place.WAITING): frozenset({_O}),
    (Place.TO_APPROVE, Place.DECLINED): frozenset({_O}),
    # At the door, as a walk-in: it then holds none of the places of registrations.
    (Place.UNCONFIRMED, Place.CONFIRMED): frozenset({_D}),
    (Place.TO_APPROVE, Place.CONFIRMED): frozenset({_D}),
    (Place.TO_APPROVE, Place.WITHDRAWN): frozenset({_P, _O}),
    # Whoever arrives waits, be it for the time of the same transaction: the order of arrival is that of the list.
    (Place.WAITING, Place.CONFIRMED): frozenset({_S, _D}),
    (Place.WAITING, Place.OFFERED): frozenset({_S}),
    (Place.WAITING, Place.DECLINED): frozenset({_O}),
    (Place.WAITING, Place.WITHDRAWN): frozenset({_P, _O}),
    (Place.OFFERED, Place.CONFIRMED): frozenset({_P, _D}),
    # Of a partial offer alone, which is let go or not answered: the group keeps its rank.
    (Place.OFFERED, Place.WAITING): frozenset({_P, _S}),
    (Place.OFFERED, Place.EXPIRED): frozenset({_S}),
    (Place.OFFERED, Place.DECLINED): frozenset({_O}),
    (Place.OFFERED, Place.WITHDRAWN): frozenset({_P, _O}),
    (Place.CONFIRMED, Place.DECLINED): frozenset({_O}),
    (Place.CONFIRMED, Place.WITHDRAWN): frozenset({_P, _O, _D}),
}
#: Those after which nothing comes.
ENDS = frozenset({Place.DECLINED, Place.WITHDRAWN, Place.EXPIRED})


def may_move(before: Place | None, after: Place, by: Who) -> bool:
    """Whether the table has this move, for this person."""
    return by in MOVES.get((before, after), frozenset())


def move(registration: Registration, after: Place, by: Who, moment: datetime) -> None:
    """Move it, and note when. Refuses what the table does not have: the page was read before somebody else moved it."""
    if not may_move(registration.place, after, by):
        raise Refusal(
            f"Cela ne peut plus se faire : cette inscription est « {registration.place.label} » depuis que vous avez ouvert"
            " cette page."
        )
    registration.place = after
    registration.revision = (registration.revision or 0) + 1
    if after is not Place.OFFERED:
        registration.offered_places = registration.offer_expires_at = None
    if after is Place.CONFIRMED:
        registration.confirmed_at = moment
    if after in ENDS:
        registration.settled_at = moment
