"""Designating who plays the agency's part where a region has no agency; naming and dismissing administrators."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.actions import appoint, dismiss
from app.accounts.models import User
from app.directory.memberships import queries
from app.directory.memberships.models import Designation
from app.directory.memberships.network import mails
from app.directory.memberships.network.queries import designation_of
from app.directory.models import Institution
from app.directory.queries import agency_of
from app.errors import Refusal
from app.formats import apostrophes
from app.mail.outbox import post
from geo.territories import Territory


def designate(session: Session, region: Territory, institution: Institution) -> None:
    """Let an institution play the agency's part in a region, and tell its members.

    Refuses where an agency serves the region, or another institution was designated: it is withdrawn first.
    """
    session.execute(sa.select(Territory.id).where(Territory.id == region.id).with_for_update(key_share=True))
    name = apostrophes(region.name)
    if agency := session.scalar(agency_of(region.id)):
        raise Refusal(f"Une agence dessert déjà cette région ({name}) : « {agency.name} ».")
    present = session.scalar(designation_of(region.id))
    if present and present.institution_id == institution.id:
        return
    if present:
        raise Refusal(f"« {present.institution.name} » est déjà désignée dans cette région ({name}) : retirez-la d’abord.")
    session.add(Designation(region_id=region.id, institution_id=institution.id))
    post(session, mails.designated(region, institution), to=session.scalars(queries.own_people_of(institution)))


def withdraw(session: Session, region: Territory) -> None:
    """End the designation of a region, and tell the members of the institution; refuses when there is none."""
    present = session.scalar(designation_of(region.id).with_for_update(of=Designation))
    if present is None:
        raise Refusal("Aucune structure n’est désignée dans cette région.")
    post(session, mails.withdrawn(region, present.institution), to=session.scalars(queries.own_people_of(present.institution)))
    session.delete(present)


def name_administrator(session: Session, email: str) -> None:
    """Make the person of this address an administrator, and tell every administrator; refuses one who is already."""
    before = session.scalars(queries.administrators()).all()
    if email in {one.email for one in before}:
        raise Refusal("Cette personne administre déjà le réseau.")
    appoint(session, email)
    session.expire_all()
    post(session, mails.appointed(), to=session.scalars(sa.select(User).where(User.email == email)))
    post(session, mails.joined(), to=before)


def dismiss_administrator(session: Session, user: User) -> None:
    """Take the administration of the network from a person, and tell them; refuses to take it from the last one."""
    dismiss(session, user.email)
    post(session, mails.dismissed(), to=[user])
