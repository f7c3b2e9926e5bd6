"""What a person may do follows from whom they speak for."""

from dataclasses import dataclass, field

import sqlalchemy as sa
from flask import g
from sqlalchemy.orm import Session, object_session

from app.accounts.models import User
from app.accounts.session import current_user
from app.directory.memberships import queries
from app.directory.memberships.models import Membership, MembershipRequest, Role
from app.directory.memberships.queries import region_of
from app.directory.models import Institution
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
    """A person responsible for it, the agency of its region, an administrator.

    Who joins an institution that plays the agency's part gets power over others: there, those responsible for it and
    administrators alone.
    """
    if actor.is_administrator or actor.is_responsible_for(institution):
        return True
    return actor.follows(institution) and not _plays_the_part(institution)


def can_decide_request(actor: Actor, request: MembershipRequest) -> bool:
    """Whoever decides for the institution, except the person who asks, be they an agency or an administrator."""
    return actor.user is not None and actor.user.id != request.user_id and can_decide_membership(actor, request.institution)


def can_withdraw_request(actor: Actor, request: MembershipRequest) -> bool:
    """The person who asks."""
    return actor.user is not None and actor.user.id == request.user_id


def can_see_members(actor: Actor, institution: Institution) -> bool:
    """Those who speak for it, and whoever decides who joins."""
    return actor.speaks_for(institution) or can_decide_membership(actor, institution)


def can_set_role(actor: Actor, membership: Membership) -> bool:
    """Whoever decides for the institution, of the role of others; of their own, only to step down."""
    if not can_decide_membership(actor, membership.institution):
        return False
    return not is_own(actor, membership) or membership.role == Role.RESPONSIBLE


def can_remove(actor: Actor, membership: Membership) -> bool:
    """Whoever decides for the institution, of others: one leaves by oneself, see `is_own`."""
    return can_decide_membership(actor, membership.institution) and not is_own(actor, membership)


def is_own(actor: Actor, membership: Membership) -> bool:
    """The member: who may leave, and nobody else."""
    return actor.user is not None and actor.user.id == membership.user_id


def can_run_network(actor: Actor) -> bool:
    """An administrator."""
    return actor.is_administrator


def _plays_the_part(institution: Institution) -> bool:
    session = object_session(institution)
    assert session is not None, "a permission is asked of something that was loaded"
    return bool(session.scalar(sa.select(queries.plays_the_part(institution.id))))
