"""What is written to whoever registered, and to organisers of what waits for them. Each mail carries the link to act."""

from collections.abc import Sequence

from flask import current_app

from app.formats import plural
from app.mail.models import Category
from app.mail.outbox import Mail, link
from app.meetings.registrations.links import token_of
from app.meetings.registrations.models import Place, Registration
from app.meetings.registrations.rules import go_to_others
from app.meetings.wording import deadline_said, hosts_said, named, when_and_where

READ = "Voir mon inscription"


def confirm_address(registration: Registration) -> Mail:
    """To an address without account: the place is asked for once the address is proven."""
    return _mail(
        registration,
        "Confirmez votre inscription",
        (
            "Pour que votre demande soit prise en compte, ouvrez le lien ci-dessous et confirmez votre adresse. Tant que ce"
            " n’est pas fait, aucune place ne vous est réservée.",
            "Sans confirmation sous 48 heures, votre demande est effacée. Si vous n’avez rien demandé, ne faites rien.",
        ),
        "Confirmer mon adresse",
    )


def already(registration: Registration) -> Mail:
    """To an address that registers again, or that asks for its link."""
    unconfirmed = registration.place is Place.UNCONFIRMED
    return _mail(
        registration,
        "Confirmez votre inscription" if unconfirmed else "Retrouvez votre inscription",
        (
            "Une demande d’inscription a déjà été faite avec cette adresse : il reste à la confirmer."
            if unconfirmed
            else "Une inscription à cette rencontre existe déjà avec cette adresse : le lien ci-dessous l’ouvre. Vous pouvez y"
            " voir où elle en est, la modifier ou l’annuler.",
            "Si vous n’avez rien demandé, ne faites rien.",
        ),
        "Confirmer mon adresse" if unconfirmed else READ,
    )


def to_approve(registration: Registration) -> Mail:
    """It has its rank, and waits for the organisers."""
    return _mail(
        registration,
        "Suivez votre demande d’inscription",
        (
            "Votre demande est bien reçue. Les organisateurs approuvent chaque inscription : vous recevrez leur réponse."
            " Votre rang est celui de votre demande.",
        ),
    )


def asks_approval(registration: Registration) -> Mail:
    """To the organisers, of a demand that waits for them."""
    meeting = registration.meeting
    return Mail(
        f"Répondez à une demande d’inscription : {meeting.title}",
        (
            f"{_who(registration)} demande à venir, pour {plural(registration.people, 'personne')}.",
            *when_and_where(meeting),
        ),
        Category.FOLLOW_UP,
        (
            "Lire et répondre",
            link("registrations.detail", meeting_id=meeting.public_id, registration_id=registration.public_id),
        ),
    )


def confirmed(registration: Registration) -> Mail:
    """It has its places."""
    meeting = registration.meeting
    calendar = link("calendars.registration", token=token_of(registration))
    return _mail(
        registration,
        "Notez votre inscription",
        (
            f"Votre inscription est confirmée, pour {plural(registration.people, 'personne')}.",
            f"Adresse de connexion : {meeting.online_url}" if meeting.online_url else "",
            f"Pour l’ajouter à votre agenda : {calendar}",
            f"Si vous ne pouvez plus venir, annulez par le lien ci-dessous : {go_to_others(registration.people)}.",
        ),
    )


def waiting(registration: Registration, rank: int) -> Mail:
    """It waits."""
    return _mail(
        registration,
        "Suivez votre rang sur la liste d’attente",
        (
            f"Il ne reste pas assez de places : vous êtes sur liste d’attente, au rang {rank}, pour"
            f" {plural(registration.people, 'personne')}.",
            f"Dès que des places se libèrent, nous vous écrivons : vous aurez {plural(_hours(), 'heure')} pour les accepter, ou"
            " la moitié du temps qui reste avant la rencontre si c’est moins.",
            "À un groupe plus grand que ce qui se libère, nous proposons ce qu’il y a : il choisit qui vient, ou garde son"
            " rang.",
        ),
    )


