"""What may be asked of the map: what may be asked of the directory, and a background. All of it stands in the URL."""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.clock import today
from app.directory import asking
from app.directory.models import NETWORK_KINDS, Kind, State
from app.directory.queries import Criteria, Near
from geo.territories import Territory

#: What the map shows when nothing is asked.
USUAL_KINDS = (*NETWORK_KINDS, Kind.AGENCY, Kind.LIBRARY)
#: Few enough to be drawn one by one; the other kinds are grouped.
SINGLE_KINDS = (*NETWORK_KINDS, Kind.AGENCY)
#: What the panel offers; the rest is shown only when asked for, and offered then.
OFFERED_KINDS = (*USUAL_KINDS, Kind.DEPARTMENTAL)
#: `?type=aucun`: no kind at all, which a form cannot say by leaving every box empty.
NO_KIND = "aucun"
#: `?fond=contours`: departments without the colours of coverage.
BACKGROUNDS = {"": "Couverture des départements", "contours": "Contours seuls"}
OUTLINES = "contours"
#: `?interets=1`: the interests and wishes of each department.
INTERESTS = "interets"
#: The parameters of a search that the panel has no field for: it says them, and lets one take them away.
SAID_IN_WORDS = ("q", "etat", "pres-de")


@dataclass(frozen=True)
class Question:
    """What a map shows.

    `search` is what was asked of the directory, if anything was; `args` are the parameters that ask all this, to be kept in
    every link; `filters` say in French, by parameter, what the panel has no field for.
    """

    day: date
    kinds: tuple[Kind, ...] = USUAL_KINDS
    territory: Territory | None = None
    coloured: bool = True
    interests: bool = False
    stale_after_months: int = field(default=24, kw_only=True)
    search: Criteria | None = field(default=None, kw_only=True)
    args: dict[str, Any] = field(default_factory=dict, kw_only=True)
    filters: dict[str, str] = field(default_factory=dict, kw_only=True)

    @property
    def single_kinds(self) -> tuple[Kind, ...]:
        return tuple(kind for kind in self.kinds if kind in SINGLE_KINDS)

    @property
    def grouped_kinds(self) -> tuple[Kind, ...]:
        return tuple(kind for kind in self.kinds if kind not in SINGLE_KINDS)

    @property
    def near(self) -> Near | None:
        """The place searched around, if any."""
        return self.search.near if self.search else None

    @property
    def asks_states(self) -> bool:
        """Whether the states are chosen; otherwise the map shows what is open, and libraries not known to be closed."""
        return self.search is not None and bool(self.search.states or self.search.to_confirm)

    def criteria(self, kinds: tuple[Kind, ...]) -> Criteria:
        """What the directory is asked for these kinds, so that its answer is what the map shows.

        Unless states are chosen: of the network, what is open; of the rest, what is not known to be closed, planned or
        gone. The state of libraries is only known from the day of the Ministry's file, and before that day they are shown
        for what they are.
        """
        asked = self.search or Criteria(on=self.day, territory=self.territory, stale_after_months=self.stale_after_months)
        if self.asks_states:
            return replace(asked, kinds=kinds)
        network = all(kind in NETWORK_KINDS for kind in kinds)
        return replace(asked, kinds=kinds, states=(State.OPEN,) if network else (State.OPEN, State.UNSETTLED))

    def link_args(self, **changes: Any) -> dict[str, Any]:
        """The parameters of a link that asks the same, but for `changes`; None takes a parameter away."""
        return {name: value for name, value in (self.args | changes).items() if value is not None}

    def without(self, name: str) -> dict[str, Any]:
        """The parameters of the same question without one of its filters."""
        return self.link_args(**{name: None}, **({"rayon": None} if name == "pres-de" else {}))


@dataclass(frozen=True)
class Asked:
    """A question; None while something has to be said back: an error of the form, or a choice between several places."""

    search: asking.Asked
    question: Question | None


def read(session: Session, parameters: MultiDict[str, str], stale_after_months: int) -> Asked:
    """Understand the parameters of a map."""
    sent = parameters.copy()
    kept = [code for code in sent.poplist("type") if code != NO_KIND]
    sent.setlist("type", kept)
    search = asking.read(session, sent, stale_after_months)
    if search.criteria is None:
        return Asked(search, None)
    chosen = search.criteria.kinds if "type" in parameters else USUAL_KINDS
    coloured = parameters.get("fond") != OUTLINES
    interests = parameters.get(INTERESTS) == "1"
    return Asked(search, _question(search, search.criteria, chosen, coloured, interests))


def _question(search: asking.Asked, criteria: Criteria, kinds: tuple[Kind, ...], coloured: bool, interests: bool) -> Question:
    args = {name: value for name, value in search.args.items() if name not in ("type", "tri")}
    if criteria.on == today():
        args.pop("date", None)
    if set(kinds) != set(USUAL_KINDS):
        args["type"] = [kind.value for kind in kinds] or [NO_KIND]
    if not coloured:
        args["fond"] = OUTLINES
    if interests:
        args[INTERESTS] = "1"
    return Question(
        day=criteria.on,
        kinds=kinds,
        territory=criteria.territory,
        coloured=coloured,
        interests=interests,
        stale_after_months=criteria.stale_after_months,
        search=criteria,
        args=args,
        filters={name: said for name, said in search.filters.items() if name in SAID_IN_WORDS},
    )
