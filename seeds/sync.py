"""Rows of a source against rows of a table: what is added, changed, unchanged, gone, refused.

Every seed gives a `Report`; `python -m seeds` prints it. A dry run computes the very same report and writes nothing.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Remark:
    """One row of the input that was refused, or repaired, and why (a French sentence)."""

    line: int
    key: str
    reason: str


@dataclass
class Report:
    """What a seed did, or would do; `read == added + changed + unchanged + len(refused)` always holds."""

    name: str
    read: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    gone: int = 0
    refused: list[Remark] = field(default_factory=list)
    repaired: list[Remark] = field(default_factory=list)
    samples: list[str] = field(default_factory=list)
    applied: bool = False
