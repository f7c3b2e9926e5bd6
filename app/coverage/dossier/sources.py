"""How a dossier names its sources: what, of when, from whom, under which licence."""

from sqlalchemy.orm import Session

from app.coverage.queries import sources
from app.formats import french_date
from geo.sources import DataSource


class Sources:
    """The data sets of the tables, by their name."""

    def __init__(self, session: Session) -> None:
        self.all: dict[str, DataSource] = {one.name: one for one in session.scalars(sources())}

    def line(self, *names: str) -> str:
        """« Source : titre, jour, licence » for each data set that was loaded: what stands under a figure."""
        found = [self.all[name] for name in names if name in self.all]
        cited = " ; ".join(f"{one.title}, {french_date(one.vintage)}, {one.licence}" for one in found)
        return f"{'Sources' if len(found) > 1 else 'Source'} : {cited}." if cited else ""

    def whole(self) -> list[str]:
        """Each data set with its producer and what its day stands for: what closes a dossier."""
        return [
            f"{one.title} : {one.producer} ; {french_date(one.vintage)}{_note(one)} ; {one.licence}."
            for one in self.all.values()
        ]


def _note(one: DataSource) -> str:
    """What the day of a data set stands for, where it is said."""
    return f" ({one.vintage_note})" if one.vintage_note else ""
