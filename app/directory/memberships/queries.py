"""Reads of memberships: who speaks for whom, and who plays the agency's part in a region."""

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.accounts.models import User
from app.directory.memberships.models import Designation, Membership, MembershipRequest
from app.directory.models import Institution, Kind, ServiceTerritory
from geo.territories import Territory


def memberships_of(user: User) -> sa.Select:
    """The memberships of a person, with their institutions, by name."""
    return (
        sa.select(Membership)
        .join(Membership.institution)
        .where(Membership.user_id == user.id)
        .options(joinedload(Membership.institution))
        .order_by(Institution.name, Institution.id)
    )


def members_of(institution: Institution) -> sa.Select:
    """The members of an institution, those responsible first."""
    return (
        sa.select(Membership)
        .join(Membership.user)
        .where(Membership.institution_id == institution.id)
        .options(joinedload(Membership.user))
        .order_by(Membership.role.desc(), Membership.since)
    )


def open_requests(institution_ids: list[int]) -> sa.Select:
    """The requests to speak for these institutions that wait for a decision, the oldest first."""
    return (
        sa.select(MembershipRequest)
        .where(MembershipRequest.institution_id.in_(institution_ids), MembershipRequest.decided_at.is_(None))
        .options(joinedload(MembershipRequest.user), joinedload(MembershipRequest.institution))
        .order_by(MembershipRequest.asked_at)
    )


def regions_followed(user: User) -> sa.CompoundSelect:
    """The ids of the regions in which this person plays the agency's part.

    A member of a book agency follows the regions that it serves; a member of a designated institution, those for which it
    was designated.
    """
    own = sa.select(Membership.institution_id).where(Membership.user_id == user.id)
    served = (
        sa.select(ServiceTerritory.territory_id)
        .join(Institution, Institution.id == ServiceTerritory.institution_id)
        .join(Territory, Territory.id == ServiceTerritory.territory_id)
        .where(Institution.kind == Kind.AGENCY, Institution.id.in_(own), Territory.level == "region")
    )
    designated = sa.select(Designation.region_id).where(Designation.institution_id.in_(own))
    return served.union(designated)


def followers_of(region_id: str) -> sa.Select:
    """The people who play the agency's part in this region."""
    agencies = (
        sa.select(ServiceTerritory.institution_id)
        .join(Institution, Institution.id == ServiceTerritory.institution_id)
        .where(Institution.kind == Kind.AGENCY, ServiceTerritory.territory_id == region_id)
    )
    designated = sa.select(Designation.institution_id).where(Designation.region_id == region_id)
    return (
        sa.select(User)
        .where(
            User.id.in_(
                sa.select(Membership.user_id).where(
                    sa.or_(Membership.institution_id.in_(agencies), Membership.institution_id.in_(designated))
                )
            )
        )
        .order_by(User.id)
    )


def people_of(institution: Institution) -> sa.Select:
    """The people who speak for an institution: its members and, for a centre, those of its Cité."""
    ids = [institution.id, *([institution.parent_id] if institution.parent_id else [])]
    return (
        sa.select(User)
        .where(User.id.in_(sa.select(Membership.user_id).where(Membership.institution_id.in_(ids))))
        .order_by(User.id)
    )


def administrators() -> sa.Select:
    """The administrators of the network."""
    return sa.select(User).where(User.is_administrator).order_by(User.id)
