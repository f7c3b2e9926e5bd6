"""What is written when a meeting is announced to partners, moved or cancelled."""

from dataclasses import replace

from app.directory.models import Institution
from app.mail.models import Category
from app.mail.outbox import Mail, link
from app.mail.refusals import hash_of
from app.mail.unsubscribing import of_address
from app.meetings.invitations.links import token_of as invitation_token
from app.meetings.invitations.models import Invitation
from app.meetings.models import Meeting
from app.meetings.registrations.links import token_of
from app.meetings.registrations.models import Registration
from app.meetings.wording import deadline_said, named, when_and_where, when_said, where_said

STILL_REGISTERED = (
    "Votre inscription reste enregistrée. Si vous ne pouvez plus venir, annulez-la : la place servira à quelqu’un."
)


def announced(meeting: Meeting) -> Mail:
    """To the people of the two partners."""
    sign_up = "Inscrivez-vous depuis sa page." if meeting.takes_registrations else "Aucune inscription n’est demandée."
    return Mail(
        f"Notez la rencontre « {meeting.title} »",
        (
            f"{meeting.host.name} annonce une rencontre de votre partenariat : {named(meeting)}.",
            *when_and_where(meeting),
            sign_up,
        ),
        Category.MESSAGES,
        ("Voir la rencontre", link("meetings.show", meeting_id=meeting.public_id)),
    )


def asks_to_co_host(meeting: Meeting, institution: Institution) -> Mail:
    """To the people of an institution that its host names as co-host: nothing is said in its name before they accept."""
    return Mail(
        f"Dites si votre structure organise aussi « {meeting.title} »",
        (
            f"{meeting.host.name} propose à votre structure ({institution.name}) d’organiser avec elle : {named(meeting)}.",
            *when_and_where(meeting),
            "Si vous acceptez, le nom de votre structure paraîtra, et vous pourrez modifier la rencontre et voir qui s’y"
            " inscrit. Tant que personne de votre structure n’a accepté, son nom ne paraît nulle part.",
        ),
        Category.REQUESTS,
        ("Accepter ou décliner", link("meetings.co_hosting", meeting_id=meeting.public_id)),
    )


def co_host_answered(meeting: Meeting, institution: Institution, accepts: bool) -> Mail:
    """To the people of the host."""
    if accepts:
        subject = f"Prenez note : {institution.name} organise « {meeting.title} » avec vous"
        said = "a accepté d’organiser cette rencontre avec vous : son nom paraît, et elle peut modifier la rencontre."
    else:
        subject = f"Prenez note : {institution.name} n’organise pas « {meeting.title} » avec vous"
        said = "a décliné : elle n’organise pas cette rencontre avec vous, et son nom ne paraît pas."
    page = ("Voir la rencontre", link("meetings.show", meeting_id=meeting.public_id))
    return Mail(subject, (f"{institution.name} {said}", *when_and_where(meeting)), Category.MESSAGES, page)


def co_hosts(meeting: Meeting) -> Mail:
    """To the people of the co-host, which has accepted, or is a side of the partnership of the meeting."""
    return Mail(
        f"Prenez note que vous organisez aussi « {meeting.title} »",
        (
            f"{meeting.host.name} annonce que votre structure organise avec elle : {named(meeting)}.",
            *when_and_where(meeting),
            "Vous pouvez modifier cette rencontre et voir qui s’y inscrit. Si c’est une erreur, modifiez-la pour retirer le nom"
            " de votre structure.",
        ),
        Category.MESSAGES,
        ("Voir la rencontre", link("meetings.show", meeting_id=meeting.public_id)),
    )


def moved(meeting: Meeting, before: tuple[str, str], note: str, registration: Registration | None = None) -> Mail:
    """To everyone concerned. `before` says when and where it was to be; `registration` is that of the reader, if any."""
    when, where = before
    told = [f"La rencontre a changé de date ou de lieu : {named(meeting)}."]
    told += [f"Nouvelle date : {when_said(meeting)} (auparavant : {when})."] if when != when_said(meeting) else []
    told += [f"Nouveau lieu : {where_said(meeting)} (auparavant : {where})."] if where != where_said(meeting) else []
    told += [f"Date inchangée : {when_said(meeting)}."] if when == when_said(meeting) else []
    told += [f"Lieu inchangé : {where_said(meeting)}."] if where == where_said(meeting) else []
    told += [f"Motif : {note}"] if note else []
    told += [STILL_REGISTERED] if registration is not None else []
    if registration is not None and registration.offer_expires_at is not None:
        told += [f"Des places vous sont proposées : répondez avant le {deadline_said(registration.offer_expires_at)}."]
    return Mail(
        f"Notez le changement de la rencontre « {meeting.title} »",
        [*told, _calendar(meeting, registration)],
        _category(registration),
        _page(meeting, registration),
    )


def cancelled(meeting: Meeting, registration: Registration | None = None) -> Mail:
    """To everyone concerned."""
    told = (
        f"La rencontre est annulée : {named(meeting)}.",
        f"Elle devait avoir lieu {_on(meeting)} ({where_said(meeting)}).",
        f"Motif : {meeting.cancel_reason}",
        "Vous n’avez rien à faire : votre inscription est sans objet." if registration is not None else "",
        _calendar(meeting, registration),
    )
    return Mail(f"Prenez note que « {meeting.title} » est annulée", told, _category(registration), _page(meeting, registration))


def to_mailbox(mail: Mail, invitation: Invitation, mailbox: str) -> Mail:
    """The same to an invited institution without account: its way in is its invitation, which it may refuse to get."""
    wish = of_address(hash_of(mailbox), [])
    answer = link("invitations.answer", token=invitation_token(invitation, wish.person))
    return replace(mail, category=Category.INVITATIONS, action=("Voir l’invitation", answer))


def _on(meeting: Meeting) -> str:
    when = when_said(meeting)
    return when if when.startswith("du ") else f"le {when}"


def _category(registration: Registration | None) -> Category:
    """Who is registered would come for nothing: that mail is not a choice."""
    return Category.MESSAGES if registration is None else Category.ESSENTIAL


def _page(meeting: Meeting, registration: Registration | None) -> tuple[str, str]:
    if registration is None:
        return "Voir la rencontre", link("meetings.show", meeting_id=meeting.public_id)
    return "Voir votre inscription", link("registrations.show", token=token_of(registration))


def _calendar(meeting: Meeting, registration: Registration | None) -> str:
    """The file that corrects the event in a calendar: same identifier, higher sequence."""
    if registration is None:
        address = link("calendars.meeting", meeting_id=meeting.public_id)
    else:
        address = link("calendars.registration", token=token_of(registration))
    return f"Pour mettre à jour votre agenda : {address}"
