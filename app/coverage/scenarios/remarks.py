"""What a trial asks for in vain, or against what the directory says: sentences for whoever reads it."""

from collections.abc import Collection
from datetime import date

from app.coverage.scenarios.spots import Spot
from app.coverage.scenarios.trials import quoted
from app.coverage.situation import OpenPlace
from app.directory.models import Institution, Precision, State
from app.formats import date_with_precision, french_date

#: The states of what stands there no more, as they are said of an institution.
GONE = {State.CLOSED: "structure fermée", State.ABSENT: "structure absente de la liste officielle"}


def remarks_on(
    day: date, spots: list[Spot], closed: Collection[str], counted: dict[str, OpenPlace], absent: dict[str, Institution]
) -> list[str]:
    """What is opened though it has closed; what changes nothing: opening what is open, closing what is not or is not seen."""
    again = [spot.name for spot in spots if spot.key in counted and spot.key not in closed]
    unseen = [counted[key].institution.name for key in closed if key in counted and counted[key].longitude is None]
    said = [_gone(spot) for spot in spots if spot.state in GONE]
    if again:
        said.append(f"{quoted(again)} : déjà ouvert le {french_date(day)}. L’ouvrir ne change rien.")
    if absent:
        said.append(
            f"{quoted([one.name for one in absent.values()])} : pas ouvert le {french_date(day)}. Le fermer ne change rien."
        )
    if unseen:
        said.append(f"{quoted(unseen)} : sans coordonnées, aucune distance n’en tient compte. Le fermer ne change rien.")
    return said


def _gone(spot: Spot) -> str:
    assert spot.state is not None
    day = date_with_precision(spot.observed_on, spot.precision)
    when = f"le {day}" if spot.precision is Precision.DAY else f"({day})"
    return f"{quoted([spot.name])} : {GONE[spot.state]} selon l’annuaire {when}. Elle compte ici comme si elle ouvrait."
