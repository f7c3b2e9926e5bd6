"""Where names go on a map: beside their point, where nothing else is written, or nowhere."""

from dataclasses import dataclass, field

from app.coverage.drawing.frame import Frame
from app.coverage.drawing.letters import size_of

LONGEST_NAME = 34
#: Where the name stands from its point: how it is aligned, and the signs of its distance.
SIDES = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (1, -1), (-1, 1), (-1, -1))
ALIGNED = {-1: "right", 0: "center", 1: "left"}
RAISED = {-1: "top", 0: "center", 1: "bottom"}

Corners = tuple[float, float, float, float]


@dataclass
class Room:
    """What is taken on a map, as boxes in points from its lower left corner."""

    frame: Frame
    taken: list[Corners] = field(default_factory=list)

    def take(self, at: tuple[float, float], across: float) -> None:
        """Keep the place of a mark of so many points across."""
        east, north = self.frame.points(at)
        self.taken.append((east - across / 2, north - across / 2, east + across / 2, north + across / 2))

    def write(
        self,
        at: tuple[float, float],
        text: str,
        across: float,
        size: float,
        colour: str,
        weight: str = "normal",
        within: bool = False,
        always: bool = False,
        dot: str = "",
    ) -> None:
        """Write beside a mark of `across` points, where there is room; `within` it if it is large enough; else nowhere.

        `always`: to the right whatever stands there. `dot`: the colour of a small dot at the point.
        """
        text = text if len(text) <= LONGEST_NAME else f"{text[: LONGEST_NAME - 1].rstrip()}…"
        width, height = size_of(text, size, weight)
        east, north = self.frame.points(at)
        sides: tuple[tuple[int, int], ...] = ((0, 0), *SIDES) if within and across > max(width, height) + 3 else SIDES
        for side in sides:
            corners = _corners(east, north, width, height, across, side)
            if self._free(corners):
                break
        else:
            if not always:
                return
            side = sides[0]
            corners = _corners(east, north, width, height, across, side)
        self.taken.append(corners)
        axes = self.frame.axes
        if dot:
            axes.plot([at[0]], [at[1]], "o", markersize=across, color=dot, markeredgewidth=0, zorder=5)
        axes.annotate(
            text,
            at,
            xytext=(side[0] * _gap(across), side[1] * _gap(across)),
            textcoords="offset points",
            ha=ALIGNED[side[0]],
            va="center_baseline" if side == (0, 0) else RAISED[side[1]],
            fontsize=size,
            color=colour,
            weight=weight,
            zorder=8,
            bbox=None if side == (0, 0) else {"boxstyle": "round,pad=0.12", "fc": (1.0, 1.0, 1.0, 0.78), "ec": "none"},
            annotation_clip=False,
        )

    def _free(self, corners: Corners) -> bool:
        west, south, east, north = corners
        width, height = self.frame.size_in_points
        if west < 1 or south < 1 or east > width - 1 or north > height - 1:
            return False
        return not any(west < other[2] and other[0] < east and south < other[3] and other[1] < north for other in self.taken)


def _gap(across: float) -> float:
    return across / 2 + 2.0


def _corners(east: float, north: float, width: float, height: float, across: float, side: tuple[int, int]) -> Corners:
    gap = _gap(across)
    west = east + side[0] * gap - {-1: width, 0: width / 2, 1: 0}[side[0]]
    south = north + side[1] * gap - {-1: height, 0: height / 2, 1: 0}[side[1]]
    return west - 1, south - 1, west + width + 1, south + height + 1
