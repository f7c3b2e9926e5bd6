"""The day it is in France."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")


def today() -> date:
    """Give the day that a calendar on a wall in Paris shows now."""
    return datetime.now(PARIS).date()
