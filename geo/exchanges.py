"""Good choices, found fast: take what brings most next, then exchange one of the chosen for whatever brings more."""

import heapq
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from geo.progress import Teller
from geo.thinning import Model


def in_order_of_gain(model: Model, count: int, among: Sequence[int] | None = None) -> tuple[list[int], list[int]]:
    """Take again and again the candidate that brings most, at most `count` times; give them and what each brought.

    What a candidate brings only falls as others are taken, so that whichever stays ahead of the old gains of all others is
    the next (M. Minoux, 1978). None that brings nobody is taken; of equals the first is.
    """
    left = model.people.copy()
    gains = model.reached @ model.people
    heap = [(-gains[one], one) for one in (range(len(model)) if among is None else among)]
    heapq.heapify(heap)
    taken: list[int] = []
    brought: list[int] = []
    while heap and len(taken) < count:
        _, one = heapq.heappop(heap)
        groups = model.groups_of(one)
        gain = left[groups].sum()
        if gain == 0:
            continue
        if heap and (-gain, one) > heap[0]:
            heapq.heappush(heap, (-gain, one))
            continue
        taken.append(one)
        brought.append(int(gain))
        left[groups] = 0
    return taken, brought


def exchanged(model: Model, chosen: Sequence[int], teller: Teller) -> NDArray[np.intp]:
    """Replace one of the chosen by whatever brings more in its stead, the best of all candidates, until none does."""
    kept = np.array(chosen, dtype=np.intp)
    covers = model.reached.T.tocsr()
    times = model.covered_by(kept)
    gains = model.reached @ np.where(times == 0, model.people, 0)

    def brought(groups: NDArray[np.int32]) -> NDArray[np.float64]:
        """Count for each candidate the inhabitants of these groups that it reaches."""
        owners = covers[groups]
        people = np.repeat(model.people[groups], np.diff(owners.indptr))
        return np.bincount(owners.indices, people, len(model)).astype(np.float64)

    unchanged = place = 0
    while unchanged < len(kept):
        one = int(kept[place])
        groups = model.groups_of(one)
        times[groups] -= 1
        gains += brought(groups[times[groups] == 0])
        best = int(gains.argmax())
        unchanged += 1
        if gains[best] > gains[one]:
            kept[place], unchanged = best, 1
        groups = model.groups_of(int(kept[place]))
        gains -= brought(groups[times[groups] == 0])
        times[groups] += 1
        place = (place + 1) % len(kept)
        teller.alive()
    return kept
