"""The form in which an interest is said: who may say what, and what was typed of whom and toward whom.

A draft is ready when every name is clear; else its form says back what has to be made clear, and nothing typed is lost.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.directory.edition.models import ThemeKind
from app.directory.edition.words import theme_choices
from app.directory.memberships.models import Designation
from app.directory.memberships.permissions import Actor, region_of
from app.directory.models import NETWORK_KINDS, Institution, Kind, ServiceTerritory
from app.errors import Refusal
from app.matchmaking.interests import permissions
from app.matchmaking.interests.actions import SUGGESTIBLE_KINDS, counterparts
from app.matchmaking.interests.forms import InterestForm, WordingForm
from app.matchmaking.interests.models import Act, Interest
from app.matchmaking.interests.queries import by_public_id
from app.matchmaking.interests.targets import Named, Target, code_of, read, said

#: What is said to whom may not do an act: it is never turned into another one.
NOT_ALLOWED = {
    Act.DECLARED.value: "Un intérêt est manifesté par une structure, pour elle-même : vous ne parlez pour aucune qui puisse en"
    " manifester un.",
    Act.WANTED.value: "Un souhait est celui d’une Cité des métiers : vous ne parlez pour aucune.",
    Act.SUGGESTED.value: "Une piste est suggérée par qui suit une région : vous n’en suivez aucune.",
}


@dataclass
class Draft:
    """An interest being said. `acts` are those that this person may do, each with the institutions that may be its author."""

    actor: Actor
    acts: dict[Act, list[Institution]]
    act: Act
    form: InterestForm
    author: Institution | None = None
    lead: Interest | None = None
    toward: Named = field(default_factory=Named)
    about: Named = field(default_factory=Named)

    @property
    def authors(self) -> list[Institution]:
        return self.acts[self.act]

    @property
    def subject(self) -> Institution | None:
        """Of a lead, the institution that it is about."""
        found = self.about.targets
        return found[0] if found and isinstance(found[0], Institution) else None

    @property
    def targets(self) -> Sequence[Target | None]:
        """Toward whom; anyone when nobody is named."""
        return self.toward.targets or [None]


def acts_of(actor: Actor) -> dict[Act, list[Institution]]:
    """What this person may do, with the institutions that may be the author. A lead is of whoever follows its region."""
    own = {one.id: one for member in actor.institutions for one in (member, *member.centres)}.values()
    found = {
        Act.DECLARED: [one for one in own if permissions.can_declare_for(actor, one)],
        Act.WANTED: [one for one in own if permissions.can_want_for(actor, one)],
    }
    possible = {act: authors for act, authors in found.items() if authors}
    return possible | ({Act.SUGGESTED: []} if actor.is_intermediary else {})


def begin(session: Session, actor: Actor, asked: MultiDict[str, str]) -> Draft | None:
    """The form that a link asks for, by `nature`, `de`, `vers`, `territoire`, `sur`, `piste`; None for whom may say nothing.

    Refuses an act that is not this person's.
    """
    draft = _draft(session, actor, asked.get("nature", ""), InterestForm(formdata=None))
    if draft is None:
        return None
    form = draft.form
    draft.author = _author(draft, asked.get("de", ""))
    form.author.data = draft.author.public_id if draft.author else None
    form.toward_ticked.data = [code for code in (asked.get("vers", ""), asked.get("territoire", "")) if code]
    form.about_ticked.data = [asked["sur"]] if asked.get("sur") else []
    if lead := _lead(session, draft, asked.get("piste", "")):
        _answer(draft, lead)
    _read(session, draft)
    return draft


def received(session: Session, actor: Actor, nature: str) -> Draft | None:
    """The form as it was sent; None for whom may say nothing."""
    draft = _draft(session, actor, nature, InterestForm())
    if draft is not None:
        draft.author = _author(draft, draft.form.author.data or "")
        draft.lead = _lead(session, draft, draft.form.lead.data or "")
    return draft


def is_ready(session: Session, draft: Draft) -> bool:
    """Whether all that was typed is clear; otherwise the form says what is not."""
    form = draft.form
    valid = form.validate()
    _read(session, draft)
    if draft.act is Act.WANTED and not draft.toward.targets and not draft.toward.unclear:
        _wrong(form.toward, "Écrivez au moins une ville, un territoire ou une structure.")
    if draft.act is Act.SUGGESTED:
        _check_subject(draft)
    return bool(valid and not form.errors)


def offer_themes(session: Session, form: WordingForm) -> None:
    """Give a form the poles and axes of the day."""
    form.offer_themes(choice for kind in (ThemeKind.POLE, ThemeKind.AXIS) for choice in theme_choices(session, kind))


def intermediary_of(session: Session, actor: Actor, about: Institution) -> Institution | None:
    """In whose name this person suggests a lead: their agency or designated institution; None for the administrators."""
    region_id = region_of(about)
    serves = Institution.service_territories.any(ServiceTerritory.territory_id == region_id)
    designated = Institution.id.in_(sa.select(Designation.institution_id).where(Designation.region_id == region_id))
    own = (
        sa.select(Institution)
        .where(Institution.id.in_(actor.institution_ids), Institution.id != about.id)
        .where(sa.or_(sa.and_(Institution.kind == Kind.AGENCY, serves), designated))
        .order_by(Institution.name)
    )
    return session.scalars(own).first()


def _draft(session: Session, actor: Actor, nature: str, form: InterestForm) -> Draft | None:
    acts = acts_of(actor)
    if not acts:
        return None
    if nature and nature not in {act.value for act in acts}:
        raise Refusal(NOT_ALLOWED.get(nature, "On manifeste un intérêt, dit un souhait ou suggère une piste."))
    asked = Act(nature) if nature else next(iter(acts))
    form.word_for(asked, acts[asked])
    offer_themes(session, form)
    return Draft(actor, acts, asked, form)


def _lead(session: Session, draft: Draft, public_id: str) -> Interest | None:
    """The lead that this person answers with an interest of the institution that it is about; none if it is not theirs."""
    found = session.scalar(by_public_id(public_id)) if public_id and draft.act is Act.DECLARED else None
    is_theirs = found is not None and found.act is Act.SUGGESTED and permissions.can_decline(draft.actor, found)
    return found if is_theirs and found is not None and found.about in draft.authors else None


def _answer(draft: Draft, lead: Interest) -> None:
    """Fill the form from the lead: its institution, and the Cité or the territory that it suggests."""
    draft.lead, draft.author = lead, lead.about
    draft.form.lead.data = lead.public_id
    draft.form.author.data = lead.about.public_id if lead.about else None
    target = lead.toward_institution or lead.toward_territory
    draft.form.toward_ticked.data = [code_of(target)] if target else []
    draft.form.formats.data = lead.formats


def _author(draft: Draft, code: str) -> Institution | None:
    """The author chosen, or the only one possible; None for one for whom this person does not speak."""
    if not code and draft.authors:
        return draft.authors[0]
    return next((one for one in draft.authors if one.public_id == code), None)


def _read(session: Session, draft: Draft) -> None:
    """Understand the names, and say back those that are not clear."""
    form = draft.form
    kinds = counterparts(draft.author.kind) if draft.author else NETWORK_KINDS
    draft.toward = read(session, form.toward.data or "", form.toward_ticked.data or [], kinds)
    if draft.act is Act.SUGGESTED:
        ticked = form.about_ticked.data or []
        draft.about = read(session, form.about.data or "", ticked, SUGGESTIBLE_KINDS, with_territories=False)
    form.ask_back(draft.toward, draft.about)


def _check_subject(draft: Draft) -> None:
    form, subject = draft.form, draft.subject
    if subject is None:
        if not draft.about.unclear:
            _wrong(form.about, "Écrivez le nom de la structure qui pourrait être intéressée.")
    elif len(draft.about.targets) > 1:
        _wrong(form.about, "Une piste à la fois : ne gardez qu’une structure.")
    elif not permissions.can_suggest(draft.actor, subject):
        _wrong(form.about, f"« {subject.name} » n’est pas dans votre région : l’agence de sa région peut la suggérer.")
    if any(code_of(one) == (subject.public_id if subject else None) for one in draft.toward.targets):
        _wrong(form.toward, f"La piste porte déjà sur « {said(subject)} » : choisissez une autre structure." if subject else "")
    if len(draft.toward.targets) > 1:
        _wrong(form.toward, "Une piste vise une Cité ou un territoire à la fois, ou personne en particulier.")


def _wrong(field: object, message: str) -> None:
    field.errors = [*field.errors, message]  # type: ignore[attr-defined]
