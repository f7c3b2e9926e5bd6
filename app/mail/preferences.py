"""How often a person wishes to hear of what: read as SQL where mails leave, so that a choice counts at the very moment."""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.mail import refusals
from app.mail.models import DEFAULT_CADENCES, REFUSABLE, Cadence, Category, MailPreference, OutgoingMessage
from app.mail.unsubscribing import Unsubscription

#: The people of app.accounts, as far as mail has to know them: this subject stands below theirs.
PEOPLE = sa.table("app_user", sa.column("id", sa.BigInteger), sa.column("public_id", sa.Text), sa.column("email", sa.Text))

CADENCE = MailPreference.cadence.type


def cadence_of(message: type[OutgoingMessage]) -> sa.ColumnElement[Cadence]:
    """SQL: how often its recipient wishes to hear of the message's category; without account or essential, at once.

    An address that refuses the category gets none, unless the person who has it chose otherwise since they have an account.
    """
    chosen = (
        sa.select(MailPreference.cadence)
        .where(MailPreference.user_id == message.user_id, MailPreference.category == message.category)
        .scalar_subquery()
    )
    defaults = [(message.category == category, sa.literal(cadence, CADENCE)) for category, cadence in DEFAULT_CADENCES.items()]
    return sa.case(
        (message.category == Category.ESSENTIAL, sa.literal(Cadence.AT_ONCE, CADENCE)),
        (sa.and_(chosen.is_(None), refusals.is_refused(message)), sa.literal(Cadence.NEVER, CADENCE)),
        (message.user_id.is_(None), sa.literal(Cadence.AT_ONCE, CADENCE)),
        else_=sa.func.coalesce(chosen, sa.case(*defaults)),
    )


def cadences(session: Session, user_id: int) -> dict[Category, Cadence]:
    """What the person gets: for each category that is a choice, their own or the default."""
    chosen = sa.select(MailPreference).where(MailPreference.user_id == user_id)
    own = {row.category: row.cadence for row in session.scalars(chosen)}
    address = session.scalars(sa.select(PEOPLE.c.email).where(PEOPLE.c.id == user_id)).one()
    for category in REFUSABLE:
        if refusals.refusing(session, [refusals.hash_of(address)], category):
            own.setdefault(category, Cadence.NEVER)
    return {
        category: own.get(category, default) for category, default in DEFAULT_CADENCES.items() if category != Category.ESSENTIAL
    }


def choose(session: Session, user_id: int, category: Category, cadence: Cadence) -> None:
    """Keep the person's choice; what is essential is refused by the database."""
    values = {"user_id": user_id, "category": category, "cadence": cadence}
    statement = insert(MailPreference).values(values)
    session.execute(statement.on_conflict_do_update(index_elements=["user_id", "category"], set_={"cadence": cadence}))


def end(session: Session, user_id: int, categories: Iterable[Category]) -> None:
    """Send no more mail of these categories."""
    for category in categories:
        choose(session, user_id, category, Cadence.NEVER)


def has_ended(session: Session, wish: Unsubscription) -> bool | None:
    """Whether what the link of a mail would end has ended; None where the account that it names is no more."""
    if wish.address_hash:
        return all(refusals.refusing(session, [wish.address_hash], category) for category in wish.categories)
    user_id = session.scalar(person_known_as(wish.person))
    if user_id is None:
        return None
    now = cadences(session, user_id)
    return all(now[category] == Cadence.NEVER for category in wish.categories)


def grant(session: Session, wish: Unsubscription) -> None:
    """End what the link of a mail ends: for a person, or for an address without account."""
    if wish.address_hash:
        refusals.refuse(session, wish.address_hash, wish.categories)
    elif user_id := session.scalar(person_known_as(wish.person)):
        end(session, user_id, wish.categories)


def person_known_as(public_id: str) -> sa.Select[int]:
    """The person's number, found by their public id."""
    return sa.select(PEOPLE.c.id).where(PEOPLE.c.public_id == public_id)
