"""Who is of the same territory, for a table: departments, joined with their neighbours where too small, parted where too large.

- A home is a department (for who is of no department, a region). It is *too small* when it has fewer people than a table has
  on average, `people // tables in service`; the smallest is then joined with the nearest, in metres on the ellipsoid between
  their mean points, again and again until none is too small. A home without any known point stays by itself.
- A department of more people than the largest table has seats cannot sit together: its intercommunalities do.
- Each home, each joined group, and each intercommunality of a large department wishes to sit at as few tables as can hold
  it. Two neighbours of a small department that was joined are so kept together twice: as neighbours, and as a group.
- Areas are regions, and countries for who is of none: those far from each other wish for tables of their own.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from app.meetings.seating.problem import Person
from geo.demand import EQUATORIAL_RADIUS, FLATTENING, earth_centred

#: Metres beyond which two areas are far from each other.
FAR = 300_000


@dataclass(frozen=True)
class Unit:
    """People who wish to sit together: the ids of their territories, and their positions in the list of people."""

    territories: tuple[str, ...]
    members: tuple[int, ...]


def units(people: Sequence[Person], serving: int, largest: int) -> list[Unit]:
    """The units of the people, `serving` tables being used, the largest of which has so many seats. One person is no unit."""
    homes = _by(people, range(len(people)), "home")
    found: dict[tuple[str, ...], list[int]] = {(home,): members for home, members in homes.items()}
    for group in joined(people, homes, max(2, len(people) // max(serving, 1))):
        found[group] = sorted(one for home in group for one in homes[home])
    for members in homes.values():
        if len(members) > largest:
            found |= {(epci,): inside for epci, inside in _by(people, members, "epci").items()}
    return [Unit(codes, tuple(members)) for codes, members in sorted(found.items()) if len(members) > 1]


def joined(people: Sequence[Person], homes: dict[str, list[int]], least: int) -> list[tuple[str, ...]]:
    """The groups of homes, those that were large enough by themselves included: the smallest joins its nearest."""
    groups: dict[tuple[str, ...], list[int]] = {(home,): list(members) for home, members in homes.items()}
    alone: set[tuple[str, ...]] = set()
    while small := [codes for codes in groups if len(groups[codes]) < least and codes not in alone]:
        codes = min(small, key=lambda one: (len(groups[one]), one))
        nearest = _nearest(people, groups, codes)
        if nearest is None:
            alone.add(codes)
            continue
        members = groups.pop(codes) + groups.pop(nearest)
        groups[tuple(sorted(codes + nearest))] = members
    return sorted(groups)


def _nearest(
    people: Sequence[Person], groups: dict[tuple[str, ...], list[int]], codes: tuple[str, ...]
) -> tuple[str, ...] | None:
    here = _middle(people, groups[codes])
    others = [(other, _middle(people, members)) for other, members in groups.items() if other != codes]
    placed = [(float(np.linalg.norm(here - there)), other) for other, there in others if here is not None and there is not None]
    return min(placed)[1] if placed else None


def far_areas(people: Sequence[Person]) -> dict[str, frozenset[str]]:
    """By area, those whose people come from far, mean point to mean point; an area without any known point is far from none.

    The straight line is shorter than the way on the ground by thirty metres in three hundred kilometres: nobody is that near.
    """
    middles = {area: _middle(people, members) for area, members in _by(people, range(len(people)), "area").items()}
    known = {area: middle for area, middle in middles.items() if middle is not None}
    return {
        area: frozenset(other for other, there in known.items() if np.linalg.norm(here - there) > FAR)
        for area, here in known.items()
    }


def _middle(people: Sequence[Person], members: Iterable[int]) -> np.ndarray | None:
    """The mean point of people, brought back onto the ellipsoid, in metres from its centre; None where no point is known.

    The straight line between two such points is longer where the way on the ground is: the nearest is the same by both.
    """
    known = [point for point in (people[one].point for one in members) if point is not None]
    if not known:
        return None
    mean = earth_centred(*zip(*known, strict=True)).mean(axis=0)
    axes = EQUATORIAL_RADIUS * np.array([1, 1, 1 - FLATTENING])
    height = float(np.linalg.norm(mean / axes))
    return mean / height if height > 1e-9 else None


def _by(people: Sequence[Person], members: Iterable[int], name: str) -> dict[str, list[int]]:
    """The members by a code, but for those of whom it is not known."""
    found = defaultdict(list)
    for one in members:
        if code := getattr(people[one], name):
            found[code].append(one)
    return dict(sorted(found.items()))
