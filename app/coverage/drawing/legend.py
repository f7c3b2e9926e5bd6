"""What the signs of a map mean: an entry for each that is on it, and for no other."""

from collections.abc import Sequence
from math import floor, log10

from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from app.coverage.drawing.frame import Entry
from app.coverage.drawing.parts import SHADES, CandidateMark, PlaceMark, Shade, Zone, circle_area
from app.coverage.drawing.style import LINE, MARKS, SIENNA, STRONG, WHITE
from app.directory.models import Kind
from app.formats import people, typography


def entries_of(
    zones: Sequence[Zone],
    places: Sequence[PlaceMark],
    candidates: Sequence[CandidateMark],
    reach: str,
    called: str = "candidate",
) -> list[Entry]:
    """The entries of a legend: shades, then kinds of places, then what the circles of the candidates mean."""
    shades = {zone.shade for zone in zones}
    entries: list[Entry] = [_of_shade(shade, reach) for shade in Shade if shade in shades and shade.value]
    for kind in Kind:
        here = [place for place in places if place.kind is kind]
        if any(not place.planned for place in here):
            entries.append((_sign(kind), kind.label))
        if any(place.planned for place in here):
            entries.append((_sign(kind, planned=True), f"{kind.label}, en projet"))
    return [*entries, *_of_candidates(candidates, called)]


def round_below(value: int) -> int:
    """The largest of 1, 2, 5, 10, 20… that is not above a number."""
    power = 10 ** floor(log10(max(value, 1)))
    return max(step * power for step in (1, 2, 5) if step * power <= max(value, 1))


def _of_shade(shade: Shade, reach: str) -> Entry:
    fill, hatch, ink = SHADES[shade]
    edge = STRONG if fill == WHITE else LINE
    return Patch(facecolor=fill, edgecolor=edge, hatch=hatch, hatchcolor=ink, linewidth=0.5), shade.words(reach)


def _sign(kind: Kind, planned: bool = False) -> Line2D:
    mark = MARKS[kind]
    hollow = mark.hollow or planned
    return Line2D(
        [],
        [],
        linestyle="none",
        marker=mark.shape,
        markersize=mark.size,
        markerfacecolor=WHITE if hollow else mark.colour,
        markeredgecolor=mark.colour,
        markeredgewidth=1.4 if hollow else 0.8,
    )


def _of_candidates(candidates: Sequence[CandidateMark], called: str) -> list[Entry]:
    largest = max((one.gain for one in candidates), default=0)
    if not largest:
        return []
    shown = round_below(max(largest // 3, 1))
    circle = Line2D(
        [],
        [],
        linestyle="none",
        marker="o",
        markersize=circle_area(shown, largest) ** 0.5,
        markerfacecolor=f"{SIENNA}4d",
        markeredgecolor=SIENNA,
        markeredgewidth=0.9,
    )
    return [(circle, typography(f"{called} : {people(shown)} de plus"))]
