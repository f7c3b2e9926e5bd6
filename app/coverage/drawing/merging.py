"""Neighbours that are shaded alike, as one outline: thousands of communes are drawn by the borders between what differs."""

from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise

import numpy as np

from app.coverage.drawing.outlines import Outline, Ring

Node = tuple[float, float]


def merged(outlines: Iterable[Outline]) -> Outline:
    """One outline of these, whose corners stand on one grid: a side that two of them share, each in its direction, goes."""
    sides: set[tuple[Node, Node]] = set()
    for outline in outlines:
        for ring in outline.rings:
            nodes: list[Node] = [(east, north) for east, north in ring.tolist()]
            for side in pairwise(nodes):
                if side[::-1] in sides:
                    sides.remove(side[::-1])
                elif side[0] != side[1]:
                    sides.add(side)
    return Outline("", "", tuple(_rings(sides)))


def _rings(sides: set[tuple[Node, Node]]) -> Iterable[Ring]:
    """Walk from corner to corner until one is back; every corner has as many ways out as ways in."""
    ways: defaultdict[Node, list[Node]] = defaultdict(list)
    for start, end in sorted(sides):
        ways[start].append(end)
    for start in list(ways):
        while ways[start]:
            ring = [start]
            while ways[ring[-1]]:
                ring.append(ways[ring[-1]].pop())
            yield np.array(ring)
