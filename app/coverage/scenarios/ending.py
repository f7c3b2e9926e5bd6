"""Scenarios end a year after their last change: the team is told a month before, by mail, and one button keeps them.

Run as often as one likes: whoever was told is not told again, and nothing is erased that was not told of at least four weeks
before, even if the timer slept.
"""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from app.accounts.models import User
from app.clock import now
from app.coverage.scenarios import queries
from app.coverage.scenarios.models import Scenario
from app.directory.memberships.queries import people_of
from app.formats import french_date, plural
from app.mail.models import Category
from app.mail.outbox import Mail, link, post

#: Names in the subject of a mail.
NAMED = 3


def tell(session: Session) -> int:
    """Tell the teams of the scenarios that end in a month, in one mail a person; give how many scenarios."""
    ending = session.scalars(queries.to_tell(now())).all()
    told: dict[User, list[Scenario]] = {}
    for one in ending:
        one.told_at = now()
        for person in session.scalars(people_of(one.institution)):
            told.setdefault(person, []).append(one)
    for person, theirs in told.items():
        post(session, mail_about(theirs), [person])
    return len(ending)


def erase(session: Session) -> int:
    """Erase those that nobody has kept; give how many."""
    over = session.scalars(queries.to_erase(now())).all()
    for one in over:
        session.delete(one)
    return len(over)


def mail_about(ending: Sequence[Scenario]) -> Mail:
    """A month before the end of some scenarios of a person's teams."""
    one, *others = ending
    page = link("scenarios.index") if others else link("scenarios.show", scenario_id=one.public_id)
    names = ", ".join(f"« {each.name} »" for each in ending[:NAMED])
    more = f" et {plural(len(ending) - NAMED, 'autre')}" if len(ending) > NAMED else ""
    return Mail(
        f"Gardez-vous {'ces scénarios :' if others else 'le scénario'} {names}{more} ?",
        (
            *(f"« {each.name} », inchangé depuis le {french_date(each.changed_at)}." for each in ending),
            "Un scénario est effacé un an après sa dernière modification. Un bouton, en haut de sa page, le garde un an de"
            " plus ; sans réponse, il sera effacé dans un mois, et son lien de partage avec lui.",
        ),
        Category.FOLLOW_UP,
        ("Garder ou laisser partir", page),
    )
