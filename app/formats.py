"""Jinja filters: how a date, a number or a distance is written in French.

Plain functions from a value to a text. An unknown value (`None`) is said in words, because a blank is read as zero.
The spaces that they write are no-break ones, so that no line ends between a number and its unit.
"""

import re
from datetime import date, datetime, timedelta
from enum import Enum
from math import isinf, isnan
from zoneinfo import ZoneInfo

from flask import Flask
from markupsafe import Markup

NO_BREAK = "\u00a0"
NARROW_NO_BREAK = "\u202f"
PARIS = ZoneInfo("Europe/Paris")
MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)


def french_date(value: date | None) -> str:
    """« 11 juillet 2017 », « 1er juillet 2017 »; a `datetime` is read on the clocks of Paris."""
    if value is None:
        return "date inconnue"
    value = _civil(value)
    day = "1er" if value.day == 1 else str(value.day)
    return f"{day}{NO_BREAK}{MONTHS[value.month - 1]} {value.year}"


def french_time(value: datetime) -> str:
    """« 9 h 05 », on the clocks of Paris; refuses a `datetime` without a zone."""
    if value.tzinfo is None:
        raise ValueError("a datetime needs its zone to be shown as a time")
    local = value.astimezone(PARIS)
    return f"{local.hour}{NO_BREAK}h{NO_BREAK}{local.minute:02}"


def date_with_precision(value: date | None, precision: str | Enum = "jour") -> str:
    """A stored day, written no more precisely than it is known: « juillet 2017 », « après 2017 », « date inconnue ».

    The convention of stored days: the first of the month or of the year; for « apres » the first day after (2018-01-01
    is after 2017), for « avant » the last day before (2011-12-31 is before 2012). Refuses an unknown precision.
    """
    code = precision.value if isinstance(precision, Enum) else precision
    if code not in ("jour", "mois", "annee", "apres", "avant", "inconnue"):
        raise ValueError(f"unknown precision of a date: {code!r}")
    if value is None or code == "inconnue":
        return "date inconnue"
    value = _civil(value)
    if code == "jour":
        return french_date(value)
    if code == "mois":
        return f"{MONTHS[value.month - 1]} {value.year}"
    if code == "annee":
        return str(value.year)
    if code == "apres":
        return f"après {_period_ending(value - timedelta(days=1))}"
    return f"avant {_period_beginning(value + timedelta(days=1))}"


def number(value: float | None, decimals: int = 0) -> str:
    """« 1 234 567 », « 3,4 » with one decimal; thousands are parted by narrow no-break spaces."""
    if value is None or isnan(value):
        return "non connu"
    text = f"{value:,.{decimals}f}".replace(",", NARROW_NO_BREAK).replace(".", ",")
    return text.replace("-", "−")


def people(count: int | None) -> str:
    """« 1 234 habitants », « 1 habitant », « 0 habitant »."""
    return "population inconnue" if count is None else plural(count, "habitant")


def distance(metres: float | None) -> str:
    """« 850 m », « 3,4 km », « 12 km »: rounded to 10 m, then 100 m, then 1 km. Infinity is « hors d’atteinte »."""
    if metres is None or isnan(metres):
        return "distance inconnue"
    if isinf(metres):
        return "hors d’atteinte"
    if metres < 995:
        return f"{round(metres / 10) * 10}{NO_BREAK}m"
    if metres < 9_950:
        return f"{number(metres / 1000, 1).removesuffix(',0')}{NO_BREAK}km"
    return f"{number(metres / 1000)}{NO_BREAK}km"


def percent(share: float | None) -> str:
    """A share between 0 and 1, as « 12,3 % ». Only nothing is « 0 % » and only the whole is « 100 % »."""
    if share is None or isnan(share):
        return "part inconnue"
    if 0 < share < 0.0005:
        return f"moins de 0,1{NO_BREAK}%"
    if 0.9995 <= share < 1:
        return f"plus de 99,9{NO_BREAK}%"
    return f"{number(share * 100, 0 if share in (0, 1) else 1)}{NO_BREAK}%"


def plural(count: float, singular: str, plural_form: str | None = None) -> str:
    """A count and its noun, « 1 234 bibliothèques »; in French the plural begins at two.

    Without `plural_form` an « s » is added, to a single word only: of several words, only their author knows the plural.
    """
    if plural_form is None and " " in singular:
        raise ValueError(f"give the plural of « {singular} », which has several words")
    word = singular if abs(count) < 2 else plural_form or f"{singular}s"
    return f"{number(count)}{NO_BREAK}{word}"


def apostrophes(name: str) -> str:
    """A name of a place as it is printed, « L’Isle-sur-la-Sorgue »: the official files write a straight apostrophe."""
    return name.replace("'", "’")


def typography(text: str) -> str:
    """The same text with no-break spaces where French wants them, and its own apostrophe; adds no space where there was none.

    Narrow before ; : ! ?, plain inside « » and between a number and its unit. `Markup` stays `Markup`.
    """
    kind = Markup if isinstance(text, Markup) else str
    text = re.sub(r" +(?=[;:!?](?:\s|[<)»]|$))", NARROW_NO_BREAK, str(text))
    text = re.sub(r"«[ \u00a0\u202f]*", f"«{NO_BREAK}", text)
    text = re.sub(r"[ \u00a0\u202f]*»", f"{NO_BREAK}»", text)
    text = re.sub(r"(?<=\w)(?:'|&#39;)(?=\w)", "’", text)
    text = re.sub(r"(?<=\d) (?=(?:%|€|km|m|m²|h|ans?|habitants?)(?!\w))", NO_BREAK, text)
    return kind(text)


def register(app: Flask) -> None:
    """Makes each of these functions a Jinja filter of the same name."""
    for function in (
        french_date,
        french_time,
        date_with_precision,
        number,
        people,
        distance,
        percent,
        plural,
        typography,
        apostrophes,
    ):
        app.add_template_filter(function)


def _civil(value: date) -> date:
    """The day on the clocks of Paris; refuses a `datetime` without a zone, whose day is not known."""
    if not isinstance(value, datetime):
        return value
    if value.tzinfo is None:
        raise ValueError("a datetime needs its zone to be shown as a date")
    return value.astimezone(PARIS).date()


def _period_ending(last_day: date) -> str:
    """The year or month that ends on this day, else the day itself: « 2017 », « février 2018 », « le 14 mars 2018 »."""
    next_day = last_day + timedelta(days=1)
    if (next_day.month, next_day.day) == (1, 1):
        return str(last_day.year)
    if next_day.day == 1:
        return f"{MONTHS[last_day.month - 1]} {last_day.year}"
    return f"le {french_date(last_day)}"


def _period_beginning(first_day: date) -> str:
    """The year or month that begins on this day, else the day itself."""
    if (first_day.month, first_day.day) == (1, 1):
        return str(first_day.year)
    if first_day.day == 1:
        return f"{MONTHS[first_day.month - 1]} {first_day.year}"
    return f"le {french_date(first_day)}"
