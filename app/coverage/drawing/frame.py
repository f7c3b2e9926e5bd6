"""The sheet of a map: its axes in kilometres, a scale bar, and at the foot the legend and the source."""

import textwrap
from dataclasses import dataclass
from math import ceil, floor, log10
from typing import Any

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from app.coverage.drawing.letters import size_of
from app.coverage.drawing.style import INK, LARGE, SMALL, SOFT, STRONG, USUAL, WHITE
from app.formats import NO_BREAK, number

#: Inches.
WIDTH = 5.2
LOWEST, HIGHEST = 2.8, 6.0
MARGIN, HEADING_LINE, LEGEND_ROW, SOURCE_LINE = 0.1, 0.2, 0.25, 0.14
LETTERS_OF_HEADING, LETTERS_OF_SOURCE = 57, 97
POINTS = 72
#: What a sign of the legend takes beside its words, with the space around it, in points.
SIGN = 36

Entry = tuple[Artist, str]


@dataclass(frozen=True)
class Frame:
    """A figure and the axes of its map; `extent` is west, south, east, north in kilometres.

    `height` of the map and room `below` it are in inches.
    """

    figure: Figure
    axes: Axes
    extent: tuple[float, float, float, float]
    height: float
    below: float

    @property
    def size_in_points(self) -> tuple[float, float]:
        return (WIDTH - 2 * MARGIN) * POINTS, self.height * POINTS

    def points(self, at: Any) -> tuple[float, float]:
        """Where a point in kilometres stands, in points from the lower left corner of the map."""
        west, south, east, north = self.extent
        width, height = self.size_in_points
        return (at[0] - west) / (east - west) * width, (at[1] - south) / (north - south) * height


def framed(extent: tuple[float, float, float, float], entries: list[Entry], heading: str, source: str) -> Frame:
    """Make a figure whose map has the shape of `extent` as far as a page allows, with room for what stands around."""
    west, south, east, north = extent
    width = WIDTH - 2 * MARGIN
    height = min(max((north - south) / (east - west) * width, LOWEST), HIGHEST)
    lines = textwrap.wrap(heading, LETTERS_OF_HEADING)
    above = MARGIN + HEADING_LINE * len(lines) + (0.06 if lines else 0)
    below = MARGIN + LEGEND_ROW * ceil(len(entries) / columns_of(entries)) + SOURCE_LINE * len(_source_lines(source)) + 0.1
    figure = Figure(figsize=(WIDTH, above + height + below), facecolor=WHITE)
    axes = figure.add_axes(
        (MARGIN / WIDTH, below / figure.get_figheight(), width / WIDTH, height / figure.get_figheight()), frameon=True
    )
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set(visible=True, color=STRONG, linewidth=0.6)
    for index, line in enumerate(lines):
        top = 1 - (MARGIN + HEADING_LINE * index) / figure.get_figheight()
        figure.text(MARGIN / WIDTH, top, line, fontsize=LARGE, weight="bold", va="top")
    # The map keeps its proportions: what the sheet has beyond them shows more of the neighbourhood.
    wanted = height / width
    if (north - south) / (east - west) > wanted:
        more = ((north - south) / wanted - (east - west)) / 2
        west, east = west - more, east + more
    else:
        more = ((east - west) * wanted - (north - south)) / 2
        south, north = south - more, north + more
    axes.set_xlim(west, east)
    axes.set_ylim(south, north)
    return Frame(figure, axes, (west, south, east, north), height, below)


def scale_km(span_km: float) -> float:
    """The length of the scale bar: the longest of 1, 2, 5, 10… km within a quarter of the map."""
    most = span_km / 4
    power = 10.0 ** floor(log10(most))
    return max(step * power for step in (1, 2, 5) if step * power <= most)


def add_scale_bar(axes: Axes) -> None:
    """Draw the scale in the lower left corner: a bar, half of it filled."""
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    length = scale_km(east - west)
    left, low, thick = west + (east - west) * 0.025, south + (north - south) * 0.025, (east - west) * 0.008
    pad = thick * 0.9
    axes.add_patch(
        Rectangle((left - pad, low - pad), length + 2 * pad, thick * 4.4 + 2 * pad, facecolor=(1, 1, 1, 0.8), lw=0, zorder=9)
    )
    axes.add_patch(Rectangle((left, low), length, thick, facecolor=WHITE, edgecolor=INK, linewidth=0.8, zorder=10))
    axes.add_patch(Rectangle((left, low), length / 2, thick, facecolor=INK, edgecolor=INK, linewidth=0.8, zorder=10))
    words = f"{number(length, 0 if length >= 1 else 1)}{NO_BREAK}km"
    axes.text(left + length / 2, low + 1.4 * thick, words, fontsize=SMALL, ha="center", va="bottom", zorder=11)


def add_foot(frame: Frame, entries: list[Entry], source: str) -> None:
    """Write the legend, and the source under it."""
    figure, lines = frame.figure, _source_lines(source)
    high = figure.get_figheight()
    if entries:
        figure.legend(
            [handle for handle, _ in entries],
            [words for _, words in entries],
            loc="upper left",
            bbox_to_anchor=(MARGIN / WIDTH, (frame.below - 0.08) / high),
            borderaxespad=0,
            borderpad=0.2,
            columnspacing=1.4,
            fontsize=USUAL,
            handleheight=1.4,
            labelspacing=0.75,
            ncols=columns_of(entries),
        )
    for index, line in enumerate(lines):
        top = (MARGIN + SOURCE_LINE * (len(lines) - index)) / high
        figure.text(MARGIN / WIDTH, top, line, fontsize=6.5, color=SOFT, va="top")


def columns_of(entries: list[Entry]) -> int:
    """Two columns where the longest words of each leave room for the other, else one; entries go down, then across."""
    widths = [size_of(words, USUAL)[0] for _, words in entries]
    half = ceil(len(entries) / 2)
    both = max(widths[:half], default=0) + max(widths[half:], default=0)
    return 2 if both + 2 * SIGN < (WIDTH - 2 * MARGIN) * POINTS else 1


def _source_lines(source: str) -> list[str]:
    return textwrap.wrap(source, LETTERS_OF_SOURCE)
