"""What becomes of a declaration without account: its address is confirmed, it is attached or set aside, it is erased."""

import secrets
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.accounts.session import hashed
from app.clock import now
from app.directory.edition import actions as edition
from app.directory.edition.models import Voice
from app.directory.edition.queries import profile_of
from app.directory.memberships import queries as memberships
from app.directory.models import Institution
from app.errors import Refusal
from app.mail.outbox import post, post_to_address
from app.matchmaking.interests.actions import PARTNER_KINDS, Wording, say
from app.matchmaking.interests.declarations import mails
from app.matchmaking.interests.models import Act, Declaration, Interest, Outcome
from geo.territories import Territory

CONFIRM_WITHIN = timedelta(days=3)
#: A confirmed declaration that nobody handles is erased after this, and its author told.
KEPT = timedelta(days=180)
OVER = "Ce lien a déjà servi, ou il a expiré. Si votre adresse n’est pas confirmée, refaites votre déclaration."


def receive(
    session: Session, library_name: str, commune: Territory, email: str, wording: Wording, offers_mailbox: bool = False
) -> str:
    """Keep a declaration until its address is confirmed, and give the token that the mail carries."""
    token = secrets.token_urlsafe(32)
    session.add(
        Declaration(
            token_hash=hashed(token),
            library_name=library_name,
            commune_id=commune.id,
            email=email,
            formats=list(wording.formats),
            words=wording.words or None,
            shows_author=wording.shows_author,
            offers_mailbox=offers_mailbox,
            declared_at=now(),
        )
    )
    post_to_address(session, mails.confirm(token), email)
    return token


def waiting_for_confirmation(token: str) -> sa.Select:
    """The declaration that this token confirms, if it still may."""
    return sa.select(Declaration).where(
        Declaration.token_hash == hashed(token), Declaration.declared_at > now() - CONFIRM_WITHIN
    )


def confirm(session: Session, token: str) -> Declaration:
    """The address is proven: those who play the agency's part are told. Refuses a token used, over or unknown."""
    found = session.scalar(waiting_for_confirmation(token).with_for_update())
    if found is None:
        raise Refusal(OVER)
    found.token_hash, found.confirmed_at = None, now()
    region_id = found.commune.region_id
    followers = session.scalars(memberships.followers_of(region_id)).all() if region_id else []
    post(session, mails.waiting(found), followers or session.scalars(memberships.administrators()).all())
    return found


def attach(
    session: Session, declaration: Declaration, institution: Institution, by: User, keep_mailbox: Voice | None = None
) -> Interest:
    """It becomes an interest of this institution; its address is erased once answered.

    `keep_mailbox`: in whose voice the mailbox becomes the contact of the sheet, if it was offered and the sheet has none.
    """
    _lock(session, declaration)
    if institution.kind not in PARTNER_KINDS:
        raise Refusal("Une déclaration se rattache à une bibliothèque, à un réseau ou à une autre structure d’accueil.")
    interest = _interest_of(session, declaration, institution, by)
    kept = keep_mailbox is not None and _keep_mailbox(session, declaration, institution, by, keep_mailbox)
    people = [one for one in session.scalars(memberships.people_of(institution)) if one.id != by.id]
    post(session, mails.attached_to_you(interest), people)
    post_to_address(session, mails.attached(institution, kept), str(declaration.email))
    _handle(declaration, Outcome.ATTACHED, by)
    declaration.interest = interest
    return interest


def set_aside(session: Session, declaration: Declaration, reason: str, by: User) -> None:
    """It is attached to no sheet, for a reason that the person is told; its address is erased."""
    _lock(session, declaration)
    post_to_address(session, mails.set_aside(reason), str(declaration.email))
    _handle(declaration, Outcome.SET_ASIDE, by)
    declaration.reason = reason


def erase(session: Session) -> int:
    """Erase what was not confirmed within three days, and what nobody handled within six months; give how many."""
    unconfirmed = sa.delete(Declaration).where(
        Declaration.confirmed_at.is_(None), Declaration.declared_at <= now() - CONFIRM_WITHIN
    )
    erased = len(session.scalars(unconfirmed.returning(Declaration.id)).all())
    unhandled = (
        sa.select(Declaration)
        .where(Declaration.handled_at.is_(None), Declaration.confirmed_at <= now() - KEPT)
        .with_for_update(skip_locked=True)
    )
    for declaration in session.scalars(unhandled).all():
        post_to_address(session, mails.unhandled(), str(declaration.email))
        session.delete(declaration)
        erased += 1
    return erased


def _keep_mailbox(session: Session, declaration: Declaration, institution: Institution, by: User, voice: Voice) -> bool:
    """Whether the mailbox is now the contact of the sheet: never without the word of who declared, nor in another's place."""
    edition.lock(session, institution)
    profile = session.scalar(profile_of(institution))
    if not declaration.offers_mailbox or (profile is not None and profile.contact_email):
        return False
    edition.save(session, institution, {"contact_email": declaration.email}, by, voice, opened_at=None)
    return True


def _interest_of(session: Session, declaration: Declaration, institution: Institution, by: User) -> Interest:
    """A new interest of the institution toward anyone, or the one that is already open."""
    already = sa.select(Interest).where(
        Interest.act == Act.DECLARED,
        Interest.author_id == institution.id,
        Interest.toward_institution_id.is_(None),
        Interest.toward_territory_id.is_(None),
        Interest.closed_at.is_(None),
    )
    if found := session.scalar(already):
        return found
    wording = Wording(formats=tuple(declaration.formats), words=declaration.words or "", shows_author=declaration.shows_author)
    return say(session, Act.DECLARED, institution, [None], wording, by=None, untold=by)[0]


def _handle(declaration: Declaration, outcome: Outcome, by: User) -> None:
    declaration.handled_at, declaration.outcome, declaration.handled_by_id = now(), outcome, by.id
    declaration.email = None


def _lock(session: Session, declaration: Declaration) -> None:
    """Take the row as it is now: two people of an agency answer at once, the second is told."""
    asked = sa.select(Declaration).where(Declaration.id == declaration.id).with_for_update()
    session.scalars(asked.execution_options(populate_existing=True)).one()
    if declaration.handled_at is not None:
        raise Refusal("Quelqu’un vient de répondre à cette déclaration.")
