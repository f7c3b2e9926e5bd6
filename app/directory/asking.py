"""From the parameters of a URL to what the directory is asked: a valid `Criteria`, or what has to be said back.

Three things may come out: criteria and the one clean URL that asks them; a choice, when a typed place has several
meanings; errors in the form. Nothing that was typed is lost.
"""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.clock import today
from app.directory.approaching import approach
from app.directory.forms import TO_CONFIRM, SearchForm, coordinates
from app.directory.models import Kind, State
from app.directory.places import Answer, label, position_of, resolve
from app.directory.queries import Criteria, Near
from app.formats import apostrophes, french_date, number
from app.forms import TextField, tidy
from geo.territories import Level, Territory

#: The meanings of a text that a sentence gives.
NAMED_CHOICES = 6
NOTHING_ASKED: dict[str, Any] = {
    "words": "",
    "kinds": (),
    "territory": None,
    "states": (),
    "to_confirm": False,
    "near": None,
}
#: The fields of `Criteria` that each parameter fills.
FIELDS_OF = {
    "q": ("words",),
    "type": ("kinds",),
    "territoire": ("territory",),
    "etat": ("states", "to_confirm"),
    "pres-de": ("near",),
    "rayon": (),
    "date": ("on",),
}


@dataclass
class Asked:
    """A search as it was asked.

    `criteria` is None while something has to be said back. `args` are the parameters of the clean URL. `choices` are the
    meanings of a text, by the name of its parameter. `filters` say in French what was asked, by the parameter to remove.
    """

    form: SearchForm
    day: date
    typed: dict[str, list[str]] = field(default_factory=dict)
    criteria: Criteria | None = None
    args: dict[str, Any] = field(default_factory=dict)
    choices: dict[str, Answer] = field(default_factory=dict)
    filters: dict[str, str] = field(default_factory=dict)
    place: Territory | None = None

    def without(self, name: str) -> dict[str, Any]:
        """The parameters of the same search without one of its filters."""
        gone = {name, "rayon"} if name == "pres-de" else {name}
        return {key: value for key, value in self.args.items() if key not in gone}

    def args_choosing(self, name: str) -> dict[str, Any]:
        """The parameters of this search, as they were typed, for a link that gives `name` its meaning."""
        return {key: value for key, value in self.typed.items() if key != name}

    @property
    def around(self) -> dict[str, Any]:
        """The parameters that are kept when the words of this search become a place to search around."""
        return {key: value for key, value in self.args.items() if key in ("date", "type", "etat")}

    @property
    def map_args(self) -> dict[str, Any]:
        """The parameters of the map of this search: it has no order."""
        return {key: value for key, value in self.args.items() if key != "tri"}

    def criteria_without(self, name: str) -> Criteria:
        """What would be asked without one of the filters."""
        assert self.criteria is not None, "a search that is not understood has nothing to loosen"
        nothing = NOTHING_ASKED | {"on": today()}
        return replace(self.criteria, approaching=None, **{one: nothing[one] for one in FIELDS_OF[name]})

    @property
    def said_back(self) -> str:
        """Why there are no criteria, in sentences: for an answer that has no form to say it in."""
        errors = [error for field in self.form for error in field.errors]
        asked = [_which_one(answer) for answer in self.choices.values()]
        return " ".join([*errors, *asked])


def read(session: Session, parameters: MultiDict[str, str], stale_after_months: int) -> Asked:
    """Understand the parameters of a search."""
    form = SearchForm(parameters)
    valid = form.validate()
    typed = {name: [text for text in texts if tidy(text)] for name, texts in parameters.lists() if name in FIELDS_OF}
    asked = Asked(form, form.date.data or today(), typed)
    territory = _territory(session, asked, form.territoire, "territoire", tuple(Level))
    near = _near(session, asked)
    if not valid or form.errors or asked.choices:
        return asked
    asked.args = form.clean_args
    if territory:
        asked.args["territoire"] = territory.id
        form.territoire.data = label(territory)
    if asked.place:
        asked.args["pres-de"] = asked.place.id
        form.pres_de.data = label(asked.place)
    asked.criteria = approach(session, _criteria(asked, territory, near, stale_after_months))
    asked.filters = describe(asked.criteria, asked.place)
    return asked


