"""The scenarios that a request names: its own, the one it is compared with, those of a read-only link."""

import re

from flask import abort
from sqlalchemy.orm import Session

from app.coverage.scenarios import permissions, queries, trials
from app.coverage.scenarios.models import Scenario
from app.coverage.scenarios.page import Reference
from app.directory.memberships.permissions import Actor

PUBLIC_ID = re.compile(r"[a-z0-9]{14}", re.ASCII)
TOKEN = re.compile(r"[a-z0-9]{28}", re.ASCII)


def seen(session: Session, actor: Actor, public_id: str) -> Scenario | None:
    """The scenario of this public id, if this person may know that it exists."""
    found = session.scalar(queries.by_public_id(public_id)) if PUBLIC_ID.fullmatch(public_id) else None
    return found if found is not None and permissions.can_see(actor, found) else None


def own(session: Session, actor: Actor, public_id: str) -> Scenario:
    """The scenario of this public id, for whoever may read it; stops with the 404 page otherwise."""
    return seen(session, actor, public_id) or abort(404)


def shared(session: Session, token: str) -> Scenario | None:
    """The scenario of a read-only link that is not cut."""
    return session.scalar(queries.by_token(token)) if TOKEN.fullmatch(token) else None


def reference_of(session: Session, actor: Actor, name: str) -> Reference | None:
    """The scenario to compare with, by its public id or by the token of its link; None: there is none for this person."""
    found = shared(session, name) or seen(session, actor, name)
    return Reference(found.name, trials.read(found.asked).trial) if found else None
