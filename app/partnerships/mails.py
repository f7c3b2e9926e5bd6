"""The mails about the steps of a partnership; both sides know each other, and are named."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from app.accounts.models import User
from app.directory.memberships.queries import people_of
from app.formats import apostrophes, date_with_precision
from app.mail.models import Category
from app.mail.outbox import Mail, link, post
from app.partnerships.exchanges.models import Exchange, Side
from app.partnerships.models import StepTaken


def post_confirmation_expected(session: Session, taken: StepTaken) -> None:
    """Ask the other side to confirm."""
    if taken.side is None:
        raise ValueError("nobody stands on the other side of an agency")
    post(session, confirmation_expected(taken), people_of_side(session, taken.partnership.exchange, taken.side.other))


def post_counts(session: Session, taken: StepTaken) -> None:
    """Tell both sides that a step counts, but for the person who has just made it count."""
    exchange = taken.partnership.exchange
    author = taken.answered_by_id if taken.needs_confirmation else taken.by_id
    people = [*people_of_side(session, exchange, Side.CITE), *people_of_side(session, exchange, Side.PARTNER)]
    post(session, step_counts(taken), [one for one in people if one.id != author])


def post_refused(session: Session, taken: StepTaken) -> None:
    """Tell the side that took the step that the other does not confirm it."""
    if taken.side is None:
        raise ValueError("what waited for an answer was taken by a side")
    post(session, step_refused(taken), people_of_side(session, taken.partnership.exchange, taken.side))


def post_withdrawn(session: Session, taken: StepTaken) -> None:
    """Tell those who had been asked to confirm a step that there is nothing to answer any more."""
    if taken.side is None:
        raise ValueError("what waited for an answer was taken by a side")
    post(session, step_withdrawn(taken), people_of_side(session, taken.partnership.exchange, taken.side.other))


def people_of_side(session: Session, exchange: Exchange, side: Side) -> Iterable[User]:
    """Those who speak for one side; a centre under this very Cité is not spoken for by the Cité here."""
    people = session.scalars(people_of(exchange.institution(side))).all()
    if side is Side.CITE or exchange.partner.parent_id != exchange.cite_id:
        return people
    of_cite = {one.id for one in session.scalars(people_of(exchange.cite))}
    return [one for one in people if one.id not in of_cite]


def name_of(exchange: Exchange, side: Side) -> str:
    """The name of a side, as it is printed."""
    return apostrophes(exchange.institution(side).name)


def names_of(exchange: Exchange) -> str:
    """The names of both."""
    return f"{name_of(exchange, Side.CITE)} et {name_of(exchange, Side.PARTNER)}"


def confirmation_expected(taken: StepTaken) -> Mail:
    """What the other side is asked."""
    asking = name_of(taken.partnership.exchange, taken.side or Side.CITE)
    return Mail(
        f"Confirmez l’étape « {taken.step.label} »",
        [
            f"{asking} a noté l’étape « {taken.step.label} »"
            f" ({date_with_precision(taken.taken_on, taken.precision)}) de votre partenariat"
            f" « {taken.partnership.format.label} ».",
            *([f"Sa note : « {taken.note} »"] if taken.note else []),
            "Cette étape ne comptera que lorsque vous l’aurez confirmée. Vous pouvez aussi la refuser, en disant pourquoi.",
        ],
        Category.REQUESTS,
        ("Répondre", link("partnerships.show", partnership_id=taken.partnership.public_id)),
    )


def step_counts(taken: StepTaken) -> Mail:
    """What both sides learn when a step counts."""
    confirmed = " L’autre côté l’a confirmée." if taken.needs_confirmation else ""
    names = names_of(taken.partnership.exchange)
    return Mail(
        f"Étape {'confirmée' if taken.needs_confirmation else 'notée'} : « {taken.step.label} »",
        [
            f"L’étape « {taken.step.label} » est notée ({date_with_precision(taken.taken_on, taken.precision)})"
            f" dans le partenariat « {taken.partnership.format.label} » entre {names}.{confirmed}",
            *([f"La note qui l’accompagne : « {taken.note} »"] if taken.note else []),
        ],
        Category.FOLLOW_UP,
        ("Voir le partenariat", link("partnerships.show", partnership_id=taken.partnership.public_id)),
    )


def step_refused(taken: StepTaken) -> Mail:
    """What the side that took the step learns when the other does not confirm it."""
    other = name_of(taken.partnership.exchange, (taken.side or Side.CITE).other)
    return Mail(
        f"Reprenez l’étape « {taken.step.label} » : elle n’est pas confirmée",
        [
            f"{other} n’a pas confirmé l’étape « {taken.step.label} » de votre partenariat"
            f" « {taken.partnership.format.label} ».",
            f"Sa raison : « {taken.answer_note} »",
            "L’étape refusée reste dans l’historique et ne compte pas ; vous pourrez la noter à nouveau quand vous serez"
            " d’accord.",
        ],
        Category.FOLLOW_UP,
        ("Voir le partenariat", link("partnerships.show", partnership_id=taken.partnership.public_id)),
    )


def step_withdrawn(taken: StepTaken) -> Mail:
    """What those who were asked to confirm a step learn when it is taken back."""
    asking = name_of(taken.partnership.exchange, taken.side or Side.CITE)
    return Mail(
        f"Rien à répondre : l’étape « {taken.step.label} » a été retirée",
        [
            f"L’étape « {taken.step.label} » que {asking} vous demandait de confirmer, dans le partenariat"
            f" « {taken.partnership.format.label} », a été retirée : il n’y a plus rien à répondre.",
            "Elle reste dans l’historique et ne compte pas.",
        ],
        Category.FOLLOW_UP,
        ("Voir le partenariat", link("partnerships.show", partnership_id=taken.partnership.public_id)),
    )