def offered(registration: Registration) -> Mail:
    """Places have become free, for all of the group or for a part of it."""
    places, end = registration.offered_places or 0, registration.offer_expires_at
    assert end is not None, "an offer expires"
    until = f"Répondez avant le {deadline_said(end)}"
    if places < registration.people:
        said: tuple[str, ...] = (
            f"{plural(places, 'place')} pour les {registration.people} personnes de votre groupe : vous pouvez choisir qui"
            " vient, ou laisser ces places. Vous garderez alors votre rang, et nous ne vous proposerons plus que des places"
            " pour tout le groupe.",
            f"{until}. Ne pas répondre revient à laisser ces places.",
        )
    else:
        said = (
            f"{plural(places, 'place est réservée', 'places sont réservées')} pour vous.",
            f"{until}. Ensuite, {go_to_others(places)}, et votre inscription prendra fin.",
        )
    return _mail(registration, f"{until} ({plural(places, 'place libre', 'places libres')})", said, "Répondre")


def partial_offer_over(registration: Registration) -> Mail:
    """A partial offer got no answer."""
    return _mail(
        registration,
        "Suivez votre rang sur la liste d’attente",
        (
            "Vous n’avez pas répondu à temps : les places proposées à une partie de votre groupe vont à la suite de la liste.",
            "Vous gardez votre rang ; nous vous écrirons dès que des places suffisent pour tout le groupe.",
        ),
    )


def expired(registration: Registration) -> Mail:
    """An offer of the whole got no answer."""
    return _mail(
        registration,
        "Inscrivez-vous de nouveau si vous le souhaitez",
        (
            "Vous n’avez pas répondu à temps : ce qui vous était proposé va à la suite de la liste d’attente, et votre"
            " inscription a pris fin.",
            "Vous pouvez vous inscrire de nouveau par le lien ci-dessous ; vous serez alors à la fin de la liste.",
        ),
    )


def declined(registration: Registration) -> Mail:
    """The organisers do not take it, and say why."""
    return _mail(
        registration,
        "Prenez note que votre inscription n’est pas retenue",
        ("Les organisateurs n’ont pas retenu votre demande. Leur motif :", registration.reason or ""),
    )


def removed(registration: Registration) -> Mail:
    """The organisers take back a place or a rank, and say why."""
    return _mail(
        registration,
        "Prenez note que votre inscription est retirée",
        ("Les organisateurs ont retiré votre inscription. Leur motif :", registration.reason or ""),
    )


def withdrawal_noted(registration: Registration) -> Mail:
    """The person told the organisers that they will not come."""
    return _mail(
        registration,
        "Prenez note que votre inscription est annulée",
        (
            "Les organisateurs ont noté que vous ne viendrez pas : votre inscription est annulée. Si ce n’est pas ce que vous"
            " leur avez dit, écrivez-leur sans attendre.",
        ),
    )


def withdrawn(registration: Registration) -> Mail:
    """The person will not come."""
    return _mail(
        registration,
        "Prenez note que votre inscription est annulée",
        ("Votre inscription est annulée, comme vous l’avez demandé. Merci de l’avoir dit.",),
    )


def _mail(registration: Registration, subject: str, said: Sequence[str], action: str = READ) -> Mail:
    """A mail about a registration: what, of which meeting, and the link to its page.

    Nobody chooses not to get it, nor to get it in a digest: a place is offered for hours.
    """
    meeting = registration.meeting
    return Mail(
        f"{subject} : {meeting.title}",
        (f"{named(meeting)}. Organisation : {hosts_said(meeting)}.", *when_and_where(meeting), *said),
        Category.ESSENTIAL,
        (action, link("registrations.show", token=token_of(registration))),
    )


def _who(registration: Registration) -> str:
    if registration.institution is not None:
        return registration.institution.name
    return registration.organisation or "Une personne"


def _hours() -> int:
    return int(current_app.config["OFFER_HOURS"])
