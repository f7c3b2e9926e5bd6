"""The map of an area: who is within reach and who is not, the places that exist, the candidates by what they would bring."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from numpy.typing import NDArray

from app.coverage.drawing import labels
from app.coverage.drawing.engine import as_svg
from app.coverage.drawing.frame import Frame, add_foot, add_scale_bar, framed
from app.coverage.drawing.legend import entries_of
from app.coverage.drawing.outlines import Box, Outline
from app.coverage.drawing.parts import SHADES, CandidateMark, PlaceMark, Town, Zone, circle_area
from app.coverage.drawing.projection import Projection, across
from app.coverage.drawing.style import COLOURS, INK, LINE, MARKS, SIENNA, SMALL, STRONG, SUNK, USUAL, WHITE
from app.directory.models import Kind

#: A circle that is narrower, in points, gets a dot at its middle.
FEWEST_POINTS_ACROSS = 4.0
#: From so many zones on their edges are finer.
MANY_ZONES = 120


@dataclass(frozen=True)
class AreaPicture:
    """A map. `zones` are shaded, `borders` drawn as lines over them, `around` lies pale beneath; `source` stands at its foot.

    `called`: what a candidate is. `reach` are the words of the distance: « 30 km ».
    `box`: what to show, else what the zones and the borders take.
    """

    title: str
    description: str
    zones: Sequence[Zone] = ()
    borders: Sequence[Outline] = ()
    around: Sequence[Outline] = ()
    places: Sequence[PlaceMark] = ()
    candidates: Sequence[CandidateMark] = ()
    called: str = "candidate"
    towns: Sequence[Town] = ()
    source: str = ""
    reach: str = ""
    box: Box | None = None
    heading: bool = False

    def figure(self) -> Figure:
        """Draw it."""
        box = (self.box or _box_of([*(zone.outline for zone in self.zones), *self.borders]) or FRANCE).widened()
        projection = Projection(box)
        west, south, east, north = across(projection)
        legend = entries_of(self.zones, self.places, self.candidates, self.reach, self.called)
        frame = framed((west, south, east, north), legend, self.title if self.heading else "", self.source)
        axes = frame.axes
        _draw_ground(axes, self, projection)
        _draw_candidates(frame, self.candidates, projection)
        _draw_places(axes, self.places, projection)
        _write_names(frame, self, projection)
        add_scale_bar(axes)
        add_foot(frame, legend, self.source)
        return frame.figure


#: The mainland and Corsica.
FRANCE = Box(-5.2, 41.3, 9.6, 51.1)


def area_map(picture: AreaPicture) -> str:
    """Draw the map as an `<svg>` element."""
    return as_svg(picture)


def path_of(outlines: Sequence[Outline], project: Callable[[NDArray], NDArray]) -> Path:
    """One path of all the rings of these outlines."""
    corners, codes = [], []
    for outline in outlines:
        for ring in outline.rings:
            corners.append(project(ring))
            codes.append(np.full(len(ring), Path.LINETO, dtype=Path.code_type))
            codes[-1][0], codes[-1][-1] = Path.MOVETO, Path.CLOSEPOLY
    if not corners:
        return Path(np.empty((0, 2)))
    return Path(np.concatenate(corners), np.concatenate(codes))


def _box_of(outlines: Sequence[Outline]) -> Box | None:
    if not outlines:
        return None
    each = [outline.box for outline in outlines]
    return Box(
        min(box.west for box in each),
        min(box.south for box in each),
        max(box.east for box in each),
        max(box.north for box in each),
    )


def _draw_ground(axes: Axes, picture: AreaPicture, projection: Projection) -> None:
    around = path_of(picture.around, projection)
    axes.add_patch(PathPatch(around, facecolor=SUNK, edgecolor=LINE, linewidth=0.8))
    thin = 0.5 if len(picture.zones) <= MANY_ZONES else 0.25
    for shade, (fill, hatch, ink) in SHADES.items():
        path = path_of([zone.outline for zone in picture.zones if zone.shade is shade], projection)
        edge = LINE if fill == WHITE else WHITE
        axes.add_patch(PathPatch(path, facecolor=fill, edgecolor=edge, hatch=hatch, hatchcolor=ink, linewidth=thin))
    borders = path_of(picture.borders, projection)
    axes.add_patch(PathPatch(borders, facecolor="none", edgecolor=COLOURS["zone-edge-strong"], linewidth=1.1))


def _draw_places(axes: Axes, places: Sequence[PlaceMark], projection: Projection) -> None:
    for place in sorted(places, key=lambda one: one.latitude, reverse=True):
        east, north = projection(np.array([place.longitude, place.latitude]))[0]
        mark = MARKS[place.kind]
        hollow = mark.hollow or place.planned
        axes.plot(
            [east],
            [north],
            mark.shape,
            markersize=mark.size,
            markerfacecolor=WHITE if hollow else mark.colour,
            markeredgecolor=mark.colour if hollow else WHITE,
            markeredgewidth=1.4 if hollow else 0.8,
            zorder=6,
        )
        if place.kind is Kind.CITE:
            heart = mark.colour if hollow else WHITE
            axes.plot([east], [north], "o", markersize=3.0, color=heart, markeredgewidth=0, zorder=6)


def _draw_candidates(frame: Frame, candidates: Sequence[CandidateMark], projection: Projection) -> None:
    largest = max((one.gain for one in candidates), default=0)
    for one in sorted(candidates, key=lambda one: -one.gain):
        east, north = projection(np.array([one.longitude, one.latitude]))[0]
        across_points = circle_area(one.gain, largest) ** 0.5
        frame.axes.plot(
            [east],
            [north],
            "o",
            markersize=across_points,
            markerfacecolor=(*_rgb(SIENNA), 0.30),
            markeredgecolor=SIENNA,
            markeredgewidth=0.9,
            zorder=4,
        )
        if across_points < FEWEST_POINTS_ACROSS:
            frame.axes.plot([east], [north], "o", markersize=1.2, color=SIENNA, markeredgewidth=0, zorder=4)


def _write_names(frame: Frame, picture: AreaPicture, projection: Projection) -> None:
    """Numbers of the candidates first, then places, then towns: whatever finds no room is left out."""
    room = labels.Room(frame)
    for place in picture.places:
        room.take(projection(np.array([place.longitude, place.latitude]))[0], MARKS[place.kind].size)
    largest = max((one.gain for one in picture.candidates), default=0)
    for one in picture.candidates:
        if one.number is not None:
            at = projection(np.array([one.longitude, one.latitude]))[0]
            across_points = circle_area(one.gain, largest) ** 0.5
            room.write(at, str(one.number), across_points, USUAL, INK, weight="bold", within=True, always=True)
    # A town and the place that stands there have one name: it is written once.
    written = set()
    for place in picture.places:
        if place.named and place.name not in written:
            written.add(place.name)
            at = projection(np.array([place.longitude, place.latitude]))[0]
            room.write(at, place.name, MARKS[place.kind].size, SMALL, COLOURS["accent"], weight="bold")
    for town in picture.towns:
        if town.name in written:
            continue
        at = projection(np.array([town.longitude, town.latitude]))[0]
        room.write(at, town.name, 3.0, SMALL, COLOURS["ink-soft"], dot=STRONG)


def _rgb(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5))
    return red, green, blue
