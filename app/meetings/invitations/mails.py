"""What is written of an invitation; each letter carries the link by which one answers."""

from collections.abc import Callable

from app.formats import french_date
from app.mail.models import Category
from app.mail.outbox import Mail, link
from app.meetings.invitations.models import Invitation
from app.meetings.models import Meeting
from app.meetings.wording import when_said, where_said

#: From an invitation and the token of its link, the letter.
Wording = Callable[[Invitation, str], Mail]


def invitation(one: Invitation, token: str, message: str) -> Mail:
    """The institution is invited; `message` is what the organiser adds, if anything."""
    meeting = one.meeting
    return Mail(
        f"Répondez à l’invitation : {meeting.title}, le {french_date(meeting.starts_at)}",
        (
            f"{_hosts(meeting)} {'invitent' if meeting.co_host else 'invite'} {one.institution.name} : {meeting.title}"
            f" ({meeting.kind.label.lower()}).",
            _when_and_where(meeting),
            meeting.summary or "",
            f"Le mot de l’organisateur :\n{message}" if message else "",
            *_how_to_answer(meeting),
        ),
        Category.INVITATIONS,
        ("Répondre à l’invitation", link("invitations.answer", token=token)),
    )


def reminder(one: Invitation, token: str) -> Mail:
    """The institution has not answered."""
    meeting = one.meeting
    return Mail(
        f"Dites si vous viendrez : {meeting.title}, le {french_date(meeting.starts_at)}",
        (
            f"{one.institution.name} est invitée à cette rencontre, et n’a pas encore répondu : {meeting.title}"
            f" ({meeting.kind.label.lower()}), par {_hosts(meeting)}.",
            _when_and_where(meeting),
            *_how_to_answer(meeting),
        ),
        Category.INVITATIONS,
        ("Répondre à l’invitation", link("invitations.answer", token=token)),
    )


def _hosts(meeting: Meeting) -> str:
    return f"{meeting.host.name} et {meeting.co_host.name}" if meeting.co_host else meeting.host.name


def _when_and_where(meeting: Meeting) -> str:
    said = when_said(meeting)
    return f"{said[0].upper()}{said[1:]} (heure de Paris).\nLieu : {where_said(meeting)}."


def _how_to_answer(meeting: Meeting) -> tuple[str, ...]:
    contact = " ou ".join(one for one in (meeting.contact_email, meeting.contact_phone) if one)
    until = f"On s’inscrit avant le {french_date(meeting.closes_at)}." if meeting.takes_registrations else ""
    return (
        f"{until} Si votre structure ne vient pas, le même lien permet de le dire : elle ne sera plus relancée.".strip(),
        f"Une question : {contact}." if contact else "",
    )
