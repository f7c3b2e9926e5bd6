"""The mail about a review: one for all that follows from it, since the steps that it brings are told here."""

from sqlalchemy.orm import Session

from app.formats import french_date
from app.mail.models import Category
from app.mail.outbox import Mail, link, post
from app.partnerships.exchanges.models import Side
from app.partnerships.figures.models import Decision, Review
from app.partnerships.mails import names_of, people_of_side

NEXT = {
    Decision.CONTINUE: "Le partenariat continue.",
    Decision.ADJUST: "Le partenariat continue, ajusté.",
    Decision.STOP: "Pour l’arrêter, notez l’étape « Clos ou sans suite » et sa raison.",
}


def post_reviewed(session: Session, review: Review) -> None:
    """Tell both sides what the review decided, but for the person who recorded it."""
    exchange = review.partnership.exchange
    people = [*people_of_side(session, exchange, Side.CITE), *people_of_side(session, exchange, Side.PARTNER)]
    post(session, reviewed(review), [one for one in people if one.id != review.recorded_by_id])


def reviewed(review: Review) -> Mail:
    """What was decided, and what was said."""
    partnership = review.partnership
    return Mail(
        f"Bilan du partenariat, décision : {review.decision.label}",
        [
            f"Un bilan du partenariat « {partnership.format.label} » entre {names_of(partnership.exchange)} est noté"
            f" ({french_date(review.held_on)}). Décision : {review.decision.label}.",
            f"Ce qui a été dit et décidé : « {review.summary} »",
            NEXT[review.decision],
        ],
        Category.FOLLOW_UP,
        ("Lire les bilans", link("figures.index", partnership_id=partnership.public_id)),
    )
