"""What may be asked of the directory. Everything stands in the URL, so that a search can be kept, sent and reopened."""

import re
from collections.abc import Mapping
from typing import Any

from wtforms import HiddenField, ValidationError

from app.directory.models import Kind, State
from app.directory.queries import RANKED_KINDS
from app.formats import number
from app.forms import CheckboxListField, DayField, KilometresField, QueryForm, TextField

#: `?etat=a-confirmer`: open, according to an observation that is too old.
TO_CONFIRM = "a-confirmer"
STATE_CHOICES = (
    (State.OPEN.value, "Ouvert (à confirmer compris)"),
    (TO_CONFIRM, "Ouvert, à confirmer"),
    (State.PLANNED.value, "En projet"),
    (State.CLOSED.value, "Fermé"),
    (State.ABSENT.value, "Absent de la liste"),
    (State.UNSETTLED.value, "État non établi"),
)
BY_NAME = "nom"


class SearchForm(QueryForm):
    """`?q=media&type=bibliotheque&territoire=departement-04&etat=ouvert&pres-de=commune-04088&rayon=30&date=2017-07-11`."""

    q = TextField("Mots à chercher")
    type = CheckboxListField("Type de structure", [(kind.value, kind.plural) for kind in RANKED_KINDS])
    territoire = TextField("Territoire")
    etat = CheckboxListField("État", STATE_CHOICES)
    pres_de = TextField("Près de", name="pres-de")
    rayon = KilometresField("Rayon, en kilomètres")
    date = DayField("Situation au")
    tri = HiddenField("Ordre")

    def validate_pres_de(self, field: TextField) -> None:
        coordinates(field.data or "")

    def count_kinds(self, counts: Mapping[Kind, int]) -> None:
        """Say beside each kind how many would be found; a kind that nobody has is not offered, unless it was asked."""
        kept = [kind for kind in RANKED_KINDS if counts.get(kind) or kind.value in (self.type.data or [])]
        self.type.offer((kind.value, f"{kind.plural} ({number(counts.get(kind, 0))})") for kind in kept)

    @property
    def clean_args(self) -> dict[str, Any]:
        """The parameters of the URL that asks the same, without an empty one; only a valid form has them."""
        asked = {
            "q": self.q.data,
            "type": _in_order(self.type),
            "territoire": self.territoire.data,
            "etat": _in_order(self.etat),
            "pres-de": self.pres_de.data,
            "rayon": f"{self.rayon.kilometres:g}".replace(".", ",") if self.rayon.kilometres else "",
            "date": self.date.data.isoformat() if self.date.data else "",
            # A link with an order that does not exist is not a mistake of the person who follows it.
            "tri": BY_NAME if self.tri.data == BY_NAME else "",
        }
        return {name: value for name, value in asked.items() if value}


def coordinates(text: str) -> tuple[float, float] | None:
    """Read « 44.0956, 5.9876 » or « 44,0956 ; 5,9876 », latitude first, as (longitude, latitude); None for anything else.

    Two numbers that are nowhere on Earth raise a `ValidationError`.
    """
    number = r"([+-]?\d{1,3}(?:[.,]\d{1,10})?)"
    found = re.fullmatch(rf"{number}(?:\s*;\s*|\s+){number}", text) or re.fullmatch(
        rf"{number.replace('[.,]', '[.]')}\s*,\s*{number.replace('[.,]', '[.]')}", text
    )
    if not found:
        return None
    latitude, longitude = (float(part.replace(",", ".")) for part in found.groups())
    if abs(latitude) > 90 or abs(longitude) > 180:
        raise ValidationError(
            f"« {text} » n’est nulle part : écrivez la latitude puis la longitude, par exemple 44.0956, 5.9876."
        )
    return longitude, latitude


def _in_order(field: CheckboxListField) -> list[str]:
    """What was ticked, once each, in the order of the list: the same search has one URL."""
    return [choice.value for choice in field.choices if choice.value in (field.data or [])]
