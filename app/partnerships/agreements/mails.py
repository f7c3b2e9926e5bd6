"""The mails about what is signed."""

from sqlalchemy.orm import Session

from app.formats import french_date
from app.mail.models import Category
from app.mail.outbox import Mail, link, post
from app.partnerships.agreements.models import Agreement, Principle
from app.partnerships.exchanges.models import Exchange, Side
from app.partnerships.mails import people_of_side
from app.partnerships.models import Partnership


def post_ending_soon(session: Session, agreement: Agreement) -> None:
    """Remind both sides."""
    exchange = agreement.partnership.exchange
    people = [*people_of_side(session, exchange, Side.CITE), *people_of_side(session, exchange, Side.PARTNER)]
    post(session, ending_soon(agreement), people)


def post_revoked(session: Session, partnership: Partnership, principle: Principle) -> None:
    """Tell the Cité that a principle of the charter is no longer accepted."""
    post(session, revoked(partnership, principle), people_of_side(session, partnership.exchange, Side.CITE))


def ending_soon(agreement: Agreement) -> Mail:
    """Three months before the end of an agreement."""
    partnership = agreement.partnership
    return Mail(
        f"Préparez la suite de votre accord : il prend fin le {french_date(agreement.ends_on)}",
        [
            f"L’accord « {agreement.kind.label} » entre {_names(partnership.exchange)} prend fin le"
            f" {french_date(agreement.ends_on)}.",
            "S’il se poursuit, enregistrez l’accord ou l’avenant qui le prolonge : ce rappel n’aura plus lieu d’être.",
        ],
        Category.FOLLOW_UP,
        ("Voir les accords", link("agreements.index", partnership_id=partnership.public_id)),
    )


def revoked(partnership: Partnership, principle: Principle) -> Mail:
    """When the partner's side takes back its acceptance of a principle."""
    partner = partnership.exchange.partner.name
    return Mail(
        f"Parlez de la charte avec {partner} : un principe n’est plus accepté",
        [
            f"{partner} n’accepte plus ce principe de la charte : « {principle.sentence} ».",
            "La charte acceptée en entier est une condition du centre associé.",
        ],
        Category.FOLLOW_UP,
        ("Voir la charte", link("agreements.index", partnership_id=partnership.public_id)),
    )


def _names(exchange: Exchange) -> str:
    return f"{exchange.cite.name} et {exchange.partner.name}"
