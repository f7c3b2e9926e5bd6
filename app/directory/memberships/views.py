"""Asking to speak for an institution, deciding, and the members of an institution."""

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.accounts.actions import present_oneself
from app.accounts.models import User
from app.accounts.rate_limits import limit
from app.accounts.session import current_user, sign_in_required
from app.clock import today
from app.directory.approaching import approach
from app.directory.facts import place
from app.directory.memberships import actions, permissions, queries
from app.directory.memberships.forms import AskForm, FindForm, InviteForm, RefuseForm, RoleForm
from app.directory.memberships.models import Membership, MembershipRequest, Role
from app.directory.memberships.permissions import Actor, acting
from app.directory.models import Institution
from app.directory.queries import WITH_PLACE, Criteria, by_public_id, search_page
from app.directory.queries import count as count_found
from app.errors import allow
from app.extensions import db

memberships = Blueprint("memberships", __name__)

PAGE_SIZE = 20
MOST_REQUESTS_A_DAY = 20
MOST_INVITATIONS_A_DAY = 30
DAY = timedelta(days=1)


@memberships.app_template_global()
def speaking() -> Actor:
    """The person of this request and for whom they speak, for a template."""
    return acting()


@memberships.app_template_global()
def sees_members(institution: Institution) -> bool:
    """Whether the person of this request may open the page of the members."""
    return permissions.can_see_members(acting(), institution)


@memberships.app_template_global()
def requests_i_wait_for() -> Sequence[MembershipRequest]:
    """The requests of the person of this request that nobody has answered yet."""
    user = acting().user
    return db.session.scalars(queries.pending_requests_of(user)).all() if user else []


@memberships.app_template_global()
def request_i_made(institution: Institution) -> MembershipRequest | None:
    """What the person of this request has asked of this institution, while nobody has answered."""
    user = acting().user
    if user is None or acting().is_member_of(institution):
        return None
    asked = queries.pending_requests_of(user).where(MembershipRequest.institution_id == institution.id)
    found: MembershipRequest | None = db.session.scalar(asked)
    return found


@memberships.get("/parler-pour")
def find() -> str | tuple[str, int]:
    """Find the institution for which one wants to speak."""
    form = FindForm(request.args)
    if not form.validate():
        return render_template("memberships/find.html", form=form, total=None, rows=[], place=place), 400
    total, rows = None, []
    if form.q.data:
        criteria = approach(db.session, Criteria(on=today(), words=form.q.data))
        total = db.session.scalar(count_found(criteria))
        rows = list(db.session.execute(search_page(criteria, 1, PAGE_SIZE)))
    return render_template("memberships/find.html", form=form, total=total, rows=rows, place=place)


@memberships.get("/annuaire/<public_id>/parler-pour")
@sign_in_required
def ask(public_id: str) -> str:
    """The form of who asks to speak for an institution."""
    return _ask_page(institution_of(public_id), AskForm(obj=_user()))


@memberships.post("/annuaire/<public_id>/parler-pour")
@sign_in_required
def send_request(public_id: str) -> Response | str | tuple[str, int]:
    """Send the request to those who decide."""
    institution, user, form = institution_of(public_id), _user(), AskForm()
    if not form.validate():
        return _ask_page(institution, form), 400
    limit(db.session, "membership-request", user.public_id, MOST_REQUESTS_A_DAY, DAY)
    present_oneself(user, form.name.data, form.function.data)
    sent = actions.ask(db.session, user, institution, form.message.data)
    db.session.commit()
    if sent:
        flash("Votre demande est envoyée. Un courriel vous dira la réponse.", "success")
    else:
        flash("Vous aviez déjà envoyé cette demande : elle attend une réponse, et un courriel vous la dira.", "info")
    return redirect(url_for("memberships.mine"), 303)


@memberships.get("/mes-structures")
@sign_in_required
def mine() -> str:
    """For whom I speak, what I asked, and what I may decide."""
    user, actor = _user(), acting()
    return render_template(
        "memberships/mine.html",
        memberships=actor.memberships,
        requests=db.session.scalars(queries.requests_of(user)).all(),
        waiting=count_of(queries.waiting_for(actor)),
        decides=actor.is_intermediary or any(one.role == Role.RESPONSIBLE for one in actor.memberships),
        regions=db.session.scalars(queries.regions_of(actor.region_ids)).all(),
        place=place,
    )


@memberships.get("/demandes-de-rattachement")
@sign_in_required
def requests() -> str:
    """The requests that I may decide."""
    waiting = queries.waiting_for(acting())
    total = count_of(waiting)
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(_requested_page(), pages)
    rows = db.session.scalars(waiting.limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)).all()
    return render_template("memberships/requests.html", rows=rows, total=total, page=page, pages=pages, place=place)


@memberships.get("/demandes-de-rattachement/<request_id>")
@sign_in_required
def show(request_id: str) -> str:
    """One request, for whoever may decide it."""
    return _request_page(_request(request_id), RoleForm(), RefuseForm())


