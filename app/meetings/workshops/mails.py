"""The mail that tells both sides of a partnership what was put on its programme: one, however many workshops."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from app.accounts.models import User
from app.formats import plural
from app.mail.models import Category
from app.mail.outbox import Mail, link, post
from app.meetings.models import Meeting
from app.meetings.wording import when_said, where_said_short
from app.partnerships.exchanges.models import Side
from app.partnerships.mails import names_of, people_of_side
from app.partnerships.models import Partnership

#: A mail names so many at most; the programme has them all.
MOST_NAMED = 12


def post_planned(session: Session, partnership: Partnership, made: Sequence[Meeting], by: User) -> None:
    """Tell both sides, but for the person who did it."""
    people = {one.id: one for side in (Side.CITE, Side.PARTNER) for one in people_of_side(session, partnership.exchange, side)}
    post(session, planned(partnership, made), [one for key, one in people.items() if key != by.id])


def planned(partnership: Partnership, made: Sequence[Meeting]) -> Mail:
    """Which workshop, when and where."""
    said = plural(len(made), "atelier", "ateliers")
    days = [when_said(one) for one in made[:MOST_NAMED]]
    more = len(made) - len(days)
    return Mail(
        f"{said} au programme : {made[0].title}",
        [
            f"{said} « {made[0].title} » au programme du partenariat entre {names_of(partnership.exchange)}"
            f" ({where_said_short(made[0])}) :",
            *days,
            *([f"et {plural(more, 'autre date', 'autres dates')}."] if more else []),
        ],
        Category.FOLLOW_UP,
        ("Voir le programme", link("workshops.programme", partnership_id=partnership.public_id)),
    )
