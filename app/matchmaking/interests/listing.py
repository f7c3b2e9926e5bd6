"""The list of interests: what is asked of it, what it says to each, and its files; and what a sheet says of interests."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.clock import today
from app.directory.memberships.permissions import Actor
from app.directory.models import NETWORK_KINDS, Institution, Kind
from app.directory.places import Answer, label, resolve
from app.directory.vocabulary import Format
from app.exports import Column
from app.matchmaking.interests import permissions, queries
from app.matchmaking.interests.actions import PARTNER_KINDS, SUGGESTIBLE_KINDS, counterparts
from app.matchmaking.interests.drafting import acts_of
from app.matchmaking.interests.forms import ListForm
from app.matchmaking.interests.models import Act, Interest
from app.matchmaking.interests.queries import AROUND_US, MINE, PUBLIC, REGION, TOWARD_US, Criteria
from app.matchmaking.interests.telling import ThemeLabels, Told, tell_all, theme_labels

VIEW_LABELS = {
    PUBLIC: "Publics",
    MINE: "Les nôtres",
    TOWARD_US: "Vers nous",
    AROUND_US: "Dans notre région",
    REGION: "Dans ma région",
}
OWN_LINKS = {
    Act.DECLARED: "Manifester un intérêt pour cette structure",
    Act.WANTED: "Souhaiter des villes ou des structures pour cette Cité",
}
OTHER_LINKS = {
    Act.DECLARED: "Manifester un intérêt à travailler avec cette structure",
    Act.WANTED: "Souhaiter cette structure pour votre Cité",
    Act.SUGGESTED: "Suggérer cette structure comme piste",
}


@dataclass
class Asked:
    """A list as it was asked; `criteria` is None while something has to be said back."""

    form: ListForm
    views: dict[str, str]
    view: str
    criteria: Criteria | None = None
    args: dict[str, Any] = field(default_factory=dict)
    choice: Answer | None = None
    filters: dict[str, str] = field(default_factory=dict)

    def link(self, **changes: Any) -> dict[str, Any]:
        """The parameters of the same list but for `changes`; None takes one away."""
        return {name: value for name, value in (self.args | changes).items() if value is not None}


def views_of(actor: Actor) -> dict[str, str]:
    """The views that this person has."""
    own = [MINE, TOWARD_US] if actor.memberships else []
    own += [AROUND_US] if any(one.kind is not Kind.AGENCY for one in actor.institutions) else []
    followed = [REGION] if actor.is_intermediary else []
    return {name: VIEW_LABELS[name] for name in (PUBLIC, *own, *followed)}


def read(session: Session, actor: Actor, parameters: MultiDict[str, str]) -> Asked:
    """Understand the parameters of a list. Without a view that this person has: what they follow, or else the public one."""
    form = ListForm(parameters)
    views = views_of(actor)
    usual = REGION if REGION in views else PUBLIC
    view = form.view.data if form.view.data in views else usual
    asked = Asked(form, views, str(view))
    if not form.validate():
        return asked
    asked.args = form.clean_args | {"vue": view}
    if view == usual == PUBLIC:
        asked.args.pop("vue")
    answer = resolve(session, form.territory.data) if form.territory.data else Answer()
    if form.territory.data and answer.territory is None:
        if answer.choices:
            asked.choice = answer
        else:
            form.territory.errors = [f"Aucun territoire ne s’appelle « {form.territory.data} ». Vérifiez l’orthographe."]
        return asked
    if answer.territory:
        asked.args["territoire"] = answer.territory.id
        form.territory.data = label(answer.territory)
    asked.criteria = Criteria(
        view=asked.view,
        acts=tuple(act for act in Act if act.value in asked.args.get("nature", ())),
        territory=answer.territory,
        formats=tuple(one for one in Format if one.value in asked.args.get("formule", ())),
        closed=form.state.data == "fermes",
    )
    asked.filters = _filters(asked.criteria)
    return asked


def _filters(criteria: Criteria) -> dict[str, str]:
    """What was asked, in French, by the parameter to remove."""
    said = {
        "nature": ", ".join(act.plural for act in criteria.acts),
        "territoire": label(criteria.territory) if criteria.territory else "",
        "formule": ", ".join(one.label for one in criteria.formats),
        "etat": "fermés" if criteria.closed else "",
    }
    return {name: words for name, words in said.items() if words}


def by_act(session: Session, actor: Actor, rows: Iterable[Interest]) -> dict[Act, list[Told]]:
    """Three lists, never one: what was declared, what is wanted, what is suggested."""
    told = tell_all(actor, rows, theme_labels(session))
    found = {act: [one for one in told if one.interest.act is act] for act in Act}
    return {act: rows for act, rows in found.items() if rows}


def all_told(session: Session, actor: Actor, criteria: Criteria) -> list[Told]:
    """The whole list as this person reads it, for a file."""
    return tell_all(actor, session.scalars(queries.listed(actor, criteria)), theme_labels(session))


def about(asked: Asked, number: int) -> list[tuple[str, object]]:
    """What the sheet « Lisez-moi » of a workbook says of it."""
    return [
        ("Contenu", f"Intérêts, souhaits et pistes : {asked.views[asked.view]}"),
        ("Filtres", " ; ".join(asked.filters.values()) or "aucun"),
        ("Recherche", url_for("interests.index", **asked.args, _external=True)),
        ("Exporté le", today()),
        ("Nombre de lignes", number),
        ("Intérêt", "Dit par son auteur, pour lui-même. Qui ne souhaite pas se montrer n’est pas nommé."),
        ("Souhait", "N’engage que la Cité qui l’exprime : la structure souhaitée n’a rien dit."),
        ("Piste", "Suggérée par une agence : la structure n’a rien dit."),
    ]


def on_sheet(session: Session, actor: Actor, institution: Institution) -> dict[str, Any]:
    """What its sheet says: three separate lists, and the links that this person may follow, each with its act.

    Those who speak for it read besides what is said of the territories in which it stands.
    """
    rows = session.scalars(queries.of_institution(institution)).all()
    is_own = actor.speaks_for(institution)
    places = session.scalars(queries.toward_places_of(institution)).all() if is_own else []
    known = theme_labels(session) if rows or places else ThemeLabels()
    told, around = (tell_all(actor, found, known) for found in (rows, places))
    return {
        "by_act": {act: found for act in Act if (found := [one for one in told if _is_said(one, act, institution)])},
        "around": around,
        "links": links_from_sheet(actor, institution),
        "is_own": is_own,
        "for_visitors": not actor.is_known and institution.kind in (*NETWORK_KINDS, *PARTNER_KINDS),
        "is_partner": institution.kind in PARTNER_KINDS,
    }


def links_from_sheet(actor: Actor, institution: Institution) -> list[tuple[str, dict[str, str]]]:
    """What this person may say from a sheet: the words of the link, and its parameters."""
    acts = acts_of(actor)
    code = institution.public_id
    own = [
        (OWN_LINKS[act], {"nature": act.value, "de": code})
        for act in (Act.DECLARED, Act.WANTED)
        if institution in acts.get(act, [])
    ]
    others = [
        (OTHER_LINKS[act], {"nature": act.value, "vers": code})
        for act in (Act.DECLARED, Act.WANTED)
        if not own and any(institution.kind in counterparts(one.kind) for one in acts.get(act, []))
    ]
    may_suggest = institution.kind in SUGGESTIBLE_KINDS and permissions.can_suggest(actor, institution)
    return [
        *own,
        *others,
        *([(OTHER_LINKS[Act.SUGGESTED], {"nature": Act.SUGGESTED.value, "sur": code})] if may_suggest else []),
    ]


def _is_said(told: Told, act: Act, institution: Institution) -> bool:
    """Whether it belongs to the sheet: an author that may not be named is not betrayed by its own sheet."""
    if told.interest.act is not act:
        return False
    parties = (told.author, told.about, told.toward)
    return any(
        party is not None and party.institution is not None and party.institution.id == institution.id for party in parties
    )


COLUMNS = [
    Column("Nature", "nature", lambda told: told.interest.act),
    Column("Auteur", "auteur", lambda told: told.author.said),
    Column("Structure concernée", "structure_concernee", lambda told: told.about.said if told.about else None),
    Column("Pour", "vers", lambda told: told.toward.said),
    Column("Formules", "formules", lambda told: told.interest.formats, shown=lambda told: told.formats),
    Column("Pôles et axes", "themes", lambda told: told.theme_codes, shown=lambda told: list(told.themes)),
    Column("Calendrier", "calendrier", lambda told: told.calendar),
    Column("En quelques mots", "mots", lambda told: told.words),
    Column("Dit le", "dit_le", lambda told: told.interest.declared_at),
    Column("Confirmé le", "confirme_le", lambda told: told.interest.renewed_at),
    Column("Fermé le", "ferme_le", lambda told: told.interest.closed_at),
    Column("Motif de fermeture", "fermeture", lambda told: told.interest.closing),
    Column("Nom montré au public", "nom_public", lambda told: told.interest.shows_author),
]
