"""Reads of memberships: who speaks for whom, who decides, and who plays the agency's part in a region."""

from collections.abc import Collection
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, aliased, contains_eager, joinedload

from app.accounts.models import User
from app.directory.memberships.models import Designation, Membership, MembershipRequest, Role
from app.directory.models import Institution, Kind, ServiceTerritory
from geo.territories import Territory

if TYPE_CHECKING:
    from app.directory.memberships.permissions import Actor


def region_of(institution: Institution) -> str | None:
    """The id of the region in which the institution stands; None abroad, or when its place is not known."""
    return institution.territory.region_id if institution.territory else None


def memberships_of(user: User) -> sa.Select:
    """The memberships of a person, with their institutions and where these are, by name."""
    return (
        sa.select(Membership)
        .join(Membership.institution)
        .where(Membership.user_id == user.id)
        .options(contains_eager(Membership.institution).joinedload(Institution.territory))
        .order_by(Institution.name, Institution.id)
    )


def members_of(institution: Institution) -> sa.Select:
    """The members of an institution, those responsible first."""
    return (
        sa.select(Membership)
        .where(Membership.institution_id == institution.id)
        .options(joinedload(Membership.user))
        .order_by(Membership.role.desc(), Membership.since, Membership.user_id)
    )


def request_of(public_id: str) -> sa.Select:
    """The request of this public id, with who asks and for which institution."""
    return (
        sa.select(MembershipRequest)
        .where(MembershipRequest.public_id == public_id)
        .options(
            joinedload(MembershipRequest.user),
            joinedload(MembershipRequest.institution).joinedload(Institution.territory),
        )
    )


def requests_of(user: User) -> sa.Select:
    """The requests that a person made, the last first."""
    return (
        sa.select(MembershipRequest)
        .where(MembershipRequest.user_id == user.id)
        .options(joinedload(MembershipRequest.institution).joinedload(Institution.territory))
        .order_by(MembershipRequest.asked_at.desc(), MembershipRequest.id.desc())
    )


def pending_requests_of(user: User) -> sa.Select:
    """The requests of a person that wait for an answer, the oldest first."""
    return requests_of(user).where(MembershipRequest.decided_at.is_(None)).order_by(None).order_by(MembershipRequest.asked_at)


def open_requests() -> sa.Select:
    """The requests that wait for a decision, the oldest first, with who asks, for which institution, and where it is."""
    return (
        sa.select(MembershipRequest)
        .join(MembershipRequest.institution)
        .outerjoin(Institution.territory)
        .where(MembershipRequest.decided_at.is_(None))
        .options(
            joinedload(MembershipRequest.user),
            contains_eager(MembershipRequest.institution).contains_eager(Institution.territory),
        )
        .order_by(MembershipRequest.asked_at, MembershipRequest.id)
    )


def waiting_for(actor: "Actor") -> sa.Select:
    """The requests that this person may decide, the oldest first: as `can_decide_request` says, in one select."""
    if actor.user is None:
        return open_requests().where(sa.false())
    asked = open_requests().where(MembershipRequest.user_id != actor.user.id)
    if actor.is_administrator:
        return asked
    responsible = [one.institution_id for one in actor.memberships if one.role == Role.RESPONSIBLE]
    return asked.where(
        sa.or_(
            Institution.id.in_(responsible),
            Institution.parent_id.in_(responsible),
            sa.and_(Territory.region_id.in_(actor.region_ids), ~plays_the_part(Institution.id)),
        )
    )


def regions_followed(user: User) -> sa.CompoundSelect:
    """The ids of the regions in which this person plays the agency's part.

    A member of a book agency follows the regions that it serves; a member of a designated institution, those for which it
    was designated.
    """
    own = sa.select(Membership.institution_id).where(Membership.user_id == user.id)
    served = _regions_served().where(Institution.id.in_(own))
    designated = sa.select(Designation.region_id).where(Designation.institution_id.in_(own))
    return served.union(designated)


def _regions_served() -> sa.Select:
    return (
        sa.select(ServiceTerritory.territory_id)
        .join(Institution, Institution.id == ServiceTerritory.institution_id)
        .join(Territory, Territory.id == ServiceTerritory.territory_id)
        .where(Institution.kind == Kind.AGENCY, Territory.level == "region")
    )


def _followers(region_id: str | None) -> sa.Select:
    """The ids of the people who play the agency's part in a region."""
    agencies = (
        sa.select(ServiceTerritory.institution_id)
        .join(Institution, Institution.id == ServiceTerritory.institution_id)
        .where(Institution.kind == Kind.AGENCY, ServiceTerritory.territory_id == region_id)
    )
    designated = sa.select(Designation.institution_id).where(Designation.region_id == region_id)
    return sa.select(Membership.user_id).where(
        sa.or_(Membership.institution_id.in_(agencies), Membership.institution_id.in_(designated))
    )


