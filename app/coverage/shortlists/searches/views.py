"""Searches that are followed: those of one's teams, one of them with what entered it; how it is saved, renewed, ended."""

from datetime import timedelta

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.accounts.models import User
from app.accounts.rate_limits import limit
from app.accounts.session import current_user, sign_in_required
from app.coverage.shortlists.asking import candidates_url, tidy_query
from app.coverage.shortlists.blueprint import shortlists
from app.coverage.shortlists.loading import readable
from app.coverage.shortlists.models import Follower, SavedSearch
from app.coverage.shortlists.permissions import can_write
from app.coverage.shortlists.searches import actions, queries
from app.coverage.shortlists.searches.answering import Understood, understand
from app.coverage.shortlists.searches.forms import SearchForm
from app.directory.facts import place
from app.directory.memberships.permissions import acting
from app.errors import allow
from app.extensions import db
from app.partnerships.refusals import Mistake

#: Saving ranks the candidates of an area: a person does it so many times an hour, refused ones included.
MOST_AN_HOUR = 40
#: Libraries that the page of a search names; the page of candidates lists them all.
MOST_SHOWN = 100


@shortlists.get("/recherches-suivies")
@sign_in_required
def searches() -> str:
    """The searches of this person's teams; an administrator reads those of all."""
    rows = db.session.execute(queries.readable(acting())).all()
    asked = {row.SavedSearch.id: understand(db.session, row.SavedSearch.asked).said(row.SavedSearch.first) for row in rows}
    return render_template("shortlists/searches.html", rows=rows, asked=asked, teams=acting().institutions, actor=acting())


@shortlists.get("/recherches-suivies/nouvelle")
@sign_in_required
def begin_search() -> str | tuple[str, int]:
    """The form in which the search of the page of candidates is named and saved."""
    form = SearchForm(formdata=None)
    form.team.offer(acting().institutions)
    understood = understand(db.session, tidy_query(request.args.get("recherche")))
    form.asked.data = understood.asked
    page = _new(form, understood)
    return (page, 400) if understood.errors else page


@shortlists.post("/recherches-suivies")
@sign_in_required
def save_search() -> Response | tuple[str, int]:
    """Save it, with what answers it today."""
    user = _person()
    allow(bool(acting().institutions))
    limit(db.session, "suivre-une-recherche", user.public_id, MOST_AN_HOUR, timedelta(hours=1))
    form = SearchForm()
    form.team.offer(acting().institutions)
    valid = form.validate()
    understood = understand(db.session, tidy_query(form.asked.data))
    if understood.question is None or not valid:
        db.session.commit()
        return _new(form, understood), 400
    team = next(one for one in acting().institutions if one.public_id == form.team.data)
    try:
        made = actions.save(db.session, team, form.label.data or "", understood.question, understood.asked, form.first, user)
    except Mistake as mistake:
        mistake.show_on(form)
        return _new(form, understood), 400
    db.session.commit()
    flash("C’est noté : un courriel vous préviendra quand une bibliothèque y entrera.", "success")
    return redirect(url_for("shortlists.search", saved_search_id=made.public_id), 303)


@shortlists.get("/recherches-suivies/<saved_search_id>")
@sign_in_required
def search(saved_search_id: str) -> str:
    """What answers a search, and what entered since this person last said that they had seen it."""
    found = _to_read(saved_search_id)
    follower: Follower | None = db.session.scalar(queries.follower(found, _person()))
    rows = db.session.scalars(queries.standing(found)).all()
    entered = {one.institution_id for one in rows if follower is not None and one.entered_at > follower.seen_at}
    return render_template(
        "shortlists/search.html",
        search=found,
        understood=understand(db.session, found.asked),
        follower=follower,
        rows=rows[:MOST_SHOWN],
        total=len(rows),
        entered=entered,
        place=place,
        origin=candidates_url(found.asked),
        ends_on=_end_of(found),
        may_write=can_write(acting(), found),
    )


@shortlists.post("/recherches-suivies/<saved_search_id>/suivre")
@sign_in_required
def follow(saved_search_id: str) -> Response:
    """A colleague is told too."""
    found = _to_write(saved_search_id)
    actions.follow(db.session, found, _person())
    return _done(found, "Un courriel vous préviendra quand une bibliothèque entrera dans cette recherche.")


@shortlists.post("/recherches-suivies/<saved_search_id>/ne-plus-suivre")
@sign_in_required
def unfollow(saved_search_id: str) -> Response:
    found = _to_read(saved_search_id)
    actions.unfollow(db.session, found, _person())
    return _done(found, "Vous ne recevrez plus d’alerte ; la recherche reste pour vos collègues.")


@shortlists.post("/recherches-suivies/<saved_search_id>/vu")
@sign_in_required
def see(saved_search_id: str) -> Response:
    found = _to_read(saved_search_id)
    actions.see(db.session, found, _person())
    return _done(found, "C’est noté : les prochaines entrées seront comptées à partir d’aujourd’hui.")


@shortlists.get("/recherches-suivies/<saved_search_id>/renouveler")
@sign_in_required
def renewal(saved_search_id: str) -> str:
    """The page that the mail opens: one button keeps the search a year more, another ends it."""
    found = _to_write(saved_search_id)
    return render_template("shortlists/renewal.html", search=found, ends_on=_end_of(found))


@shortlists.post("/recherches-suivies/<saved_search_id>/renouveler")
@sign_in_required
def renew(saved_search_id: str) -> Response:
    found = _to_write(saved_search_id)
    actions.renew(db.session, found)
    return _done(found, "Cette recherche est gardée un an de plus.")


@shortlists.get("/recherches-suivies/<saved_search_id>/supprimer")
@sign_in_required
def confirm_end(saved_search_id: str) -> str:
    """The button that ends a search for the whole team."""
    return render_template("shortlists/end_search.html", search=_to_write(saved_search_id))


@shortlists.post("/recherches-suivies/<saved_search_id>/supprimer")
@sign_in_required
def end(saved_search_id: str) -> Response:
    found = _to_write(saved_search_id)
    said = f"La recherche « {found.name} » n’est plus suivie."
    actions.end(db.session, found)
    db.session.commit()
    flash(said, "success")
    return redirect(url_for("shortlists.searches"), 303)


def _to_read(saved_search_id: str) -> SavedSearch:
    found = readable(saved_search_id, queries.by_public_id(saved_search_id))
    assert isinstance(found, SavedSearch)
    return found


def _to_write(saved_search_id: str) -> SavedSearch:
    found = _to_read(saved_search_id)
    allow(can_write(acting(), found))
    return found


def _end_of(found: SavedSearch) -> object:
    """The day on which it ends: a year after it was renewed, and never less than a month after its followers were asked."""
    last = found.renewed_at + actions.KEPT
    return (max(last, found.asked_at + actions.NOTICE) if found.asked_at else last).date()


def _new(form: SearchForm, understood: Understood) -> str:
    return render_template(
        "shortlists/new_search.html",
        form=form,
        understood=understood,
        teams=acting().institutions,
        origin=candidates_url(understood.asked),
    )


def _done(found: SavedSearch, said: str) -> Response:
    page = url_for("shortlists.search", saved_search_id=found.public_id)
    db.session.commit()
    flash(said, "success")
    return redirect(page, 303)


def _person() -> User:
    user = current_user()
    assert user is not None, "the page asks to sign in"
    return user
