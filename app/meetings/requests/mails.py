"""What is written of requests of meetings: to those who may organise one, and to those who asked."""

from app.directory.places import label
from app.formats import apostrophes
from app.mail.models import Category
from app.mail.outbox import Mail, link
from app.meetings.models import Meeting
from app.meetings.requests.models import MeetingRequest
from app.meetings.wording import when_said, where_said


def asked(request: MeetingRequest) -> Mail:
    """To those who play the agency's part in the region."""
    return Mail(
        "Lisez une demande de rencontre dans votre région",
        (
            f"{apostrophes(request.institution.name)} demande qu’une rencontre soit organisée ici : {label(request.region)}.",
            f"« {request.words} »" if request.words else "",
            "Une rencontre régionale que vous annoncerez répondra à toutes les demandes de la région, et préviendra celles et"
            " ceux qui ont demandé.",
        ),
        Category.NEWS,
        ("Lire les demandes de la région", link("meeting_requests.region", region_id=request.region_id)),
    )


def answered(request: MeetingRequest, meeting: Meeting) -> Mail:
    """To those who asked: here is the meeting."""
    page, action = ("registrations.new", "S’inscrire") if meeting.takes_registrations else ("meetings.show", "Lire l’annonce")
    return Mail(
        "Inscrivez-vous à la rencontre que vous avez demandée",
        (
            f"Vous avez demandé une rencontre dans votre région, {label(request.region)}. La voici : « {meeting.title} »,"
            f" organisée par {apostrophes(meeting.host.name)}.",
            f"Quand : {when_said(meeting)}.",
            f"Où : {where_said(meeting)}.",
            "Votre demande est close : elle a sa réponse.",
        ),
        Category.NEWS,
        (action, link(page, meeting_id=meeting.public_id)),
    )
