"""The parameters of a URL → what is asked of candidates, or what to write instead."""

from dataclasses import dataclass

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.clock import today
from app.coverage.areas import read_area
from app.coverage.candidates.criteria import PROPOSALS, Criterion
from app.coverage.candidates.forms import CandidateForm
from app.coverage.candidates.question import CandidateQuestion, in_digits
from app.coverage.eligible import Eligibility
from app.coverage.forms import DEFAULT_REACH_KM
from app.directory.vocabulary import Format

NO_WEIGHT = "Tous les poids sont à zéro : rien ne distingue plus les bibliothèques. Donnez un poids à un critère au moins."


@dataclass
class Asked:
    """What was asked: `question` is None while something has to be said back, in the errors of the form."""

    form: CandidateForm
    question: CandidateQuestion | None = None

    @property
    def names_an_area(self) -> bool:
        """Whether it says where to look: France too has to be named on a page, for it takes seconds."""
        return any(self.form[name].data for name in ("territoires", "autour", "zone"))

    @property
    def errors(self) -> dict[str, list[str]]:
        """Sentences by the name of a field."""
        return {name: list(messages) for name, messages in self.form.errors.items() if name}


def read(session: Session, parameters: MultiDict[str, str], stale_after_months: int) -> Asked:
    """Understand the parameters. The fields then show what was understood, or what was typed and is wrong."""
    form = CandidateForm(parameters)
    asked = Asked(form)
    valid = form.validate()
    reading = read_area(session, form)
    if not valid or reading.errors:
        return asked
    chosen = Format(form.formule.data)
    moved = _moved(form, chosen)
    if not any((PROPOSALS[chosen].weights | moved).values()):
        form.poids_habitants.errors = [NO_WEIGHT]
        return asked
    day = form.question()
    asked.question = CandidateQuestion(
        area=reading.area,
        day=day.day,
        reach_km=day.reach_km,
        stale_after_months=stale_after_months,
        format=chosen,
        planned=form.projets.data != "non",
        neighbours=form.voisins.data == "oui",
        prudent=form.tri.data == "prudent",
        eligibility=Eligibility(form.kinds, form.heures.value or None, bool(form.salaries.data), form.inconnus.data != "non"),
        moved=tuple(moved.items()),
        asked=tuple(_asked(form, day.args).items()),
    )
    _show(form, asked.question)
    return asked


def _asked(form: CandidateForm, args: dict[str, str]) -> dict[str, str]:
    """The day and the distance that stay in the address: a form sends even those that go without saying."""
    if not form.shown_format.data:
        return args
    usual = {"date": today().isoformat(), "rayon": in_digits(DEFAULT_REACH_KM)}
    return {name: value for name, value in args.items() if value != usual[name]}


def _moved(form: CandidateForm, chosen: Format) -> dict[Criterion, float]:
    """The weights that differ from those proposed.

    A form sends them all: those that it showed for another format, and that nobody touched, follow the format chosen.
    """
    shown = form.shown_format.data
    untouched = PROPOSALS[Format(shown)].weights if shown in {one.value for one in Format} else {}
    typed = {one: field.value for one, field in form.weight_fields.items()}
    return {
        one: weight
        for one, weight in typed.items()
        if weight is not None and weight != PROPOSALS[chosen].weights[one] and weight != untouched.get(one)
    }


def _show(form: CandidateForm, question: CandidateQuestion) -> None:
    """Let the fields say what was understood."""
    for one, weight in question.weights.items():
        form.weight_fields[one].data = in_digits(weight)
    form.type.data = [kind.value for kind in question.eligibility.kinds]
    form.shown_format.data = question.format.value
