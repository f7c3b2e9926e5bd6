"""Agreements, charter, checklist and documents of a partnership."""

import io
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from app.accounts.models import User
from app.accounts.session import sign_in_required
from app.directory.memberships.permissions import acting
from app.errors import Refusal, allow
from app.extensions import db
from app.partnerships import queries as partnership_queries
from app.partnerships.agreements import actions, conditions, page, pdf, queries
from app.partnerships.agreements.forms import AgreementForm, CharterForm, DocumentForm, ItemForm, PrincipleForm
from app.partnerships.agreements.models import MOST_DOCUMENTS, Document, Item, Principle
from app.partnerships.exchanges.models import Side
from app.partnerships.exchanges.permissions import side_of
from app.partnerships.models import Partnership
from app.partnerships.permissions import can_act, can_see_partnership
from app.partnerships.refusals import Mistake
from app.partnerships.steps import Need

agreements = Blueprint("agreements", __name__)
#: The conditions that this subject looks up for the steps; named here, so that they are there whenever its pages are.
CONDITIONS = {
    Need.AGREEMENT: conditions.has_agreement,
    Need.CHARTER: conditions.has_charter,
    Need.CHECKLIST: conditions.has_checklist,
}
#: A file of someone else's runs nothing, shows nothing of ours and is never kept by a cache.
OF_A_FILE = {
    "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-store",
}


@agreements.app_template_global()
def agreements_of(partnership: Partnership) -> page.Agreements:
    """What is signed and promised in a partnership, for its page."""
    return page.gather(db.session, partnership, acting())


@agreements.errorhandler(Refusal)
def refused(refusal: Refusal) -> tuple[str, int]:
    """Say what the rules forbid on the page itself, as it is now."""
    db.session.rollback()
    return _page(_load((request.view_args or {})["partnership_id"]), refused=str(refusal)), 409


@agreements.get("/partenariats/<partnership_id>/accords")
@sign_in_required
def index(partnership_id: str) -> str:
    """Everything signed and promised, with its traces."""
    return _page(_load(partnership_id))


@agreements.get("/partenariats/<partnership_id>/accords/nouveau")
@sign_in_required
def new(partnership_id: str) -> str:
    """The form to record an agreement."""
    partnership, _, _ = _for_a_side(partnership_id)
    return _form_page(partnership, AgreementForm(formdata=None))


@agreements.post("/partenariats/<partnership_id>/accords")
@sign_in_required
def record(partnership_id: str) -> Response | tuple[str, int]:
    """Record an agreement that was signed."""
    partnership, side, person = _for_a_side(partnership_id)
    form = AgreementForm()
    if not form.validate_on_submit() or form.paper is None:
        return _form_page(partnership, form), 400
    try:
        actions.record(db.session, partnership, form.paper, person, side)
    except Mistake as mistake:
        db.session.rollback()
        mistake.show_on(form)
        return _form_page(_load(partnership_id), form), 400
    db.session.commit()
    return _back(partnership, "L’accord est enregistré.")


@agreements.post("/partenariats/<partnership_id>/accords/<agreement_id>/retirer")
@sign_in_required
def remove(partnership_id: str, agreement_id: str) -> Response:
    """Take back an agreement recorded by mistake."""
    partnership, side, person = _for_a_side(partnership_id)
    agreement = db.session.scalar(queries.agreement_of(partnership, agreement_id)) or abort(404)
    actions.remove(db.session, agreement, person, side)
    db.session.commit()
    return _back(partnership, "L’accord est retiré ; sa trace reste.")


@agreements.post("/partenariats/<partnership_id>/charte")
@sign_in_required
def accept_charter(partnership_id: str) -> Response | tuple[str, int]:
    """Accept principles of the charter, in one's own name."""
    partnership, side, person = _for_a_side(partnership_id)
    form = CharterForm()
    if not form.validate_on_submit():
        return _page(partnership, charter_form=form), 400
    actions.accept_principles(db.session, partnership, [Principle(one) for one in form.principles.data or []], person, side)
    db.session.commit()
    return _back(partnership, "Votre engagement est enregistré.", "charte")


@agreements.post("/partenariats/<partnership_id>/charte/retirer")
@sign_in_required
def revoke_principle(partnership_id: str) -> Response:
    """No longer accept a principle."""
    partnership, side, person = _for_a_side(partnership_id)
    form = PrincipleForm()
    if not form.validate_on_submit():
        abort(400)
    actions.revoke_principle(db.session, partnership, Principle(form.principle.data), person, side)
    db.session.commit()
    return _back(partnership, "Ce principe n’est plus accepté ; l’historique le garde.", "charte")


