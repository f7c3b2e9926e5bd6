"""Reads of the network's own page: in each region, who plays the agency's part."""

from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.directory.memberships.models import Designation, Membership
from app.directory.models import Institution, Kind, ServiceTerritory
from geo.territories import Level, Territory, by_code


@dataclass
class Relay:
    """A region, its agencies and the institution designated there, each with its number of members."""

    region: Territory
    agencies: list[tuple[Institution, int]] = field(default_factory=list)
    designated: tuple[Institution, int] | None = None

    @property
    def has_people(self) -> bool:
        """Whether anybody plays the part; if not, the administrators do."""
        there = [*self.agencies, *([self.designated] if self.designated else [])]
        return any(members for _, members in there)


def regions() -> sa.Select:
    """The regions, by code."""
    return sa.select(Territory).where(Territory.level == Level.REGION).order_by(by_code())


def _members() -> sa.ScalarSelect[int]:
    return (
        sa.select(sa.func.count()).select_from(Membership).where(Membership.institution_id == Institution.id).scalar_subquery()
    )


def agencies() -> sa.Select:
    """The book agencies by region served: rows (region id, Institution, number of members)."""
    return (
        sa.select(ServiceTerritory.territory_id, Institution, _members())
        .join(Institution, Institution.id == ServiceTerritory.institution_id)
        .where(Institution.kind == Kind.AGENCY)
        .order_by(Institution.name)
    )


def designations() -> sa.Select:
    """The designated institutions by region: rows (region id, Institution, number of members)."""
    return sa.select(Designation.region_id, Institution, _members()).join(Designation.institution)


def relays(session: Session, region_id: str | None = None) -> list[Relay]:
    """Who plays the agency's part in each region, or in this one; three statements however many regions."""
    chosen = regions() if region_id is None else regions().where(Territory.id == region_id)
    found = {region.id: Relay(region) for region in session.scalars(chosen)}
    for place, institution, members in session.execute(agencies()):
        if place in found:
            found[place].agencies.append((institution, members))
    for place, institution, members in session.execute(designations()):
        if place in found:
            found[place].designated = (institution, members)
    return list(found.values())


def designation_of(region_id: str) -> sa.Select:
    """The designation of a region, with its institution, if any."""
    return sa.select(Designation).where(Designation.region_id == region_id).options(joinedload(Designation.institution))
