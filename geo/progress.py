"""How far a long search has come, told as it goes; whoever listens may end it."""

from collections.abc import Callable
from dataclasses import dataclass


class Cancelled(Exception):
    """Whoever asked for a search does not want its answer any more; a `Watch` raises it."""


@dataclass(frozen=True)
class Progress:
    """The share of a search that is done, the best value so far, and what no choice exceeds once that is known.

    `phase` is "preparing", "searching" or "proving".
    """

    done: float
    value: int
    bound: int | None
    phase: str


#: Told often how far a search has come; it may raise `Cancelled`, which goes through.
Watch = Callable[[Progress], None]


@dataclass
class Teller:
    """What a search tells its watch: each step changes what it knows of, or only says that it still lives."""

    watch: Watch | None
    done: float = 0.0
    value: int = 0
    bound: int | None = None
    phase: str = "preparing"

    def alive(self) -> None:
        """Tell again what was told last."""
        if self.watch:
            self.watch(Progress(self.done, self.value, self.bound, self.phase))

    def at(self, done: float, phase: str, value: int = 0, bound: int | None = None) -> None:
        """Tell a step; the share done, the value and the bound never go back."""
        self.done, self.phase, self.value = max(self.done, done), phase, max(self.value, value)
        if bound is not None:
            self.bound = bound if self.bound is None else min(self.bound, bound)
        self.alive()
