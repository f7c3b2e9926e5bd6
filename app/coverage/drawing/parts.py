"""What a map is made of: zones with what is said of them, places, candidates, names of towns."""

import enum
from dataclasses import dataclass

from app.coverage.drawing.outlines import Outline
from app.coverage.drawing.style import COLOURS, WHITE
from app.directory.models import Kind
from app.formats import NO_BREAK

#: The largest circle of a candidate, in points across.
LARGEST_CIRCLE = 28.0


class Shade(enum.Enum):
    """What is said of a zone of the map; the value is the words of the legend, where `{}` is the distance."""

    WITHIN = "à {} au plus d’une structure"
    BEYOND = "à plus de {} de toute structure"
    MOSTLY = "95 % des habitants ou plus à {} au plus"
    PARTLY = "de 5 à 95 % des habitants à {} au plus"
    HARDLY = "moins de 5 % des habitants à {} au plus"
    EMPTY = "sans habitant connu"
    PLAIN = ""

    def words(self, reach: str) -> str:
        """What the legend says of it."""
        return self.value.format(reach or "la distance choisie").replace(" %", f"{NO_BREAK}%")


#: Fill, hatch, colour of the hatch.
SHADES: dict[Shade, tuple[str, str, str]] = {
    Shade.WITHIN: (COLOURS["covered"], "", WHITE),
    Shade.BEYOND: (COLOURS["uncovered"], "....", COLOURS["uncovered-ink"]),
    Shade.MOSTLY: (COLOURS["covered"], "", WHITE),
    Shade.PARTLY: (COLOURS["to-confirm"], "///", COLOURS["to-confirm-ink"]),
    Shade.HARDLY: (COLOURS["uncovered"], "....", COLOURS["uncovered-ink"]),
    Shade.EMPTY: (WHITE, "", WHITE),
    Shade.PLAIN: (WHITE, "", WHITE),
}


@dataclass(frozen=True)
class Zone:
    """An outline and what is said of it."""

    outline: Outline
    shade: Shade


@dataclass(frozen=True)
class PlaceMark:
    """A place that exists; `named`: its name is written if there is room."""

    kind: Kind
    name: str
    longitude: float
    latitude: float
    to_confirm: bool = False
    planned: bool = False
    named: bool = True


@dataclass(frozen=True)
class CandidateMark:
    """A candidate, its circle as large as what it would bring; `number` is that of the table beside, if it has one."""

    number: int | None
    name: str
    longitude: float
    latitude: float
    gain: int


@dataclass(frozen=True)
class Town:
    """A commune whose name helps to find one's way."""

    name: str
    longitude: float
    latitude: float


def circle_area(gain: int, largest: int) -> float:
    """The area of a candidate's circle, in square points: proportional to what it brings."""
    return LARGEST_CIRCLE**2 * gain / largest if largest else 0.0