@agreements.post("/partenariats/<partnership_id>/verification")
@sign_in_required
def tick(partnership_id: str) -> Response:
    """Tick a point of the checklist."""
    partnership, side, person = _for_a_side(partnership_id)
    actions.tick(db.session, partnership, _item(), person, side)
    db.session.commit()
    return _back(partnership, "Ce point est coché.", "verification")


@agreements.post("/partenariats/<partnership_id>/verification/retirer")
@sign_in_required
def untick(partnership_id: str) -> Response:
    """Undo it."""
    partnership, _, person = _for_a_side(partnership_id)
    actions.untick(db.session, partnership, _item(), person)
    db.session.commit()
    return _back(partnership, "Ce point n’est plus coché ; l’historique le garde.", "verification")


@agreements.post("/partenariats/<partnership_id>/documents")
@sign_in_required
def upload(partnership_id: str) -> Response | tuple[str, int]:
    """Keep a PDF."""
    partnership, side, person = _for_a_side(partnership_id)
    form = DocumentForm()
    if not form.validate_on_submit() or form.content is None:
        return _page(partnership, document_form=form), 400
    try:
        actions.add_document(db.session, partnership, form.content, pdf.safe_name(form.file.data.filename), person, side)
    except Mistake as mistake:
        db.session.rollback()
        mistake.show_on(form)
        return _page(_load(partnership_id), document_form=form), 400
    db.session.commit()
    return _back(partnership, "Le document est déposé.", "documents")


@agreements.get("/partenariats/<partnership_id>/documents/<document_id>")
@sign_in_required
def document(partnership_id: str, document_id: str) -> Response:
    """The PDF itself, to be saved: it is never shown inside the site."""
    found = _document(_load(partnership_id), document_id)
    answer = send_file(
        io.BytesIO(found.content or abort(404)),
        mimetype="application/pdf",
        as_attachment=True,
        download_name=found.filename,
        max_age=0,
    )
    answer.headers.update(OF_A_FILE)
    return answer


@agreements.post("/partenariats/<partnership_id>/documents/<document_id>/supprimer")
@sign_in_required
def delete_document(partnership_id: str, document_id: str) -> Response:
    """Erase the content of a document."""
    partnership, side, person = _for_a_side(partnership_id)
    actions.delete_document(db.session, _document(partnership, document_id), person, side)
    db.session.commit()
    return _back(partnership, "Le document est supprimé ; sa trace reste.", "documents")


def _load(partnership_id: str) -> Partnership:
    """The partnership of this id; that it exists is known to those alone who may see it."""
    found: Partnership = db.session.scalar(partnership_queries.by_public_id(partnership_id)) or abort(404)
    if not can_see_partnership(acting(), found):
        abort(404)
    return found


def _for_a_side(partnership_id: str) -> tuple[Partnership, Side, User]:
    """The partnership, for someone who acts on one of its two sides."""
    partnership, actor = _load(partnership_id), acting()
    allow(can_act(actor, partnership))
    side = side_of(actor, partnership.exchange)
    return partnership, side or abort(403), actor.user or abort(403)


def _document(partnership: Partnership, document_id: str) -> Document:
    found: Document = db.session.scalar(queries.document_of(partnership, document_id)) or abort(404)
    return found


def _item() -> Item:
    form = ItemForm()
    if not form.validate_on_submit():
        abort(400)
    return Item(form.item.data)


def _back(partnership: Partnership, said: str, anchor: str = "") -> Response:
    flash(said, "success")
    return redirect(url_for("agreements.index", partnership_id=partnership.public_id, _anchor=anchor or None), 303)


def _form_page(partnership: Partnership, form: AgreementForm) -> str:
    return render_template("agreements/new.html", partnership=partnership, exchange=partnership.exchange, form=form)


def _page(partnership: Partnership, **forms: Any) -> str:
    told = page.gather(db.session, partnership, acting())
    blank: dict[str, Any] = {
        "charter_form": CharterForm(formdata=None),
        "document_form": DocumentForm(formdata=None),
        "refused": "",
    }
    charter_form = (blank | forms)["charter_form"]
    charter_form.principles.offer([(one.value, one.sentence) for one, accepted in told.charter if not accepted])
    return render_template(
        "agreements/index.html",
        told=told,
        partnership=partnership,
        exchange=partnership.exchange,
        sides=Side,
        most_documents=MOST_DOCUMENTS,
        **(blank | forms),
    )
