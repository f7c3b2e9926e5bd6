"""Scenarios end a year after their last change: the team is told a month before, by mail, and one button keeps them.

Run as often as one likes: whoever was told is not told again, and nothing is erased that was not told of at least four weeks
before, even if the timer slept.
"""

from sqlalchemy.orm import Session

from app.clock import now
from app.coverage.scenarios import queries
from app.coverage.scenarios.models import Scenario
from app.directory.memberships.queries import people_of
from app.formats import french_date
from app.mail.models import Category
from app.mail.outbox import Mail, link, post


def tell(session: Session) -> int:
    """Tell the teams of the scenarios that end in a month; give how many scenarios."""
    ending = session.scalars(queries.to_tell(now())).all()
    for one in ending:
        one.told_at = now()
        post(session, mail_about(one), session.scalars(people_of(one.institution)).all())
    return len(ending)


def erase(session: Session) -> int:
    """Erase those that nobody has kept; give how many."""
    over = session.scalars(queries.to_erase(now())).all()
    for one in over:
        session.delete(one)
    return len(over)


def mail_about(scenario: Scenario) -> Mail:
    """A month before the end."""
    return Mail(
        "Dites si vous gardez un scénario",
        (
            f"Votre équipe garde le scénario « {scenario.name} », inchangé depuis le {french_date(scenario.changed_at)}.",
            "Un scénario est effacé un an après sa dernière modification. Un bouton, sur sa page, le garde un an de plus ;"
            " sans réponse, il sera effacé dans un mois, et son lien de partage avec lui.",
        ),
        Category.FOLLOW_UP,
        ("Garder ou laisser partir", link("scenarios.show", scenario_id=scenario.public_id)),
    )
