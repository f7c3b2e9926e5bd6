"""Who sits where, as rows of a file: a person a line, a column a round."""

from collections.abc import Callable

from app.exports import Column
from app.meetings.seating.reading import Guest, Situation


def rows(situation: Situation) -> list[Guest]:
    """The people, by name."""
    return list(situation.guests.values())


def columns(situation: Situation) -> list[Column]:
    """Name, institution, kind, territory, then the number of the table in each round."""
    own = [
        Column("Nom", "nom", lambda guest: guest.name),
        Column("Fonction", "fonction", lambda guest: guest.attendee.role),
        Column("Structure", "structure", lambda guest: guest.organisation),
        Column("Type", "type", lambda guest: guest.kind),
        Column("Territoire", "territoire", lambda guest: guest.where),
    ]
    several = situation.plan.rounds > 1
    return own + [
        Column(f"Table, tour {number}" if several else "Table", f"table_tour_{number}", _table(situation, number))
        for number in situation.rounds
    ]


def _table(situation: Situation, number: int) -> Callable[[Guest], object]:
    def read(guest: Guest) -> object:
        table = situation.places.get((guest.key, number))
        return int(table) if table else None

    return read
