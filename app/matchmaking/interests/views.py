"""Interests, wishes and leads: their list and its files, the form in which they are said, the page of each."""

import re
from datetime import timedelta
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.accounts.rate_limits import limit
from app.accounts.session import current_user, sign_in_required
from app.clock import today
from app.directory.facts import place
from app.directory.memberships.permissions import acting
from app.directory.places import label
from app.errors import allow
from app.exports import announced, csv_for_machines, csv_for_people, workbook
from app.extensions import db
from app.formats import plural
from app.matchmaking.interests import actions, counting, drafting, listing, permissions, queries
from app.matchmaking.interests.blueprint import interests
from app.matchmaking.interests.declarations import views as declarations
from app.matchmaking.interests.forms import WordingForm
from app.matchmaking.interests.models import Act, Interest
from app.matchmaking.interests.telling import tell, theme_labels
from geo.territories import Level

__all__ = ["declarations", "interests"]

PAGE_SIZE = 20
#: Reading names costs a search for each: a person sends the form so many times an hour, refused ones included.
MOST_AN_HOUR = 30


@interests.get("/interets")
def index() -> Response | str | tuple[str, int]:
    """The numbers by region and by department, and the interests that this person may read."""
    asked = listing.read(db.session, acting(), request.args)
    frame = {
        "asked": asked,
        "acts": Act,
        "label": label,
        "regions": db.session.execute(counting.numbers_by(Level.REGION)).all(),
        "departments": db.session.execute(counting.numbers_by(Level.DEPARTMENT)).all(),
    }
    if asked.criteria is None:
        status = 400 if asked.form.errors else 200
        return render_template("interests/index.html", **frame, total=None), status
    select = queries.listed(acting(), asked.criteria)
    total = db.session.scalar(queries.count(select)) or 0
    page, pages = _page(total)
    rows = db.session.scalars(select.limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE))
    told = listing.by_act(db.session, acting(), rows)
    return render_template("interests/index.html", **frame, total=total, told=told, page=page, pages=pages)


@interests.get("/interets.<any(csv, xlsx):extension>")
def export(extension: str) -> Response:
    """Exactly the filtered list as a file, with what this person reads in the page and no more."""
    asked = listing.read(db.session, acting(), request.args)
    audience = request.args.get("pour", "personnes")
    if asked.criteria is None:
        abort(400, "Cette liste ne peut pas être exportée : corrigez d’abord sa recherche.")
    if audience not in ("personnes", "machines"):
        abort(400, "Le paramètre « pour » vaut « personnes » ou « machines ».")
    if request.method == "HEAD":
        return announced("interets", extension)
    rows = listing.all_told(db.session, acting(), asked.criteria)
    if extension == "xlsx":
        return workbook(rows, listing.COLUMNS, "interets", listing.about(asked, len(rows)))
    return (csv_for_machines if audience == "machines" else csv_for_people)(rows, listing.COLUMNS, "interets")


@interests.get("/interets/nouveau")
@sign_in_required
def new() -> str:
    """The form in which an interest, a wish or a lead is said."""
    draft = drafting.begin(db.session, acting(), request.args)
    if draft is None:
        return render_template("interests/no_institution.html")
    return render_template("interests/new.html", draft=draft, acts=Act)


@interests.post("/interets/nouveau")
@sign_in_required
def declare() -> Response | tuple[str, int]:
    """Say it: one interest toward each of those named."""
    user = current_user()
    assert user is not None
    limit(db.session, "dire-un-interet", user.public_id, MOST_AN_HOUR, timedelta(hours=1))
    draft = drafting.received(db.session, acting(), request.args.get("nature", ""))
    allow(draft is not None and (draft.author is not None or draft.act is Act.SUGGESTED))
    assert draft is not None
    if not drafting.is_ready(db.session, draft):
        db.session.commit()
        return render_template("interests/new.html", draft=draft, acts=Act), 400
    author = drafting.intermediary_of(db.session, acting(), draft.subject) if draft.subject else draft.author
    made = actions.say(db.session, draft.act, author, draft.targets, draft.form.wording, user, about=draft.subject)
    if draft.lead is not None and draft.lead.about is draft.author:
        actions.follow(db.session, draft.lead)
    db.session.commit()
    _say_made(draft.act, len(made), len(draft.targets))
    if len(made) == 1:
        return redirect(url_for("interests.show", interest_id=made[0].public_id), 303)
    return redirect(url_for("interests.index", vue=queries.MINE), 303)


@interests.get("/interets/<interest_id>")
def show(interest_id: str) -> str:
    """One interest, as far as this person may read it."""
    return _render_one("interests/show.html", _seen(interest_id))


@interests.get("/interets/<interest_id>/modifier")
@sign_in_required
def edit(interest_id: str) -> str:
    """Change what an interest says, but for whom it names."""
    interest = _own(interest_id)
    form = WordingForm(formdata=None)
    form.fill(interest)
    drafting.offer_themes(db.session, form)
    return _render_one("interests/edit.html", interest, form=form)


