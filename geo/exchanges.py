"""Good choices, found fast: take what brings most next, then exchange one of the chosen for whatever brings more."""

import heapq
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from geo.covering import Covering
from geo.progress import Teller
from geo.thinning import Model, whole


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


def in_order(
    covering: Covering, chosen: Sequence[int] | None = None, count: int | None = None
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Order a choice (None: all candidates) by what each brings next; of a choice those that bring nobody stay, last."""
    model = whole(covering, None if chosen is None else np.array(sorted(chosen), dtype=np.intp))
    taken, brought = in_order_of_gain(model, len(model) if count is None else count)
    order = model.candidates[taken].tolist()
    rest = sorted(set(chosen or ()) - set(order))
    return (*order, *rest), (*brought, *(0 for _ in rest))


def bounds_along(covering: Covering, taken: Sequence[int]) -> tuple[int, ...]:
    """Give what no choice of one, of two… candidates exceeds, as many as were taken in order of gain.

    After k of them no choice of n brings more than these k do, and the n largest gains that are left (G. Nemhauser, L. Wolsey
    and M. Fisher, 1978).
    """
    model, left = whole(covering), covering.people.astype(np.float64)
    lowest = np.full(len(taken), left.sum())
    for one in taken:
        largest = np.sort(model.reached @ left)[::-1][: len(taken)]
        lowest = np.minimum(lowest, model.people.sum() - left.sum() + np.cumsum(largest))
        left[model.groups_of(one)] = 0
    return tuple(int(bound) for bound in lowest)


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
