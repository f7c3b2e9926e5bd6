"""The letter of a row: the bytes that leave, the same at every attempt.

Nothing in them is drawn at random nor read from a clock: the date is that of the posting, the boundary comes from the
Message-ID. A repeated letter is therefore the very same one, and mail readers show it once.
"""

import hashlib
from datetime import UTC
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime

from app.formats import typography
from app.mail.models import OutgoingMessage

DISPLAY_NAME = "Maillage"


class LetterPolicy(EmailPolicy):
    """The standard way to write a mail, but for one header: an address too long for a line would be written in code words,
    which no mail reader decodes in List-Unsubscribe.
    """

    def fold_binary(self, name: str, value: str) -> bytes:
        """Write one header, on the lines that it needs."""
        if name == "List-Unsubscribe":
            return f"{name}: {value}{self.linesep}".encode("ascii")
        return super().fold_binary(name, value)


#: Seven bits everywhere, so that no server on the way has to convert the letter.
POLICY = LetterPolicy(linesep="\r\n", cte_type="7bit")


def sender_of(mailbox: str) -> Address:
    """The sender, from the setting MAIL_FROM; raises `ValueError` on what is not a mailbox."""
    name, _, domain = mailbox.rpartition("@")
    if not name or not domain.isascii() or any(letter.isspace() for letter in mailbox):
        raise ValueError(f"MAIL_FROM n'est pas une adresse : {mailbox!r}")
    return Address(DISPLAY_NAME, username=name, domain=domain)


def mailbox_of(address: str) -> str:
    """The address as SMTP takes it: the domain in ASCII; raises `ValueError` where that cannot be."""
    name, _, domain = address.rpartition("@")
    if not name.isascii():
        raise ValueError("the part before @ is not in ASCII")
    return f"{name}@{domain.encode('idna').decode()}"


def bytes_of(message: OutgoingMessage, sender: Address) -> bytes:
    """Write the letter: headers, the text, and the same in HTML."""
    name, _, domain = mailbox_of(message.address).rpartition("@")
    letter = EmailMessage(policy=POLICY)
    letter["From"] = sender
    letter["To"] = Address(username=name, domain=domain)
    letter["Subject"] = typography(message.subject)
    letter["Date"] = format_datetime(message.created_at.astimezone(UTC))
    letter["Message-ID"] = message.message_id
    letter["Auto-Submitted"] = "auto-generated"
    if message.unsubscribe_url:
        letter["List-Unsubscribe"] = f"<{message.unsubscribe_url}>"
        letter["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    letter.set_content(typography(message.text), cte="quoted-printable")
    letter.add_alternative(message.html, subtype="html", cte="quoted-printable")
    letter.set_boundary(f"=_{hashlib.sha256(message.message_id.encode()).hexdigest()[:32]}")
    return letter.as_bytes()
