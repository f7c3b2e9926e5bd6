"""What is done to agreements, charter, checklist and documents; each holds the partnership first, as its steps do."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.clock import now
from app.directory.models import Precision
from app.directory.vocabulary import Format
from app.errors import Refusal
from app.partnerships.actions import first_day, lock
from app.partnerships.agreements import mails
from app.partnerships.agreements.models import (
    MOST_DOCUMENTS,
    Agreement,
    AgreementKind,
    CharterAcceptance,
    Document,
    Item,
    Principle,
    Signatory,
    Tick,
)
from app.partnerships.agreements.pdf import Pdf
from app.partnerships.exchanges.models import Side
from app.partnerships.models import Partnership
from app.partnerships.refusals import Mistake


@dataclass(frozen=True)
class Signed:
    """Someone who signed: `side` is None for a third party."""

    side: Side | None
    name: str
    function: str


@dataclass(frozen=True)
class Paper:
    """What an agreement says."""

    kind: AgreementKind
    day: date
    precision: Precision
    purpose: str
    signatories: Sequence[Signed]
    legal_carrier: str | None = None
    third_party: str | None = None
    ends_on: date | None = None


def record(session: Session, partnership: Partnership, paper: Paper, by: User, side: Side) -> Agreement:
    """Record what was signed. Refuses a paper without a signatory on each side, and the same one twice."""
    lock(session, partnership)
    if {Side.CITE, Side.PARTNER} - {one.side for one in paper.signatories}:
        raise Refusal("Un accord a au moins un signataire de chaque côté.")
    signed_on = first_day(paper.day, paper.precision)
    if paper.ends_on and paper.ends_on < signed_on:
        raise Mistake("Un accord ne peut pas finir avant d’être signé.", "ends_on")
    same = sa.select(Agreement.id).where(
        Agreement.partnership_id == partnership.id,
        Agreement.kind == paper.kind,
        Agreement.signed_on == signed_on,
        Agreement.purpose == paper.purpose,
        Agreement.removed_at.is_(None),
    )
    if session.scalar(same):
        raise Mistake("Un accord de cette nature, de cette date et de cet objet est déjà enregistré.", "purpose")
    made = Agreement(
        partnership=partnership,
        kind=paper.kind,
        signed_on=signed_on,
        precision=paper.precision,
        purpose=paper.purpose,
        legal_carrier=paper.legal_carrier or None,
        third_party=paper.third_party or None,
        ends_on=paper.ends_on,
        side=side,
        recorded_by_id=by.id,
        signatories=[
            Signatory(rank=rank, side=one.side, name=one.name, function=one.function)
            for rank, one in enumerate(paper.signatories, 1)
        ],
    )
    session.add(made)
    session.flush()
    mails.post_recorded(session, made, side)
    return made


def remove(session: Session, agreement: Agreement, by: User, side: Side) -> None:
    """Take back an agreement recorded by mistake; its side alone may, and its trace stays."""
    lock(session, agreement.partnership)
    session.refresh(agreement)
    if agreement.side is not side:
        raise Refusal("Seul le côté qui a enregistré cet accord peut le retirer.")
    if agreement.removed_at:
        raise Refusal("Cet accord vient d’être retiré.")
    agreement.removed_at, agreement.removed_by_id = now(), by.id
    session.flush()
    mails.post_removed(session, agreement, side)


def remind(session: Session, agreement: Agreement) -> None:
    """Tell both sides, once, that the end of an agreement comes near."""
    agreement.reminded_at = now()
    mails.post_ending_soon(session, agreement)


def accept_principles(
    session: Session, partnership: Partnership, principles: Iterable[Principle], by: User, side: Side | None
) -> None:
    """Someone of the partner's side accepts principles of the charter, in their own name and function."""
    lock(session, partnership)
    _refuse_unless_centre(partnership)
    if side is not Side.PARTNER:
        raise Refusal("La charte s’accepte du côté du partenaire, par une personne qui s’y engage en son nom.")
    if not (by.name and by.function):
        raise Refusal("Complétez d’abord votre nom et votre fonction dans votre compte : la charte s’accepte nommément.")
    standing = {one.principle for one in _standing_acceptances(session, partnership)}
    for principle in Principle:
        if principle in set(principles) - standing:
            session.add(
                CharterAcceptance(
                    partnership_id=partnership.id,
                    principle=principle,
                    accepted_by_id=by.id,
                    name=by.name,
                    function=by.function,
                )
            )
    session.flush()


