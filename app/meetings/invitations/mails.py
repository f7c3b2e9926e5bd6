"""What is written of an invitation; each letter carries the link by which one answers."""

from collections.abc import Callable, Sequence

from app.formats import french_date
from app.mail.models import Category
from app.mail.outbox import Mail, link
from app.meetings.invitations.models import Invitation
from app.meetings.models import Meeting
from app.meetings.wording import when_said, where_said

#: The invitations of one recipient to a meeting, each with the token of its link there.
Own = Sequence[tuple[Invitation, str]]
#: From them, the letter.
Wording = Callable[[Own], Mail]


def invitation(own: Own, message: str) -> Mail:
    """The institutions are invited; `message` is what the organiser adds, if anything."""
    meeting = own[0][0].meeting
    invite = "invitent" if meeting.co_host else "invite"
    return _letter(
        f"Répondez à l’invitation : {meeting.title}, le {french_date(meeting.starts_at)}",
        f"{_hosts(meeting)} {invite} {_names(own)} : {meeting.title} ({meeting.kind.label.lower()}).",
        own,
        meeting.summary or "",
        f"Le mot de l’organisateur :\n{message}" if message else "",
    )


def reminder(own: Own) -> Mail:
    """The institutions have not answered."""
    meeting = own[0][0].meeting
    waits = "est invitée à cette rencontre, et n’a pas encore répondu"
    wait = "sont invitées à cette rencontre, et n’ont pas encore répondu"
    return _letter(
        f"Dites si vous viendrez : {meeting.title}, le {french_date(meeting.starts_at)}",
        f"{_names(own)} {waits if len(own) == 1 else wait} : {meeting.title} ({meeting.kind.label.lower()}), par"
        f" {_hosts(meeting)}.",
        own,
    )


def _letter(subject: str, first: str, own: Own, *more: str) -> Mail:
    """A letter with one link, or with the link of each institution where there are several."""
    meeting = own[0][0].meeting
    links = [(one.institution.name, link("invitations.answer", token=token)) for one, token in own]
    each = [f"Répondre pour {name} :\n{address}" for name, address in links] if len(own) > 1 else []
    action = ("Répondre à l’invitation", links[0][1]) if len(own) == 1 else None
    told = (first, _when_and_where(meeting), *more, *_how_to_answer(meeting, len(own)), *each)
    return Mail(subject, told, Category.INVITATIONS, action)


def _names(own: Own) -> str:
    """« A », « A et B », « A, B et C »."""
    *first, last = [one.institution.name for one, _ in own]
    return f"{', '.join(first)} et {last}" if first else last


def _hosts(meeting: Meeting) -> str:
    return f"{meeting.host.name} et {meeting.co_host.name}" if meeting.co_host else meeting.host.name


def _when_and_where(meeting: Meeting) -> str:
    said = when_said(meeting)
    return f"{said[0].upper()}{said[1:]} (heure de Paris).\nLieu : {where_said(meeting)}."


def _how_to_answer(meeting: Meeting, number: int) -> tuple[str, ...]:
    contact = " ou ".join(one for one in (meeting.contact_email, meeting.contact_phone) if one)
    absent = (
        "Si votre structure ne vient pas" if number == 1 else "Chaque structure répond par son lien ; si l’une ne vient pas"
    )
    until = f"On s’inscrit avant le {french_date(meeting.closes_at)}." if meeting.takes_registrations else ""
    return (
        f"{until} {absent}, le même lien permet de le dire : elle ne sera plus relancée.".strip(),
        f"Une question : {contact}." if contact else "",
    )
