"""Proposals: written, sent, read, answered."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.accounts.session import sign_in_required
from app.directory.memberships.permissions import acting
from app.directory.vocabulary import Format
from app.errors import Refusal, allow, refused
from app.extensions import db
from app.matchmaking.proposals import actions, queries, reading
from app.matchmaking.proposals.contents import Contents
from app.matchmaking.proposals.forms import DeclineForm, ProposalForm, RevisionForm, WithdrawForm
from app.matchmaking.proposals.loading import exchange_and_side, load, person
from app.matchmaking.proposals.machine import WAITING, Action, Party, after
from app.matchmaking.proposals.models import Proposal, Status
from app.matchmaking.proposals.permissions import can_answer, can_handle, can_see_proposal, party_of
from app.partnerships.exchanges.models import Exchange
from app.partnerships.exchanges.permissions import side_of
from app.partnerships.exchanges.reading import is_read_by_someone
from app.partnerships.models import Partnership
from app.public_ids import random_public_id
from app.ways_back import texts_typed

proposals = Blueprint("proposals", __name__)
ANSWER_TO_COME = "Sa réponse vous sera annoncée par courriel."


@proposals.app_template_global()
def proposals_of(exchange: Exchange) -> reading.InExchange:
    """For templates/proposals/of_exchange.html: the proposals that the person of this request may read."""
    return reading.in_exchange(db.session, acting(), exchange)


@proposals.app_template_global()
def accepted_proposal_of(partnership: Partnership) -> Proposal | None:
    """The proposal from which a partnership was born, if any, for its page; whoever sees one sees the other."""
    found: Proposal | None = db.session.scalar(queries.accepted_in(partnership))
    return found


@proposals.get("/propositions/<proposal_id>")
@sign_in_required
def show(proposal_id: str) -> str:
    """One proposal, its thread and its differences; the first reader of the other side makes it « vue »."""
    found = load(proposal_id)
    # A read that writes: only when a person of the other side really reads the page, and once.
    if party_of(acting(), found) is Party.OTHER and is_read_by_someone(request) and actions.open_(db.session, found):
        db.session.commit()
    return _page(found)


@proposals.get("/echanges/<exchange_id>/propositions/nouvelle")
@sign_in_required
def new(exchange_id: str) -> str:
    """An empty form; `?formule=` chooses the format beforehand."""
    exchange, _ = exchange_and_side(exchange_id)
    form = _form(exchange)
    form.format.data = request.args.get("formule")
    form.form_key.data = random_public_id()
    return _written(form, exchange)


@proposals.post("/echanges/<exchange_id>/propositions/nouvelle")
@sign_in_required
def create(exchange_id: str) -> Response | tuple[str, int]:
    """Keep a draft, or send at once."""
    exchange, side = exchange_and_side(exchange_id)
    form = _form(exchange)
    if not form.is_acceptable():
        return _written(form, exchange), 400
    draft = actions.create(db.session, exchange, side, form.contents, person(), form.key)
    return _after_creating(draft, form)


@proposals.get("/propositions/<proposal_id>/contre-proposition")
@sign_in_required
def counter(proposal_id: str) -> Response | str:
    """A form that begins with what the other side proposed, seen from this side; or the draft that a colleague began."""
    answered = load(proposal_id)
    allow(can_answer(acting(), answered))
    begun = db.session.scalar(queries.draft_answering(answered))
    if begun is not None:
        return redirect(url_for("proposals.edit", proposal_id=begun.public_id), 303)
    after(Action.COUNTER, answered.status, Party.OTHER)
    form = _form(answered.exchange)
    form.show(Contents.of(answered).mirrored())
    form.form_key.data = random_public_id()
    return _written(form, answered.exchange, answered=answered)


@proposals.post("/propositions/<proposal_id>/contre-proposition")
@sign_in_required
def create_counter(proposal_id: str) -> Response | tuple[str, int]:
    """Keep the draft of a counter-proposal, or send it at once."""
    answered = load(proposal_id)
    allow(can_answer(acting(), answered))
    form = _form(answered.exchange)
    if not form.is_acceptable():
        return _written(form, answered.exchange, answered=answered), 400
    draft = actions.counter(db.session, answered, form.contents, person(), form.key)
    return _after_creating(draft, form, answered)


@proposals.get("/propositions/<proposal_id>/modifier")
@sign_in_required
def edit(proposal_id: str) -> str:
    """The form of a draft."""
    draft = load(proposal_id)
    allow(can_handle(acting(), draft))
    after(Action.EDIT, draft.status, Party.AUTHOR)
    form = _form(draft.exchange)
    form.show(Contents.of(draft))
    form.revision.data = str(draft.revision)
    return _written(form, draft.exchange, draft=draft, answered=draft.answers)


@proposals.post("/propositions/<proposal_id>/modifier")
@sign_in_required
def save(proposal_id: str) -> Response | tuple[str, int]:
    """Keep a draft as changed, or send it; if a colleague was faster, show both and ask again."""
    draft = load(proposal_id)
    allow(can_handle(acting(), draft))
    form = _form(draft.exchange)
    if not form.is_acceptable():
        return _written(form, draft.exchange, draft=draft, answered=draft.answers), 400
    if not actions.edit(db.session, draft, form.contents, form.revision_read, person()):
        form.revision.data = str(draft.revision)
        return _written(form, draft.exchange, draft=draft, answered=draft.answers, existing=draft), 409
    return _after_saving(draft, form)


@proposals.post("/propositions/<proposal_id>/envoyer")
@sign_in_required
def send(proposal_id: str) -> Response:
    """Send a draft, as it was read."""
    found = load(proposal_id)
    allow(can_handle(acting(), found))
    actions.send(db.session, found, RevisionForm().revision_read, by=person())
    db.session.commit()
    flash(f"Proposition envoyée à « {found.other_institution.name} ». {ANSWER_TO_COME}", "success")
    return to_proposal(found)


@proposals.post("/propositions/<proposal_id>/supprimer")
@sign_in_required
def discard(proposal_id: str) -> Response:
    """Throw a draft away, as it was read."""
    found = load(proposal_id)
    allow(can_handle(acting(), found))
    exchange = found.exchange
    actions.discard(db.session, found, RevisionForm().revision_read)
    db.session.commit()
    flash("Brouillon supprimé.", "success")
    return redirect(url_for("exchanges.show", exchange_id=exchange.public_id), 303)


@proposals.post("/propositions/<proposal_id>/detacher")
@sign_in_required
def detach(proposal_id: str) -> Response:
    """Keep as a new proposal what was prepared in answer to one that does not wait any more."""
    found = load(proposal_id)
    allow(can_handle(acting(), found))
    actions.detach(db.session, found)
    db.session.commit()
    flash("Ce brouillon est maintenant une nouvelle proposition.", "success")
    return to_proposal(found)


@proposals.post("/propositions/<proposal_id>/accepter")
@sign_in_required
def accept(proposal_id: str) -> Response:
    """Accept, and go to the partnership that begins."""
    found = load(proposal_id)
    allow(can_answer(acting(), found))
    partnership = actions.accept(db.session, found, by=person())
    db.session.commit()
    flash("Proposition acceptée : le partenariat commence ici.", "success")
    return redirect(url_for("partnerships.show", partnership_id=partnership.public_id), 303)


@proposals.post("/propositions/<proposal_id>/refuser")
@sign_in_required
def decline(proposal_id: str) -> Response | tuple[str, int]:
    """Decline, with a reason."""
    found = load(proposal_id)
    allow(can_answer(acting(), found))
    form = DeclineForm()
    if not form.validate():
        return _page(found, declining=form), 400
    actions.decline(db.session, found, form.reason.data, by=person())
    db.session.commit()
    flash(f"Réponse envoyée : votre raison sera lue par « {found.institution.name} » et par l’agence.", "success")
    return to_proposal(found)


@proposals.post("/propositions/<proposal_id>/retirer")
@sign_in_required
def withdraw(proposal_id: str) -> Response | tuple[str, int]:
    """Take a proposal back before it is answered."""
    found = load(proposal_id)
    allow(can_handle(acting(), found))
    form = WithdrawForm()
    if not form.validate():
        return _page(found, withdrawing=form), 400
    actions.withdraw(db.session, found, form.reason.data or "", by=person())
    db.session.commit()
    flash("Proposition retirée.", "success")
    return to_proposal(found)


@proposals.errorhandler(Refusal)
def say_what_happened(refusal: Refusal) -> tuple[str, int]:
    """What cannot be done is said on the page of the proposal, which shows what someone else did meanwhile."""
    db.session.rollback()
    asked = (request.view_args or {}).get("proposal_id", "")
    found = db.session.scalar(queries.by_public_id(asked))
    if found is None or not can_see_proposal(acting(), found):
        return refused(refusal)
    flash(str(refusal), "warning")
    return _page(found), 409


def _page(found: Proposal, declining: DeclineForm | None = None, withdrawing: WithdrawForm | None = None) -> str:
    return render_template(
        "proposals/show.html",
        told=reading.gather(db.session, acting(), found),
        action=Action,
        days=actions.SILENCE.days,
        declining=declining or DeclineForm(formdata=None),
        withdrawing=withdrawing or WithdrawForm(formdata=None),
        typed=texts_typed() if found.status not in WAITING else [],
    )


def _form(exchange: Exchange) -> ProposalForm:
    form = ProposalForm()
    form.offer_themes(db.session)
    form.name_sides(exchange, side_of(acting(), exchange))
    return form


def _after_saving(draft: Proposal, form: ProposalForm) -> Response:
    """Send the draft if asked to. What prevents it is said, and the draft is kept: nothing typed is lost."""
    if not form.is_sending:
        flash("Brouillon enregistré : seules les personnes de votre structure le voient.", "success")
    elif said := actions.obstacle(db.session, draft):
        flash(f"Votre brouillon est enregistré, mais il n’est pas parti. {said}", "warning")
    else:
        actions.send(db.session, draft, draft.revision, by=person())
        flash(f"Proposition envoyée à « {draft.other_institution.name} ». {ANSWER_TO_COME}", "success")
    db.session.commit()
    return to_proposal(draft)


def _after_creating(draft: Proposal, form: ProposalForm, answered: Proposal | None = None) -> Response | tuple[str, int]:
    """Go on with a draft just written. A double click finds what the first has done; other words are asked again."""
    if Contents.of(draft) != form.contents:
        # What is still a draft may be replaced knowingly; what was sent stays, and these words may make another.
        kept = draft if draft.status is Status.DRAFT else None
        form.form_key.data, form.revision.data = random_public_id(), str(draft.revision)
        return _written(form, draft.exchange, draft=kept, answered=answered, existing=draft), 409
    if draft.status is not Status.DRAFT:
        flash("Cette proposition était déjà envoyée : elle ne l’a pas été une seconde fois.", "info")
        return to_proposal(draft)
    return _after_saving(draft, form)


def _written(
    form: ProposalForm,
    exchange: Exchange,
    draft: Proposal | None = None,
    answered: Proposal | None = None,
    existing: Proposal | None = None,
) -> str:
    """The page of the form: of a new proposal, of a `draft`, of an answer; `existing`: what a colleague wrote meanwhile."""
    return render_template(
        "proposals/form.html",
        form=form,
        exchange=exchange,
        side=side_of(acting(), exchange),
        draft=draft,
        answered=answered,
        existing=existing,
        formats=list(Format),
    )


def to_proposal(found: Proposal) -> Response:
    """Go to its page."""
    return redirect(url_for("proposals.show", proposal_id=found.public_id), 303)