def revoke_principle(session: Session, partnership: Partnership, principle: Principle, by: User, side: Side | None) -> None:
    """The partner's side no longer accepts a principle; both sides are told, and the history keeps both acts."""
    lock(session, partnership)
    if side is not Side.PARTNER:
        raise Refusal("L’acceptation de la charte se retire du côté du partenaire.")
    standing = {one.principle: one for one in _standing_acceptances(session, partnership)}
    if principle not in standing:
        raise Refusal("Ce principe n’est pas accepté, ou vient d’être retiré.")
    standing[principle].revoked_at, standing[principle].revoked_by_id = now(), by.id
    session.flush()
    mails.post_revoked(session, partnership, principle)


def tick(session: Session, partnership: Partnership, item: Item, by: User, side: Side) -> None:
    """Tick an item of the checklist."""
    lock(session, partnership)
    _refuse_unless_centre(partnership)
    if _standing_tick(session, partnership, item):
        raise Refusal("Ce point est déjà coché.")
    session.add(Tick(partnership_id=partnership.id, item=item, side=side, ticked_by_id=by.id))
    session.flush()


def untick(session: Session, partnership: Partnership, item: Item, by: User) -> None:
    """Undo a tick; the history keeps it."""
    lock(session, partnership)
    standing = _standing_tick(session, partnership, item)
    if standing is None:
        raise Refusal("Ce point n’est pas coché, ou vient d’être décoché.")
    standing.unticked_at, standing.unticked_by_id = now(), by.id
    session.flush()


def add_document(session: Session, partnership: Partnership, pdf: Pdf, filename: str, by: User, side: Side) -> Document:
    """Keep a PDF that was read. Refuses one too many, and the same one twice."""
    lock(session, partnership)
    kept = sa.select(Document.digest).where(Document.partnership_id == partnership.id, Document.deleted_at.is_(None))
    digests = session.scalars(kept).all()
    if pdf.digest in digests:
        raise Mistake("Ce document est déjà déposé ici : choisissez-en un autre.", "file")
    if len(digests) >= MOST_DOCUMENTS:
        raise Mistake(f"Un partenariat garde {MOST_DOCUMENTS} documents au plus : supprimez-en un d’abord.", "file")
    made = Document(
        partnership=partnership,
        side=side,
        filename=filename,
        size=len(pdf.content),
        page_count=pdf.page_count,
        digest=pdf.digest,
        content=pdf.content,
        uploaded_by_id=by.id,
    )
    session.add(made)
    session.flush()
    return made


def delete_document(session: Session, document: Document, by: User, side: Side) -> None:
    """Erase the content of a document; its side alone may, and its trace stays."""
    lock(session, document.partnership)
    session.refresh(document)
    if document.side is not side:
        raise Refusal("Seul le côté qui a déposé ce document peut le supprimer.")
    if document.deleted_at:
        raise Refusal("Ce document vient d’être supprimé.")
    document.content, document.deleted_at, document.deleted_by_id = None, now(), by.id
    session.flush()


def _refuse_unless_centre(partnership: Partnership) -> None:
    if partnership.format is not Format.CENTRE:
        raise Refusal("La charte et la liste de vérification sont celles d’un centre associé.")


def _standing_acceptances(session: Session, partnership: Partnership) -> Sequence[CharterAcceptance]:
    return session.scalars(
        sa.select(CharterAcceptance).where(
            CharterAcceptance.partnership_id == partnership.id, CharterAcceptance.revoked_at.is_(None)
        )
    ).all()


def _standing_tick(session: Session, partnership: Partnership, item: Item) -> Tick | None:
    found: Tick | None = session.scalar(
        sa.select(Tick).where(Tick.partnership_id == partnership.id, Tick.item == item, Tick.unticked_at.is_(None))
    )
    return found
