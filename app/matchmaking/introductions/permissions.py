"""Who may introduce two institutions, see an introduction, answer it, withdraw it, and read why it was declined.

Whoever speaks for one of the two is a side, whatever else they are: an administrator or a person of the agency who is also a
member of the library reads what the library reads.
"""

from app.directory.memberships.permissions import Actor
from app.directory.models import Institution
from app.matchmaking.introductions.models import Introduction
from app.partnerships.exchanges.models import Side
from app.partnerships.exchanges.permissions import Pair, side_of


def can_introduce(actor: Actor, pair: Pair) -> bool:
    """Either side itself; who plays the agency's part over the region of one of the two; administrators."""
    return side_of(actor, pair) is not None or _follows(actor, pair)


def can_see_introduction(actor: Actor, introduction: Introduction) -> bool:
    """The two sides, who introduces them, who follows the region of one of them, administrators."""
    return side_of(actor, introduction) is not None or is_intermediary(actor, introduction)


def is_intermediary(actor: Actor, introduction: Introduction) -> bool:
    """Sees the names of both and the reasons of refusals: no side, and introduces them or follows one of them."""
    if side_of(actor, introduction) is not None:
        return False
    return _follows(actor, introduction) or _is_of_introducer(actor, introduction.introducer)


def answering_side(actor: Actor, introduction: Introduction) -> Side | None:
    """The side whose answer is expected of this person, or None.

    Who speaks for both answers for the partner and, once a colleague has, for the Cité.
    """
    own = [one for one in (Side.PARTNER, Side.CITE) if _speaks_for_side(actor, introduction, one)]
    return next((one for one in own if introduction.answer_of(one) is None), None)


def can_answer(actor: Actor, introduction: Introduction) -> bool:
    """Those who speak for a side; whether an answer is still expected is for the action to say."""
    return side_of(actor, introduction) is not None


def can_withdraw(actor: Actor, introduction: Introduction) -> bool:
    """The side that asked; else the people of the institution that introduces, the person who did, administrators."""
    if introduction.asked_by is not None:
        return actor.speaks_for(introduction.institution(introduction.asked_by))
    did = actor.user is not None and actor.user.id == introduction.introduced_by_id and _follows(actor, introduction)
    return actor.is_administrator or did or _is_of_introducer(actor, introduction.introducer)


def can_read_statistics(actor: Actor) -> bool:
    """Those who play the agency's part somewhere, administrators."""
    return actor.is_intermediary


def _follows(actor: Actor, pair: Pair) -> bool:
    return actor.follows(pair.cite) or actor.follows(pair.partner)


def _is_of_introducer(actor: Actor, introducer: Institution | None) -> bool:
    return introducer is not None and actor.is_member_of(introducer)


def _speaks_for_side(actor: Actor, introduction: Introduction, side: Side) -> bool:
    return actor.speaks_for(introduction.institution(side))
