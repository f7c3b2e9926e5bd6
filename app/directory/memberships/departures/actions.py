"""A member changes role or goes. Changes to one institution wait for one another: of two who leave, one is the last.

`knowing`: the person who acts was told that the institution would have nobody responsible left, and confirmed.
"""

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.actions import erase as erase_person
from app.accounts.models import User
from app.directory.memberships import queries
from app.directory.memberships.actions import lock
from app.directory.memberships.departures import mails
from app.directory.memberships.models import Membership, Role
from app.directory.models import Institution
from app.errors import Refusal
from app.mail.outbox import post


def left_alone(session: Session, membership: Membership) -> Sequence[sa.Row[Any]]:
    """Wait for whoever changes the same institution, and say whether it would have nobody responsible left.

    One row (Institution, remaining), or none. Refuses a membership that ended in the meantime.
    """
    lock(session, membership.institution)
    fresh = session.get(Membership, (membership.user_id, membership.institution_id), populate_existing=True)
    if fresh is None:
        raise Refusal(f"Cette personne ne parle déjà plus au nom de « {membership.institution.name} ».")
    return session.execute(queries.left_without_responsible(membership.user, [membership.institution_id])).all()


def set_role(session: Session, membership: Membership, role: Role, by: User, knowing: bool) -> None:
    """Change what a member may do, and tell them; the same role again changes nothing."""
    alone = left_alone(session, membership)
    if membership.role == role:
        return
    if role != Role.RESPONSIBLE:
        _confirmed(alone, knowing)
        _tell_watchers(session, alone, membership.user_id)
    membership.role = role
    if membership.user_id != by.id:
        post(session, mails.role_changed(membership), to=[membership.user])


def remove(session: Session, membership: Membership, knowing: bool) -> None:
    """Withdraw a member, and tell them."""
    alone = left_alone(session, membership)
    _confirmed(alone, knowing)
    _tell_watchers(session, alone, membership.user_id)
    post(session, mails.removed(membership.institution), to=[membership.user])
    session.delete(membership)


def leave(session: Session, membership: Membership, knowing: bool) -> None:
    """Stop speaking for an institution."""
    alone = left_alone(session, membership)
    _confirmed(alone, knowing)
    _tell_watchers(session, alone, membership.user_id)
    session.delete(membership)


def erase(session: Session, user: User) -> None:
    """Leave every institution, erase the account, and tell those who must know. Refuses the last administrator.

    They are told last: a mail holds the row of whoever gets it, who may be leaving at this very moment.
    """
    own = sa.select(Membership.institution_id).where(Membership.user_id == user.id)
    # In the order of their ids, so that two people who leave the same ones wait for one another, and never for ever.
    for institution in session.scalars(sa.select(Institution).where(Institution.id.in_(own)).order_by(Institution.id)):
        lock(session, institution)
    alone, user_id = session.execute(queries.left_without_responsible(user)).all(), user.id
    erase_person(session, user)
    _tell_watchers(session, alone, user_id)


def _confirmed(alone: Collection[Any], knowing: bool) -> None:
    if alone and not knowing:
        raise Refusal("Cette structure n’aurait plus de responsable : confirmez-le d’abord.")


def _tell_watchers(session: Session, alone: Collection[Any], leaving_id: int) -> None:
    for institution, remaining in alone:
        watchers = session.scalars(queries.watchers_of(institution).where(User.id != leaving_id)).all()
        post(session, mails.without_responsible(institution, remaining), to=watchers)
