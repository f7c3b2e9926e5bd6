"""What makes a library a candidate: nine criteria, each with its unit and the scale that turns it into a value.

A scale says the value, from 0 to 100, of a few figures; between two of them it is a straight line, beyond them it is level.
Weights and scales are proposals of the service, to be moved by who reads: they are no fact, and the page says so.
"""

import enum
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.directory.vocabulary import Format


class Criterion(enum.Enum):
    """A criterion; its value is its word in URLs and exports."""

    GAIN = "habitants"
    HOURS = "heures"
    FLOOR = "surface"
    STAFF = "salaries"
    POPULATION = "population"
    DISTANCE = "distance"
    INTEREST = "interet"
    COMMON = "axes"
    PARTNERSHIP = "partenariat"

    @property
    def label(self) -> str:
        return LABELS[self][0]

    @property
    def unit(self) -> str:
        return LABELS[self][1]

    @property
    def explanation(self) -> str:
        return LABELS[self][2]


LABELS = {
    Criterion.GAIN: (
        "Habitants nouvellement à portée",
        "habitants",
        "Ceux qu’aucune structure n’atteint à la date demandée, et qu’un lieu ouvert ici, et lui seul, atteindrait.",
    ),
    Criterion.HOURS: ("Heures d’ouverture", "h par semaine", "Le temps pendant lequel le public peut entrer."),
    Criterion.FLOOR: ("Surface", "m²", "La place pour un espace d’information et pour des ateliers."),
    Criterion.STAFF: ("Personnel salarié", "salariés", "Les personnes qui peuvent accueillir et orienter."),
    Criterion.POPULATION: (
        "Population desservie",
        "habitants",
        "Les habitants de sa commune, ou du territoire où elle se tient.",
    ),
    Criterion.DISTANCE: (
        "Distance à la Cité la plus proche",
        "km",
        "Assez près pour être suivie par la Cité, assez loin pour que ses publics n’y aillent pas déjà.",
    ),
    Criterion.INTEREST: (
        "Intérêt exprimé",
        "",
        "Manifesté par la bibliothèque, souhaité par une Cité ou suggéré par une agence : ce que vous pouvez en lire.",
    ),
    Criterion.COMMON: (
        "Axes et offres en commun",
        "points communs",
        "Avec la Cité dont le label couvre son territoire, ou à défaut la plus proche : pôles et axes communs, et ce que l’une"
        " offre et que l’autre recherche.",
    ),
    Criterion.PARTNERSHIP: ("Partenariat en cours", "", "Un échange ou un partenariat avec une Cité, si vous pouvez le voir."),
}

#: What the levels of the criteria without unit mean, in words.
INTEREST_LEVELS = (
    "aucun que vous puissiez lire",
    "piste suggérée par une agence",
    "souhaitée par une Cité, elle-même ou sa commune",
    "intérêt manifesté par la bibliothèque",
)
PARTNERSHIP_LEVELS = ("aucun que vous puissiez voir", "en contact avec une Cité", "partenariat en cours")
LEVELS = {Criterion.INTEREST: INTEREST_LEVELS, Criterion.PARTNERSHIP: PARTNERSHIP_LEVELS}

MOST_WEIGHT = 10


@dataclass(frozen=True)
class Scale:
    """Points (figure, value from 0 to 100), the figures in rising order."""

    points: tuple[tuple[float, float], ...]

    def values(self, figures: NDArray[np.float64]) -> NDArray[np.float64]:
        """The value of each figure; not a number where it is unknown, the worst of the scale where it is infinite."""
        known = np.interp(figures, [figure for figure, _ in self.points], [value for _, value in self.points])
        return np.where(np.isnan(figures), np.nan, np.where(np.isinf(figures), self.worst, known))

    @property
    def worst(self) -> float:
        return min(value for _, value in self.points)

    @property
    def best(self) -> float:
        return max(value for _, value in self.points)


@dataclass(frozen=True)
class Proposal:
    """What is proposed for a format: the weight of each criterion, its scale, and in a line why."""

    reason: str
    weights: dict[Criterion, float]
    scales: dict[Criterion, Scale]


def _scales(**points: tuple[tuple[float, float], ...]) -> dict[Criterion, Scale]:
    return {Criterion(name): Scale(found) for name, found in points.items()}


#: A centre keeps a first level of welcome, of information and of orientation: it asks much of its place.
DEMANDING = _scales(
    habitants=((0, 0), (2_000, 20), (20_000, 60), (100_000, 100)),
    heures=((0, 0), (10, 20), (20, 60), (35, 100)),
    surface=((0, 0), (100, 20), (400, 60), (1_500, 100)),
    salaries=((0, 0), (1, 30), (4, 70), (10, 100)),
    population=((0, 0), (2_000, 20), (10_000, 60), (50_000, 100)),
    distance=((0, 0), (5, 20), (20, 100), (80, 100), (200, 20)),
    interet=((0, 0), (1, 40), (2, 60), (3, 100)),
    axes=((0, 0), (1, 40), (3, 80), (5, 100)),
    partenariat=((0, 0), (1, 50), (2, 100)),
)
#: What comes to the place for a day suits a small outlet, open a few hours a week.
LIGHT = DEMANDING | _scales(
    habitants=((0, 0), (1_000, 20), (5_000, 60), (30_000, 100)),
    heures=((0, 20), (4, 60), (8, 90), (15, 100)),
    surface=((0, 20), (50, 60), (100, 90), (200, 100)),
    salaries=((0, 40), (0.5, 70), (1, 90), (2, 100)),
    population=((0, 0), (500, 40), (2_000, 80), (10_000, 100)),
    distance=((0, 20), (5, 60), (10, 100), (60, 100), (150, 20)),
)


def _weights(*weights: float) -> dict[Criterion, float]:
    return dict(zip(Criterion, weights, strict=True))


PROPOSALS = {
    Format.CENTRE: Proposal(
        "Un centre associé tient un premier niveau d’accueil : les heures d’ouverture, l’équipe et la place comptent beaucoup.",
        _weights(5, 4, 2, 4, 2, 3, 3, 1, 2),
        DEMANDING,
    ),
    Format.RELAY: Proposal(
        "Un point relais est plus léger qu’un centre : être ouvert souvent compte davantage que la place et l’équipe.",
        _weights(5, 3, 1, 2, 2, 3, 3, 1, 2),
        DEMANDING | {one: LIGHT[one] for one in (Criterion.FLOOR, Criterion.STAFF)},
    ),
    Format.RENDEZ_VOUS: Proposal(
        "Un rendez-vous de la Cité vient dans la bibliothèque : un petit lieu, ouvert quelques heures, convient aussi bien.",
        _weights(5, 1, 1, 1, 2, 3, 4, 2, 2),
        LIGHT,
    ),
    Format.THEMATIC: Proposal(
        "Des sessions thématiques tiennent à ce que la bibliothèque et la Cité ont en commun, peu à la taille du lieu.",
        _weights(4, 1, 1, 1, 2, 3, 4, 4, 2),
        LIGHT,
    ),
    Format.REFERRAL: Proposal(
        "Une convention d’orientation envoie les publics vers la Cité : il faut des publics, et une Cité où l’on puisse aller.",
        _weights(2, 2, 0, 2, 4, 4, 4, 1, 2),
        LIGHT | _scales(distance=((0, 100), (20, 100), (50, 40), (100, 0))),
    ),
    Format.OTHER: Proposal(
        "Une formule à inventer : les échelles sont celles des formules légères, et aucun critère ne l’emporte.",
        _weights(3, 2, 2, 2, 2, 3, 3, 2, 2),
        LIGHT,
    ),
}
