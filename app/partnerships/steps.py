"""Which step of a partnership may follow which, who may take it, and who has to confirm it: one table, and nothing else.

README draws this very table (`as_markdown`). A trial, awareness days and the signature come in any order: at the Bpi the trial
preceded the signature by ten months. A step back is a step like another, and stays in the history. « Bilan » comes back every
year, from « en fonctionnement » and to it. What is not written here is refused.
"""

import enum
from collections.abc import Iterable
from dataclasses import dataclass

from app.directory.vocabulary import Format
from app.partnerships.models import Step


class Need(enum.Enum):
    """What has to be there before a step is taken; its value is what is missing, in French."""

    AGREED = "un cadrage ou une signature confirmés par les deux côtés"
    SIGNATURE = "une signature confirmée par les deux côtés"
    AGREEMENT = "un accord enregistré"
    CHARTER = "la charte acceptée, principe par principe"
    CHECKLIST = "la liste de vérification du centre associé"


#: The formats that open a place of the network: a place in the directory and on the map of coverage.
PLACE_FORMATS = frozenset({Format.CENTRE, Format.RELAY})
#: The steps of a partnership that runs.
OPEN_STEPS = frozenset({Step.RUNNING, Step.REVIEW})
#: The steps that close its place; any other, a visit or a new awareness day, leaves it as it is.
CLOSING_STEPS = frozenset({Step.SUSPENDED, Step.CLOSED})
EVERY_FORMAT = frozenset(Format)
NO_FORMAT: frozenset[Format] = frozenset()
ACTIVE = frozenset(Step) - {Step.CLOSED, Step.SUSPENDED}
BEFORE_RUNNING = ACTIVE - OPEN_STEPS


@dataclass(frozen=True)
class Rule:
    """How a step is taken. `after` are the steps that it may follow; None stands for the beginning.

    Either side takes it; the agency, which signs nothing, only after one of `agency_after`.
    `confirmed_for` are the formats in which the other side has to confirm it, unless it follows one of `freely_after`.
    """

    step: Step
    after: frozenset[Step | None]
    agency_after: frozenset[Step | None] = frozenset()
    confirmed_for: frozenset[Format] = NO_FORMAT
    freely_after: frozenset[Step] = frozenset()
    needs: tuple[Need, ...] = ()
    needs_of_a_centre: tuple[Need, ...] = ()
    note: str = ""

    def must_be_confirmed(self, current: Step | None, format: Format) -> bool:  # noqa: A002 - the word of the trade
        """Whether the step counts only once the other side has confirmed it."""
        return format in self.confirmed_for and current not in self.freely_after

    def needs_for(self, format: Format) -> tuple[Need, ...]:  # noqa: A002
        """What has to be there in this format."""
        return self.needs + (self.needs_of_a_centre if format is Format.CENTRE else ())


#: The words of the note that a step cannot do without.
REASON = "la raison"
FRAMING_NOTE = "l’organisation initiale, les axes et le calendrier"

TABLE = (
    Rule(Step.CONTACT, after=frozenset({None, *Step}) - {Step.CONTACT}, agency_after=frozenset({None})),
    Rule(Step.VISITS, after=frozenset(ACTIVE | {Step.SUSPENDED}) - {Step.VISITS}),
    Rule(
        Step.FRAMING,
        after=frozenset(ACTIVE | {Step.SUSPENDED}) - {Step.FRAMING},
        confirmed_for=EVERY_FORMAT,
        note=FRAMING_NOTE,
    ),
    Rule(Step.AWARENESS, after=frozenset(ACTIVE | {Step.SUSPENDED}) - {Step.AWARENESS}),
    Rule(Step.TRIAL, after=frozenset(ACTIVE | {Step.SUSPENDED}) - {Step.TRIAL}),
    Rule(
        Step.SIGNED,
        after=frozenset(ACTIVE | {Step.SUSPENDED}) - {Step.SIGNED},
        confirmed_for=EVERY_FORMAT,
        needs=(Need.AGREEMENT,),
    ),
    Rule(
        Step.RUNNING,
        after=frozenset({Step.FRAMING, Step.AWARENESS, Step.TRIAL, Step.SIGNED, Step.REVIEW, Step.SUSPENDED}),
        confirmed_for=PLACE_FORMATS,
        freely_after=frozenset({Step.REVIEW}),
        needs=(Need.AGREED,),
        needs_of_a_centre=(Need.SIGNATURE, Need.AGREEMENT, Need.CHARTER, Need.CHECKLIST),
    ),
    Rule(Step.REVIEW, after=frozenset({Step.RUNNING})),
    Rule(Step.SUSPENDED, after=frozenset(ACTIVE), note=REASON),
    Rule(Step.CLOSED, after=frozenset(ACTIVE | {Step.SUSPENDED}), note=REASON),
)
RULES = {rule.step: rule for rule in TABLE}


