"""The page of the accounts of demonstration, where one becomes any of them; create_app registers it on this machine alone."""

from itertools import groupby

import sqlalchemy as sa
from flask import Blueprint, abort, redirect, render_template, url_for
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from app.accounts.models import User
from app.accounts.session import start_session
from app.directory.memberships.models import Membership
from app.extensions import db
from app.this_machine import refuse_elsewhere

demonstration = Blueprint("demonstration", __name__)
demonstration.before_request(refuse_elsewhere)

#: Of the addresses that `seeds.demonstration` gives: no mail reaches this domain (RFC 2606).
DOMAIN = "demonstration.example"


@demonstration.get("/demonstration")
def accounts() -> str:
    """The invented people, with the institutions for which they speak."""
    people = db.session.scalars(_people()).all()
    of_them = sa.select(Membership).where(Membership.user_id.in_([one.id for one in people])).order_by(Membership.user_id)
    rows = db.session.scalars(of_them.options(joinedload(Membership.institution)))
    memberships = {user_id: list(own) for user_id, own in groupby(rows, key=lambda one: one.user_id)}
    return render_template("demonstration/accounts.html", people=people, memberships=memberships)


@demonstration.post("/demonstration/<user_id>")
def become(user_id: str) -> Response:
    """Sign in as one of them; nobody else can be reached by this way."""
    user = db.session.scalar(_people().where(User.public_id == user_id)) or abort(404)
    start_session(user)
    db.session.commit()
    return redirect(url_for("workspace.home"), 303)


def _people() -> sa.Select:
    return sa.select(User).where(User.email.endswith(f"@{DOMAIN}")).order_by(User.id)
