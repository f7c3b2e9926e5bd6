"""Introductions: proposing one, reading it, answering it; and how those of a region end."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.accounts.models import User
from app.accounts.session import current_user, sign_in_required
from app.clock import now
from app.directory.facts import place
from app.directory.memberships.permissions import acting
from app.directory.memberships.queries import people_of
from app.errors import Refusal, allow
from app.extensions import db
from app.matchmaking.introductions import actions, choosing, permissions, queries, sight, statistics
from app.matchmaking.introductions.discretion import what_names
from app.matchmaking.introductions.forms import IntroductionForm, PeriodForm, RefusalForm, SearchForm
from app.matchmaking.introductions.models import Introduction, Outcome, Reason
from app.partnerships.exchanges import listing
from app.partnerships.exchanges.models import Side
from app.partnerships.exchanges.queries import between
from app.ways_back import texts_typed

introductions = Blueprint("introductions", __name__)


@introductions.get("/mises-en-relation")
@sign_in_required
def index() -> str:
    """What waits for me, what I wait for, what I follow, and what is over."""
    actor = acting()
    lists = {"a-repondre": queries.waiting_for(actor), "acceptees": queries.answered_by(actor)}
    if actor.is_intermediary:
        lists["suivies"] = queries.followed(actor, waiting=True)
    lists["terminees"] = queries.ended_for(actor)
    if actor.is_intermediary:
        lists["suivies-terminees"] = queries.followed(actor, waiting=False)
    parts = listing.parts(db.session, lists)
    return render_template(
        "introductions/index.html",
        parts=parts,
        seen={key: [sight.seen_by(actor, row.Introduction) for row in part.rows] for key, part in parts.items()},
        actor=actor,
        stalled_since=now() - actions.REMIND_AFTER,
        sides=Side,
        outcomes=Outcome,
    )


@introductions.get("/mises-en-relation/nouvelle")
@sign_in_required
def new() -> str:
    """Choose the two institutions, then say why."""
    return _form_page(choosing.read(db.session, acting(), request.args), IntroductionForm(formdata=None))


@introductions.post("/mises-en-relation/nouvelle")
@sign_in_required
def create() -> Response | tuple[str, int]:
    """Introduce the two institutions."""
    actor = acting()
    choice, form = choosing.read(db.session, actor, request.form), IntroductionForm()
    if not choice.is_complete:
        return _form_page(choice, form), 400
    allow(_may_introduce(choice))
    wish = choosing.wish(db.session, actor, choice, form.message.data or "")
    if not (form.validate_on_submit() and _names_nobody(form, wish)) or actions.obstacle(db.session, wish):
        return _form_page(choice, form), 400
    introduction = actions.introduce(db.session, wish, _user())
    db.session.commit()
    met = "Les deux structures ont accepté : l’échange est ouvert."
    flash(met if introduction.exchange else "La mise en relation est proposée.", "success")
    return _to(introduction)


@introductions.get("/mises-en-relation/statistiques", endpoint="statistics")
@sign_in_required
def read_statistics() -> str | tuple[str, int]:
    """How the introductions of one's regions end, in numbers alone."""
    actor = acting()
    allow(permissions.can_read_statistics(actor))
    form = PeriodForm(request.args)
    valid = form.validate()
    regions = None if actor.is_administrator else actor.region_ids
    first, last = (form.du.data, form.au.data) if valid else (None, None)
    rows = db.session.execute(queries.outcomes(regions, first, last)).all()
    page = render_template("introductions/statistics.html", form=form, counts=statistics.count(rows), actor=actor)
    return page if valid else (page, 400)


@introductions.get("/mises-en-relation/<introduction_id>")
@sign_in_required
def show(introduction_id: str) -> str:
    """An introduction, as each may read it."""
    return _page(_load(introduction_id), RefusalForm(formdata=None))


@introductions.post("/mises-en-relation/<introduction_id>/accepter")
@sign_in_required
def accept(introduction_id: str) -> Response:
    """Accept for one's side."""
    introduction, side = _to_answer(introduction_id)
    actions.accept(db.session, introduction, side, _user())
    db.session.commit()
    met = "Les deux structures ont accepté : voici votre échange."
    flash(met if introduction.exchange else "Vous avez accepté. Un courrier vous dira la suite.", "success")
    return _to(introduction)


@introductions.post("/mises-en-relation/<introduction_id>/refuser")
@sign_in_required
def refuse(introduction_id: str) -> Response | tuple[str, int]:
    """Decline for one's side, with a reason that the other side does not read."""
    introduction, side = _to_answer(introduction_id)
    form = RefusalForm()
    if not form.validate_on_submit():
        return _page(introduction, form), 400
    actions.refuse(db.session, introduction, side, _user(), Reason(form.reason.data), form.words.data or "")
    db.session.commit()
    flash("Vous avez décliné. L’autre structure saura seulement que la mise en relation est sans suite.", "success")
    return _to(introduction)


