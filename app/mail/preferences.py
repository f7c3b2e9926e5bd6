"""How often a person wishes to hear of what: read as SQL where mails leave, so that a choice counts at the very moment."""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.mail.models import DEFAULT_CADENCES, Cadence, Category, MailPreference, OutgoingMessage

#: The people of app.accounts, as far as mail has to know them: this subject stands below theirs.
PEOPLE = sa.table("app_user", sa.column("id", sa.BigInteger), sa.column("public_id", sa.Text), sa.column("email", sa.Text))

CADENCE = MailPreference.cadence.type


def cadence_of(message: type[OutgoingMessage]) -> sa.ColumnElement[Cadence]:
    """SQL: how often its recipient wishes to hear of the message's category; without account or essential, at once."""
    chosen = (
        sa.select(MailPreference.cadence)
        .where(MailPreference.user_id == message.user_id, MailPreference.category == message.category)
        .scalar_subquery()
    )
    defaults = [(message.category == category, sa.literal(cadence, CADENCE)) for category, cadence in DEFAULT_CADENCES.items()]
    return sa.case(
        (sa.or_(message.user_id.is_(None), message.category == Category.ESSENTIAL), sa.literal(Cadence.AT_ONCE, CADENCE)),
        else_=sa.func.coalesce(chosen, sa.case(*defaults)),
    )


def cadences(session: Session, user_id: int) -> dict[Category, Cadence]:
    """What the person gets: for each category that is a choice, their own or the default."""
    chosen = sa.select(MailPreference).where(MailPreference.user_id == user_id)
    own = {row.category: row.cadence for row in session.scalars(chosen)}
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


def person_known_as(public_id: str) -> sa.Select[int]:
    """The person's number, found by their public id."""
    return sa.select(PEOPLE.c.id).where(PEOPLE.c.public_id == public_id)
