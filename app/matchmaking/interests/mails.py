"""What is written about interests. No mail names who does not show itself: it says its kind and a large place.

A Cité that a lead suggests is named: it is public, and has said nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from app.directory.models import Institution
from app.directory.places import label
from app.formats import french_date, plural
from app.mail.models import Category
from app.mail.outbox import Mail, link
from app.matchmaking.interests.masking import masked
from app.matchmaking.interests.models import Act, Interest


@dataclass(frozen=True)
class Words:
    """How an act is spoken of; « piste » is feminine."""

    yours: str
    this: str
    it: str
    closed: str
    reopen: str
    e: str = ""


WORDS = {
    Act.DECLARED: Words("votre intérêt", "L’intérêt que vous avez manifesté", "il", "fermé", "le"),
    Act.WANTED: Words("votre souhait", "Le souhait que vous avez exprimé", "il", "fermé", "le"),
    Act.SUGGESTED: Words("votre piste", "La piste que vous avez suggérée", "elle", "fermée", "la", "e"),
}


def named(interest: Interest, institution: Institution) -> Mail:
    """To an institution that an interest is toward, or that a lead is about."""
    if interest.act is Act.DECLARED:
        told = _declared(interest)
    elif interest.act is Act.WANTED:
        told = _wanted(interest)
    else:
        told = _suggested_to(interest) if interest.toward_institution_id == institution.id else _suggested(interest)
    subject, *paragraphs = told
    asks = interest.act is not Act.SUGGESTED or interest.about_id == institution.id
    category = Category.REQUESTS if asks else Category.NEWS
    answer = "Lire et répondre" if asks else "Lire"
    return Mail(subject, paragraphs, category, (answer, link("interests.show", interest_id=interest.public_id)))


def _declared(interest: Interest) -> tuple[str, ...]:
    return (
        "Lisez l’intérêt manifesté pour votre structure",
        f"Une structure manifeste un intérêt pour travailler avec la vôtre : {_who(interest.author)}.",
        "Si cela vous intéresse, demandez une mise en relation ; sinon, déclinez. Les noms et les adresses"
        " n’apparaissent que lorsque les deux structures ont accepté.",
    )


def _wanted(interest: Interest) -> tuple[str, ...]:
    return (
        "Lisez le souhait d’une Cité des métiers",
        f"Une Cité souhaite travailler avec votre structure : {_who(interest.author)}.",
        "Ce souhait n’engage que cette Cité : votre structure n’est pas montrée comme intéressée. Vous pouvez demander une mise"
        " en relation, ou décliner.",
    )


def _suggested(lead: Interest) -> tuple[str, ...]:
    toward = lead.toward_institution.name if lead.toward_institution else ""
    place = label(lead.toward_territory) if lead.toward_territory else ""
    return (
        "Dites si cette piste vous intéresse",
        "L’agence du livre de votre région, ou qui tient son rôle, suggère que votre structure pourrait être intéressée par un"
        " partenariat avec une Cité des métiers.",
        f"Elle pense à : {toward}, qui n’a rien dit." if toward else f"Elle pense à ce territoire : {place}." if place else "",
        "C’est une piste : personne ne dit que vous êtes intéressés. Elle n’est pas montrée au public, et les Cités concernées"
        " n’y lisent pas votre nom. Vous pouvez manifester votre intérêt, ou décliner.",
    )


def _suggested_to(interest: Interest) -> tuple[str, ...]:
    return (
        "Lisez la piste suggérée pour votre structure",
        "Une agence du livre, ou qui tient son rôle, suggère une structure qui pourrait être intéressée :"
        f" {_who(interest.about)}.",
        "Cette structure n’a encore rien dit. Vous pouvez demander une mise en relation.",
    )


def for_agency(made: Sequence[Interest]) -> Mail:
    """To those who follow a region where something was said, once for all of it."""
    one, noun = ("un nouveau souhait", "souhait") if made[0].act is Act.WANTED else ("un nouvel intérêt", "intérêt")
    several = plural(len(made), f"nouveau {noun}", f"nouveaux {noun}s")
    places = [label(interest.toward_territory) for interest in made if interest.toward_territory is not None]
    told = f"{one[0].upper()}{one[1:]}" if len(made) == 1 else f"{several}, d’un même auteur"
    return Mail(
        f"Lisez {one if len(made) == 1 else several} dans votre région",
        (
            f"{told} : {_who(made[0].author)}.",
            f"Pour y travailler : {', '.join(places)}." if places else "",
            "Vous pouvez proposer une mise en relation aux structures concernées.",
        ),
        Category.NEWS,
        ("Lire", link("interests.index", vue="ma-region")),
    )


def still_true(interest: Interest) -> Mail:
    """Six months without news."""
    words = WORDS[interest.act]
    return Mail(
        f"Dites si {words.yours} est toujours d’actualité",
        (
            f"{words.this} date du {french_date(interest.renewed_at)}. Est-{words.it} toujours d’actualité ?",
            f"Un bouton suffit pour le dire. Sans réponse de votre part, au bout de neuf mois, {words.it} sera {words.closed} ;"
            f" vous pourrez alors {words.reopen} rouvrir.",
        ),
        Category.FOLLOW_UP,
        ("Dire si c’est toujours d’actualité", link("interests.renewal", interest_id=interest.public_id)),
    )


def closed(interest: Interest) -> Mail:
    """Nine months without news."""
    words = WORDS[interest.act]
    return Mail(
        f"Rouvrez {words.yours} si c’est toujours d’actualité",
        (
            f"{words.this} est resté{words.e} sans nouvelle depuis le"
            f" {french_date(interest.renewed_at)} : {words.it} vient d’être {words.closed}, et n’est plus ni montré"
            f"{words.e} ni compté{words.e}.",
            f"Si c’est toujours d’actualité, un bouton {words.reopen} rouvre.",
        ),
        Category.FOLLOW_UP,
        ("Rouvrir", link("interests.renewal", interest_id=interest.public_id)),
    )


def declined(interest: Interest) -> Mail:
    """To the author, who named it, of what an institution does not follow."""
    words = WORDS[interest.act]
    named = interest.about if interest.act is Act.SUGGESTED else interest.toward_institution
    return Mail(
        f"Prenez note que {words.yours} est décliné{words.e}",
        (
            f"{words.this} le {french_date(interest.declared_at)} est décliné{words.e} par la structure"
            f" concernée : {named.name if named else 'elle n’est plus dans l’annuaire'}.",
            f"{words.it.capitalize()} est {words.closed}. Il n’y a rien d’autre à faire.",
        ),
        Category.FOLLOW_UP,
        ("Relire", link("interests.show", interest_id=interest.public_id)),
    )


def _who(institution: Institution | None) -> str:
    return masked(institution) if institution else "l’administration du réseau"
