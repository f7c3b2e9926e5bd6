"""Calendars: the .ics of a meeting, and the feeds of a person, an institution and a territory, which calendars read again.

A feed without account holds public meetings alone. Its ETag says whether it has changed, before it is written; a date could
not, since what leaves a feed is not younger than what stays.
"""

import re
from datetime import UTC

import sqlalchemy as sa
from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.accounts.session import current_user, hashed, sign_in_required
from app.directory.edition.words import theme_labels
from app.directory.memberships.permissions import Actor, acting, actor_of
from app.directory.models import Institution
from app.directory.places import label, with_id
from app.directory.queries import by_public_id
from app.exports import dated_name
from app.extensions import db
from app.kept import Kept, etag_of
from app.mail.outbox import link
from app.meetings.calendars import actions, entries, queries, standing
from app.meetings.calendars.ics import CANCEL, PUBLISH, Entry, calendar_of
from app.meetings.calendars.models import CalendarFeed
from app.meetings.loading import load
from app.meetings.queries import of_institution, within_territory
from app.meetings.registrations import links
from geo.territories import TERRITORY_ID, Territory

calendars = Blueprint("calendars", __name__)

CONTENT_TYPE = "text/calendar; charset=utf-8"
FEEDS = Kept(16)
#: For so long a proxy may give a public feed without asking us again.
FRESH_SECONDS = 300


@calendars.get("/rencontres/<meeting_id>/agenda.ics")
def meeting(meeting_id: str) -> Response:
    """One meeting, for whoever may see it."""
    return _one(entries.one(db.session, acting(), load(meeting_id)))


@calendars.get("/inscription/<token>/agenda.ics")
def registration(token: str) -> Response:
    """The meeting of a registration, for whoever holds its signed link, account or not."""
    found = db.session.scalar(queries.registration_known_as(links.read(token) or ""))
    return _one(entries.of_registration(db.session, acting(), found or abort(404)))


@calendars.get("/annuaire/<public_id>/rencontres.ics")
def institution(public_id: str) -> Response:
    """The public meetings that an institution hosts or that are held there."""
    found: Institution = db.session.scalar(by_public_id(public_id)) or abort(404)
    return _public_feed(of_institution(found), f"Rencontres : {found.name}")


@calendars.get("/territoires/<territory_id>/rencontres.ics")
def territory(territory_id: str) -> Response:
    """The public meetings of a territory; the code of a former commune gives those of the present one."""
    if not TERRITORY_ID.fullmatch(territory_id):
        abort(404)
    found: Territory = db.session.scalar(with_id([territory_id])) or abort(404)
    return _public_feed(within_territory(found), f"Rencontres : {label(found)}")


@calendars.get("/calendrier/<token>.ics")
def person(token: str) -> Response:
    """A person's own meetings, for whoever has the secret address: a calendar cannot sign in."""
    found: CalendarFeed = db.session.scalar(queries.feed_of(hashed(token))) or abort(404)
    actor = actor_of(db.session, found.user)
    stands = standing.of(db.session, actor, queries.of_the_person(actor))
    name, themes = "Mes rencontres (Maillage)", theme_labels(db.session)
    response = _ics("inline", name, etag_of(name, themes, stands.version, current_app.config["SITE_URL"]))
    if not _has_it(response):
        response.data = calendar_of(entries.of_person(db.session, actor, stands.ids), name, themes, note=_note(stands))
    return response.make_conditional(request)


@calendars.get("/mon-calendrier")
@sign_in_required
def index() -> str:
    """How to follow one's meetings in one's own calendar."""
    user = current_user()
    assert user is not None
    feed = db.session.get(CalendarFeed, user.id)
    token = actions.token_of(feed) if feed else None
    return render_template(
        "calendars/index.html",
        feed=feed,
        address=link("calendars.person", token=token) if token else None,
        institutions=acting().institutions,
    )


@calendars.post("/mon-calendrier")
@sign_in_required
def renew() -> Response:
    """Make the secret address, or make another one in the place of the former."""
    user = current_user()
    assert user is not None
    is_new = db.session.get(CalendarFeed, user.id) is None
    actions.renew(db.session, user)
    db.session.commit()
    flash("Votre adresse est prête." if is_new else "Voici votre nouvelle adresse : l’ancienne ne donne plus rien.", "success")
    return redirect(url_for("calendars.index"), 303)


def _one(entry: Entry | None) -> Response:
    """The file of one meeting, to open once; a draft has none."""
    shown = entry or abort(404)
    method = CANCEL if shown.is_cancelled else PUBLISH
    body = calendar_of([shown], shown.meeting.title, theme_labels(db.session), method)
    response = _ics("attachment", shown.meeting.title, etag_of(body))
    response.data = body
    changed = max(shown.meeting.updated_at, shown.changed_at or shown.meeting.updated_at)
    response.last_modified = changed.astimezone(UTC)
    return response.make_conditional(request)


def _public_feed(condition: sa.ColumnElement[bool], name: str) -> Response:
    """A feed for all: whoever asks again is answered without its being written, or written anew."""
    stands, themes = standing.of(db.session, Actor(), condition), theme_labels(db.session)
    etag = etag_of(name, themes, stands.version, current_app.config["SITE_URL"])
    response = _ics("inline", name, etag)
    response.headers["Cache-Control"] = f"public, max-age={FRESH_SECONDS}"
    if not _has_it(response):
        response.data = FEEDS.get(
            etag, lambda: calendar_of(entries.public(db.session, stands.ids), name, themes, note=_note(stands))
        )
    return response.make_conditional(request)


def _has_it(response: Response) -> bool:
    return request.if_none_match.contains_weak(response.get_etag()[0] or "")


def _note(stands: standing.Standing) -> str:
    return f"Les {standing.MOST} rencontres les plus proches dans le temps." if stands.is_cut else ""


def _ics(disposition: str, name: str, etag: str) -> Response:
    response = Response(content_type=CONTENT_TYPE)
    filename = re.sub(r"-\d{4}-\d{2}-\d{2}(?=\.ics$)", "", dated_name(name[:60], "ics"))
    response.headers["Content-Disposition"] = f"{disposition}; filename={filename}"
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["X-Robots-Tag"] = "noindex"
    response.set_etag(etag, weak=True)
    return response
