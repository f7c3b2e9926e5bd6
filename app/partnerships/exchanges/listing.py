"""A page of several lists: each begins there, bounded, and is read to its end on pages of its own.

`?liste=` names the list that is read alone, `?page=` where. A list that is the only one with rows is alone already.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import request
from sqlalchemy.orm import Session

PAGE_SIZE = 25


@dataclass(frozen=True)
class Part:
    """What a page shows of a list; `is_alone`: by pages, else its beginning. `hides`: the address leaves other lists out."""

    key: str
    rows: Sequence[Any]
    total: int
    page: int
    pages: int
    is_alone: bool
    hides: bool


def parts(session: Session, lists: Mapping[str, sa.Select]) -> dict[str, Part]:
    """The lists to show, by their keys: the one that the address names, or all; none that is empty."""
    totals = {key: _number(session, rows) for key, rows in lists.items()}
    filled = [key for key, total in totals.items() if total]
    asked = request.args.get("liste")
    shown = [asked] if asked in filled else filled
    hides = len(filled) > len(shown)
    return {key: _part(session, key, lists[key], totals[key], is_alone=len(shown) == 1, hides=hides) for key in shown}


def _number(session: Session, rows: sa.Select) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(rows.order_by(None).subquery())) or 0


def _part(session: Session, key: str, rows: sa.Select, total: int, *, is_alone: bool, hides: bool) -> Part:
    pages = -(-total // PAGE_SIZE)
    page = min(_requested_page(), pages) if is_alone else 1
    found = session.execute(rows.limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)).all()
    return Part(key, found, total, page, pages, is_alone, hides)


def _requested_page() -> int:
    asked = request.args.get("page", "")
    return max(int(asked), 1) if re.fullmatch(r"\d{1,6}", asked, re.ASCII) else 1
