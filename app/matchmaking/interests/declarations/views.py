"""The public form of a library without account, the confirmation of its address, and the queue of the agency."""

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.accounts.rate_limits import allowed, client_address, limit, mailbox
from app.accounts.session import current_user, sign_in_required
from app.clock import today
from app.directory.approaching import approach
from app.directory.edition.permissions import voice_of
from app.directory.facts import place
from app.directory.memberships.permissions import acting
from app.directory.models import Institution
from app.directory.places import label, resolve
from app.directory.queries import Criteria, by_public_id, search
from app.directory.vocabulary import Format
from app.errors import allow
from app.extensions import db
from app.forms import LONGEST_TEXT, tidy
from app.matchmaking.interests import permissions, queries
from app.matchmaking.interests.actions import PARTNER_KINDS, Wording
from app.matchmaking.interests.blueprint import interests
from app.matchmaking.interests.declarations import actions
from app.matchmaking.interests.declarations.forms import FindForm, PublicForm, SetAsideForm
from app.matchmaking.interests.models import Declaration
from geo.territories import Level, Territory

MOST_AN_HOUR = 5
MOST_MAILS_A_DAY = 3
MOST_PROPOSED = 12


@interests.get("/declarer-un-interet")
def public_form() -> str:
    """The form, with the name and the commune of the sheet that led here."""
    form = PublicForm(formdata=None)
    form.library_name.data = tidy(request.args.get("nom", ""))[:LONGEST_TEXT]
    form.commune.data = tidy(request.args.get("commune", ""))[:LONGEST_TEXT]
    return render_template("interests/public_form.html", form=form)


@interests.post("/declarer-un-interet")
def send_public_form() -> Response | tuple[str, int]:
    """Keep the declaration and write to its address; a robot gets the same answer, and so does who writes too often."""
    form = PublicForm()
    answer = resolve(db.session, form.commune.data or "", (Level.COMMUNE,)) if form.validate() else None
    commune = form.meant(answer) if answer else None
    if answer and commune is None:
        form.ask_back(answer)
    if commune is None:
        return render_template("interests/public_form.html", form=form), 400
    if not form.trap.data:
        limit(db.session, "interet-sans-compte", client_address(), MOST_AN_HOUR, timedelta(hours=1))
        _receive(form, commune)
    db.session.commit()
    return redirect(url_for("interests.public_sent"), 303)


@interests.get("/declarer-un-interet/envoye")
def public_sent() -> str:
    """What to do next, the same for everybody."""
    return render_template("interests/public_sent.html")


@interests.get("/declarer-un-interet/<token>")
def confirm_address(token: str) -> str | tuple[str, int]:
    """The page that the mail opens: only its button confirms, since scanners of mail open links too."""
    found = db.session.scalar(actions.waiting_for_confirmation(token))
    status = 200 if found else 404
    return render_template("interests/confirm.html", declaration=found, token=token, over=actions.OVER), status


@interests.post("/declarer-un-interet/<token>")
def take_address(token: str) -> Response:
    actions.confirm(db.session, token)
    db.session.commit()
    return redirect(url_for("interests.public_confirmed"), 303)


@interests.get("/declarer-un-interet/confirme")
def public_confirmed() -> str:
    """Thanks, and what comes next."""
    return render_template("interests/public_confirmed.html")


@interests.get("/interets/sans-compte")
@sign_in_required
def declarations() -> str:
    """What waits to be attached in the regions that this person follows."""
    allow(acting().is_intermediary)
    rows = db.session.scalars(queries.declarations_waiting_for(acting())).all()
    return render_template("interests/declarations.html", rows=rows, label=label)


@interests.get("/interets/sans-compte/<declaration_id>")
@sign_in_required
def declaration(declaration_id: str) -> str | tuple[str, int]:
    """One declaration, and the sheets to which it may belong."""
    find = FindForm(request.args)
    valid = find.validate()
    page = _page(_declaration(declaration_id), find, SetAsideForm(formdata=None))
    return page if valid else (page, 400)


@interests.post("/interets/sans-compte/<declaration_id>/rattacher")
@sign_in_required
def attach(declaration_id: str) -> Response | tuple[str, int]:
    found = _declaration(declaration_id)
    institution = db.session.scalar(by_public_id(request.form.get("structure", "")))
    if institution is None:
        flash("Choisissez la fiche à laquelle rattacher cette déclaration.", "warning")
        return _page(found, FindForm(), SetAsideForm(formdata=None)), 400
    allow(acting().follows(institution))
    user = current_user()
    assert user is not None
    voice = voice_of(acting(), institution) if request.form.get("boite") else None
    interest = actions.attach(db.session, found, institution, user, keep_mailbox=voice)
    db.session.commit()
    flash("Déclaration rattachée ; la personne en est prévenue, et son adresse est effacée de la déclaration.", "success")
    return redirect(url_for("interests.show", interest_id=interest.public_id), 303)


@interests.post("/interets/sans-compte/<declaration_id>/ecarter")
@sign_in_required
def set_aside(declaration_id: str) -> Response | tuple[str, int]:
    found = _declaration(declaration_id)
    form = SetAsideForm()
    if not form.validate():
        return _page(found, FindForm(), form), 400
    user = current_user()
    assert user is not None
    actions.set_aside(db.session, found, form.reason.data or "", user)
    db.session.commit()
    flash("Déclaration écartée ; la personne en est prévenue, et son adresse est effacée.", "success")
    return redirect(url_for("interests.declarations"), 303)


def _receive(form: PublicForm, commune: Territory) -> None:
    """Keep it, unless its address was written to too often today: nobody fills the mailbox of another."""
    email = str(form.email.data)
    if not allowed(db.session, "interet-sans-compte-adresse", mailbox(email), MOST_MAILS_A_DAY, timedelta(days=1)):
        return
    wording = Wording(
        formats=tuple(form.formats.data or []), words=form.words.data or "", shows_author=bool(form.shows_author.data)
    )
    actions.receive(db.session, str(form.library_name.data), commune, email, wording, bool(form.offers_mailbox.data))


def _declaration(declaration_id: str) -> Declaration:
    """The declaration, for whom may handle it; nobody else knows that it exists."""
    if not re.fullmatch(r"[a-z0-9]{14}", declaration_id):
        abort(404)
    found = db.session.query(Declaration).filter_by(public_id=declaration_id).one_or_none()
    return found if found is not None and permissions.can_handle(acting(), found) else abort(404)


def _page(found: Declaration, find: FindForm, form: SetAsideForm) -> str:
    return render_template(
        "interests/declaration.html",
        declaration=found,
        formats=[Format(code).label for code in found.formats],
        proposed=_proposed(found, find.q.data or ""),
        find=find,
        form=form,
        place=place,
        label=label,
    )


def _proposed(found: Declaration, words: str) -> Sequence[Institution]:
    """The sheets that it may belong to: those sought by the agency; else of this name in the commune; else all of it."""
    region: Any = found.commune.region
    here = Criteria(on=today(), words=found.library_name, kinds=PARTNER_KINDS, territory=found.commune)
    wider = [approach(db.session, here), Criteria(on=today(), kinds=PARTNER_KINDS, territory=found.commune)]
    if words:
        wider = [approach(db.session, Criteria(on=today(), words=words, kinds=PARTNER_KINDS, territory=region))]
    for criteria in wider:
        rows = [row.Institution for row in db.session.execute(search(criteria).limit(MOST_PROPOSED))]
        if rows:
            return rows
    return []
