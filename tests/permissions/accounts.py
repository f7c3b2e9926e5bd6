"""Who reaches the pages of accounts: everybody signs in; one's account is one's own, whoever one is."""

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.accounts.models import EmailChange, SignInLink, UserSession
from app.accounts.session import hashed
from app.clock import now
from tests.permissions.scene import Scene

#: The session and the change of address are those of the person of the Cité.
ROUTES = {
    "accounts.sign_in": "yes yes yes yes yes yes yes",
    "accounts.send_link": "yes yes yes yes yes yes yes",
    "accounts.confirm": "yes yes yes yes yes yes yes",
    "accounts.consume": "yes yes yes yes yes yes yes",
    "accounts.sign_out": "login yes yes yes yes yes yes",
    "accounts.account": "login yes yes yes yes yes yes",
    "accounts.save_account": "login yes yes yes yes yes yes",
    "accounts.email": "login yes yes yes yes yes yes",
    "accounts.change_email": "login yes yes yes yes yes yes",
    "accounts.confirm_email": "login no yes no no no no",
    "accounts.use_email": "login no yes no no no no",
    "accounts.mails": "login yes yes yes yes yes yes",
    "accounts.save_mails": "login yes yes yes yes yes yes",
    "accounts.sessions": "login yes yes yes yes yes yes",
    "accounts.end_one": "login no yes no no no no",
    "accounts.end_others": "login yes yes yes yes yes yes",
    "accounts.data": "login yes yes yes yes yes yes",
    "accounts.export": "login yes yes yes yes yes yes",
}


def things(session: Session, scene: Scene) -> dict[str, Any]:
    """Add a sign-in link, a session and a wish to change address."""
    in_time, user = now() + timedelta(minutes=10), scene.people["cite"]
    session.add(SignInLink(token_hash=hashed("lien-essai"), email="essai@exemple.org", expires_at=in_time))
    session.add(EmailChange(user_id=user.id, token_hash=hashed("adresse-essai"), email="neuve@exemple.org", expires_at=in_time))
    elsewhere = UserSession(token_hash=hashed("ailleurs"), user_id=user.id, device="Firefox sous Linux")
    session.add(elsewhere)
    session.flush()
    return {"session_id": elsewhere.public_id}


def values(_scene: Scene) -> dict[str, dict[str, str]]:
    sign_in, email = {"token": "lien-essai"}, {"token": "adresse-essai"}
    return {
        "accounts.confirm": sign_in,
        "accounts.consume": sign_in,
        "accounts.confirm_email": email,
        "accounts.use_email": email,
    }
