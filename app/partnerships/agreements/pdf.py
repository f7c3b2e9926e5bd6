"""What a file that someone sends must be: a PDF that opens, is not locked, and holds nothing that acts by itself.

The name and the type that a browser gives prove nothing: the content is read. Every object is looked at, those of compressed
streams and of earlier revisions included, and the bytes themselves once more, because readers do not all find the same objects.
"""

import hashlib
import io
import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NullObject

from app.forms import tidy

LONGEST_NAME = 120
MOST_OBJECTS = 100_000
#: Keys of what acts, is played or is carried along.
ACTIVE_KEYS = frozenset({"/JavaScript", "/JS", "/EF", "/EmbeddedFiles", "/RichMediaContent", "/XFA", "/AA"})
#: What an action does, or an object is, that has no place in a signed paper.
ACTIVE_NAMES = frozenset(
    {
        *("/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/GoToE", "/GoToR", "/Rendition", "/Movie", "/Sound"),
        *("/EmbeddedFile", "/FileAttachment", "/RichMedia", "/Screen"),
    }
)
#: All that an action may hold when the document opens by itself at one of its own pages; « /Next » would chain another.
PLAIN_OPENING = frozenset({"/Type", "/S", "/D", "/SD"})
#: Names long enough not to appear by chance among compressed bytes.
TELLING = frozenset(
    {
        *(b"/JavaScript", b"/Launch", b"/EmbeddedFile", b"/EmbeddedFiles", b"/RichMedia", b"/FileAttachment"),
        *(b"/GoToR", b"/GoToE", b"/SubmitForm", b"/ImportData"),
    }
)
NAME = re.compile(rb"/(?:[A-Za-z]|#[0-9A-Fa-f]{2}){5,40}")
TOO_ACTIVE = (
    "Ce PDF contient un script, un fichier joint ou une action automatique. Enregistrez-en une version simple, par exemple avec"
    " « Imprimer » puis « Enregistrer au format PDF », et envoyez-la."
)
UNREADABLE = "Ce fichier n’est pas un PDF lisible. Ouvrez-le, enregistrez-le à nouveau au format PDF et renvoyez-le."


class NotAcceptable(Exception):
    """Why a file is not taken, as a French sentence."""


@dataclass(frozen=True)
class Pdf:
    """A PDF that was read: its bytes, its digest, how many pages it has."""

    content: bytes
    digest: str
    page_count: int


def read(content: bytes) -> Pdf:
    """Read the bytes of a PDF. Raises `NotAcceptable` on anything else, and on what acts by itself."""
    if not content:
        raise NotAcceptable("Ce fichier est vide.")
    # At the very first byte: what stands before it, a page of HTML perhaps, another program would read.
    if not content.startswith(b"%PDF-"):
        raise NotAcceptable("Ce fichier n’est pas un PDF, quel que soit son nom. Enregistrez-le au format PDF.")
    try:
        with PdfReader(io.BytesIO(content), strict=False) as reader:
            if reader.is_encrypted:
                raise NotAcceptable("Ce PDF est protégé par un mot de passe. Envoyez-en une version sans protection.")
            pages = len(reader.pages)
            active = _is_active(reader)
    except NotAcceptable:
        raise
    except Exception as error:  # a hostile file breaks a reader in any way, and each means that it cannot be read
        raise NotAcceptable(UNREADABLE) from error
    if active or _says_active(content):
        raise NotAcceptable(TOO_ACTIVE)
    if not pages:
        raise NotAcceptable("Ce PDF n’a aucune page.")
    return Pdf(content, hashlib.sha256(content).hexdigest(), pages)


def safe_name(name: str | None) -> str:
    """The name of the file alone, without folder nor letter that a system could misread, ending in .pdf."""
    last = re.split(r"[/\\]", name or "")[-1]
    kept = "".join(" " if letter in '<>:"|?*' or unicodedata.category(letter)[0] == "C" else letter for letter in last)
    stem = tidy(re.sub(r"\.pdf$", "", kept.strip(), flags=re.IGNORECASE)).strip(". ")
    return f"{stem[: LONGEST_NAME - 4].strip('. ') or 'document'}.pdf"


def _is_active(reader: PdfReader) -> bool:
    numbers = [(number, generation) for generation, known in reader.xref.items() for number in known if number]
    numbers += [(number, 0) for number in reader.xref_objStm]
    if len(numbers) > MOST_OBJECTS:
        raise NotAcceptable("Ce PDF est trop compliqué pour être vérifié. Enregistrez-en une version plus simple.")
    found: list[Any] = [reader.trailer]
    found += [reader.get_object(IndirectObject(number, generation, reader)) for number, generation in numbers]
    return any(_acts(one) for one in found)


def _acts(top: Any) -> bool:
    """Whether an object, or what it holds directly, acts; what it refers to is looked at in its own turn."""
    waiting = [top]
    while waiting:
        one = waiting.pop()
        if isinstance(one, DictionaryObject):
            if ACTIVE_KEYS & one.keys() or any(
                str(one.raw_get(key)) in ACTIVE_NAMES for key in ("/S", "/Type", "/Subtype") if key in one
            ):
                return True
            if "/OpenAction" in one and not _opens_plainly(one["/OpenAction"]):
                return True
            waiting += [one.raw_get(key) for key in one]
        elif isinstance(one, ArrayObject):
            waiting += list(list.__iter__(one))
    return False


def _opens_plainly(opening: Any) -> bool:
    """Whether what happens at opening is to show a page of the document: a destination, or the action that goes to one."""
    if isinstance(opening, DictionaryObject):
        return opening.get("/S") == "/GoTo" and opening.keys() <= PLAIN_OPENING
    return isinstance(opening, ArrayObject | NullObject)


def _says_active(content: bytes) -> bool:
    """Whether the bytes themselves name something active, its letters disguised or not (« /Java#53cript »)."""
    return any(_plain(found) in TELLING for found in NAME.findall(content))


def _plain(name: bytes) -> bytes:
    return re.sub(rb"#([0-9A-Fa-f]{2})", lambda found: bytes([int(found[1], 16)]), name)
