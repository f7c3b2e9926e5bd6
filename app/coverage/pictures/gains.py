"""What candidates would bring: each alone, then taken one after the other, with what no choice whatever exceeds.

The order is greedy: always the library that brings most next. The bound is that of
`geo.exchanges`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from app.coverage.areas import Area
from app.coverage.eligible import Eligibility, eligible_columns, places_of
from app.coverage.situation import Situation, kilometres_in_words
from app.directory.models import Institution
from app.formats import apostrophes, number, people
from geo.covering import left_by
from geo.demand import earth_centred
from geo.exchanges import bounds_along, in_order
from geo.territories import Territory

#: More libraries than a page can wait for; the whole country is asked of the search of the next sites.
MOST_CANDIDATES = 4_000
#: Steps of the curve, rows of the table, numbers on the map.
TOP = 20
#: Libraries that are nearer to one another, as a share of the distance asked for, are neighbours: the map shows the best.
APART = 0.25


@dataclass(frozen=True)
class Candidate:
    """A library: the inhabitants whom it would newly reach alone, and those that it adds in the order (None: not in it)."""

    public_id: str
    name: str
    commune: str
    longitude: float
    latitude: float
    exact: bool
    alone: int
    added: int | None = None


@dataclass(frozen=True)
class Gains:
    """`order` are the libraries to take one after the other; `others` bring something too, the most first.

    `mapped` are those of the map, `TOP` at most: the order, then others that stand apart from those already there.

    `bounds[n]` is what no choice of n + 1 libraries exceeds. `left` inhabitants are out of reach today, `hopeless` of them
    whatever library opens; `considered` libraries were looked at.
    """

    order: tuple[Candidate, ...]
    others: tuple[Candidate, ...]
    mapped: tuple[Candidate, ...]
    bounds: tuple[int, ...]
    total: int
    already: int
    hopeless: int
    considered: int
    reach_km: float

    @property
    def left(self) -> int:
        return self.total - self.already

    @property
    def reached(self) -> tuple[int, ...]:
        """What the first, the first two… of the order bring together."""
        return tuple(np.cumsum([one.added or 0 for one in self.order]).tolist())

    @property
    def sentence(self) -> str:
        """What the curve says, in one sentence."""
        asked = kilometres_in_words(self.reach_km)
        if not self.left:
            return f"Tous les habitants sont déjà à {asked} au plus d’une structure : rien n’est à gagner à cette distance."
        if not self.considered:
            return (
                f"Aucune bibliothèque ouverte n’est connue ici : {people(self.left)} restent à plus de {asked} d’une structure."
            )
        if not self.order:
            return f"Aucune des bibliothèques d’ici n’est à {asked} au plus de ceux qui sont encore trop loin."
        one, best = self.reached[0], self.reached[-1]
        others = f", et {len(self.order)} ensemble {people(best)}" if len(self.order) > 1 else ""
        return (
            f"Une première bibliothèque rapprocherait {people(one)}{others}, sur {number(self.left)} qui sont encore à plus "
            f"de {asked} d’une structure."
        )


def gains_in(session: Session, situation: Situation, area: Area, communes: NDArray[np.intp], day: date) -> Gains | None:
    """Compute what the libraries of an area, open at `day`, would bring to its inhabitants; None if they are too many."""
    chosen = eligible_columns(area, Eligibility(), day, _COLUMNS)
    if (session.scalar(sa.select(sa.func.count()).select_from(chosen.order_by(None).subquery())) or 0) > MOST_CANDIDATES:
        return None
    rows = list(session.execute(chosen).all())
    covering = left_by(situation.demand, situation.places, places_of(rows), situation.reach_km, communes)
    alone = covering.gains()
    order, added = in_order(covering, count=TOP)
    taken = set(order)
    rest = [one for one in np.argsort(-alone, kind="stable").tolist() if alone[one] > 0 and one not in taken]
    ranked = tuple(_candidate(rows[one], int(alone[one]), more) for one, more in zip(order, added, strict=True))
    others = tuple(_candidate(rows[one], int(alone[one])) for one in rest)
    return Gains(
        order=ranked,
        others=others,
        mapped=(*ranked, *_apart(ranked, others, situation.reach_km * APART)),
        bounds=bounds_along(covering, order),
        total=covering.total,
        already=covering.already,
        hopeless=covering.hopeless,
        considered=len(rows),
        reach_km=situation.reach_km,
    )


def _apart(shown: Sequence[Candidate], others: Sequence[Candidate], apart_km: float) -> list[Candidate]:
    """Those of the others that are farther than so many kilometres from all that is shown: neighbours are worth the same."""
    found: list[Candidate] = []
    here = earth_centred([one.longitude for one in shown], [one.latitude for one in shown])
    for one in others:
        if len(shown) + len(found) >= TOP:
            break
        own = earth_centred([one.longitude], [one.latitude])
        if (np.linalg.norm(here - own, axis=1) > apart_km * 1000).all():
            found.append(one)
            here = np.concatenate((here, own))
    return found


_COLUMNS = (Institution.public_id, Institution.name, Territory.name.label("commune"))


def _candidate(row: sa.Row, alone: int, added: int | None = None) -> Candidate:
    return Candidate(
        row.public_id, apostrophes(row.name), apostrophes(row.commune), row.longitude, row.latitude, row.exact, alone, added
    )
