"""What is said of registrations: whether one may register now and what to do if not, where a registration stands."""

from dataclasses import dataclass

from app.clock import now
from app.directory.memberships.permissions import Actor
from app.formats import french_date, plural
from app.meetings.models import Meeting, Openness, Stage, Status
from app.meetings.registrations.models import Place, Registration
from app.meetings.registrations.permissions import can_register_alone, institutions_for
from app.meetings.registrations.rules import go_to_others
from app.meetings.wording import deadline_said


@dataclass(frozen=True)
class Door:
    """Whether this person may register now, and the sentence that says so, with what to do."""

    is_open: bool
    said: str
    invitation: str = "S’inscrire"


def door_of(actor: Actor, meeting: Meeting, has_pass: bool = False) -> Door:
    """Whether one may register for a meeting."""
    if said := _why_closed(meeting):
        return Door(False, said)
    if not has_pass and not can_register_alone(actor, meeting) and not institutions_for(actor, meeting):
        return Door(False, _why_not_for(meeting))
    if meeting.places_left == 0:
        return Door(
            True,
            "Toutes les places sont prises : inscrivez-vous sur la liste d’attente, et nous vous écrirons dès qu’une place se"
            " libère.",
            "Rejoindre la liste d’attente",
        )
    asked = "Chaque inscription est approuvée par les organisateurs. " if meeting.needs_approval else ""
    return Door(True, f"{asked}{_left(meeting)}", "Demander à venir" if meeting.needs_approval else "S’inscrire")


def state_said(registration: Registration, rank: int | None) -> str:
    """Where a registration stands, in a sentence or two."""
    meeting, place = registration.meeting, registration.place
    people = plural(registration.people, "personne")
    if meeting.status is Status.CANCELLED:
        return f"La rencontre est annulée. Motif donné par les organisateurs : {meeting.cancel_reason}"
    if place is Place.CONFIRMED:
        return f"Votre inscription est confirmée, pour {people}."
    if place is Place.TO_APPROVE:
        return f"Votre demande, pour {people}, attend la réponse des organisateurs. Elle garde son rang d’arrivée."
    if place is Place.WAITING:
        return _waiting_said(registration, rank, people)
    if place is Place.OFFERED:
        return _offer_said(registration)
    return {
        Place.UNCONFIRMED: "Il reste à confirmer votre adresse : aucune place ne vous est encore réservée.",
        Place.DECLINED: f"Les organisateurs n’ont pas retenu votre inscription. Leur motif : {registration.reason}",
        Place.WITHDRAWN: "Votre inscription est annulée. Vous pouvez vous inscrire de nouveau tant que les inscriptions sont"
        " ouvertes.",
        Place.EXPIRED: "Votre inscription a pris fin, faute de réponse à temps. Vous pouvez vous inscrire de nouveau tant que"
        " les inscriptions sont ouvertes.",
    }[place]


def leaving_said(registration: Registration) -> str:
    """What it changes to give up a registration."""
    if registration.place is Place.CONFIRMED:
        said = f"Dites-le : {go_to_others(registration.people)}."
    elif registration.place is Place.OFFERED:
        said = f"{go_to_others(registration.offered_places or 0).capitalize()}, et votre groupe quittera la liste d’attente."
    else:
        said = "Votre demande sera retirée, et vous perdrez votre rang."
    return f"{said} Annuler ne se défait pas : pour revenir, il faudra vous inscrire de nouveau, à la suite."


def _waiting_said(registration: Registration, rank: int | None, people: str) -> str:
    if registration.meeting.starts_at <= now():
        return "La rencontre a commencé sans qu’une place se libère pour vous."
    said = f"Vous êtes sur liste d’attente, pour {people}, au rang {rank}."
    if registration.whole_only:
        said += (
            " Vous avez laissé des places pour une partie de votre groupe : nous vous écrirons quand il y en aura pour tous."
        )
    return said


def _offer_said(registration: Registration) -> str:
    end, places = registration.offer_expires_at, registration.offered_places or 0
    assert end is not None, "an offer expires"
    until = f"Répondez avant le {deadline_said(end)}."
    if end <= now():
        return "Des places vous étaient proposées ; le délai pour répondre est passé."
    if places < registration.people:
        freed = plural(places, "place s’est libérée", "places se sont libérées")
        return f"{freed} pour votre groupe de {registration.people}. {until}"
    return f"{plural(places, 'place vous est réservée', 'places vous sont réservées')}. {until}"


def _why_closed(meeting: Meeting) -> str:
    """Why nobody may register now, and what to do; empty when one may."""
    if meeting.is_registering:
        return ""
    ask = _ask(meeting)
    if meeting.stage is Stage.DRAFT:
        return "Cette rencontre n’est pas encore annoncée : on ne peut pas encore s’y inscrire."
    if meeting.stage in (Stage.CANCELLED, Stage.HELD, Stage.OVER):
        return f"Cette rencontre est {'annulée' if meeting.stage is Stage.CANCELLED else 'passée'} : on ne s’y inscrit plus."
    if not meeting.takes_registrations:
        return f"Cette rencontre est sans inscription : venez directement. {ask}".strip()
    if meeting.closes_at <= now():
        return f"Les inscriptions sont closes depuis le {french_date(meeting.closes_at)}. {ask}".strip()
    opens = meeting.registration_opens_at
    assert opens is not None, "what is announced, takes registrations and is not closed opens later"
    return f"Les inscriptions ouvrent le {deadline_said(opens)} : revenez alors sur cette page."


def _why_not_for(meeting: Meeting) -> str:
    """Why this person may not, and what to do."""
    if meeting.openness is Openness.RESERVED:
        return f"Cette rencontre est réservée à certaines structures, dont les vôtres ne sont pas. {_ask(meeting)}".strip()
    if meeting.openness is Openness.INVITED:
        return f"Cette rencontre est sur invitation, et vos structures ne sont pas invitées. {_ask(meeting)}".strip()
    return f"Cette rencontre réunit les deux partenaires, et vous ne parlez pas pour eux. {_ask(meeting)}".strip()


def _ask(meeting: Meeting) -> str:
    return f"Une question ? Écrivez à {meeting.contact_email}." if meeting.contact_email else ""


def _left(meeting: Meeting) -> str:
    closes = f"Inscriptions jusqu’au {deadline_said(meeting.closes_at)}."
    if meeting.places_left is None:
        return f"Le nombre de places n’est pas limité. {closes}"
    return f"Il reste {plural(meeting.places_left, 'place')}. {closes}"
