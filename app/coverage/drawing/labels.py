"""Where names go on a map: beside their point, where nothing else is written, or nowhere."""

from dataclasses import dataclass, field
from typing import Any

from app.coverage.drawing.frame import Frame
from app.coverage.drawing.letters import size_of

LONGEST_NAME = 34
#: Where the name stands from its point: how it is aligned, and the signs of its distance.
SIDES = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (1, -1), (-1, 1), (-1, -1))
ALIGNED = {-1: "right", 0: "center", 1: "left"}
RAISED = {-1: "top", 0: "center", 1: "bottom"}

Side = tuple[int, int]
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
        box = _Box(*self.frame.points(at), *size_of(text, size, weight), across)
        sides: tuple[Side, ...] = ((0, 0), *SIDES) if within and across > max(box.width, box.height) + 3 else SIDES
        side = next((one for one in sides if self._free(box.corners(one))), sides[0] if always else None)
        if side is None:
            return
        self.taken.append(box.corners(side))
        if dot:
            self.frame.axes.plot([at[0]], [at[1]], "o", markersize=across, color=dot, markeredgewidth=0, zorder=5)
        self.frame.axes.annotate(
            text,
            at,
            **_beside(side, across),
            textcoords="offset points",
            fontsize=size,
            color=colour,
            weight=weight,
            zorder=8,
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


def _beside(side: Side, across: float) -> dict[str, Any]:
    """How matplotlib writes on this side of a mark; on the ground rather than in the mark, over a pale field."""
    return {
        "xytext": (side[0] * _gap(across), side[1] * _gap(across)),
        "ha": ALIGNED[side[0]],
        "va": "center_baseline" if side == (0, 0) else RAISED[side[1]],
        "bbox": None if side == (0, 0) else {"boxstyle": "round,pad=0.12", "fc": (1.0, 1.0, 1.0, 0.78), "ec": "none"},
    }


@dataclass(frozen=True)
class _Box:
    """A text of this size beside a mark of `across` points that stands here."""

    east: float
    north: float
    width: float
    height: float
    across: float

    def corners(self, side: Side) -> Corners:
        """What it takes on this side."""
        gap = _gap(self.across)
        west = self.east + side[0] * gap - {-1: self.width, 0: self.width / 2, 1: 0}[side[0]]
        south = self.north + side[1] * gap - {-1: self.height, 0: self.height / 2, 1: 0}[side[1]]
        return west - 1, south - 1, west + self.width + 1, south + self.height + 1
