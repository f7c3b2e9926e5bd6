"""Whom to invite: a selection of the directory, read from the URL, and how each institution of it can be reached.

« À plus de 30 km d’une Cité ou d’un centre » is measured in metres on the ellipsoid from the institution to the nearest that is
open. An institution without a position is neither near nor far: it is counted apart, and added when asked.
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased
from werkzeug.datastructures import MultiDict

from app.clock import today
from app.directory.asking import describe
from app.directory.forms import TO_CONFIRM
from app.directory.models import Institution, Kind, State
from app.directory.places import label
from app.directory.queries import WITH_PLACE, Criteria, open_network, search_columns
from app.formats import distance, plural
from app.matchmaking.interests.models import Act, Interest
from app.matchmaking.interests.targets import POSSIBLE
from app.meetings.invitations import queries
from app.meetings.invitations.actions import MOST_AT_ONCE
from app.meetings.invitations.forms import ChooseForm
from app.meetings.invitations.reaching import Reach, Way, ways
from app.meetings.models import Meeting
from app.meetings.naming import territories_typed
from app.partnerships.exchanges.models import Exchange
from app.partnerships.models import Partnership, Step
from geo.territories import Territory, within

#: From what the distance is measured.
CENTRES = (Kind.CITE, Kind.CENTRE)


@dataclass
class Asked:
    """A selection as it was asked: `criteria` is None while nothing is asked, or something has to be said back."""

    form: ChooseForm
    criteria: Criteria | None = None
    territories: list[Territory] = field(default_factory=list)
    args: dict[str, Any] = field(default_factory=dict)
    filters: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Candidate:
    """An institution of the selection: how it is reached, how far the nearest Cité or centre is, what it is already."""

    institution: Institution
    way: Way
    metres: float | None
    standing: str = ""

    @property
    def can_be_invited(self) -> bool:
        """Neither invited nor registered yet, and it has not refused."""
        return not self.standing and self.way.reach is not Reach.REFUSED

    @property
    def said(self) -> str:
        """Of the file: how it is reached, or why it is not written to."""
        return self.standing or self.way.reach.label


@dataclass(frozen=True)
class Selection:
    """The institutions found, in numbers, and one by one where they are few enough to be read through."""

    total: int
    unplaced: int
    numbers: Counter[str]
    candidates: list[Candidate]

    @property
    def is_too_large(self) -> bool:
        return self.total > MOST_AT_ONCE


INVITED, REGISTERED = "déjà invitée", "déjà inscrite"
UNREACHED = Way(Reach.NOBODY)


def read(session: Session, parameters: MultiDict[str, str], stale_after_months: int) -> Asked:
    """Understand the parameters of a selection; what is not clear is said at its field, and nothing typed is lost."""
    form = ChooseForm(parameters)
    asked = Asked(form)
    valid = form.validate()
    territories, misread = territories_typed(session, form.territoires.data or "")
    if misread:
        form.territoires.errors = [*form.territoires.errors, misread]
    if not valid or form.errors or not any(field.data for field in form):
        return asked
    asked.territories = territories
    form.territoires.data = " ; ".join(label(one) for one in asked.territories)
    asked.args = _clean_args(asked)
    states = form.etat.data or []
    asked.criteria = Criteria(
        on=today(),
        words=form.q.data or "",
        kinds=tuple(Kind(code) for code in asked.args.get("type", [])),
        states=tuple(State(code) for code in states if code != TO_CONFIRM) or (() if states else POSSIBLE),
        to_confirm=TO_CONFIRM in states,
        sort="nom",
        stale_after_months=stale_after_months,
    )
    asked.filters = _said(asked)
    return asked


def select(session: Session, meeting: Meeting, asked: Asked, listed: bool = False) -> Selection:
    """Who answers the selection: in numbers and, where they may be read through (or `listed`), one by one."""
    assert asked.criteria is not None, "a selection that is not understood finds nobody"
    common = _conditions(asked, meeting)
    centres = session.scalars(
        open_network(today()).with_only_columns(Institution.id).where(Institution.kind.in_(CENTRES))
    ).all()
    far = _far(asked, centres)
    ids = list(session.scalars(search_columns(asked.criteria, [Institution.id]).where(*common, *far)))
    unplaced = _number_without_position(session, asked, common)
    known = {row.institution_id: row.is_registered for row in session.execute(queries.concerned(meeting))}
    standing = {one: REGISTERED if known[one] else INVITED for one in ids if one in known}
    reached = ways(session, [one for one in ids if one not in standing])
    numbers = Counter(standing.get(one) or reached[one].reach.value for one in ids)
    candidates = []
    if listed or len(ids) <= MOST_AT_ONCE:
        wanted = sa.select(Institution, _metres(centres)).where(Institution.id.in_(ids)).options(*WITH_PLACE)
        for one, metres in session.execute(wanted.order_by(Institution.name, Institution.id)):
            candidates.append(Candidate(one, reached.get(one.id, UNREACHED), metres, standing.get(one.id, "")))
    return Selection(len(ids), unplaced, numbers, candidates)


def _clean_args(asked: Asked) -> dict[str, Any]:
    """The parameters of the URL that asks the same."""
    form = asked.form
    args = {
        "q": form.q.data,
        "territoires": ";".join(one.id for one in asked.territories),
        "type": [choice.value for choice in form.type.choices if choice.value in (form.type.data or [])],
        "loin": f"{form.loin.kilometres:g}".replace(".", ",") if form.loin.kilometres else "",
        "sans-position": "y" if form.unplaced.data else "",
        "interet": "y" if form.interested.data else "",
        "libres": "y" if form.free.data else "",
        "etat": [choice.value for choice in form.etat.choices if choice.value in (form.etat.data or [])],
        "structures": ";".join(form.codes),
    }
    return {name: value for name, value in args.items() if value}


def _said(asked: Asked) -> list[str]:
    """Each filter in French."""
    assert asked.criteria is not None
    form = asked.form
    said = describe(asked.criteria)
    if not form.etat.data:
        said.pop("etat", None)
    found = [*said.values(), *([" ou ".join(label(one) for one in asked.territories)] if asked.territories else [])]
    if form.loin.kilometres:
        found.append(f"à plus de {distance(form.loin.kilometres * 1000)} d’une Cité ou d’un centre ouvert")
        found += ["position non connue comprise"] if form.unplaced.data else []
    found += [f"parmi {plural(len(form.codes), 'structure')} d’une liste"] if form.codes else []
    found += ["intérêt manifesté"] if form.interested.data else []
    return found + (["sans partenariat en cours avec l’organisateur"] if form.free.data else [])


def _conditions(asked: Asked, meeting: Meeting) -> list[sa.ColumnElement[bool]]:
    """What is asked beside the criteria of the directory, the distance apart. The organisers do not invite themselves."""
    organisers = [one for one in (meeting.host_id, meeting.co_host_id) if one is not None]
    found: list[sa.ColumnElement[bool]] = [Institution.id.not_in(organisers)]
    if asked.territories:
        there = [Institution.territory_id.in_(sa.select(Territory.id).where(within(one))) for one in asked.territories]
        found.append(sa.or_(*there))
    if asked.form.codes:
        found.append(Institution.public_id.in_(asked.form.codes))
    if asked.form.interested.data:
        # An interest whose author does not show itself tells nobody who it is: not an organiser either.
        shown = Interest.author_id == Institution.id, Interest.shows_author, Interest.closed_at.is_(None)
        found.append(sa.exists().where(*shown, Interest.act == Act.DECLARED))
    if asked.form.free.data:
        theirs = sa.or_(
            sa.and_(Exchange.cite_id == Institution.id, Exchange.partner_id.in_(organisers)),
            sa.and_(Exchange.partner_id == Institution.id, Exchange.cite_id.in_(organisers)),
        )
        living = sa.exists().where(Partnership.exchange_id == Exchange.id, Partnership.step != Step.CLOSED, theirs)
        found.append(~living)
    return found


def _far(asked: Asked, centres: Any) -> list[sa.ColumnElement[bool]]:
    """SQL: no open Cité or centre within the distance asked; without a position, only those who are asked for."""
    if asked.form.loin.kilometres is None:
        return []
    centre, around = aliased(Institution), aliased(Institution)
    metres = asked.form.loin.kilometres * 1000
    near = (
        sa.select(around.id)
        .join(centre, sa.func.ST_DWithin(around.point, centre.point, metres))
        .where(centre.id.in_(centres), around.point.is_not(None))
    )
    far = sa.and_(Institution.point.is_not(None), Institution.id.not_in(near))
    return [sa.or_(far, Institution.point.is_(None)) if asked.form.unplaced.data else far]


def _metres(centres: Any) -> sa.Label[float]:
    """SQL: how far the nearest of these is, on the ellipsoid; NULL without a position."""
    centre = aliased(Institution)
    nearest = sa.select(sa.func.min(sa.func.ST_Distance(centre.point, Institution.point))).where(centre.id.in_(centres))
    return sa.cast(nearest.scalar_subquery(), sa.Double).label("metres")


def _number_without_position(session: Session, asked: Asked, common: list[sa.ColumnElement[bool]]) -> int:
    """How many answer all the rest, and are neither near nor far."""
    if asked.form.loin.kilometres is None:
        return 0
    assert asked.criteria is not None
    found = search_columns(asked.criteria, [Institution.id]).where(*common, Institution.point.is_(None)).order_by(None)
    return session.scalar(sa.select(sa.func.count()).select_from(found.subquery())) or 0
