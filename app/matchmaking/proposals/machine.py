"""The life of a proposal, as one table: which action may be done by whom, from where, and where it leads.

`AUTHOR` is any person of the side that proposes, `OTHER` any person of the side that it is proposed to, `CLOCK` a timer. A
proposal that is settled never moves again. A counter-proposal is a new proposal: sending it is what counters the first.
"""

import enum
from dataclasses import dataclass

from app.errors import Refusal
from app.matchmaking.proposals.models import Status


class Party(enum.Enum):
    """Who acts, seen from the proposal."""

    AUTHOR = "author"
    OTHER = "other"
    CLOCK = "clock"


class Action(enum.Enum):
    """What may be done; the value is how a sentence ends: « il n’est plus possible… »."""

    EDIT = "de la modifier"
    DISCARD = "de la supprimer"
    SEND = "de l’envoyer"
    OPEN = "de la marquer comme vue"
    ACCEPT = "de l’accepter"
    COUNTER = "d’y répondre par une contre-proposition"
    DECLINE = "de la refuser"
    WITHDRAW = "de la retirer"
    EXPIRE = "de la laisser expirer"


@dataclass(frozen=True)
class Move:
    """An action: by whom, from which statuses, to which one (None: the draft is thrown away)."""

    by: Party
    sources: frozenset[Status]
    target: Status | None


DRAFTS = frozenset({Status.DRAFT})
#: What waits for an answer.
WAITING = frozenset({Status.SENT, Status.SEEN})
SETTLED = frozenset(Status) - DRAFTS - WAITING

MOVES: dict[Action, Move] = {
    Action.EDIT: Move(Party.AUTHOR, DRAFTS, Status.DRAFT),
    Action.DISCARD: Move(Party.AUTHOR, DRAFTS, None),
    Action.SEND: Move(Party.AUTHOR, DRAFTS, Status.SENT),
    Action.OPEN: Move(Party.OTHER, frozenset({Status.SENT}), Status.SEEN),
    Action.ACCEPT: Move(Party.OTHER, WAITING, Status.ACCEPTED),
    Action.COUNTER: Move(Party.OTHER, WAITING, Status.COUNTERED),
    Action.DECLINE: Move(Party.OTHER, WAITING, Status.DECLINED),
    Action.WITHDRAW: Move(Party.AUTHOR, WAITING, Status.WITHDRAWN),
    Action.EXPIRE: Move(Party.CLOCK, WAITING, Status.EXPIRED),
}

WHAT_HAPPENED = {
    Status.DRAFT: "n’est pas encore envoyée",
    Status.SENT: "a déjà été envoyée",
    Status.SEEN: "a déjà été envoyée, et vue par l’autre structure",
    Status.ACCEPTED: "a déjà été acceptée",
    Status.COUNTERED: "a déjà reçu une contre-proposition",
    Status.DECLINED: "a déjà été refusée",
    Status.WITHDRAWN: "a été retirée par la structure qui l’avait envoyée",
    Status.EXPIRED: "a expiré, faute de réponse",
}


def may(action: Action, status: Status, party: Party) -> bool:
    """Whether the table allows it."""
    move = MOVES[action]
    return party is move.by and status in move.sources


def after(action: Action, status: Status, party: Party) -> Status | None:
    """Where the action leads; refuses what the table forbids, and says what happened meanwhile."""
    if party is not MOVES[action].by:
        raise Refusal(f"Il n’appartient pas à votre structure {action.value}.")
    if status not in MOVES[action].sources:
        raise Refusal(why_not(action, status))
    return MOVES[action].target


def why_not(action: Action, status: Status) -> str:
    """Say what happened, that makes the action impossible."""
    when = "pas encore" if status in DRAFTS else "plus"
    return f"Cette proposition {WHAT_HAPPENED[status]} : il n’est {when} possible {action.value}."
