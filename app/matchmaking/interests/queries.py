"""Reads of interests. Where an interest is counted: where the library is, or would be, that it speaks of."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import aliased, contains_eager, selectinload

from app.clock import now
from app.directory.memberships.permissions import Actor
from app.directory.models import NETWORK_KINDS, Institution, Kind, ServiceTerritory
from app.directory.vocabulary import Format
from app.matchmaking.interests.masking import RARE_KINDS
from app.matchmaking.interests.models import Act, Declaration, Interest
from geo.territories import Level, Territory, within

AUTHOR = aliased(Institution, name="author")
ABOUT = aliased(Institution, name="about")
TOWARD = aliased(Institution, name="toward")
PLACE = aliased(Territory, name="place")
GROUND = aliased(Territory, name="ground")
#: What visitors may read of: a lead is not.
PUBLIC_ACTS = (Act.DECLARED, Act.WANTED)
RENEW_AFTER_MONTHS, CLOSE_AFTER_MONTHS = 6, 9
#: Nothing is closed sooner than this after its author was asked.
TIME_TO_ANSWER = timedelta(days=30)
#: What a list says of the institutions, loaded for all its rows at once.
NAMES = (
    *(
        selectinload(named).options(
            selectinload(Institution.territory),
            selectinload(Institution.service_territories).selectinload(ServiceTerritory.territory),
        )
        for named in (Interest.author, Interest.about, Interest.toward_institution)
    ),
    selectinload(Interest.toward_territory),
)
#: The views of a list: what the authors let everybody read; what mine say; what is said of mine, or of where they are; what
#: is said elsewhere in their region; what I follow.
PUBLIC, MINE, TOWARD_US, AROUND_US, REGION = "publics", "les-miens", "vers-nous", "autour-de-nous", "ma-region"


@dataclass(frozen=True)
class Criteria:
    """What is asked of a list of interests."""

    view: str = PUBLIC
    acts: tuple[Act, ...] = ()
    territory: Territory | None = None
    formats: tuple[Format, ...] = ()
    closed: bool = False


def everything() -> sa.Select:
    """Every interest with the institutions that it names, `PLACE`, where it is counted, and `GROUND`, where it is said of."""
    of_library = sa.case((Interest.act == Act.SUGGESTED, ABOUT.territory_id), else_=AUTHOR.territory_id)
    wanted = sa.func.coalesce(Interest.toward_territory_id, TOWARD.territory_id, AUTHOR.territory_id)
    by_network = sa.and_(Interest.act != Act.SUGGESTED, AUTHOR.kind.in_(NETWORK_KINDS))
    return (
        sa.select(Interest)
        .outerjoin(AUTHOR, AUTHOR.id == Interest.author_id)
        .outerjoin(ABOUT, ABOUT.id == Interest.about_id)
        .outerjoin(TOWARD, TOWARD.id == Interest.toward_institution_id)
        .outerjoin(PLACE, PLACE.id == sa.case((by_network, wanted), else_=of_library))
        .outerjoin(GROUND, GROUND.id == sa.func.coalesce(Interest.toward_territory_id, of_library))
    )


def placed_by_target() -> sa.ColumnElement[bool]:
    """What a Cité says of another place than its own: where it is counted says nothing of who says it."""
    elsewhere = sa.func.num_nonnulls(Interest.toward_territory_id, Interest.toward_institution_id) > 0
    return sa.and_(Interest.act != Act.SUGGESTED, AUTHOR.kind.in_(NETWORK_KINDS), elsewhere)


def listed(actor: Actor, criteria: Criteria) -> sa.Select:
    """The interests of a view that answer the criteria: act by act, the latest first.

    Whatever the view, its rows are those that this person may see; how much of each, `permissions` says.
    """
    # What is closed is read by its author and those who follow it alone.
    closed = criteria.closed and criteria.view in (MINE, REGION)
    is_open = Interest.closed_at.is_not(None) if closed else Interest.closed_at.is_(None)
    select = everything().where(is_open, *_of_view(actor, criteria.view))
    if criteria.acts:
        select = select.where(Interest.act.in_(criteria.acts))
    if criteria.territory is not None:
        select = select.where(PLACE.id.in_(sa.select(Territory.id).where(within(criteria.territory))))
        select = select.where(_may_be_sought(actor, criteria.territory))
    if criteria.formats:
        select = select.where(sa.or_(*(sa.literal(one.value) == sa.any_(Interest.formats) for one in criteria.formats)))
    order = sa.case(*((Interest.act == act, rank) for rank, act in enumerate(Act)))
    return select.order_by(order, Interest.declared_at.desc(), Interest.id.desc()).options(*NAMES)


def count(select: sa.Select) -> sa.Select:
    """How many rows a list has."""
    return sa.select(sa.func.count()).select_from(select.with_only_columns(Interest.id).order_by(None).subquery())


def _of_view(actor: Actor, view: str) -> list[sa.ColumnElement[bool]]:
    if view == MINE:
        return [_spoken_for(actor, AUTHOR)]
    named = sa.or_(_spoken_for(actor, TOWARD), _spoken_for(actor, ABOUT))
    if view == TOWARD_US:
        return [sa.or_(named, _concerning(actor, here=True)), ~_spoken_for(actor, AUTHOR)]
    if view == AROUND_US:
        return [_concerning(actor), ~named, ~_concerning(actor, here=True), ~_spoken_for(actor, AUTHOR)]
    if view == REGION:
        return [] if actor.is_administrator else [_followed(actor)]
    return [Interest.shows_author.is_(True), Interest.act.in_(PUBLIC_ACTS)]


def _spoken_for(actor: Actor, institution: type[Institution]) -> sa.ColumnElement[bool]:
    """The condition that this person speaks for the institution: itself, or the Cité to which it belongs."""
    ids = actor.institution_ids
    return sa.func.coalesce(sa.or_(institution.id.in_(ids), institution.parent_id.in_(ids)), sa.false())


def _followed(actor: Actor) -> sa.ColumnElement[bool]:
    places = sa.select(Territory.id).where(Territory.region_id.in_(actor.region_ids))
    return sa.or_(*(one.territory_id.in_(places) for one in (AUTHOR, ABOUT, TOWARD)), Interest.toward_territory_id.in_(places))


def _may_be_sought(actor: Actor, territory: Territory) -> sa.ColumnElement[bool]:
    """What a person may find by its place: whom they read as « une bibliothèque (Var) » is not found by asking town by town."""
    if territory.level is Level.REGION or actor.is_administrator:
        return sa.true()
    subject_kind = sa.case((Interest.act == Act.SUGGESTED, ABOUT.kind), else_=AUTHOR.kind)
    coarse = territory.level is Level.DEPARTMENT
    places = sa.select(Territory.id).where(Territory.region_id.in_(actor.region_ids))
    return sa.or_(
        Interest.shows_author,
        placed_by_target(),
        *([subject_kind.not_in(RARE_KINDS)] if coarse else []),
        _spoken_for(actor, AUTHOR),
        _spoken_for(actor, ABOUT),
        ABOUT.territory_id.in_(places),
        sa.and_(Interest.act != Act.SUGGESTED, _followed(actor)),
    )


def _concerning(actor: Actor, here: bool = False) -> sa.ColumnElement[bool]:
    """What names no institution and is of a region where this person speaks for the other kind: see `is_concerned`.

    `here`: of no territory, or of one in which their institution stands or, for a Cité, that its label covers.
    """
    own, home, served = aliased(Institution), aliased(Territory), aliased(Territory)
    of_network = sa.case((Interest.act == Act.SUGGESTED, sa.false()), else_=AUTHOR.kind.in_(NETWORK_KINDS))
    larger = (home.id, home.epci_id, home.department_id, home.region_id)
    covered = served.id.in_([GROUND.id, GROUND.epci_id, GROUND.department_id, GROUND.region_id])
    near = sa.or_(Interest.toward_territory_id.is_(None), *(one == Interest.toward_territory_id for one in larger), covered)
    counterpart = (
        sa.select(own.id)
        .outerjoin(home, home.id == own.territory_id)
        .outerjoin(ServiceTerritory, ServiceTerritory.institution_id == own.id)
        .outerjoin(served, served.id == ServiceTerritory.territory_id)
        .where(own.id.in_(actor.institution_ids), own.kind != Kind.AGENCY)
        .where(own.kind.in_(NETWORK_KINDS) != of_network)
        .where(sa.or_(home.region_id == GROUND.region_id, served.region_id == GROUND.region_id))
        .where(near if here else sa.true())
        .correlate(Interest, AUTHOR, GROUND)
    )
    return sa.and_(Interest.toward_institution_id.is_(None), counterpart.exists())


def by_public_id(public_id: str) -> sa.Select:
    """The interest of this public id, if any."""
    return sa.select(Interest).where(Interest.public_id == public_id)


def of_institution(institution: Institution) -> sa.Select:
    """The open interests that an institution declared, that are toward it, or leads about it, the latest first."""
    named = (Interest.author_id, Interest.about_id, Interest.toward_institution_id)
    return (
        sa.select(Interest)
        .where(Interest.closed_at.is_(None), sa.or_(*(column == institution.id for column in named)))
        .order_by(Interest.declared_at.desc(), Interest.id.desc())
        .options(*NAMES)
    )


def toward_places_of(institution: Institution) -> sa.Select:
    """The open interests of the other kind toward a territory in which an institution stands, the latest first."""
    home = institution.territory
    larger = [home.id, home.epci_id, home.department_id, home.region_id] if home else []
    of_network = AUTHOR.kind.in_(NETWORK_KINDS)
    return (
        everything()
        .where(Interest.closed_at.is_(None), Interest.act.in_(PUBLIC_ACTS), Interest.toward_territory_id.in_(larger))
        .where(~of_network if institution.kind in NETWORK_KINDS else of_network)
        .order_by(Interest.declared_at.desc(), Interest.id.desc())
        .options(*NAMES)
    )


def telling_of_libraries(actor: Actor) -> sa.Select:
    """The open interests that this person may read with the name of the library that they speak of, or of its territory.

    Rows are (act, of_network, institution_id, territory_id): the library whose interest it is, to which a Cité (`of_network`)
    turns, or that a lead is about; for what a Cité says of a territory, this one alone. The rules are those of
    `permissions`: whom one reads as « une bibliothèque (Var) » is not in it.
    """
    of_network = AUTHOR.kind.in_(NETWORK_KINDS)
    follows = sa.true() if actor.is_administrator else _followed(actor)
    its_region = ABOUT.territory_id.in_(sa.select(Territory.id).where(Territory.region_id.in_(actor.region_ids)))
    names_lead = sa.or_(sa.literal(actor.is_administrator), its_region, _spoken_for(actor, ABOUT), _spoken_for(actor, AUTHOR))
    names_author = sa.or_(Interest.shows_author, _spoken_for(actor, AUTHOR), follows)
    names_wanted = sa.or_(names_author, _spoken_for(actor, TOWARD), _concerning(actor))
    is_lead = Interest.act == Act.SUGGESTED
    subject = sa.case((is_lead, Interest.about_id), (of_network, Interest.toward_institution_id), else_=Interest.author_id)
    return (
        everything()
        .with_only_columns(
            Interest.act,
            sa.func.coalesce(sa.and_(~is_lead, of_network), sa.false()).label("of_network"),
            subject.label("institution_id"),
            sa.case((sa.and_(~is_lead, of_network), Interest.toward_territory_id)).label("territory_id"),
            maintain_column_froms=True,
        )
        .where(Interest.closed_at.is_(None))
        .where(sa.case((is_lead, names_lead), (of_network, names_wanted), else_=names_author))
    )


def to_remind(instant: datetime) -> sa.Select:
    """The open interests that have had no news for six months, and whose author was not asked since."""
    return _ageing(instant, RENEW_AFTER_MONTHS).where(Interest.reminded_at.is_(None))


def to_close(instant: datetime) -> sa.Select:
    """The open interests without news for nine months, whose author was asked at least a month ago."""
    return _ageing(instant, CLOSE_AFTER_MONTHS).where(Interest.reminded_at <= instant - TIME_TO_ANSWER)


def _ageing(instant: datetime, months: int) -> sa.Select:
    limit = sa.cast(instant, sa.DateTime(timezone=True)) - sa.func.make_interval(0, months)
    return (
        sa.select(Interest)
        .where(Interest.closed_at.is_(None), Interest.renewed_at <= limit)
        .order_by(Interest.id)
        .with_for_update(skip_locked=True, of=Interest)
    )


def waiting_for(actor: Actor) -> sa.Select:
    """The interests of this person's institutions to renew: six months without news."""
    limit = sa.cast(now(), sa.DateTime(timezone=True)) - sa.func.make_interval(0, RENEW_AFTER_MONTHS)
    return (
        everything()
        .where(Interest.closed_at.is_(None), Interest.renewed_at <= limit, _spoken_for(actor, AUTHOR))
        .order_by(Interest.renewed_at, Interest.id)
        .options(*NAMES)
    )


def to_answer(actor: Actor) -> sa.Select:
    """The leads about this person's institutions, and the interests and wishes that name them, the oldest first.

    See `can_decline`, which says the same of one.
    """
    named = sa.case((Interest.act == Act.SUGGESTED, _spoken_for(actor, ABOUT)), else_=_spoken_for(actor, TOWARD))
    return (
        everything()
        .where(Interest.closed_at.is_(None), named, ~_spoken_for(actor, AUTHOR))
        .order_by(Interest.declared_at, Interest.id)
        .options(*NAMES)
    )


def declarations_waiting_for(actor: Actor) -> sa.Select:
    """The confirmed declarations without account that this person may attach, the oldest first."""
    select = (
        sa.select(Declaration)
        .join(Declaration.commune)
        .where(Declaration.confirmed_at.is_not(None), Declaration.handled_at.is_(None))
        .options(contains_eager(Declaration.commune))
        .order_by(Declaration.confirmed_at, Declaration.id)
    )
    return select if actor.is_administrator else select.where(Territory.region_id.in_(actor.region_ids))
