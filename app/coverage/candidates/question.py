"""What is asked of candidates: where, for which format, among which libraries, and what weighs how much."""

from dataclasses import dataclass, field
from datetime import date

from app.coverage.areas import FRANCE, Area
from app.coverage.candidates.criteria import PROPOSALS, Criterion, Proposal
from app.coverage.eligible import Eligibility
from app.directory.models import Kind
from app.directory.vocabulary import Format

Args = dict[str, str | list[str]]


@dataclass(frozen=True)
class CandidateQuestion:
    """`weights` are those that were moved, by criterion. `planned`: the places in project count as if they were open.

    `neighbours`: whoever a library would reach counts, and not the inhabitants of the area alone. `prudent`: ranked by the
    worst that the score may be. `asked` are the day and the distance as parameters of a URL, where they were asked for.
    """

    area: Area
    day: date
    reach_km: float
    stale_after_months: int
    format: Format = Format.CENTRE
    planned: bool = True
    neighbours: bool = False
    prudent: bool = False
    eligibility: Eligibility = field(default_factory=Eligibility)
    moved: tuple[tuple[Criterion, float], ...] = ()
    asked: tuple[tuple[str, str], ...] = ()

    @property
    def proposal(self) -> Proposal:
        return PROPOSALS[self.format]

    @property
    def weights(self) -> dict[Criterion, float]:
        """The weight of every criterion: what was moved, else what is proposed for the format."""
        return self.proposal.weights | dict(self.moved)

    @property
    def args(self) -> Args:
        """The parameters of a URL that ask the same; what goes without saying is left out."""
        area = {"territoires": FRANCE[0]} if self.area.is_france else self.area.args
        found: Args = {**area, **dict(self.asked), **self._filters}
        if self.format is not Format.CENTRE:
            found["formule"] = self.format.value
        said = {"projets": ("non", not self.planned), "voisins": ("oui", self.neighbours), "tri": ("prudent", self.prudent)}
        found |= {name: word for name, (word, is_said) in said.items() if is_said}
        return found | {f"poids-{one.value}": in_digits(weight) for one, weight in self.moved}

    @property
    def permanent_args(self) -> Args:
        """The parameters that will ask the same thing tomorrow."""
        return {**self.args, "date": self.day.isoformat(), "rayon": in_digits(self.reach_km)}

    @property
    def _filters(self) -> Args:
        one = self.eligibility
        found: Args = {"type": [kind.value for kind in one.kinds]} if one.kinds != (Kind.LIBRARY,) else {}
        said = {
            "heures": (in_digits(one.hours or 0), one.hours),
            "salaries": ("y", one.staffed),
            "inconnus": ("non", not one.unknown),
        }
        return found | {name: word for name, (word, is_said) in said.items() if is_said}


def in_digits(value: float) -> str:
    """« 12,5 », « 30 »."""
    return f"{value:g}".replace(".", ",")
