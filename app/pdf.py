"""Makes a PDF of a page, in a process of its own, one at a time: printing holds up neither the pages nor the machine.

There are two queues, so that what visitors print never keeps the organisers of a meeting from printing.
"""

import enum
import json
import subprocess
import sys
from pathlib import Path

from flask import current_app

from app.alone import alone
from app.errors import Busy, Refusal
from app.extensions import db

WRITER = Path(__file__).with_name("pdf_writer.py")
#: Three hundred badges take some seconds.
LONGEST_SECONDS = 60.0
TAKEN = "Un document est déjà en préparation."
TOO_LONG = "Ce document est trop long à préparer en ce moment : réessayez un peu plus tard."


class Queue(enum.IntEnum):
    """Whose PDFs wait for each other: numbers of advisory locks."""

    VISITORS = 13 << 48
    ORGANISERS = (13 << 48) + 1


class NotWritten(Exception):
    """The process gave no PDF: what it said last."""


def pdf_of(page: str, style: str, queue: Queue, variant: str | None = None) -> bytes:
    """The PDF of a page that has all in it but its style. Raises `Busy` while another is made, refuses what takes too long."""
    asked = json.dumps({"page": page, "style": style, "variant": variant}).encode()
    with alone(db.engine, queue, Busy(TAKEN)):
        try:
            # -P: the folder of this file is not one to import from, its modules have names of their own.
            done = subprocess.run(  # noqa: S603 - our own program, and nothing typed among its arguments
                [sys.executable, "-P", str(WRITER)], input=asked, capture_output=True, timeout=LONGEST_SECONDS, check=False
            )
        except subprocess.TimeoutExpired:
            raise Refusal(TOO_LONG) from None
    if done.returncode:
        raise NotWritten(done.stderr.decode(errors="replace").strip().rpartition("\n")[2][:300])
    return done.stdout


def style_named(name: str) -> str:
    """A style sheet of ours."""
    return (Path(str(current_app.static_folder)) / "css" / name).read_text()
