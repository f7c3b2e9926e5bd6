"""What changes people, their links and their sessions."""

import secrets
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts import mails, personal_data, queries, rate_limits
from app.accounts.models import EmailChange, SignInLink, User, UserSession
from app.accounts.session import IDLE_LIMIT, hashed
from app.clock import now
from app.errors import Refusal
from app.mail.models import OutgoingMessage
from app.mail.outbox import post, post_to_address

LINK_LIFE = timedelta(minutes=15)
EMAIL_CHANGE_LIFE = timedelta(hours=1)
#: A link over is kept this long, so that its page can say that it was used or came too late.
LINK_MEMORY = timedelta(days=1)
UNUSED_LIMIT = timedelta(days=2 * 365)
#: Between the warning and the erasure of an unused account.
LAST_CALL = timedelta(days=30)


def send_link(session: Session, email: str, destination: str | None) -> str:
    """Send a sign-in link to an address, and give its token.

    Whether the address is that of an account is not even looked up: nothing of the answer can depend on it.
    """
    token = secrets.token_urlsafe(32)
    session.add(
        SignInLink(
            token_hash=hashed(token),
            email=email,
            destination=destination,
            created_at=now(),
            expires_at=now() + LINK_LIFE,
        )
    )
    post_to_address(session, mails.sign_in(token), email, expires_at=now() + LINK_LIFE)
    return token


def use_link(session: Session, token: str) -> tuple[User, str | None] | None:
    """Use a link: give the person, new or known, and the page that they wished to see; None if it does not serve any more.

    Of two uses at once, one gets None. The other links of the address die with this one: none stays behind in a mailbox.
    """
    moment = now()
    used = session.execute(
        sa.update(SignInLink)
        .where(SignInLink.token_hash == hashed(token), SignInLink.used_at.is_(None), SignInLink.expires_at > moment)
        .values(used_at=moment)
        .returning(SignInLink.email, SignInLink.destination)
    ).one_or_none()
    if used is None:
        return None
    _end_links(session, used.email)
    known = insert(User).values(email=used.email, created_at=now(), last_seen_at=now())
    session.execute(known.on_conflict_do_update(index_elements=[User.email], set_={"last_seen_at": now(), "warned_at": None}))
    person = session.scalars(sa.select(User).where(User.email == used.email).execution_options(populate_existing=True)).one()
    return person, used.destination


def _end_links(session: Session, email: str) -> None:
    """End the unused links of an address; one that is being used at this very moment keeps its use."""
    moment = now()
    waiting = sa.select(SignInLink.token_hash).where(
        SignInLink.email == email, SignInLink.used_at.is_(None), SignInLink.expires_at > moment
    )
    session.execute(
        sa.update(SignInLink)
        .where(SignInLink.token_hash.in_(waiting.with_for_update(skip_locked=True)))
        .values(used_at=moment)
        .execution_options(synchronize_session=False)
    )


def present_oneself(user: User, name: str, function: str) -> None:
    """Write how a person is named; an empty text takes the name or the function away."""
    user.name, user.function = name or None, function or None


def ask_email_change(session: Session, user: User, email: str) -> None:
    """Send a link to the address that is to become that of the account; an earlier wish is forgotten."""
    if email == user.email:
        raise Refusal("Cette adresse est déjà celle de votre compte.")
    token = secrets.token_urlsafe(32)
    values = {
        "token_hash": hashed(token),
        "email": email,
        "created_at": now(),
        "expires_at": now() + EMAIL_CHANGE_LIFE,
    }
    wish = insert(EmailChange).values(user_id=user.id, **values)
    session.execute(wish.on_conflict_do_update(index_elements=[EmailChange.user_id], set_=values))
    post_to_address(session, mails.confirm_email(token), email, expires_at=now() + EMAIL_CHANGE_LIFE)


def change_email(session: Session, user: User, token: str, keep: UserSession | None) -> None:
    """Give the account its new address, tell the old one, and end every session but `keep`.

    Refuses when the link does not serve any more, and when another account has this address.
    """
    wish = session.scalars(queries.email_change_of(user, token).with_for_update()).one_or_none()
    if wish is None:
        raise Refusal("Ce lien ne sert plus. Demandez un nouveau changement d’adresse.")
    old, new = user.email, wish.email
    try:
        with session.begin_nested():
            user.email = new
            session.flush()
    except IntegrityError:
        raise Refusal("Un autre compte a déjà cette adresse. Connectez-vous avec elle, ou effacez d’abord ce compte.") from None
    session.delete(wish)
    _end_links(session, old)
    end_other_sessions(session, user, keep)
    post_to_address(session, mails.email_changed(), old)


