"""Charts: lines and steps, the curve of gains, the share of inhabitants within a distance, small panels side by side.

Every line differs from its neighbours by its dashes and its sign as well as by its colour, and is named where it ends.
"""

import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from app.coverage.drawing.engine import as_svg
from app.coverage.drawing.letters import size_of
from app.coverage.drawing.style import ACCENT, COLOURS, INK, LARGE, LINES, SMALL, SOFT, USUAL, WHITE
from app.formats import NO_BREAK, number

Points = Sequence[tuple[float, float]]
Writer = Callable[[float], str]

WIDTH, HEIGHT = 4.9, 3.3
SOURCE_LINE, LETTERS_OF_SOURCE, LETTERS_OF_HEADING = 0.14, 92, 54
#: Shares of the width: what stays white at the left, and where the axes end. Points: a tick, and the room before its figure.
EDGE, RIGHT, TICK = 0.02, 0.76, 7.0
#: The name of a line, at its end: letters of one of its lines, and how high that is as a share of the chart.
LETTERS_OF_NAME, NAME_LINE = 16, 0.062


def plain(value: float) -> str:
    """A whole number as French writes it."""
    return number(value)


def share(value: float) -> str:
    """A share, between 0 and 1, without decimals: « 40 % »."""
    return f"{number(value * 100)}{NO_BREAK}%"


def kilometres(value: float) -> str:
    """« 30 km »."""
    return f"{number(value)}{NO_BREAK}km"


def year(value: float) -> str:
    """A year, whose thousands are not parted."""
    return f"{value:.0f}"


@dataclass(frozen=True)
class Line:
    """A line through points. `bound`: it is a limit, drawn thin and dashed, without signs."""

    name: str
    points: Points
    bound: bool = False


@dataclass(frozen=True)
class Chart:
    """What all charts have: the words of both axes, how their numbers are written, and the source at the foot."""

    title: str
    description: str
    across: str = ""
    up: str = ""
    write_across: Writer = plain
    write_up: Writer = plain
    source: str = ""
    heading: bool = False

    def _sheet(self, height: float = HEIGHT) -> tuple[Figure, float, float]:
        """A figure, and the shares of its height between which charts stand."""
        heading = textwrap.wrap(self.title, LETTERS_OF_HEADING) if self.heading else []
        source = textwrap.wrap(self.source, LETTERS_OF_SOURCE)
        above, below = 0.12 + 0.21 * len(heading), 0.1 + SOURCE_LINE * len(source)
        figure = Figure(figsize=(WIDTH, above + height + below), facecolor=WHITE)
        high = figure.get_figheight()
        for index, line in enumerate(heading):
            figure.text(0.02, 1 - (0.1 + 0.21 * index) / high, line, fontsize=LARGE, weight="bold", va="top")
        for index, line in enumerate(source):
            figure.text(0.02, (0.06 + SOURCE_LINE * (len(source) - index)) / high, line, fontsize=6.5, color=SOFT, va="top")
        return figure, below / high, 1 - above / high

    def _axes(self, figure: Figure, low: float, high: float, most_up: float) -> Axes:
        """Axes from zero up, with room on their left for the longest of the figures there."""
        tall = figure.get_figheight()
        bottom, top = low + 0.5 / tall, high - 0.22 / tall
        axes = figure.add_axes((0, bottom, 1, top - bottom))
        axes.set_ylim(0, most_up)
        longest = max(size_of(self.write_up(value), USUAL)[0] for value in axes.get_yticks())
        left = EDGE + (longest + TICK) / (WIDTH * 72)
        axes.set_position((left, bottom, RIGHT - left, top - bottom))
        axes.set_xlabel(self.across)
        # Words along the side are read by turning one's head: they stand over the axis.
        figure.text(EDGE, top + 0.1 / tall, self.up, fontsize=USUAL, ha="left", va="bottom")
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: self.write_across(value)))
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: self.write_up(value)))
        axes.grid(axis="y")
        axes.tick_params(length=3)
        return axes