@interests.post("/interets/<interest_id>/modifier")
@sign_in_required
def change(interest_id: str) -> Response | tuple[str, int]:
    interest = _own(interest_id)
    form = WordingForm()
    drafting.offer_themes(db.session, form)
    if not form.validate():
        return _render_one("interests/edit.html", interest, form=form), 400
    actions.change(db.session, interest, form.wording)
    db.session.commit()
    return _back(interest, "Modification enregistrée.")


@interests.get("/interets/<interest_id>/toujours-d-actualite")
@sign_in_required
def renewal(interest_id: str) -> str:
    """The page that a reminder opens: one button says that it holds, another takes it back."""
    return _render_one("interests/renewal.html", _own(interest_id))


@interests.post("/interets/<interest_id>/toujours-d-actualite")
@sign_in_required
def renew(interest_id: str) -> Response:
    interest = _own(interest_id)
    actions.renew(db.session, interest)
    db.session.commit()
    return _back(interest, "C’est noté : toujours d’actualité.")


@interests.post("/interets/<interest_id>/retirer")
@sign_in_required
def withdraw(interest_id: str) -> Response:
    interest = _own(interest_id)
    actions.withdraw(db.session, interest)
    db.session.commit()
    return _back(interest, "C’est retiré : plus rien n’en est montré ni compté.")


@interests.post("/interets/<interest_id>/rouvrir")
@sign_in_required
def reopen(interest_id: str) -> Response:
    interest = _own(interest_id)
    actions.reopen(db.session, interest)
    db.session.commit()
    return _back(interest, "C’est rouvert.")


@interests.post("/interets/<interest_id>/decliner")
@sign_in_required
def decline(interest_id: str) -> Response:
    """The institution that a lead is about, or that an interest or a wish names, does not follow."""
    interest = _seen(interest_id)
    allow(permissions.can_decline(acting(), interest))
    actions.decline(db.session, interest, current_user())
    db.session.commit()
    flash("C’est décliné, et fermé : son auteur en est prévenu.", "success")
    return redirect(url_for("interests.index", vue=queries.TOWARD_US), 303)


@interests.app_template_global()
def interests_of(institution: Any) -> dict[str, Any]:
    """What the sheet of an institution says of interests, and what this person may do from there."""
    return listing.on_sheet(db.session, acting(), institution)


@interests.app_template_global()
def interests_in(territory: Any) -> dict[str, Any]:
    """How many interests and wishes are counted in a territory, and how many institutions would work there."""
    numbers = {row.act: row.number for row in db.session.execute(counting.numbers_in(territory))}
    return {"numbers": numbers, "wishing": db.session.scalar(counting.wishing_to_work_in(territory)) or 0}


@interests.app_template_global()
def territory_label(territory: Any) -> str:
    """A territory as the public form reads it back; nothing for a place that is not known."""
    return label(territory) if territory is not None else ""


@interests.app_template_global()
def acts_to_say() -> list[Act]:
    """The acts that this person may do, in the order in which links offer them."""
    return list(drafting.acts_of(acting()))


def _found(interest_id: str) -> Interest:
    if not re.fullmatch(r"[a-z0-9]{14}", interest_id):
        abort(404)
    found: Interest = db.session.scalar(queries.by_public_id(interest_id)) or abort(404)
    return found


def _seen(interest_id: str) -> Interest:
    """The interest, if this person may know that it exists."""
    found = _found(interest_id)
    return found if permissions.can_see_interest(acting(), found) else abort(404)


def _own(interest_id: str) -> Interest:
    """The interest, if this person is its author; 404 for whom may not know that it exists."""
    found = _seen(interest_id)
    allow(permissions.can_change(acting(), found))
    return found


def _render_one(template: str, interest: Interest, **more: Any) -> str:
    actor = acting()
    return render_template(
        template,
        told=tell(actor, interest, theme_labels(db.session)),
        interest=interest,
        acts=Act,
        may=permissions,
        actor=actor,
        place=place,
        today=today(),
        **more,
    )


def _back(interest: Interest, said: str) -> Response:
    flash(said, "success")
    return redirect(url_for("interests.show", interest_id=interest.public_id), 303)


def _say_made(act: Act, made: int, asked: int) -> None:
    noun = {Act.DECLARED: "intérêt", Act.WANTED: "souhait", Act.SUGGESTED: "piste"}[act]
    saved = "enregistrée" if act is Act.SUGGESTED else "enregistré"
    said = f"{plural(made, noun)} {saved}{'s' if made > 1 else ''}."
    flash(said if made == asked else f"{said} {asked - made} ne l’ont pas été : déjà ouverts.", "success")


def _page(total: int) -> tuple[int, int]:
    """The page asked for, brought between the first and the last, and the number of pages."""
    asked = request.args.get("page", "")
    pages = max(1, -(-total // PAGE_SIZE))
    number = int(asked) if re.fullmatch(r"\d{1,6}", asked, re.ASCII) else 1
    return min(max(number, 1), pages), pages