def regions_of(ids: Collection[str]) -> sa.Select:
    """The regions of these ids, by name."""
    return sa.select(Territory).where(Territory.id.in_(ids)).order_by(Territory.name)


def followers_of(region_id: str | None) -> sa.Select:
    """The people who play the agency's part in this region."""
    return sa.select(User).where(User.id.in_(_followers(region_id))).order_by(User.id)


def intermediaries_of(region_id: str | None) -> sa.Select:
    """The people who play the agency's part in this region, or the administrators where nobody does (None: abroad)."""
    return _or_administrators(_followers(region_id))


def intermediaries_for(institution: Institution) -> sa.Select:
    """The people who play the agency's part where this institution stands, or the administrators where nobody does."""
    return intermediaries_of(region_of(institution))


def _or_administrators(ids: sa.Select) -> sa.Select:
    """The people of these ids, or the administrators when there is none."""
    return sa.select(User).where(sa.or_(User.id.in_(ids), sa.and_(User.is_administrator, ~ids.exists()))).order_by(User.id)


def plays_the_part(institution_id: int | InstrumentedAttribute[int]) -> sa.ColumnElement[bool]:
    """The condition that an institution plays the agency's part somewhere: whoever joins it gets power over others."""
    agency = aliased(Institution)
    return sa.or_(
        sa.exists().where(agency.id == institution_id, agency.kind == Kind.AGENCY),
        sa.exists().where(Designation.institution_id == institution_id),
    )


def deciders_for(institution: Institution, asker: User) -> sa.Select:
    """The people told that someone asks to speak for an institution: those who may decide; the administrators failing any.

    The asker is not one of them, whatever they are elsewhere.
    """
    responsible = sa.select(Membership.user_id).where(
        Membership.institution_id.in_([institution.id, institution.parent_id]), Membership.role == Role.RESPONSIBLE
    )
    followers = _followers(region_of(institution)).where(~plays_the_part(institution.id))
    ids = sa.union(responsible, followers).subquery()
    return _or_administrators(sa.select(ids.c.user_id).where(ids.c.user_id != asker.id)).where(User.id != asker.id)


def people_of(institution: Institution) -> sa.Select:
    """The people who speak for an institution: its members and, for a centre, those of its Cité."""
    ids = [institution.id, *([institution.parent_id] if institution.parent_id else [])]
    return (
        sa.select(User)
        .where(User.id.in_(sa.select(Membership.user_id).where(Membership.institution_id.in_(ids))))
        .order_by(User.id)
    )


def own_people_of(institution: Institution) -> sa.Select:
    """The members of an institution itself, as people."""
    return (
        sa.select(User)
        .where(User.id.in_(sa.select(Membership.user_id).where(Membership.institution_id == institution.id)))
        .order_by(User.id)
    )


def administrators() -> sa.Select:
    """The administrators of the network."""
    return sa.select(User).where(User.is_administrator).order_by(User.id)


def left_without_responsible(user: User, institution_ids: Collection[int] | None = None) -> sa.Select:
    """The institutions, among these or all, of which this person is the last one responsible, by name.

    Rows are (Institution, remaining): how many members would remain.
    """
    own, other = aliased(Membership), aliased(Membership)
    of_others = sa.and_(other.institution_id == own.institution_id, other.user_id != own.user_id)
    remaining = sa.select(sa.func.count()).select_from(other).where(of_others).correlate(own).scalar_subquery()
    among = [] if institution_ids is None else [own.institution_id.in_(institution_ids)]
    return (
        sa.select(Institution, remaining.label("remaining"))
        .join(own, own.institution_id == Institution.id)
        .where(own.user_id == user.id, own.role == Role.RESPONSIBLE, *among)
        .where(~sa.exists().where(of_others, other.role == Role.RESPONSIBLE))
        .options(joinedload(Institution.territory))
        .order_by(Institution.name, Institution.id)
    )


def watchers_of(institution: Institution) -> sa.Select:
    """The people told that an institution has lost its last responsible: the agency of its region, and the administrators."""
    followers = _followers(region_of(institution))
    return sa.select(User).where(sa.or_(User.is_administrator, User.id.in_(followers))).order_by(User.id)


def membership(institution: Institution, user_id: str) -> sa.Select:
    """The membership of the person of this public id in an institution, if any."""
    return (
        sa.select(Membership)
        .join(Membership.user)
        .where(Membership.institution_id == institution.id, User.public_id == user_id)
        .options(contains_eager(Membership.user), joinedload(Membership.institution).joinedload(Institution.territory))
    )
