"""The page of one member, leaving, and the erasure of one's account."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from app.accounts.models import User
from app.accounts.session import current_user, end_session, sign_in_required
from app.directory.facts import place
from app.directory.memberships import permissions, queries
from app.directory.memberships.departures import actions
from app.directory.memberships.departures.forms import DepartureForm, EraseForm, MemberRoleForm
from app.directory.memberships.models import Membership
from app.directory.memberships.permissions import acting
from app.directory.memberships.views import institution_of
from app.errors import allow
from app.extensions import db

departures = Blueprint("departures", __name__)


@departures.get("/annuaire/<public_id>/membres/<user_id>")
@sign_in_required
def member(public_id: str, user_id: str) -> str:
    """One member: change their role, or withdraw them; what it would mean is said first."""
    found = _membership(public_id, user_id)
    allow(permissions.can_set_role(acting(), found) or permissions.can_remove(acting(), found))
    return _member_page(found, _alone(found), MemberRoleForm(role=found.role.value), DepartureForm())


@departures.post("/annuaire/<public_id>/membres/<user_id>/role")
@sign_in_required
def set_role(public_id: str, user_id: str) -> Response | tuple[str, int]:
    """Give a member another role."""
    found = _membership(public_id, user_id)
    allow(permissions.can_set_role(acting(), found))
    alone = actions.left_alone(db.session, found)
    form = MemberRoleForm()
    form.must_know = bool(alone)
    if not form.validate():
        return _member_page(found, alone, form, DepartureForm(formdata=None)), 400
    actions.set_role(db.session, found, form.chosen, by=_user(), knowing=form.knowing.data)
    db.session.commit()
    flash(f"{found.user} est {found.role.label}.", "success")
    if permissions.is_own(acting(), found):
        return redirect(url_for("memberships.mine"), 303)
    return redirect(url_for("memberships.members", public_id=public_id), 303)


@departures.post("/annuaire/<public_id>/membres/<user_id>/retirer")
@sign_in_required
def remove(public_id: str, user_id: str) -> Response | tuple[str, int]:
    """Withdraw a member."""
    found = _membership(public_id, user_id)
    allow(permissions.can_remove(acting(), found))
    alone = actions.left_alone(db.session, found)
    form = _departure_form(alone)
    if not form.validate():
        return _member_page(found, alone, MemberRoleForm(formdata=None, role=found.role.value), form), 400
    actions.remove(db.session, found, knowing=form.knowing.data)
    db.session.commit()
    flash("La personne ne parle plus au nom de cette structure ; un courriel le lui dit.", "success")
    return redirect(url_for("memberships.members", public_id=public_id), 303)


@departures.get("/annuaire/<public_id>/quitter")
@sign_in_required
def leaving(public_id: str) -> str:
    """What leaving means."""
    found = _membership(public_id, _user().public_id)
    return _leaving_page(found, _alone(found), DepartureForm())


@departures.post("/annuaire/<public_id>/quitter")
@sign_in_required
def leave(public_id: str) -> Response | tuple[str, int]:
    """Stop speaking for an institution."""
    found = _membership(public_id, _user().public_id)
    alone = actions.left_alone(db.session, found)
    form, name = _departure_form(alone), found.institution.name
    if not form.validate():
        return _leaving_page(found, alone, form), 400
    actions.leave(db.session, found, knowing=form.knowing.data)
    db.session.commit()
    flash(f"Vous ne parlez plus au nom de « {name} ».", "success")
    return redirect(url_for("memberships.mine"), 303)


@departures.get("/mon-compte/effacer")
@sign_in_required
def erasing() -> str:
    """What the erasure of one's account erases, what remains without a name, and which institutions it leaves alone."""
    return _erasing_page(EraseForm())


@departures.post("/mon-compte/effacer")
@sign_in_required
def erase() -> Response | tuple[str, int]:
    """Erase one's account, and sign out."""
    form = EraseForm()
    if not form.validate():
        return _erasing_page(form), 400
    user = _user()
    end_session()
    actions.erase(db.session, user)
    db.session.commit()
    return redirect(url_for("departures.farewell"), 303)


@departures.get("/compte-efface")
def farewell() -> str:
    """The account is erased."""
    return render_template("memberships/farewell.html")


def _user() -> User:
    return current_user() or abort(403)


def _membership(public_id: str, user_id: str) -> Membership:
    institution = institution_of(public_id)
    return db.session.scalar(queries.membership(institution, user_id)) or abort(404)


def _alone(membership: Membership) -> Sequence[sa.Row[Any]]:
    return db.session.execute(queries.left_without_responsible(membership.user, [membership.institution_id])).all()


def _departure_form(alone: Sequence[sa.Row[Any]]) -> DepartureForm:
    form = DepartureForm()
    form.must_know = bool(alone)
    return form


def _member_page(found: Membership, alone: Sequence[sa.Row[Any]], role: MemberRoleForm, departure: DepartureForm) -> str:
    return render_template(
        "memberships/member.html",
        membership=found,
        alone=alone,
        role_form=role,
        departure_form=departure,
        is_own=permissions.is_own(acting(), found),
        place=place,
    )


def _leaving_page(found: Membership, alone: Sequence[sa.Row[Any]], form: DepartureForm) -> str:
    others = db.session.scalars(queries.members_of(found.institution).where(Membership.user_id != found.user_id)).all()
    may_name = permissions.can_decide_membership(acting(), found.institution)
    return render_template(
        "memberships/leave.html", membership=found, alone=alone, others=others, may_name=may_name, form=form, place=place
    )


def _erasing_page(form: EraseForm) -> str:
    user = _user()
    administrators = db.session.scalars(queries.administrators()).all()
    return render_template(
        "memberships/erase.html",
        form=form,
        user=user,
        memberships=acting().memberships,
        alone=db.session.execute(queries.left_without_responsible(user)).all(),
        is_last_administrator=user.is_administrator and len(administrators) == 1,
        place=place,
    )
