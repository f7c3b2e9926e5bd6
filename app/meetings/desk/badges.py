"""Badges as a PDF: sheets A4 of ten labels of 85 × 54 mm with cut marks, each with the QR code that the desk reads."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import segno
from flask import render_template
from markupsafe import Markup

from app.mail.outbox import link
from app.meetings.desk.telling import institution_of, territory_of
from app.meetings.models import Meeting
from app.meetings.registrations.models import Attendee
from app.pdf import Queue, pdf_of, style_named

A_SHEET = 10
#: The letters of a name from the largest size to the smallest: (name of the class, points).
SIZES = (("xl", 21), ("l", 18), ("m", 15), ("s", 12), ("xs", 9), ("xxs", 7))
#: The box of the name on a badge, in points; a line is so many times the size of its letters.
NAME_WIDTH, NAME_HEIGHT, LEADING = 211.0, 54.0, 1.15
#: How wide a letter of DejaVu Sans Bold is, as a share of its size: measured on French names, a little more to be safe.
SMALL_LETTER, CAPITAL_LETTER = 0.7, 0.84
#: What a line is never broken inside: words, and the parts of those that have hyphens.
PIECES = re.compile(r"[^\s-]+-?\s*|-")


@dataclass(frozen=True)
class Badge:
    """What is printed of a person."""

    name: str
    size: str
    role: str
    institution: str
    territory: str
    code: Markup


def pdf(meeting: Meeting, attendees: Sequence[Attendee]) -> bytes:
    """The sheets of these people, in this order."""
    badges = [badge_of(meeting, one) for one in attendees]
    page = render_template("desk/badges.html", meeting=meeting, sheets=list(_sheets(badges)))
    return pdf_of(page, style_named("badges.css"), Queue.ORGANISERS)


def badge_of(meeting: Meeting, attendee: Attendee) -> Badge:
    """The badge of a person; its code is the address of the page where their arrival is noted."""
    address = link("desk.badge", meeting_id=meeting.public_id, attendee_id=attendee.public_id)
    name = attendee.name or ""
    return Badge(name, size_of(name), attendee.role or "", institution_of(attendee), territory_of(attendee), code_of(address))


def code_of(address: str) -> Markup:
    """The QR code of an address, as a drawing."""
    drawn = segno.make(address, error="m", micro=False).svg_inline(
        border=0, omitsize=True, svgclass="badge__code", lineclass=None
    )
    return Markup(drawn)  # noqa: S704 - drawn by segno from an address of ours: squares alone


def size_of(name: str) -> str:
    """The largest size at which a name holds in its box, broken at spaces and hyphens; the smallest for what holds in none."""
    words = PIECES.findall(name) or [""]
    for size, points in SIZES:
        if (
            max(_width(word, points) for word in words) <= NAME_WIDTH
            and _lines(words, points) * points * LEADING <= NAME_HEIGHT
        ):
            return size
    return SIZES[-1][0]


def _lines(words: Sequence[str], points: int) -> int:
    """How many lines words take when each line is filled."""
    lines, used = 1, 0.0
    for word in words:
        width = _width(word, points)
        if used and used + width > NAME_WIDTH:
            lines, used = lines + 1, 0.0
        used += width
    return lines


def _width(text: str, points: int) -> float:
    return sum(CAPITAL_LETTER if letter.isupper() else SMALL_LETTER for letter in text) * points


def _sheets(badges: Sequence[Badge]) -> Iterator[Sequence[Badge]]:
    for first in range(0, len(badges), A_SHEET):
        yield badges[first : first + A_SHEET]