def may_follow(current: Step | None) -> list[Rule]:
    """The rules of the steps that may follow `current`, in the order of the table."""
    return [rule for rule in TABLE if current in rule.after]


def place_is_open(counted: Iterable[Step]) -> bool:
    """Whether the place of a partnership is open after these steps: from when it runs until a pause or an end."""
    decisive = [step for step in counted if step in OPEN_STEPS or step in CLOSING_STEPS]
    return bool(decisive) and decisive[-1] in OPEN_STEPS


def kept_by_history(need: Need, counted: Iterable[Step]) -> bool | None:
    """Whether the steps that counted, in their order, hold what is needed; None when it is not theirs to tell.

    What was agreed before a partnership was closed is agreed no more.
    """
    since: list[Step] = []
    for step in counted:
        since = [] if step is Step.CLOSED else [*since, step]
    if need is Need.AGREED:
        return Step.FRAMING in since or Step.SIGNED in since
    if need is Need.SIGNATURE:
        return Step.SIGNED in since
    return None


#: How far each step is; awareness, trial and signature come in any order, and a review returns to what runs.
RANKS = {
    Step.CONTACT: 0,
    Step.VISITS: 1,
    Step.FRAMING: 2,
    **dict.fromkeys((Step.AWARENESS, Step.TRIAL, Step.SIGNED), 3),
    **dict.fromkeys(OPEN_STEPS, 4),
}


def is_step_back(counted: Iterable[Step], step: Step) -> bool:
    """Whether `step` returns to an earlier one than the last that counted, pauses apart."""
    ranks = [RANKS[one] for one in counted if one in RANKS]
    return bool(ranks) and step in RANKS and RANKS[step] < ranks[-1]


def as_markdown() -> str:
    """The table, as README shows it."""
    lines = [
        "| Étape | Peut suivre | Qui la note | L’autre côté confirme | Il faut |",
        "|---|---|---|---|---|",
        *(_line(rule) for rule in TABLE),
    ]
    return "\n".join(lines)


def _line(rule: Rule) -> str:
    who = "l’un ou l’autre côté" + (", ou l’agence au début" if rule.agency_after else "")
    return f"| {rule.step.label} | {_after(rule)} | {who} | {_confirmation(rule)} | {_needs(rule)} |"


def _after(rule: Rule) -> str:
    others = frozenset(Step) - {rule.step}
    if rule.after >= others:
        return ("le début, ou " if None in rule.after else "") + "toute autre étape"
    if rule.after >= others - {Step.CLOSED}:
        return f"toute autre étape que « {Step.CLOSED.label} »"
    if rule.after >= others - {Step.CLOSED, Step.SUSPENDED}:
        return f"toute autre étape que « {Step.SUSPENDED.label} » et « {Step.CLOSED.label} »"
    return ", ".join(step.label for step in Step if step in rule.after)


def _confirmation(rule: Rule) -> str:
    if not rule.confirmed_for:
        return "non"
    formats = "toujours" if rule.confirmed_for == EVERY_FORMAT else _formats(rule.confirmed_for)
    freely = ", ".join(step.label for step in Step if step in rule.freely_after)
    return formats + (f", sauf après « {freely} »" if freely else "")


def _formats(formats: frozenset[Format]) -> str:
    return ", ".join(one.label.lower() for one in Format if one in formats)


def _needs(rule: Rule) -> str:
    told = [*(need.value for need in rule.needs), *([rule.note] if rule.note else [])]
    if rule.needs_of_a_centre:
        told.append("pour un centre associé : " + ", ".join(need.value for need in rule.needs_of_a_centre))
    return " ; ".join(told) or "—"
