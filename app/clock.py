"""The day it is in France, and the instant it is."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")


def today() -> date:
    """Give the day that a calendar on a wall in Paris shows now."""
    return datetime.now(PARIS).date()


def now() -> datetime:
    """Give the present instant, with its zone."""
    return datetime.now(UTC)
