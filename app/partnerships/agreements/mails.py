"""The mails about what is signed."""

from sqlalchemy.orm import Session

from app.formats import date_with_precision, french_date
from app.mail.models import Category
from app.mail.outbox import Mail, link, post
from app.partnerships.agreements.models import Agreement, Principle
from app.partnerships.exchanges.models import Side
from app.partnerships.mails import name_of, names_of, people_of_side
from app.partnerships.models import Partnership


def post_ending_soon(session: Session, agreement: Agreement) -> None:
    """Remind both sides."""
    exchange = agreement.partnership.exchange
    people = [*people_of_side(session, exchange, Side.CITE), *people_of_side(session, exchange, Side.PARTNER)]
    post(session, ending_soon(agreement), people)


def post_revoked(session: Session, partnership: Partnership, principle: Principle) -> None:
    """Tell the Cité that a principle of the charter is no longer accepted."""
    post(session, revoked(partnership, principle), people_of_side(session, partnership.exchange, Side.CITE))


def post_recorded(session: Session, agreement: Agreement, side: Side) -> None:
    """Tell the other side what `side` has recorded."""
    post(session, recorded(agreement, side), people_of_side(session, agreement.partnership.exchange, side.other))


def post_removed(session: Session, agreement: Agreement, side: Side) -> None:
    """Tell the other side what `side` has taken back."""
    post(session, removed(agreement, side), people_of_side(session, agreement.partnership.exchange, side.other))


def recorded(agreement: Agreement, side: Side) -> Mail:
    """When the other side records an agreement."""
    return Mail(
        "Relisez l’accord qui vient d’être enregistré",
        [
            f"{name_of(agreement.partnership.exchange, side)} a enregistré {_said(agreement)}.",
            f"Son objet : « {agreement.purpose} »",
            "Si quelque chose n’est pas exact, écrivez-lui dans votre échange : son côté peut retirer cet accord.",
        ],
        Category.FOLLOW_UP,
        ("Voir les accords", link("agreements.index", partnership_id=agreement.partnership.public_id)),
    )


def removed(agreement: Agreement, side: Side) -> Mail:
    """When the other side takes back an agreement recorded by mistake."""
    return Mail(
        "Un accord a été retiré, car enregistré par erreur",
        [
            f"{name_of(agreement.partnership.exchange, side)} a retiré {_said(agreement)}.",
            f"Son objet : « {agreement.purpose} »",
            "Il ne compte plus pour les étapes du partenariat ; sa trace reste sur la page des accords.",
        ],
        Category.FOLLOW_UP,
        ("Voir les accords", link("agreements.index", partnership_id=agreement.partnership.public_id)),
    )


def ending_soon(agreement: Agreement) -> Mail:
    """Three months before the end of an agreement."""
    partnership = agreement.partnership
    return Mail(
        f"Préparez la suite de votre accord : il prend fin le {french_date(agreement.ends_on)}",
        [
            f"L’accord « {agreement.kind.label} » entre {names_of(partnership.exchange)} prend fin le"
            f" {french_date(agreement.ends_on)}.",
            "S’il se poursuit, enregistrez l’accord ou l’avenant qui le prolonge : ce rappel n’aura plus lieu d’être.",
        ],
        Category.FOLLOW_UP,
        ("Voir les accords", link("agreements.index", partnership_id=partnership.public_id)),
    )


def revoked(partnership: Partnership, principle: Principle) -> Mail:
    """When the partner's side takes back its acceptance of a principle."""
    partner = name_of(partnership.exchange, Side.PARTNER)
    return Mail(
        "Parlez de la charte : un principe n’est plus accepté",
        [
            f"{partner} n’accepte plus ce principe de la charte : « {principle.sentence} ».",
            "La charte acceptée en entier est une condition du centre associé.",
        ],
        Category.FOLLOW_UP,
        ("Voir la charte", link("agreements.index", partnership_id=partnership.public_id)),
    )


def _said(agreement: Agreement) -> str:
    day = date_with_precision(agreement.signed_on, agreement.precision)
    kind, partnership = agreement.kind.label, agreement.partnership
    return f"l’accord « {kind} », signé ({day}), du partenariat « {partnership.format.label} »"
