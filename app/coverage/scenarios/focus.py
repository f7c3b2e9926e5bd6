"""The territory that one looks at: a trial counts all of France, and tells what of it lies there."""

from dataclasses import dataclass

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.coverage.areas import Area, AreaForm, read_area
from app.coverage.scenarios.comparing import Comparison, Totals
from app.coverage.scenarios.trials import Trial
from app.coverage.situation import kilometres_in_words
from app.formats import apostrophes


@dataclass(frozen=True)
class Focus:
    """What lies in a territory, and how the territory is said: « dans Provence-Alpes-Côte d’Azur »."""

    where: str
    totals: Totals


def focus_of(session: Session, trial: Trial, comparison: Comparison) -> tuple[Focus | None, list[str]]:
    """What of a comparison lies where the trial looks, if it looks anywhere, and what of that could not be read."""
    if not trial.focus:
        return None, []
    reading = read_area(session, AreaForm(MultiDict(trial.focus)))
    if reading.errors or reading.area.is_france:
        return None, list(reading.errors.values())
    return Focus(_in_words(reading.area), comparison.totals_in(reading.area.communes(session, comparison.demand))), []


def _in_words(area: Area) -> str:
    if area.around:
        return f"à moins de {kilometres_in_words(area.around_km)} de {apostrophes(area.around.name)}"
    *before, last = [apostrophes(one.name) for one in area.territories] or ["la zone dessinée"]
    return f"dans {', '.join(before)} et {last}" if before else f"dans {last}"
