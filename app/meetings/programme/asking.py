"""From the URL of the programme to what is asked, or to what has to be said back: an error, or « lequel voulez-vous ? »."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.clock import today
from app.directory.edition.models import ThemeKind
from app.directory.edition.words import theme_choices
from app.directory.models import Institution
from app.directory.places import Answer, label, resolve
from app.directory.queries import Criteria as DirectoryCriteria
from app.directory.queries import by_public_id, search
from app.formats import french_date
from app.meetings.models import MeetingKind
from app.meetings.programme.forms import ProgrammeForm
from app.meetings.programme.queries import Criteria

MOST_CHOICES = 12


@dataclass
class Asked:
    """A programme as it was asked; `criteria` is None while something has to be said back.

    `args` are the parameters of the clean URL; `filters` say in French what was asked, by the parameter to remove.
    `territories` and `institutions` are what a text may name, when it names several.
    """

    form: ProgrammeForm
    criteria: Criteria | None = None
    args: dict[str, Any] = field(default_factory=dict)
    filters: dict[str, str] = field(default_factory=dict)
    territories: Answer | None = None
    institutions: list[Institution] = field(default_factory=list)
    typed: dict[str, list[str]] = field(default_factory=dict)

    def without(self, *names: str) -> dict[str, Any]:
        """The parameters of the same programme without some of its filters."""
        return {name: value for name, value in self.args.items() if name not in names}

    def choosing(self, name: str) -> dict[str, Any]:
        """The parameters as they were typed, for a link that gives `name` its meaning."""
        return {key: value for key, value in self.typed.items() if key != name}


def read(session: Session, parameters: MultiDict[str, str]) -> Asked:
    """Understand the parameters of a programme."""
    form = ProgrammeForm(parameters)
    poles, axes = theme_choices(session, ThemeKind.POLE), theme_choices(session, ThemeKind.AXIS)
    form.theme.offer(poles, axes)
    names = {one.name for one in form}
    asked = Asked(form, typed={name: texts for name, texts in parameters.lists() if name in names})
    valid = form.validate()
    found = Criteria(territory=_territory(session, asked), institution=_institution(session, asked))
    if not valid or form.errors or asked.territories or asked.institutions:
        return asked
    asked.args = form.clean_args
    if found.territory:
        asked.args["territoire"] = found.territory.id
        form.territory.data = label(found.territory)
    if found.institution:
        asked.args["structure"] = found.institution.public_id
        form.institution.data = found.institution.name
    asked.criteria = replace(
        found,
        kinds=tuple(MeetingKind(code) for code in asked.args.get("type", [])),
        theme=asked.args.get("axe", ""),
        starts=form.starts.data,
        ends=form.ends.data,
        past=bool(form.past.data),
    )
    asked.filters = describe(asked.criteria, dict([*poles, *axes]))
    return asked


def describe(criteria: Criteria, themes: Mapping[str, str]) -> dict[str, str]:
    """Each filter in French, by the name of its parameter."""
    said = {
        "type": " ou ".join(kind.label if len(criteria.kinds) > 1 else kind.plural for kind in criteria.kinds),
        "territoire": label(criteria.territory) if criteria.territory else "",
        "structure": criteria.institution.name if criteria.institution else "",
        "axe": themes.get(criteria.theme, criteria.theme),
        "du": _day_said("à partir du", criteria.starts),
        "au": _day_said("jusqu’au", criteria.ends),
        "passees": "rencontres passées" if criteria.past else "",
    }
    return {name: words for name, words in said.items() if words}


def _day_said(words: str, day: date | None) -> str:
    return f"{words} {french_date(day)}" if day else ""


def _territory(session: Session, asked: Asked) -> Any:
    """The territory that is named; otherwise a choice, or an error, is put in `asked`."""
    typed = asked.form.territory
    if not typed.data or typed.errors:
        return None
    answer = resolve(session, typed.data)
    if answer.territory is None and answer.choices:
        asked.territories = answer
    elif answer.territory is None:
        typed.errors = [f"Aucun territoire ne s’appelle « {_cut(typed.data)} ». Vérifiez l’orthographe."]
    return answer.territory


def _institution(session: Session, asked: Asked) -> Institution | None:
    """The institution that is named, by its public id or by the words of its name; else a choice, or an error, in `asked`."""
    typed = asked.form.institution
    if not typed.data or typed.errors:
        return None
    if known := session.scalar(by_public_id(typed.data)):
        return known
    found = session.scalars(search(DirectoryCriteria(on=today(), words=typed.data)).limit(MOST_CHOICES)).all()
    same = [one for one in found if one.name.casefold() == typed.data.casefold()]
    if len(found) == 1 or len(same) == 1:
        return (same or found)[0]
    if found:
        asked.institutions = list(found)
    else:
        typed.errors = [f"Aucune structure de l’annuaire ne s’appelle « {_cut(typed.data)} ». Vérifiez l’orthographe."]
    return None


def _cut(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"
