"""What is written about searches: what entered, to each person once for all of theirs; and that one is about to end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.coverage.shortlists.models import SavedSearch
from app.directory.facts import place
from app.directory.models import Institution
from app.formats import french_date, plural
from app.mail.models import Category
from app.mail.outbox import Mail, link

#: Libraries that a mail names; beyond, it counts them.
MOST_NAMED = 10


@dataclass(frozen=True)
class News:
    """What entered a search since it was last compared; `said` is what the search asks."""

    search: SavedSearch
    said: str
    libraries: Sequence[Institution]


def entered(news: Sequence[News]) -> Mail:
    """To one person, for all the searches that they follow."""
    libraries = sum(len(one.libraries) for one in news)
    said = plural(libraries, "nouvelle bibliothèque", "nouvelles bibliothèques")
    where = f"« {news[0].search.name} »" if len(news) == 1 else f"{len(news)} recherches suivies"
    return Mail(
        f"Regardez {said} dans {where}",
        [_told(one) for one in news]
        + ["Une bibliothèque entre quand elle se met à répondre aux filtres, ou à compter parmi les premières du classement."],
        Category.ALERTS,
        ("Voir ce qui est entré", _page_of(news)),
    )


def ending(search: SavedSearch, last_day: date) -> Mail:
    """A month before a search ends: one button keeps it."""
    return Mail(
        f"Dites si vous suivez encore « {search.name} »",
        (
            f"Cette recherche de {search.institution.name} date du {french_date(search.renewed_at)} : sans réponse, elle sera"
            f" supprimée le {french_date(last_day)}, et n’enverra plus d’alerte.",
            "Un bouton suffit pour la garder un an de plus.",
        ),
        Category.FOLLOW_UP,
        ("Garder cette recherche", link("shortlists.renewal", saved_search_id=search.public_id)),
    )


def _told(news: News) -> str:
    named = [f"{one.name}{f', {where}' if (where := place(one)) else ''}" for one in news.libraries[:MOST_NAMED]]
    more = len(news.libraries) - len(named)
    others = f" ; et {plural(more, 'autre')}" if more > 0 else ""
    return f"« {news.search.name} » : {' ; '.join(named)}{others}. Ce que suit cette recherche : {news.said}"


def _page_of(news: Sequence[News]) -> str:
    if len(news) > 1:
        return link("shortlists.searches")
    return link("shortlists.search", saved_search_id=news[0].search.public_id)