def end_session_of(session: Session, user: User, session_id: str) -> bool:
    """Sign a person out of one of their browsers; False when it is not one of theirs."""
    ended = sa.delete(UserSession).where(UserSession.user_id == user.id, UserSession.public_id == session_id)
    return bool(session.execute(ended).rowcount)  # type: ignore[attr-defined]


def end_other_sessions(session: Session, user: User, keep: UserSession | None) -> int:
    """Sign a person out of every browser but this one; give how many."""
    others = sa.delete(UserSession).where(UserSession.user_id == user.id)
    if keep is not None:
        others = others.where(UserSession.id != keep.id)
    return session.execute(others).rowcount  # type: ignore[attr-defined]


def warn_unused(session: Session) -> int:
    """Tell the people who have not come for two years that their account will be erased; give how many were told."""
    unused = queries.unused_since(now() - UNUSED_LIMIT).where(User.warned_at.is_(None))
    people = session.scalars(unused.with_for_update(skip_locked=True)).all()
    for person in people:
        post(session, mails.unused(person, LAST_CALL), to=[person])
        person.warned_at = now()
    return len(people)


def clean(session: Session) -> dict[str, int]:
    """Erase what has served: give how many links, sessions, counts and messages went.

    A message to an address without account goes a day after it has left, as its link does: somebody may have typed the
    address of another person.
    """
    long_ago = now() - LINK_MEMORY
    left = sa.func.coalesce(OutgoingMessage.sent_at, OutgoingMessage.dropped_at, OutgoingMessage.abandoned_at)
    erasures = {
        "liens": sa.delete(SignInLink).where(SignInLink.expires_at < long_ago),
        "changements d’adresse": sa.delete(EmailChange).where(EmailChange.expires_at < long_ago),
        "sessions": sa.delete(UserSession).where(UserSession.last_seen_at < now() - IDLE_LIMIT),
        "décomptes": rate_limits.outdated(),
        "messages": sa.delete(OutgoingMessage).where(OutgoingMessage.user_id.is_(None), left < long_ago),
    }
    return {what: session.execute(erasure).rowcount for what, erasure in erasures.items()}  # type: ignore[attr-defined]


def erase(session: Session, user: User) -> None:
    """Erase a person: their row, what cascades from it, their links and mails, and their address wherever it stands.

    What they did for an institution stays its own, without their name; what they signed by their name stays signed, the
    charter or an agreement, and so does what somebody wrote by hand in a message or a proposal. Refuses to erase the last
    administrator. Whether an institution loses its last responsible is for the caller to ask.
    """
    session.flush()
    # They hold what others hold before they write to people: it comes before any lock of a person.
    for statement in personal_data.further_erasures(user):
        session.execute(statement)
    _keep_an_administrator(session, user)
    for without, away in personal_data.address_erasures(user):
        try:
            with session.begin_nested():
                session.execute(without)
        except IntegrityError:
            # A question that waits for its answer has no meaning without the address to answer to.
            session.execute(away)
    for last in personal_data.erasures(user):
        session.execute(last)
    session.expire_all()


def appoint(session: Session, email: str) -> None:
    """Make the person of this address an administrator of the network, with or without an account so far."""
    row = insert(User).values(email=email, is_administrator=True)
    session.execute(row.on_conflict_do_update(index_elements=[User.email], set_={"is_administrator": True}))


def dismiss(session: Session, email: str) -> None:
    """Take the administration from a person; refuses to take it from the last one."""
    user = session.scalars(sa.select(User).where(User.email == email)).one_or_none()
    if user is None or not user.is_administrator:
        raise Refusal("Cette adresse n’est pas celle d’une personne qui administre le réseau.")
    _keep_an_administrator(session, user)
    user.is_administrator = False


def _keep_an_administrator(session: Session, leaving: User) -> None:
    """Refuse that the last administrator leaves; two who leave at once wait for one another, and no mail to them waits."""
    every = sa.select(User.id).where(User.is_administrator).order_by(User.id)
    ids = session.scalars(every.with_for_update(key_share=True)).all()
    if leaving.id in ids and len(ids) == 1:
        raise Refusal("Vous êtes la dernière personne qui administre le réseau : nommez-en une autre d’abord.")