@memberships.post("/demandes-de-rattachement/<request_id>/accepter")
@sign_in_required
def accept(request_id: str) -> Response | str | tuple[str, int]:
    """Accept, as responsible or as member."""
    asked, form = _request(request_id), RoleForm()
    if not form.validate():
        return _request_page(asked, form, RefuseForm(formdata=None)), 400
    actions.accept(db.session, asked, form.chosen, by=_user())
    db.session.commit()
    flash(f"{asked.user} parle désormais au nom de « {asked.institution.name} ».", "success")
    return redirect(url_for("memberships.requests"), 303)


@memberships.post("/demandes-de-rattachement/<request_id>/refuser")
@sign_in_required
def refuse(request_id: str) -> Response | str | tuple[str, int]:
    """Refuse, with a reason."""
    asked, form = _request(request_id), RefuseForm()
    if not form.validate():
        return _request_page(asked, RoleForm(formdata=None), form), 400
    actions.refuse(db.session, asked, form.reason.data, by=_user())
    db.session.commit()
    flash("La demande est refusée ; la raison est envoyée à la personne.", "success")
    return redirect(url_for("memberships.requests"), 303)


@memberships.post("/demandes-de-rattachement/<request_id>/renoncer")
@sign_in_required
def withdraw(request_id: str) -> Response:
    """Give up one's own request."""
    asked = db.session.scalar(queries.request_of(request_id))
    if asked is None or not permissions.can_withdraw_request(acting(), asked):
        abort(404)
    actions.withdraw(db.session, asked)
    db.session.commit()
    flash("Votre demande est retirée.", "success")
    return redirect(url_for("memberships.mine"), 303)


@memberships.get("/annuaire/<public_id>/membres")
@sign_in_required
def members(public_id: str) -> str:
    """Who speaks for an institution."""
    return _members_page(institution_of(public_id), InviteForm())


@memberships.post("/annuaire/<public_id>/membres/inviter")
@sign_in_required
def invite(public_id: str) -> Response | str | tuple[str, int]:
    """Write to a colleague how to join."""
    institution, form = institution_of(public_id), InviteForm()
    allow(permissions.can_see_members(acting(), institution))
    if not form.validate():
        return _members_page(institution, form), 400
    limit(db.session, "invitation", _user().public_id, MOST_INVITATIONS_A_DAY, DAY)
    actions.invite(db.session, institution, form.email.data or "", by=_user())
    db.session.commit()
    flash("L’invitation est envoyée. Votre collègue demandera son rattachement, puis une personne responsable répondra.")
    return redirect(url_for("memberships.members", public_id=public_id), 303)


def institution_of(public_id: str) -> Institution:
    """The institution of a URL, with where it is; else the 404 page."""
    found: Institution | None = None
    if re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", public_id):
        found = db.session.scalar(by_public_id(public_id).options(*WITH_PLACE))
    return found or abort(404)


def count_of(select: sa.Select) -> int:
    """How many rows a select of one entity has."""
    return db.session.scalar(sa.select(sa.func.count()).select_from(select.order_by(None).subquery())) or 0


def _user() -> User:
    user = current_user()
    assert user is not None, "guarded by sign_in_required"
    return user


def _request(request_id: str) -> MembershipRequest:
    """The request of a URL, for whoever may decide it; to others it does not exist."""
    found: MembershipRequest | None = db.session.scalar(queries.request_of(request_id))
    return found if found and permissions.can_decide_request(acting(), found) else abort(404)


def _requested_page() -> int:
    asked = request.args.get("page", "")
    return max(int(asked), 1) if re.fullmatch(r"\d{1,6}", asked, re.ASCII) else 1


def _ask_page(institution: Institution, form: AskForm) -> str:
    return render_template(
        "memberships/ask.html",
        institution=institution,
        form=form,
        place=place,
        is_member=acting().is_member_of(institution),
        waiting=request_i_made(institution),
    )


def _request_page(asked: MembershipRequest, accept_form: RoleForm, refuse_form: RefuseForm) -> str:
    there: list[Membership] = list(db.session.scalars(queries.members_of(asked.institution)))
    if accept_form.role.data is None and not any(one.role == Role.RESPONSIBLE for one in there):
        accept_form.role.data = Role.RESPONSIBLE.value
    return render_template(
        "memberships/request.html",
        asked=asked,
        members=there,
        accept_form=accept_form,
        refuse_form=refuse_form,
        place=place,
    )


def _members_page(institution: Institution, form: InviteForm) -> str:
    actor = acting()
    allow(permissions.can_see_members(actor, institution))
    context: dict[str, Any] = {
        "institution": institution,
        "members": db.session.scalars(queries.members_of(institution)).all(),
        "decides": permissions.can_decide_membership(actor, institution),
        "waiting": count_of(queries.waiting_for(actor).where(MembershipRequest.institution_id == institution.id)),
        "form": form,
        "me": actor.user,
        "place": place,
        "responsible": Role.RESPONSIBLE,
    }
    return render_template("memberships/members.html", **context)
