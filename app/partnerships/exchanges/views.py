"""The page of an exchange: who is on each side, what they write to each other, what they propose and do together."""

import re
from dataclasses import dataclass

import sqlalchemy as sa
from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.accounts.models import User
from app.accounts.session import current_user, sign_in_required
from app.directory.facts import place
from app.directory.memberships.permissions import acting
from app.directory.memberships.queries import people_of
from app.directory.models import Institution
from app.errors import allow
from app.extensions import db
from app.partnerships.exchanges import actions, listing, queries
from app.partnerships.exchanges.forms import MessageForm
from app.partnerships.exchanges.models import Exchange, Message, Side
from app.partnerships.exchanges.permissions import can_read_messages, can_see_exchange, can_write, side_of, silent_side
from app.partnerships.exchanges.reading import is_read_by_someone

exchanges = Blueprint("exchanges", __name__)
MESSAGES_A_PAGE = 50


@dataclass(frozen=True)
class Contacts:
    """A side as the other meets it. The address of a person is given only where the institution has no shared mailbox."""

    institution: Institution
    people: list[User]
    mailbox: str | None


@dataclass(frozen=True)
class Thread:
    """A page of what the two sides wrote to each other, the oldest first."""

    messages: list[Message]
    page: int
    pages: int


@exchanges.app_template_global()
def silent_side_of(exchange: Exchange) -> Side | None:
    """For templates/exchanges/both_sides.html: the side for which the person of this request speaks and does not act."""
    return silent_side(acting(), exchange)


@exchanges.get("/echanges")
@sign_in_required
def index() -> str:
    """The exchanges of which one is a side and, for intermediaries, those that they follow."""
    actor = acting()
    lists = {"les-miens": queries.of_sides(actor)}
    if actor.is_intermediary:
        lists["suivis"] = queries.followed(actor)
    return render_template("exchanges/index.html", parts=listing.parts(db.session, lists), actor=actor)


@exchanges.get("/echanges/<exchange_id>")
@sign_in_required
def show(exchange_id: str) -> str:
    """An exchange, as a side or as an intermediary sees it; what a side is shown of its messages is no longer unread."""
    exchange = _load(exchange_id)
    thread = _thread(exchange)
    page = _page(exchange, MessageForm(formdata=None), thread)
    # A read that writes: only when a person of a side really reads the page, and once a message.
    reader, last = current_user(), thread.messages[-1] if thread.messages else None
    if reader and last and is_read_by_someone(request) and actions.note_as_read(db.session, reader, last):
        db.session.commit()
    return page


@exchanges.post("/echanges/<exchange_id>/messages")
@sign_in_required
def write(exchange_id: str) -> Response | tuple[str, int]:
    """Write to the other side."""
    exchange = _load(exchange_id)
    allow(can_write(acting(), exchange))
    form, side, author = MessageForm(), side_of(acting(), exchange), current_user()
    if not form.validate_on_submit() or side is None or author is None:
        return _page(exchange, form, _thread(exchange)), 400
    actions.write(db.session, exchange, side, author, form.body.data)
    db.session.commit()
    flash("Votre message est envoyé.", "success")
    return redirect(url_for("exchanges.show", exchange_id=exchange.public_id, _anchor="messages"), 303)


def _load(exchange_id: str) -> Exchange:
    """The exchange of this id; that it exists is known to those alone who may see it."""
    exchange: Exchange = db.session.scalar(queries.by_public_id(exchange_id)) or abort(404)
    if not can_see_exchange(acting(), exchange):
        abort(404)
    return exchange


def _page(exchange: Exchange, form: MessageForm, thread: Thread) -> str:
    side = side_of(acting(), exchange)
    return render_template(
        "exchanges/show.html",
        exchange=exchange,
        side=side,
        may_read=can_read_messages(acting(), exchange),
        may_write=can_write(acting(), exchange),
        sides=Side,
        place=place,
        contacts=[_contacts(exchange.institution(one)) for one in Side] if side else [],
        messages=thread.messages,
        last_message_at=db.session.scalar(sa.select(sa.func.max(Message.sent_at)).where(Message.exchange_id == exchange.id)),
        page=thread.page,
        pages=thread.pages,
        form=form,
    )


def _thread(exchange: Exchange) -> Thread:
    """The page of messages that is asked for: none to those who may not read them."""
    if not can_read_messages(acting(), exchange):
        return Thread([], 1, 1)
    total = db.session.scalar(queries.number_of_messages(exchange)) or 0
    pages = max(1, -(-total // MESSAGES_A_PAGE))
    page = min(_requested_page() or pages, pages)
    shown = queries.messages_of(exchange).limit(MESSAGES_A_PAGE).offset((page - 1) * MESSAGES_A_PAGE)
    return Thread(list(db.session.scalars(shown)), page, pages)


def _contacts(institution: Institution) -> Contacts:
    return Contacts(
        institution, list(db.session.scalars(people_of(institution))), db.session.scalar(queries.shared_mailbox(institution))
    )


def _requested_page() -> int | None:
    """The page asked for; none: the last one, where the newest messages are."""
    asked = request.args.get("page", "")
    return max(int(asked), 1) if re.fullmatch(r"\d{1,6}", asked, re.ASCII) else None