@dataclass(frozen=True)
class LinesPicture(Chart):
    """Lines, each named where it ends; `steps`: a value holds until the next. `marks` are notable points with their words."""

    lines: Sequence[Line] = ()
    marks: Sequence[tuple[float, float, str]] = ()
    steps: bool = False
    signs: bool = True
    most_up: float | None = None
    most_across: float | None = None
    reading: float | None = None

    def figure(self) -> Figure:
        """Draw it."""
        figure, low, high = self._sheet()
        axes = self._axes(figure, low, high, self.most_up or _most_up(self.lines))
        least = _least_across(self.lines)
        axes.set_xlim(least, self.most_across or max(_most_across(self.lines), least + 1))
        axes.xaxis.set_major_locator(MaxNLocator(6, integer=True))
        for index, line in enumerate(self.lines):
            _draw_line(axes, line, index, self)
        if self.reading is not None:
            axes.axvline(self.reading, color=INK, linewidth=0.8, linestyle=(0, (2, 2)))
            words = f" {self.write_across(self.reading)}"
            axes.annotate(words, (self.reading, 0), xytext=(2, 4), textcoords="offset points", fontsize=SMALL, bbox=HALO)
        for mark in self.marks:
            _draw_mark(axes, *mark)
        _name_lines(axes, self.lines)
        return figure


#: What keeps words apart from the lines under them.
HALO = {"boxstyle": "round,pad=0.15", "fc": (1.0, 1.0, 1.0, 0.85), "ec": "none"}


@dataclass(frozen=True)
class Panel:
    """One small chart among others: what is sure, up to where it goes with what is to be confirmed; `last` says it in words."""

    name: str
    sure: Points
    possible: Points
    last: str = ""


@dataclass(frozen=True)
class PanelsPicture(Chart):
    """Small charts on the same scale, three abreast: a plain surface for what is sure, stripes for what is to be confirmed."""

    panels: Sequence[Panel] = ()

    def figure(self) -> Figure:
        """Draw it."""
        rows = ceil(max(len(self.panels), 1) / PANELS_ABREAST)
        figure, low, high = self._sheet(0.35 + rows * PANEL_HEIGHT)
        tall = figure.get_figheight()
        # The legend stands at the top, before what it explains.
        top = high - 0.3 / tall
        self._legend(figure, high)
        for index, panel in enumerate(self.panels):
            row, column = divmod(index, PANELS_ABREAST)
            left = 0.095 + column * 0.308
            bottom = top - (row + 1) * PANEL_HEIGHT / tall + 0.28 / tall
            axes = figure.add_axes((left, max(bottom, low), 0.26, (PANEL_HEIGHT - 0.56) / tall))
            _draw_panel(axes, panel, self, named=column == 0)
        return figure

    def _legend(self, figure: Figure, high: float) -> None:
        tall = figure.get_figheight()
        axes = figure.add_axes((0.02, high - 0.24 / tall, 0.96, 0.2 / tall))
        axes.set_axis_off()
        axes.set_xlim(0, 1)
        axes.set_ylim(0, 1)
        for left, (fill, hatch, ink, words) in zip((0.0, 0.38), SURFACES, strict=True):
            axes.fill_between([left, left + 0.06], 0.1, 0.9, facecolor=fill, edgecolor=ink, hatch=hatch, linewidth=0.6)
            axes.text(left + 0.075, 0.5, words, va="center", fontsize=USUAL)


PANELS_ABREAST, PANEL_HEIGHT = 3, 1.16
SURFACES = (
    (COLOURS["covered"], "", ACCENT, "constats récents"),
    (COLOURS["to-confirm"], "////", COLOURS["to-confirm-ink"], "constats anciens, à confirmer"),
)


def lines_chart(picture: LinesPicture) -> str:
    """Draw lines as an `<svg>` element: a gain curve, a distribution, anything that changes with something."""
    return as_svg(picture)


def panels_chart(picture: PanelsPicture) -> str:
    """Draw panels as an `<svg>` element."""
    return as_svg(picture)