@introductions.post("/mises-en-relation/<introduction_id>/retirer")
@sign_in_required
def withdraw(introduction_id: str) -> Response:
    """Take one's introduction back."""
    introduction = _load(introduction_id)
    allow(permissions.can_withdraw(acting(), introduction))
    actions.withdraw(db.session, introduction)
    db.session.commit()
    flash("La mise en relation est retirée.", "success")
    return _to(introduction)


@introductions.errorhandler(Refusal)
def say_what_happened(refusal: Refusal) -> tuple[str, int]:
    """What cannot be done is said on the page where it was asked, which shows what someone else did meanwhile."""
    db.session.rollback()
    flash(str(refusal), "warning")
    asked = request.view_args or {}
    if "introduction_id" in asked:
        return _page(_load(asked["introduction_id"]), RefusalForm(formdata=None)), 409
    return _form_page(choosing.read(db.session, acting(), request.form), IntroductionForm()), 409


def _load(introduction_id: str) -> Introduction:
    """The introduction of this id; that it exists is known to those alone who may see it."""
    introduction: Introduction = db.session.scalar(queries.by_public_id(introduction_id)) or abort(404)
    if not permissions.can_see_introduction(acting(), introduction):
        abort(404)
    return introduction


def _to_answer(introduction_id: str) -> tuple[Introduction, Side]:
    """The introduction, and the side for which this person answers: the action refuses what was answered already."""
    introduction = _load(introduction_id)
    allow(permissions.can_answer(acting(), introduction))
    side = permissions.answering_side(acting(), introduction) or permissions.side_of(acting(), introduction)
    return introduction, side or abort(403)


def _user() -> User:
    return current_user() or abort(401)


def _to(introduction: Introduction) -> Response:
    """To the exchange for the sides that it has opened for, else to the introduction."""
    if introduction.exchange and permissions.side_of(acting(), introduction):
        return redirect(url_for("exchanges.show", exchange_id=introduction.exchange.public_id), 303)
    return redirect(url_for("introductions.show", introduction_id=introduction.public_id), 303)


def _may_introduce(choice: choosing.Choice) -> bool:
    """Whether the person may introduce these two; who does not read both names may only speak for one of them."""
    two = choosing.pair(choice)
    speaks = permissions.side_of(acting(), two) is not None
    return permissions.can_introduce(acting(), two) and (speaks or not choice.unnamed)


def _names_nobody(form: IntroductionForm, wish: actions.Wish) -> bool:
    """Whether the message tells no side who the other is; who asks does not betray the name that it has picked."""
    told = [wish.institution(side) for side in ([wish.asked_by] if wish.asked_by else Side)]
    if not (found := what_names(wish.message, told)):
        return True
    quoted = ", ".join(f"« {one} »" for one in found)
    form.message.errors = [
        f"Ce message permet de reconnaître une structure : {quoted}. Il est lu avant que les noms ne soient dits."
    ]
    return False


def _form_page(choice: choosing.Choice, form: IntroductionForm) -> str:
    search = SearchForm(request.args)
    valid = search.validate()
    fields = {Side.CITE: search.cite, Side.PARTNER: search.partner}
    found = {}
    for side, field in fields.items():
        territory = choosing.wished(choice, side)
        found[side] = choosing.find(db.session, side, field.data or "", territory) if valid else []
        if territory is not None and not field.data:
            field.data = territory.name
    allowed = choice.is_complete and _may_introduce(choice)
    wish = choosing.wish(db.session, acting(), choice, "") if allowed else None
    known = wish is not None and wish.knows_the_pair
    return render_template(
        "introductions/new.html",
        choice=choice,
        form=form,
        fields=fields,
        found=found,
        own={side: choosing.own_choices(acting(), side) for side in Side},
        asks=not acting().is_intermediary or (wish is not None and wish.asked_by is not None),
        allowed=allowed,
        obstacle=actions.obstacle(db.session, wish) if wish else None,
        exchange=db.session.scalar(between(wish.cite, wish.partner)) if wish and known else None,
        asked_by=wish.asked_by if wish else None,
        sides=Side,
        place=place,
    )


def _page(introduction: Introduction, form: RefusalForm) -> str:
    seen = sight.seen_by(acting(), introduction)
    shown = [side for side in Side if side is not seen.side] if introduction.is_waiting else []
    known = [side for side in Side if sight.knows(acting(), introduction, side) and introduction.is_waiting]
    return render_template(
        "introductions/show.html",
        seen=seen,
        brings={side: sight.brings(db.session, introduction.institution(side)) for side in shown},
        unspoken=[side for side in known if not db.session.scalars(people_of(introduction.institution(side))).first()],
        typed=[] if introduction.is_waiting else texts_typed(),
        needs_colleague=_needs_a_colleague(introduction, seen),
        form=form,
        sides=Side,
        outcomes=Outcome,
    )


def _needs_a_colleague(introduction: Introduction, seen: sight.Seen) -> bool:
    """Whether this person, who speaks for both sides, has answered for one and may not answer for the other."""
    other = introduction.answer_of(seen.answering.other) if seen.answering else None
    return other is not None and other.answered_by_id == _user().id
