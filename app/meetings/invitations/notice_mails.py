"""What those who have a place are written before a meeting, and after it."""

from app.clock import PARIS, today
from app.formats import french_date, plural
from app.mail.models import Category
from app.mail.outbox import Mail, link
from app.meetings.models import GATHERINGS, Meeting
from app.meetings.registrations.links import token_of
from app.meetings.registrations.models import Registration
from app.meetings.wording import day_said, when_said, where_said


def reminder(registration: Registration) -> Mail:
    """The meeting is near: when, where, and how to give the place back."""
    meeting, token = registration.meeting, token_of(registration)
    said = when_said(meeting)
    return Mail(
        f"Préparez votre venue : {meeting.title}, {_soon(meeting)}",
        (
            f"Votre venue est attendue à cette rencontre, pour {plural(registration.people, 'personne')} : {meeting.title}.",
            f"{said[0].upper()}{said[1:]} (heure de Paris).\nLieu : {where_said(meeting)}.",
            f"Adresse de connexion : {meeting.online_url}" if meeting.online_url else "",
            f"Venir, et accessibilité :\n{meeting.access}" if meeting.access else "",
            f"Pour l’ajouter à votre agenda : {link('calendars.registration', token=token)}",
            "Si vous ne pouvez plus venir, annulez par le lien ci-dessous : votre place ira à quelqu’un qui l’attend.",
        ),
        Category.FOLLOW_UP,
        ("Voir mon inscription", link("registrations.show", token=token)),
    )


def follow_up(registration: Registration) -> Mail:
    """The meeting was held: thanks, what came of it, and of a gathering its report."""
    meeting = registration.meeting
    return Mail(
        f"Retrouvez les suites de la rencontre : {meeting.title}",
        (
            f"La rencontre « {meeting.title} » a eu lieu {day_said(meeting.starts_at)}. Merci à celles et ceux qui y ont pris"
            " part.",
            f"Ce qu’en disent les organisateurs :\n{meeting.outcome}" if meeting.outcome else "",
        ),
        Category.FOLLOW_UP,
        _way_on(registration),
    )


def _way_on(registration: Registration) -> tuple[str, str]:
    """The report of a gathering; without account, by the link of the registration. Else the page of the meeting."""
    meeting = registration.meeting
    if meeting.kind not in GATHERINGS:
        return "Revoir la rencontre", link("meetings.show", meeting_id=meeting.public_id)
    by_link = {"inscription": token_of(registration)} if registration.email else {}
    return "Lire le compte rendu", link("sheets.report", meeting_id=meeting.public_id, **by_link)


def _soon(meeting: Meeting) -> str:
    days = (meeting.starts_at.astimezone(PARIS).date() - today()).days
    return {0: "aujourd’hui", 1: "demain"}.get(days, f"le {french_date(meeting.starts_at)}")