def _draw_line(axes: Axes, line: Line, index: int, picture: LinesPicture) -> None:
    colour, dashes, sign = LINES[index % len(LINES)]
    across, up = [point[0] for point in line.points], [point[1] for point in line.points]
    style = "steps-post" if picture.steps else "default"
    if line.bound:
        axes.plot(across, up, color=SOFT, linewidth=1.0, linestyle=(0, (4, 2)), drawstyle=style)
        return
    marker = sign if picture.signs and len(across) <= 30 else ""
    axes.plot(across, up, color=colour, linewidth=1.8, linestyle=dashes, marker=marker, markersize=4, drawstyle=style)


def _draw_mark(axes: Axes, across: float, up: float, words: str) -> None:
    axes.plot([across], [up], "o", color=INK, markersize=3.5, zorder=5)
    left = across > 0.6 * axes.get_xlim()[1]
    axes.annotate(
        words,
        (across, up),
        xytext=(-6 if left else 7, -11),
        ha="right" if left else "left",
        textcoords="offset points",
        fontsize=SMALL,
        bbox=HALO if words else None,
        zorder=6,
    )


def _name_lines(axes: Axes, lines: Sequence[Line]) -> None:
    """Write the name of each line at its end, moved down where it would touch the one above."""
    low, high = axes.get_ylim()
    ceiling = 1.0
    for up, index in sorted(((line.points[-1][1], index) for index, line in enumerate(lines) if line.points), reverse=True):
        words = textwrap.wrap(lines[index].name, LETTERS_OF_NAME, max_lines=3, placeholder="…")
        tall = NAME_LINE * len(words)
        middle = min((up - low) / (high - low), ceiling - tall / 2 + NAME_LINE / 2)
        ceiling = middle - tall / 2 - NAME_LINE / 2
        colour = SOFT if lines[index].bound else LINES[index % len(LINES)][0]
        axes.text(1.02, middle, "\n".join(words), transform=axes.transAxes, color=colour, va="center", fontsize=USUAL)


def _draw_panel(axes: Axes, panel: Panel, picture: PanelsPicture, named: bool) -> None:
    across = [point[0] for point in panel.sure]
    sure, possible = [point[1] for point in panel.sure], [point[1] for point in panel.possible]
    for (fill, hatch, ink, _), low, high in ((SURFACES[1], sure, possible), (SURFACES[0], [0] * len(sure), sure)):
        axes.fill_between(across, low, high, facecolor=fill, edgecolor=ink, hatch=hatch, linewidth=0)
    axes.plot(across, possible, color=COLOURS["to-confirm-ink"], linewidth=0.9, linestyle=(0, (3, 1.5)))
    axes.plot(across, sure, color=ACCENT, linewidth=1.4)
    axes.set_ylim(0, 1)
    first, last = min(across, default=0), max(across, default=1)
    axes.set_xlim(first, last if last > first else first + 1)
    axes.set_yticks([0, 0.5, 1], [picture.write_up(value) if named else "" for value in (0, 0.5, 1)], fontsize=6.5)
    ends = sorted({min(across), max(across)}) if across else []
    axes.set_xticks(ends, [picture.write_across(value) for value in ends], fontsize=6.5)
    for label in axes.get_xticklabels()[:1]:
        label.set_horizontalalignment("left")
    for label in axes.get_xticklabels()[1:]:
        label.set_horizontalalignment("right")
    axes.tick_params(length=2, pad=2)
    axes.grid(axis="y")
    axes.text(0, 1.28, _cut(panel.name, 24), transform=axes.transAxes, fontsize=SMALL)
    axes.text(0, 1.07, panel.last, transform=axes.transAxes, fontsize=SMALL, color=SOFT)


def _cut(name: str, longest: int = 32) -> str:
    return name if len(name) <= longest else f"{name[: longest - 1].rstrip()}…"


def _most_up(lines: Sequence[Line]) -> float:
    return max((point[1] for line in lines for point in line.points), default=0) * 1.06 or 1.0


def _most_across(lines: Sequence[Line]) -> float:
    return max((point[0] for line in lines for point in line.points), default=0.0)


def _least_across(lines: Sequence[Line]) -> float:
    return min((point[0] for line in lines for point in line.points), default=0.0)
