"""When and where a meeting is, in French: pages, mails, files and feeds say it with the same words."""

from datetime import datetime

from app.clock import PARIS
from app.directory import facts
from app.directory.places import label
from app.formats import NO_BREAK, apostrophes, french_date, french_time, typography
from app.meetings.models import Meeting

WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
ONLINE = "en ligne"


def day_said(moment: datetime) -> str:
    """« mardi 7 novembre 2017 », on the calendars of Paris."""
    return f"{WEEKDAYS[moment.astimezone(PARIS).weekday()]} {french_date(moment)}"


def hour_said(moment: datetime) -> str:
    """« 9 h 30 », « 17 h », on the clocks of Paris."""
    return french_time(moment).removesuffix(f"{NO_BREAK}00")


def deadline_said(moment: datetime) -> str:
    """« mardi 7 novembre 2017 à 17 h »: until when one may answer."""
    return f"{day_said(moment)} à {hour_said(moment)}"


def when_said(meeting: Meeting) -> str:
    """« mardi 7 novembre 2017, de 9 h 30 à 17 h », or « du mardi 7…, 9 h 30, au mercredi 8…, 12 h »."""
    start, end = meeting.starts_at, meeting.ends_at
    if start.astimezone(PARIS).date() == end.astimezone(PARIS).date():
        return f"{day_said(start)}, de {hour_said(start)} à {hour_said(end)}"
    return f"du {day_said(start)}, {hour_said(start)}, au {day_said(end)}, {hour_said(end)}"


def address_said(meeting: Meeting) -> str:
    """The postal address of the place, as far as it is known; empty when the meeting is online alone."""
    if meeting.place is not None:
        return facts.address(meeting.place) or facts.place(meeting.place)
    if meeting.address is None:
        return ""
    return f"{meeting.address}, {label(meeting.territory)}" if meeting.territory is not None else meeting.address


def where_said(meeting: Meeting) -> str:
    """« Bibliothèque X, 3 rue Y, 75004 Paris », « …, et en ligne », « en ligne », or that it is not known yet."""
    parts = [meeting.place.name] if meeting.place is not None else []
    parts += [address_said(meeting)] if address_said(meeting) else []
    if not parts:
        return ONLINE if meeting.online_url else "lieu à préciser"
    return typography(", ".join([*parts, *(["et en ligne"] if meeting.online_url else [])]))


def named(meeting: Meeting) -> str:
    """« « Échanger nos façons de faire » (séminaire) »: a title has no gender that its sentence would have to follow."""
    return f"« {meeting.title} » ({meeting.kind.label.lower()})"


def hosts_said(meeting: Meeting) -> str:
    """« Cité X », or « Cité X et Bibliothèque Y »."""
    return apostrophes(f"{meeting.host.name} et {meeting.co_host.name}" if meeting.co_host else meeting.host.name)


def when_and_where(meeting: Meeting) -> tuple[str, str]:
    """The two lines of a mail."""
    return f"Quand : {when_said(meeting)} (heure de Paris).", f"Où : {where_said(meeting)}."


def where_said_short(meeting: Meeting) -> str:
    """« Manosque (04) », « en ligne »: where it is, in a list."""
    if meeting.place is not None:
        return f"{meeting.place.name}, {facts.place(meeting.place)}" if facts.place(meeting.place) else meeting.place.name
    if meeting.address is not None:
        return label(meeting.territory) if meeting.territory is not None else meeting.address
    return ONLINE if meeting.online_url else "lieu à préciser"