def describe(criteria: Criteria, place: Territory | None = None) -> dict[str, str]:
    """Each filter in French, by the name of its parameter: « à 30 km au plus de Forcalquier »."""
    said: dict[str, str] = {}
    if criteria.words:
        said["q"] = f"« {criteria.words} »"
    if criteria.kinds:
        said["type"] = " ou ".join(kind.label if len(criteria.kinds) > 1 else kind.plural for kind in criteria.kinds)
    if criteria.territory:
        said["territoire"] = label(criteria.territory)
    if criteria.states or criteria.to_confirm:
        said["etat"] = " ou ".join([*(state.label for state in criteria.states), *["à confirmer"] * criteria.to_confirm])
    if criteria.near:
        point = f"{_degrees(criteria.near.latitude)}, {_degrees(criteria.near.longitude)}"
        centre = apostrophes(place.name) if place else f"la position {point}"
        radius = criteria.near.radius_km
        said["pres-de"] = f"autour de {centre}" if radius is None else f"à {_kilometres(radius)} au plus de {centre}"
    if criteria.on != today():
        said["date"] = f"situation au {french_date(criteria.on)}"
    return said


def _territory(session: Session, asked: Asked, typed: TextField, name: str, levels: tuple[Level, ...]) -> Territory | None:
    """The territory that a field names; otherwise a choice, or an error, is put in `asked`."""
    if not typed.data or typed.errors:
        return None
    answer = resolve(session, typed.data, levels)
    if answer.territory is None and answer.choices:
        asked.choices[name] = answer
    elif answer.territory is None:
        typed.errors = [*typed.errors, _unknown(typed.data, levels)]
    return answer.territory


def _which_one(answer: Answer) -> str:
    names = ", ".join(label(territory) for territory in answer.choices[:NAMED_CHOICES])
    more = "…" if len(answer.choices) > NAMED_CHOICES else ""
    found = "Plusieurs territoires portent ce nom"
    if answer.resembling:
        found = "Aucun territoire ne porte exactement ce nom, certains y ressemblent"
    return f"{found} : {names}{more}. Précisez-le dans l’annuaire."


def _unknown(text: str, levels: tuple[Level, ...]) -> str:
    shown = text if len(text) <= 40 else f"{text[:39]}…"
    if len(levels) > 1:
        return f"Aucun territoire ne s’appelle « {shown} ». Écrivez une région, un département, un EPCI ou une commune."
    return f"Aucune commune ne s’appelle « {shown} ». Écrivez une commune, un code postal, ou « latitude, longitude »."


def _near(session: Session, asked: Asked) -> Near | None:
    """The place to search around; a commune is put in `asked.place`."""
    typed, radius = asked.form.pres_de, asked.form.rayon.kilometres
    if typed.errors:
        return None
    if position := coordinates(typed.data or ""):
        longitude, latitude = position
        typed.data = f"{_degrees(latitude)},{_degrees(longitude)}"
        return Near(longitude, latitude, radius)
    asked.place = _territory(session, asked, typed, "pres-de", (Level.COMMUNE,))
    if asked.place is None:
        return None
    longitude, latitude = session.execute(position_of(asked.place)).one()
    return Near(longitude, latitude, radius)


def _criteria(asked: Asked, territory: Territory | None, near: Near | None, stale_after_months: int) -> Criteria:
    states = asked.args.get("etat", [])
    return Criteria(
        on=asked.day,
        words=asked.args.get("q", ""),
        kinds=tuple(Kind(code) for code in asked.args.get("type", [])),
        territory=territory,
        states=tuple(State(code) for code in states if code != TO_CONFIRM),
        to_confirm=TO_CONFIRM in states,
        near=near,
        sort=asked.args.get("tri", "pertinence"),
        stale_after_months=stale_after_months,
    )


def _degrees(value: float) -> str:
    """A metre or so is enough to search around."""
    return f"{value:.5f}".rstrip("0").rstrip(".")


def _kilometres(radius: float) -> str:
    return f"{number(radius, 0 if radius.is_integer() else 1)}\u00a0km"
