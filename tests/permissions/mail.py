"""Who reaches the pages of mail: whoever holds the link of a mail; and, on this machine alone, the mails themselves."""

from typing import Any

from sqlalchemy.orm import Session

from app.mail.models import Category, OutgoingMessage
from app.mail.unsubscribing import Unsubscription, of_address, token_of
from tests.permissions.scene import Scene

ROUTES = {
    "mail.unsubscription": "yes yes yes yes yes yes yes",
    "mail.unsubscribe": "yes yes yes yes yes yes yes",
    "mail.resume": "yes yes yes yes yes yes yes",
    "mailbox.index": "yes yes yes yes yes yes yes",
    "mailbox.message": "yes yes yes yes yes yes yes",
    "mailbox.laid_out": "yes yes yes yes yes yes yes",
}


def things(session: Session, _scene: Scene) -> dict[str, Any]:
    """Add a mail."""
    row = OutgoingMessage(
        message_id="<essai@localhost>",
        address="essai@exemple.invalid",
        category=Category.ESSENTIAL,
        subject="Connectez-vous",
        paragraphs=["Voici votre lien."],
        text="Voici votre lien.",
        html="<p>Voici votre lien.</p>",
    )
    session.add(row)
    session.flush()
    return {"message_number": row.id}


def values(scene: Scene) -> dict[str, dict[str, str]]:
    token = token_of(Unsubscription(scene.people["cite"].public_id, [Category.NEWS]))
    mailbox = token_of(of_address("0" * 64, [Category.INVITATIONS]))
    own = {"token": token}
    return {"mail.unsubscription": own, "mail.unsubscribe": own, "mail.resume": {"token": mailbox}}
