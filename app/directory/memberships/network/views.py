"""For administrators: who plays the agency's part in each region, and who else is an administrator."""

import sqlalchemy as sa
from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.accounts.models import User
from app.accounts.session import sign_in_required
from app.clock import today
from app.directory.approaching import approach
from app.directory.facts import place
from app.directory.memberships import permissions
from app.directory.memberships.forms import FindForm
from app.directory.memberships.network import actions, queries
from app.directory.memberships.network.forms import AdministratorForm, DesignateForm
from app.directory.memberships.permissions import acting
from app.directory.memberships.queries import administrators as all_administrators
from app.directory.memberships.views import institution_of
from app.directory.queries import Criteria, search_page
from app.errors import allow
from app.extensions import db
from app.formats import apostrophes
from geo.territories import Level, Territory

network = Blueprint("network", __name__)

SHOWN = 20


@network.get("/reseau/relais")
@sign_in_required
def relays() -> str:
    """The regions: which agency serves each, or which institution plays its part."""
    allow(permissions.can_run_network(acting()))
    return render_template("memberships/relays.html", relays=queries.relays(db.session))


@network.get("/reseau/relais/<region_id>")
@sign_in_required
def relay(region_id: str) -> str | tuple[str, int]:
    """One region: look for the institution to designate."""
    allow(permissions.can_run_network(acting()))
    region = _region(region_id)
    form = FindForm(request.args)
    valid = form.validate()
    rows = []
    if valid and form.q.data:
        criteria = approach(db.session, Criteria(on=today(), words=form.q.data))
        rows = list(db.session.execute(search_page(criteria, 1, SHOWN)))
    (one,) = queries.relays(db.session, region.id)
    page = render_template("memberships/relay.html", relay=one, form=form, rows=rows, place=place, most=SHOWN)
    return page if valid else (page, 400)


@network.post("/reseau/relais/<region_id>/designer")
@sign_in_required
def designate(region_id: str) -> Response:
    """Let an institution play the agency's part."""
    allow(permissions.can_run_network(acting()))
    region, form = _region(region_id), DesignateForm()
    if not form.validate():
        abort(400)
    institution = institution_of(form.institution.data or "")
    actions.designate(db.session, region, institution)
    db.session.commit()
    flash(f"« {institution.name} » joue désormais le rôle de relais : {apostrophes(region.name)}.", "success")
    return redirect(url_for("network.relays"), 303)


@network.post("/reseau/relais/<region_id>/retirer")
@sign_in_required
def withdraw(region_id: str) -> Response:
    """End a designation."""
    allow(permissions.can_run_network(acting()))
    region = _region(region_id)
    actions.withdraw(db.session, region)
    db.session.commit()
    flash(f"La désignation est retirée : {apostrophes(region.name)}.", "success")
    return redirect(url_for("network.relays"), 303)


@network.get("/reseau/administrateurs")
@sign_in_required
def administrators() -> str:
    """Who runs the network."""
    allow(permissions.can_run_network(acting()))
    return _administrators_page(AdministratorForm())


@network.post("/reseau/administrateurs/nommer")
@sign_in_required
def appoint() -> Response | tuple[str, int]:
    """Name another administrator, by their address."""
    allow(permissions.can_run_network(acting()))
    form = AdministratorForm()
    if not form.validate():
        return _administrators_page(form), 400
    email = form.email.data or ""
    actions.name_administrator(db.session, email)
    db.session.commit()
    flash(f"La personne dont l’adresse est {email} administre désormais le réseau.", "success")
    return redirect(url_for("network.administrators"), 303)


@network.post("/reseau/administrateurs/<user_id>/retirer")
@sign_in_required
def dismiss(user_id: str) -> Response:
    """Take the administration from a person; one may take it from oneself."""
    allow(permissions.can_run_network(acting()))
    user: User = db.session.scalar(sa.select(User).where(User.public_id == user_id)) or abort(404)
    actions.dismiss_administrator(db.session, user)
    db.session.commit()
    flash("Cette personne n’administre plus le réseau.", "success")
    return redirect(url_for("network.administrators" if acting().user is not user else "workspace.home"), 303)


def _region(region_id: str) -> Territory:
    region = db.session.get(Territory, region_id)
    return region if region and region.level == Level.REGION else abort(404)


def _administrators_page(form: AdministratorForm) -> str:
    people = db.session.scalars(all_administrators()).all()
    me = acting().user
    return render_template("memberships/administrators.html", people=people, form=form, me=me)
