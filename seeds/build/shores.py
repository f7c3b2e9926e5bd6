"""The shore of each commune: the land on which one goes by road from one commune to another, bridges included.

Two communes that share a border stand on the same land; the pieces of land so found are joined by the bridges listed
here, and by nothing else: no ferry counts, nor a ford that the tide covers. A straight line between two shores is no
way to go.
"""

import re
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from typing import TypeVar

import numpy as np
import shapely

from seeds.build.outlines import Shapes

Node = TypeVar("Node", int, str)

#: A commune of each shore of several communes, and the name of that shore. An island of one commune bears its name.
NAMES = {
    "75056": "continent",
    "2A004": "corse",
    "97105": "guadeloupe",
    "97112": "marie-galante",
    "97209": "martinique",
    "97302": "guyane",
    "97411": "la-reunion",
    "97611": "mayotte-grande-terre",
    "97615": "mayotte-petite-terre",
    "56152": "belle-ile",
    "85113": "ile-d-yeu",
}

#: Fixed links that one drives over at any hour, between a commune of each side.
BRIDGES = [
    ("17297", "17300", "pont de l'île de Ré, Rivedoux-Plage – La Rochelle"),
    ("17093", "17058", "viaduc d'Oléron, Le Château-d'Oléron – Bourcefranc-le-Chapus"),
    ("85011", "85012", "pont de Noirmoutier, Barbâtre – La Barre-de-Monts"),
    ("97103", "97101", "ponts de la Gabarre et de l'Alliance sur la Rivière Salée, Baie-Mahault – Les Abymes"),
]


def shores(shapes: Shapes, names: dict[str, str]) -> dict[str, str]:
    """The shore of each commune (code → name of the shore)."""
    by_commune = {}
    for land in joined(lands(shapes)):
        label = _label(land, names)
        by_commune.update(dict.fromkeys(land, label))
    return by_commune


def lands(shapes: Shapes) -> list[set[str]]:
    """The communes that one reaches from one another across shared borders, each piece of land once."""
    codes = list(shapes)
    return _components(codes, ((codes[a], codes[b]) for a, b in _neighbours(shapes)))


def joined(pieces: list[set[str]]) -> list[set[str]]:
    """The same pieces of land once the bridges are crossed; refuses a bridge that joins nothing."""
    where = {code: index for index, piece in enumerate(pieces) for code in piece}
    links = [(where[one], where[other]) for one, other, _ in BRIDGES]
    idle = [name for (one, other), (_, _, name) in zip(links, BRIDGES, strict=True) if one == other]
    if idle:
        sys.exit(f"bridges that join one land with itself: {idle}")
    groups = _components(range(len(pieces)), links)
    return [set().union(*(pieces[index] for index in group)) for group in groups]


def _neighbours(shapes: Shapes) -> np.ndarray:
    """Pairs of indices of communes that share a segment of border; the coverage is exact, so the segments are equal."""
    rings, owner = shapely.get_parts(shapely.boundary(list(shapes.values())), return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    inside = ring[1:] == ring[:-1]
    ends = np.sort(np.stack([points[:-1][inside] @ [1, 1j], points[1:][inside] @ [1, 1j]], axis=1), axis=1)
    _, segment = np.unique(ends, axis=0, return_inverse=True)
    order = np.argsort(segment, kind="stable")
    side = owner[ring[:-1][inside]][order]
    same = segment[order][1:] == segment[order][:-1]
    return np.unique(np.stack([side[:-1][same], side[1:][same]], axis=1), axis=0)


def _components(nodes: Iterable[Node], links: Iterable[tuple[Node, Node]]) -> list[set[Node]]:
    """The groups of nodes that the links hold together, in the order of their first node."""
    around: dict[Node, set[Node]] = defaultdict(set)
    for one, other in links:
        around[one].add(other)
        around[other].add(one)
    groups: list[set[Node]] = []
    seen: set[Node] = set()
    for node in nodes:
        if node in seen:
            continue
        group, border = {node}, [node]
        while border:
            new = around[border.pop()] - group
            group |= new
            border += new
        seen |= group
        groups.append(group)
    return groups


def _label(land: set[str], names: dict[str, str]) -> str:
    named = [NAMES[code] for code in NAMES if code in land]
    if len(named) > 1 or (not named and len(land) > 1):
        sys.exit(f"a shore of {len(land)} communes has names {named}: {sorted(land)[:5]}")
    return named[0] if named else _slug(names[min(land)])


def _slug(name: str) -> str:
    plain = unicodedata.normalize("NFD", name.lower().replace("œ", "oe")).encode("ascii", "ignore").decode()
    return re.sub("[^a-z0-9]+", "-", plain).strip("-")
