"""What a person may do follows from whom they speak for."""

from dataclasses import dataclass, field

from flask import g
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.accounts.session import current_user
from app.directory.memberships import queries
from app.directory.memberships.models import Membership, Role
from app.directory.models import Institution, Kind
from app.extensions import db


@dataclass(frozen=True)
class Actor:
    """A person and for whom they speak: what every `can_…` asks. `user` is None for a visitor."""

    user: User | None = None
    memberships: tuple[Membership, ...] = ()
    region_ids: frozenset[str] = frozenset()
    institution_ids: frozenset[int] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "institution_ids", frozenset(one.institution_id for one in self.memberships))

    @property
    def is_known(self) -> bool:
        return self.user is not None

    @property
    def is_administrator(self) -> bool:
        return self.user is not None and self.user.is_administrator

    @property
    def institutions(self) -> list[Institution]:
        """The institutions of which this person is a member."""
        return [one.institution for one in self.memberships]

    def is_member_of(self, institution: Institution) -> bool:
        return institution.id in self.institution_ids

    def speaks_for(self, institution: Institution) -> bool:
        """A member, or a member of the Cité to which the centre belongs."""
        return self.is_member_of(institution) or (
            institution.parent_id is not None and institution.parent_id in self.institution_ids
        )

    def is_responsible_for(self, institution: Institution) -> bool:
        """A responsible member, of the institution or of the Cité to which the centre belongs."""
        ids = {institution.id, institution.parent_id}
        return any(one.institution_id in ids and one.role == Role.RESPONSIBLE for one in self.memberships)

    def follows(self, institution: Institution) -> bool:
        """Plays the agency's part in the region of the institution, or is an administrator."""
        return self.is_administrator or self.follows_region(region_of(institution))

    def follows_region(self, region_id: str | None) -> bool:
        return self.is_administrator or (region_id is not None and region_id in self.region_ids)

    @property
    def is_intermediary(self) -> bool:
        """Plays the agency's part somewhere, or is an administrator."""
        return self.is_administrator or bool(self.region_ids)


def region_of(institution: Institution) -> str | None:
    """The id of the region in which the institution stands; None abroad, or when its place is not known."""
    return institution.territory.region_id if institution.territory else None


def actor_of(session: Session, user: User | None) -> Actor:
    """Read for whom a person speaks."""
    if user is None:
        return Actor()
    return Actor(
        user,
        tuple(session.scalars(queries.memberships_of(user))),
        frozenset(session.scalars(queries.regions_followed(user))),
    )


def acting() -> Actor:
    """The person of this request and for whom they speak, read once."""
    if "actor" not in g:
        g.actor = actor_of(db.session, current_user())
    found: Actor = g.actor
    return found


def can_edit(actor: Actor, institution: Institution) -> bool:
    """Those who speak for it, those who follow its region, administrators."""
    return actor.speaks_for(institution) or actor.follows(institution)


def can_decide_membership(actor: Actor, institution: Institution) -> bool:
    """A person responsible for it, the agency of its region, an administrator; for an agency, administrators and its own."""
    if institution.kind == Kind.AGENCY:
        return actor.is_administrator or actor.is_responsible_for(institution)
    return actor.is_responsible_for(institution) or actor.follows(institution)
