"""Asking to speak for an institution, and the decision: one person asks, another decides, once."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.clock import now
from app.directory.memberships import mails, queries
from app.directory.memberships.models import Membership, MembershipRequest, Role
from app.directory.models import Institution
from app.errors import Refusal
from app.formats import french_date
from app.mail.outbox import post, post_to_address


def lock(session: Session, institution: Institution) -> None:
    """Make whoever else changes the members or the requests of this institution wait for the end of this transaction."""
    session.execute(sa.select(Institution.id).where(Institution.id == institution.id).with_for_update(key_share=True))


def ask(session: Session, user: User, institution: Institution, message: str) -> bool:
    """Ask to speak for an institution, and tell those who decide. False: this person already waits for an answer there.

    Refuses a member.
    """
    lock(session, institution)
    if session.get(Membership, (user.id, institution.id), populate_existing=True):
        raise Refusal(f"Vous parlez déjà au nom de « {institution.name} ».")
    waiting = queries.pending_requests_of(user).where(MembershipRequest.institution_id == institution.id)
    if session.scalar(waiting) is not None:
        return False
    request = MembershipRequest(user=user, institution=institution, message=message)
    session.add(request)
    session.flush()
    post(session, mails.asked(request), to=session.scalars(queries.deciders_for(institution, user)))
    return True


def accept(session: Session, request: MembershipRequest, role: Role, by: User) -> None:
    """Make the person who asks a member; refuses what was decided already."""
    _decide(session, request, True, by)
    if session.get(Membership, (request.user_id, request.institution_id), populate_existing=True) is None:
        session.add(Membership(user_id=request.user_id, institution_id=request.institution_id, role=role))
    post(session, mails.accepted(request, role), to=[request.user])


def refuse(session: Session, request: MembershipRequest, reason: str, by: User) -> None:
    """Refuse with a reason, which the person who asks reads; refuses what was decided already."""
    _decide(session, request, False, by)
    request.reason = reason
    post(session, mails.refused(request), to=[request.user])


def _decide(session: Session, request: MembershipRequest, accepted: bool, by: User) -> None:
    _lock_open(session, request)
    request.accepted, request.decided_at, request.decided_by = accepted, now(), by


def withdraw(session: Session, request: MembershipRequest) -> None:
    """Give up asking: nothing is kept of the request; refuses what was decided already."""
    _lock_open(session, request)
    session.delete(request)


def _lock_open(session: Session, request: MembershipRequest) -> None:
    """Lock a request that waits; say so if it was answered, or given up, in the meantime."""
    lock(session, request.institution)
    fresh = session.scalar(
        sa.select(MembershipRequest)
        .where(MembershipRequest.id == request.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if fresh is None:
        raise Refusal("Cette demande n’existe plus : la personne qui l’avait faite y a renoncé.")
    if fresh.decided_at:
        answer = "acceptée" if fresh.accepted else "refusée"
        raise Refusal(f"Cette demande a déjà reçu une réponse : elle a été {answer} le {french_date(fresh.decided_at)}.")


def invite(session: Session, institution: Institution, email: str, by: User) -> None:
    """Write to a colleague how to ask to speak for the institution; refuses the address of a member.

    Whether the address has an account shows nowhere, but a person who has one gets mail as they chose.
    """
    known = session.scalar(sa.select(User).where(User.email == email))
    if known and session.get(Membership, (known.id, institution.id)):
        raise Refusal(f"La personne qui a cette adresse parle déjà au nom de « {institution.name} ».")
    mail = mails.invitation(institution, by)
    if known:
        post(session, mail, to=[known])
    else:
        post_to_address(session, mail, email)
