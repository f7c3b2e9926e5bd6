"""The columns of an exported programme: what the page tells, and nobody's name."""

from sqlalchemy.orm import joinedload

from app.clock import PARIS
from app.exports import Column
from app.formats import apostrophes
from app.mail.outbox import link
from app.meetings.models import Meeting
from app.meetings.wording import where_said_short
from geo.territories import Level, Territory

#: What the columns read besides what a list loads.
WITH_REGION = (joinedload(Meeting.territory).joinedload(Territory.region),)


def columns(themes: dict[str, str]) -> list[Column]:
    """The columns; `themes` are the labels of poles and axes by code."""
    return [
        Column("Identifiant", "identifiant", lambda meeting: meeting.public_id),
        Column("Type", "type", lambda meeting: meeting.kind),
        Column("Titre", "titre", lambda meeting: meeting.title),
        Column("État", "etat", lambda meeting: meeting.stage, shown=lambda meeting: meeting.stage.label_of(meeting.kind)),
        Column("Du", "du", lambda meeting: meeting.starts_at),
        Column("Début", "debut", lambda meeting: _clock(meeting.starts_at)),
        Column("Au", "au", lambda meeting: meeting.ends_at),
        Column("Fin", "fin", lambda meeting: _clock(meeting.ends_at)),
        Column("Organisée par", "organisateur", lambda meeting: meeting.host.name),
        Column("Identifiant de l’organisateur", "identifiant_organisateur", lambda meeting: meeting.host.public_id),
        Column("Avec", "co_organisateur", lambda meeting: meeting.co_host and meeting.co_host.name),
        Column("Lieu", "lieu", where_said_short),
        Column("En ligne", "en_ligne", lambda meeting: meeting.online_url is not None),
        Column("Commune", "commune", lambda meeting: _commune(meeting.territory)),
        Column("Code Insee", "code_insee", lambda meeting: _insee(meeting.territory)),
        Column("Département", "departement", lambda meeting: _name(_department(meeting.territory))),
        Column("Région", "region", lambda meeting: _name(meeting.territory and meeting.territory.region)),
        Column(
            "Pôles et axes",
            "poles_et_axes",
            lambda meeting: meeting.themes,
            shown=lambda meeting: [themes.get(code, code) for code in meeting.themes],
        ),
        Column("Ouverture", "ouverture", lambda meeting: meeting.openness),
        Column("Inscription", "inscription", lambda meeting: meeting.takes_registrations),
        Column("Places", "places", lambda meeting: meeting.capacity),
        Column("Participants", "participants", lambda meeting: meeting.attendance),
        Column("Page", "page", lambda meeting: link("meetings.show", meeting_id=meeting.public_id)),
    ]


def _clock(moment: object) -> str:
    return f"{moment.astimezone(PARIS):%H:%M}"  # type: ignore[attr-defined]


def _name(territory: Territory | None) -> str | None:
    return apostrophes(territory.name) if territory else None


def _department(territory: Territory | None) -> Territory | None:
    return territory.department if territory else None


def _commune(territory: Territory | None) -> str | None:
    return _name(territory) if territory and territory.level == Level.COMMUNE else None


def _insee(territory: Territory | None) -> str | None:
    return territory.code if territory and territory.level == Level.COMMUNE else None
