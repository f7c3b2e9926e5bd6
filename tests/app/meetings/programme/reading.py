"""What the tests of the programme read in its pages."""

import re
from datetime import datetime, timedelta

from app.clock import now


def titles(page: str) -> list[str]:
    return re.findall(r'class="programme__title"><a[^>]*>([^<]+)</a>', page)


def in_days(number: float) -> datetime:
    return now().replace(microsecond=0) + timedelta(days=number)
