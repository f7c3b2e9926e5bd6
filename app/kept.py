"""The last files made for all, by their ETag: whoever asks for the same again costs nothing. Each process keeps its own."""

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

from app.version import VERSION


class Kept:
    """So many files at most; the one that nobody has asked for since the longest goes first."""

    def __init__(self, most: int) -> None:
        self._most, self._lock = most, Lock()
        self._files: OrderedDict[str, bytes] = OrderedDict()

    def get(self, etag: str, make: Callable[[], bytes]) -> bytes:
        """The file of this ETag: kept, or made now."""
        with self._lock:
            if etag in self._files:
                self._files.move_to_end(etag)
                return self._files[etag]
        made = make()
        with self._lock:
            self._files[etag] = made
            while len(self._files) > self._most:
                self._files.popitem(last=False)
        return made


def etag_of(*parts: object) -> str:
    """An ETag of what a file is made of; another version of the program may write it otherwise."""
    return hashlib.sha256(repr((VERSION, *parts)).encode()).hexdigest()[:32]
