"""The sheet in a few short pages: what each is called, its form, and the fields that it writes."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app.directory.edition import actions, queries
from app.directory.edition.contact_form import CONTACT_FIELDS, ContactForm
from app.directory.edition.figures_form import FIGURES_FIELDS, FiguresForm
from app.directory.edition.forms import (
    ActivityForm,
    OfferingsForm,
    SectionForm,
    SolicitationsForm,
)
from app.directory.edition.hours_form import HoursForm
from app.directory.edition.models import ThemeKind
from app.directory.edition.permissions import can_add_theme
from app.directory.edition.words import theme_choices
from app.directory.memberships.permissions import Actor
from app.directory.models import LIBRARY_KINDS, Institution, Kind

#: The kinds that have figures: those of which the Ministry asks them.
WITH_FIGURES = (*LIBRARY_KINDS, Kind.NETWORK)


@dataclass(frozen=True)
class Section:
    """One page of the edition of a sheet; `endpoint` shows it, `save_<endpoint>` writes it."""

    endpoint: str
    title: str
    summary: str
    form: type[SectionForm]
    fields: tuple[str, ...]
    template: str

    @property
    def writes_to(self) -> str:
        return f"edition.save_{self.endpoint}"


CONTACT = Section(
    "contact",
    "Nom et coordonnées",
    "Nom, adresse, téléphone, site, boîte électronique commune.",
    ContactForm,
    CONTACT_FIELDS,
    "edition/contact.html",
)
FIGURES = Section(
    "figures", "Chiffres", "Surface, heures d’ouverture, équipe.", FiguresForm, FIGURES_FIELDS, "edition/figures.html"
)
HOURS = Section(
    "hours",
    "Horaires",
    "Semaine type, jours fériés, vacances scolaires.",
    HoursForm,
    ("opening_hours", "weekly_hours"),
    "edition/hours.html",
)
ACTIVITY = Section(
    "activity",
    "Ce que nous faisons",
    "Pôles, axes, publics et quelques mots de présentation.",
    ActivityForm,
    ("themes", "audiences", "presentation"),
    "edition/activity.html",
)
OFFERINGS = Section(
    "offerings",
    "Ce que nous proposons, ce que nous recherchons",
    "Salle, ateliers, ressources, journées de conseillers, expositions…",
    OfferingsForm,
    actions.OFFERING_FIELDS,
    "edition/offerings.html",
)
SOLICITATIONS = Section(
    "solicitations",
    "Sollicitations",
    "À partir de quand, et combien à la fois.",
    SolicitationsForm,
    ("not_before", "open_solicitations_max"),
    "edition/solicitations.html",
)
SECTIONS = (CONTACT, FIGURES, HOURS, ACTIVITY, OFFERINGS, SOLICITATIONS)


def sections_of(institution: Institution) -> list[Section]:
    """The pages that make sense for its kind."""
    return [section for section in SECTIONS if section is not FIGURES or institution.kind in WITH_FIGURES]


def form_of(session: Session, section: Section, institution: Institution, actor: Actor) -> SectionForm:
    """The form of a section, filled with what was sent, else with what is known."""
    about = {"country": institution.country, "editor_email": actor.user.email if actor.user else None}
    current = actions.state_of(session, institution) | about
    form = section.form(current)
    if isinstance(form, ActivityForm):
        may_add = can_add_theme(actor, institution)
        form.offer(theme_choices(session, ThemeKind.POLE), theme_choices(session, ThemeKind.AXIS), may_add)
    if not form.is_submitted():
        form.opened_at.data = str(session.scalar(queries.last_change(institution)) or 0)
    return form


def values_of(session: Session, institution: Institution, form: SectionForm) -> dict[str, Any]:
    """What a valid form writes; a pole or an axis that it names is added to the list."""
    values = form.values()
    if isinstance(form, ActivityForm):
        for field, kind in ((form.new_pole, ThemeKind.POLE), (form.new_axis, ThemeKind.AXIS)):
            if field is not None and field.data:
                code = actions.add_theme(session, institution, kind, field.data).code
                values["themes"] = [*values["themes"], *([code] if code not in values["themes"] else [])]
    figures = () if institution.kind in WITH_FIGURES else FIGURES_FIELDS
    return {name: value for name, value in values.items() if name not in figures}
