"""The SMTP server of the settings, and what its answers mean for a message."""

import smtplib
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from email.headerregistry import Address
from typing import Any
from urllib.parse import urlsplit

from app.mail.letter import bytes_of, mailbox_of, sender_of
from app.mail.models import OutgoingMessage

# Every exception of smtplib is an OSError, as are those of the network and of its encryption.

#: A server that says nothing for this long is taken for lost.
TIMEOUT_SECONDS = 30
PERMANENT = 500


class ServerAway(Exception):
    """The server cannot be reached as the settings ask: no message is to blame."""


class Refused(Exception):
    """The server did not take a message: `why`, in its words, and whether trying again is of no use."""

    def __init__(self, why: str, for_good: bool) -> None:
        super().__init__(why)
        self.why, self.for_good = why, for_good


class Server:
    """A conversation with the server, opened at the first letter and again when it is broken."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self.settings = settings
        self.sender: Address = sender_of(settings["MAIL_FROM"])
        self.smtp: smtplib.SMTP | None = None

    def open(self) -> smtplib.SMTP:
        """Give the conversation; raise `ServerAway` when there is no server, or none that is safe."""
        if self.smtp is None or self.smtp.sock is None:
            try:
                self.smtp = _connect(self.settings)
            except OSError as error:
                raise ServerAway(f"{type(error).__name__} : {error}") from error
        return self.smtp

    def send(self, message: OutgoingMessage) -> None:
        """Hand the message over; raise `Refused` when the server does not take it."""
        try:
            letter, mailbox = bytes_of(message, self.sender), mailbox_of(message.address)
        except ValueError as error:
            raise Refused(f"this letter cannot be written: {error}", for_good=True) from error
        smtp = self.open()
        try:
            smtp.sendmail(self.sender.addr_spec, [mailbox], letter)
        except smtplib.SMTPRecipientsRefused as error:
            raise _refused(*next(iter(error.recipients.values()))) from error
        except smtplib.SMTPSenderRefused as error:
            # It is our own mailbox that displeases, which is mended in the settings: the message waits.
            raise Refused(_told(error.smtp_code, error.smtp_error), for_good=False) from error
        except smtplib.SMTPResponseException as error:
            raise _refused(error.smtp_code, error.smtp_error) from error
        except OSError as error:
            smtp.close()
            raise Refused(f"{type(error).__name__}: {error}", for_good=False) from error

    def close(self) -> None:
        """End the conversation politely."""
        if self.smtp is not None and self.smtp.sock is not None:
            try:
                self.smtp.quit()
            except OSError:
                # What was sent was accepted before: a server that hangs up at « quit » takes nothing back.
                self.smtp.close()


@contextmanager
def server_of(settings: Mapping[str, Any]) -> Iterator[Server]:
    """Give the server of the settings, and take leave of it afterwards."""
    server = Server(settings)
    try:
        yield server
    finally:
        server.close()


def _connect(settings: Mapping[str, Any]) -> smtplib.SMTP:
    host, port, security = settings["SMTP_HOST"], settings["SMTP_PORT"], settings["SMTP_SECURITY"]
    our_name = urlsplit(settings["SITE_URL"]).hostname
    checked = ssl.create_default_context()
    if security == "tls":
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(host, port, our_name, timeout=TIMEOUT_SECONDS, context=checked)
    else:
        smtp = smtplib.SMTP(host, port, our_name, timeout=TIMEOUT_SECONDS)
    try:
        if security == "starttls":
            smtp.starttls(context=checked)
        if settings["SMTP_USER"]:
            smtp.login(settings["SMTP_USER"], settings["SMTP_PASSWORD"])
    except OSError:
        smtp.close()
        raise
    return smtp


def _refused(code: int, said: bytes | str) -> Refused:
    return Refused(_told(code, said), for_good=code >= PERMANENT)


def _told(code: int, said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return f"{code} {' '.join(text.split())}"
