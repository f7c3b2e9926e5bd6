"""What is written about introductions: before both have accepted no mail names a side, not even to itself."""

from app.formats import french_date
from app.mail.models import Category
from app.mail.outbox import Mail, link
from app.matchmaking.interests.masking import INDEFINITE, large_place
from app.matchmaking.introductions.models import Introduction
from app.partnerships.exchanges.models import Side


def answer_expected(introduction: Introduction, side: Side) -> Mail:
    """To the people of `side`: someone would meet them, and they may accept or decline."""
    other = _other(introduction, side)
    first = f"{other[0].upper()}{other[1:]} souhaite entrer en relation avec vous."
    if introduction.asked_by is None:
        first = f"Il vous est proposé d’entrer en relation avec {other}."
    return Mail(
        subject="Répondez à une proposition de mise en relation",
        paragraphs=[
            first,
            "Les noms et les coordonnées ne sont communiqués que si les deux structures acceptent. Si vous déclinez, la raison"
            " n’est pas dite à l’autre structure.",
            f"Sans réponse de votre part, la proposition s’éteint le {french_date(introduction.expires_at)}.",
        ],
        category=Category.REQUESTS,
        action=("Lire la proposition et répondre", _page(introduction)),
    )


def reminder(introduction: Introduction, side: Side) -> Mail:
    """To the people of `side`, who have said nothing for a while."""
    return Mail(
        subject="Répondez avant qu’une mise en relation ne s’éteigne",
        paragraphs=[
            f"Une proposition de mise en relation avec {_other(introduction, side)} attend votre réponse depuis le"
            f" {french_date(introduction.introduced_at)}.",
            f"Sans réponse de votre part, elle s’éteint le {french_date(introduction.expires_at)}.",
        ],
        category=Category.FOLLOW_UP,
        action=("Lire la proposition et répondre", _page(introduction)),
    )


def no_follow_up(introduction: Introduction, side: Side) -> Mail:
    """To the people of `side`: it is over. The same words whether it was declined, withdrawn or left without answer."""
    return Mail(
        subject="Mise en relation sans suite",
        paragraphs=[
            f"La mise en relation avec {_other(introduction, side)}, proposée le {french_date(introduction.introduced_at)},"
            " n’aura pas de suite.",
            "Vous n’avez rien à faire. D’autres structures de l’annuaire peuvent vous intéresser.",
        ],
        category=Category.REQUESTS,
        action=("Voir mes mises en relation", link("introductions.index")),
    )


def settled(introduction: Introduction) -> Mail:
    """To those who introduced the two: how it ended is on the page."""
    return Mail(
        subject="Voyez l’issue d’une mise en relation",
        paragraphs=[
            f"La mise en relation que vous avez proposée le {french_date(introduction.introduced_at)} est terminée."
            " Son issue est sur sa page."
        ],
        category=Category.FOLLOW_UP,
        action=("Voir l’issue", _page(introduction)),
    )


def nobody_to_answer(introduction: Introduction) -> Mail:
    """To those who follow the region: a side is asked, and nobody speaks for it yet."""
    return Mail(
        subject="Aidez une structure à répondre à une mise en relation",
        paragraphs=[
            "Une mise en relation vient d’être proposée à une structure pour laquelle personne ne parle encore sur Maillage :"
            " aucun courrier n’a pu lui être adressé.",
            "Vous pouvez lui transmettre l’adresse de sa fiche, d’où elle peut demander à répondre.",
        ],
        category=Category.REQUESTS,
        action=("Voir la mise en relation", _page(introduction)),
    )


def _other(introduction: Introduction, side: Side) -> str:
    institution = introduction.institution(side.other)
    place = large_place(institution)
    return f"{INDEFINITE[institution.kind]} ({place})" if place else INDEFINITE[institution.kind]


def _page(introduction: Introduction) -> str:
    return link("introductions.show", introduction_id=introduction.public_id)
