"""What may be asked of the map: a day, kinds, a territory, a background. All of it stands in the URL."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from wtforms import RadioField
from wtforms.fields.choices import SelectChoice

from app.clock import today
from app.directory.models import NETWORK_KINDS, Kind
from app.directory.queries import RANKED_KINDS
from app.forms import CheckboxListField, DayField, QueryForm, TextField
from geo.territories import Territory

#: What the map shows when nothing is asked.
USUAL_KINDS = (*NETWORK_KINDS, Kind.AGENCY, Kind.LIBRARY)
#: Few enough to be drawn one by one; the other kinds are grouped.
SINGLE_KINDS = (*NETWORK_KINDS, Kind.AGENCY)
#: What the panel offers; the rest is shown only when asked for, and offered then.
OFFERED_KINDS = (*USUAL_KINDS, Kind.DEPARTMENTAL)
#: `?type=aucun`: no kind at all, which a form cannot say by leaving every box empty.
NO_KIND = "aucun"
COVERAGE = "couverture"
OUTLINES = "contours"


@dataclass(frozen=True)
class Question:
    """What a map shows: `args` are the parameters that were asked for, to be kept in every link."""

    day: date
    kinds: tuple[Kind, ...] = USUAL_KINDS
    territory: Territory | None = None
    coloured: bool = True
    stale_after_months: int = field(default=24, kw_only=True)
    args: dict[str, Any] = field(default_factory=dict, kw_only=True)

    @property
    def single_kinds(self) -> tuple[Kind, ...]:
        return tuple(kind for kind in self.kinds if kind in SINGLE_KINDS)

    @property
    def grouped_kinds(self) -> tuple[Kind, ...]:
        return tuple(kind for kind in self.kinds if kind not in SINGLE_KINDS)

    def link_args(self, **changes: Any) -> dict[str, Any]:
        """The parameters of a link that asks the same, but for `changes`; None takes a parameter away."""
        return {name: value for name, value in (self.args | changes).items() if value is not None}


class MapForm(QueryForm):
    """`?date=2017-07-11&type=bibliotheque&territoire=departement-04`; nothing asked: everything, today, everywhere."""

    date = DayField("Situation au")
    type = CheckboxListField(
        "Ce que la carte montre", [*((kind.value, kind.plural) for kind in RANKED_KINDS), (NO_KIND, "Rien")]
    )
    territoire = TextField("Territoire")
    fond = RadioField(
        "Fond de carte",
        choices=[SelectChoice(COVERAGE, "Couverture des départements"), SelectChoice(OUTLINES, "Contours seuls")],
        default=COVERAGE,
        validate_choice=False,
    )

    def question(self, territory: Territory | None, stale_after_months: int) -> Question:
        """Give what was asked, with `territory` for the id that was typed; only a valid form has an answer."""
        asked = [code for code in self.type.data or [] if code != NO_KIND]
        kinds = tuple(kind for kind in RANKED_KINDS if kind.value in asked)
        args = {
            "date": self.date.data.isoformat() if self.date.data and self.date.data != today() else None,
            "type": [kind.value for kind in kinds] or [NO_KIND] if self.type.data and set(kinds) != set(USUAL_KINDS) else None,
            "territoire": territory.id if territory else None,
            "fond": OUTLINES if self.fond.data == OUTLINES else None,
        }
        return Question(
            day=self.date.data or today(),
            kinds=kinds if self.type.data else USUAL_KINDS,
            territory=territory,
            coloured=self.fond.data != OUTLINES,
            stale_after_months=stale_after_months,
            args={name: value for name, value in args.items() if value is not None},
        )
