"""What may be asked of coverage: a day and a distance. Both stand in the URL, so that a page can be kept and sent."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from app.clock import today
from app.forms import DayField, KilometresField, QueryForm

DEFAULT_REACH_KM = 30.0
USUAL_REACHES_KM = (10, 20, 30, 50)


@dataclass(frozen=True)
class Question:
    """A day, a distance, and those of the two that were asked for, as parameters of a URL."""

    day: date
    reach_km: float
    args: dict[str, Any]

    @property
    def permanent_args(self) -> dict[str, Any]:
        """The parameters that will ask the same thing tomorrow."""
        return {"date": self.day.isoformat(), "rayon": f"{self.reach_km:g}".replace(".", ",")}


class QuestionForm(QueryForm):
    """`?date=2017-07-11&rayon=12,5`; an empty field takes its default: today, 30 km."""

    date = DayField("Situation au")
    rayon = KilometresField("Distance, en kilomètres")

    def question(self) -> Question:
        """Give what was asked, and let the fields show it in full; only a valid form has an answer."""
        asked = {"date": bool(self.date.data), "rayon": bool(self.rayon.data)}
        question = Question(self.date.data or today(), self.rayon.kilometres or DEFAULT_REACH_KM, {})
        permanent = question.permanent_args
        # A browser's own control of dates shows nothing but the ISO form, however the day was typed.
        self.date.data, self.date.raw_data = question.day, None
        self.rayon.data = permanent["rayon"]
        return replace(question, args={name: value for name, value in permanent.items() if asked[name]})


class GainQuestionForm(QuestionForm):
    """The same where gains are computed: every library within reach of every commune is a pair to be counted."""

    rayon = KilometresField("Distance, en kilomètres", longest=80)
