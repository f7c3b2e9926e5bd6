"""What is asked of the solver, as plain values: people, tables, weights, who is locked where. No database, no Flask."""

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

#: What « une Cité ou une agence » means, word for word: a centre or a relay belongs to a Cité, and is none.
GUIDE_KINDS = frozenset({"cite-des-metiers", "agence-du-livre"})
#: The families that a table mixes, by kind of institution.
FAMILIES = {
    "cite-des-metiers": "reseau",
    "centre-associe": "reseau",
    "point-relais": "reseau",
    "bibliotheque": "bibliotheques",
    "reseau-de-lecture-publique": "bibliotheques",
    "bibliotheque-departementale": "bibliotheques",
    "bibliobus": "bibliotheques",
    "autre-site-de-bibliotheque": "bibliotheques",
    "agence-du-livre": "agences",
    "autre-hote": "autres",
}


@dataclass(frozen=True, order=True)
class Person:
    """Someone to seat. Territories are ids (`departement-04`), empty where not known; `point` is (longitude, latitude)."""

    key: str
    institution: str = ""
    kind: str = ""
    commune: str = ""
    epci: str = ""
    department: str = ""
    region: str = ""
    point: tuple[float, float] | None = field(default=None, compare=False)

    @property
    def is_guide(self) -> bool:
        return self.kind in GUIDE_KINDS

    @property
    def family(self) -> str:
        """The family of the kind; empty for someone of no known institution, who is mixed with nobody."""
        return FAMILIES.get(self.kind, "")

    @property
    def home(self) -> str:
        """The territory with which one sits: the department, or the region of who is of no department."""
        return self.department or self.region

    @property
    def area(self) -> str:
        """What is near or far at a table: the region, or the country of who is of no region."""
        return self.region or self.department

    def is_of(self, territory: str) -> bool:
        return territory in (self.commune, self.epci, self.department, self.region)


@dataclass(frozen=True, order=True)
class Table:
    """A table of so many seats, meant for a territory where the organiser said so."""

    key: str
    seats: int
    territory: str = ""


@dataclass(frozen=True)
class Weights:
    """What each unmet wish costs; 0: not asked."""

    territory: int = 10
    far: int = 5
    kinds: int = 5
    apart: int = 0
    again: int = 5


@dataclass(frozen=True)
class Problem:
    """Who is to be seated where. `locked` gives the table of (person, round); the order of people and tables says nothing."""

    people: tuple[Person, ...]
    tables: tuple[Table, ...]
    rounds: int = 1
    weights: Weights = Weights()
    locked: Mapping[tuple[str, int], str] = field(default_factory=dict)

    @cached_property
    def sorted(self) -> "Problem":
        """The same, in the one order in which it is solved: two askings that differ by order alone get the same answer."""
        return replace(self, people=tuple(sorted(self.people, key=lambda one: one.key)), tables=_numbered(self.tables))

    @property
    def digest(self) -> str:
        """A name of the problem: what was solved for one says nothing of another."""
        whole = self.sorted
        told = (
            [(one, one.point) for one in whole.people],
            whole.tables,
            whole.rounds,
            whole.weights,
            sorted(whole.locked.items()),
        )
        return hashlib.sha256(repr(told).encode()).hexdigest()


def _numbered(tables: tuple[Table, ...]) -> tuple[Table, ...]:
    return tuple(sorted(tables, key=lambda one: (len(one.key), one.key)))


def impossible(problem: Problem) -> str:
    """Why there is no plan, as a French sentence; empty when there is one."""
    people, tables = {one.key for one in problem.people}, {one.key: one for one in problem.tables}
    seats = sum(one.seats for one in problem.tables)
    if not people:
        return "Personne n’est encore inscrit : il n’y a personne à placer."
    if not tables:
        return "Il n’y a pas encore de table : ajoutez-en."
    if len(people) > seats:
        missing = len(people) - seats
        return (
            f"Il y a {len(people)} personnes pour {seats} places : ajoutez une table, ou agrandissez-en une"
            f" (il manque {missing} place{'s' if missing > 1 else ''})."
        )
    locked = {who: table for who, table in problem.locked.items() if who[0] in people and who[1] <= problem.rounds}
    if gone := sorted({table for table in locked.values() if table not in tables}):
        return f"Une personne est verrouillée à une table qui n’existe plus (table {', '.join(gone)}) : déverrouillez-la."
    for (table, round_), held in sorted(Counter((table, who[1]) for who, table in locked.items()).items()):
        if held > tables[table].seats:
            return (
                f"Au tour {round_}, {held} personnes sont verrouillées à la table {table}, qui a"
                f" {tables[table].seats} places : déverrouillez-en, ou agrandissez la table."
            )
    return ""
