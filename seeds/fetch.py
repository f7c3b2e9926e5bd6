"""The bytes of a source: a file of this machine, or an address. Bounded in size and in time.

A source is somebody else's: it may be missing, huge, cut short, or never end. Each such case is one French sentence.
"""

import gzip
import io
import re
import threading
import time
import zlib
from dataclasses import dataclass
from datetime import date
from email.utils import parsedate_to_datetime
from pathlib import Path

import requests
from tqdm import tqdm

from app.clock import PARIS
from app.version import VERSION
from seeds.sync import SourceError, digest

#: The official file is under 4 MB, its JSON 10 MB.
LARGEST = 100_000_000
CHUNK = 65_536
CONNECT_SECONDS = 3.0
TOTAL_SECONDS = 20.0


@dataclass(frozen=True)
class Document:
    """What was read: where, its bytes (unpacked), the digest of the bytes as they came, the day the server says."""

    place: str
    content: bytes
    digest: str
    modified: date | None = None
    url: str | None = None


def fetch(source: str, total_seconds: float | None = None) -> Document:
    """Read a path or an http(s) address, whole; refuse what is too large, too slow, cut short or not there."""
    if re.match(r"https?://", source, re.IGNORECASE):
        content, modified = _download(source, total_seconds or TOTAL_SECONDS)
        url: str | None = source
    elif "://" in source:
        raise SourceError(f"L’adresse « {source} » n’est pas lisible : donnez un fichier, ou une adresse http ou https.")
    else:
        content, modified, url = _read(Path(source)), None, None
    if not content.strip():
        raise SourceError(f"« {source} » est vide.")
    return Document(source, _unpacked(content, source), digest(content), modified, url)


def _read(path: Path) -> bytes:
    try:
        if not path.exists():
            raise SourceError(f"Le fichier « {path} » n’existe pas.")
        if path.is_dir():
            raise SourceError(f"« {path} » est un dossier, pas un fichier.")
        if not path.is_file():
            raise SourceError(f"« {path} » n’est pas un fichier ordinaire.")
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        raise SourceError(f"Le fichier « {path} » ne peut pas être lu ({getattr(error, 'strerror', None) or error}).") from None
    return _bounded(content, str(path))


def _bounded(content: bytes, place: str) -> bytes:
    if len(content) > LARGEST:
        raise SourceError(f"« {place} » dépasse {LARGEST // 1_000_000} Mo : ce n’est pas le fichier attendu.")
    return content


def _download(url: str, total_seconds: float) -> tuple[bytes, date | None]:
    """Download in a thread of its own: a server that sends a byte now and then resets every time-out but this one."""
    outcome: list[tuple[bytes, date | None] | Exception] = []

    def work() -> None:
        try:
            outcome.append(_receive(url, total_seconds))
        except Exception as error:
            outcome.append(error)

    worker = threading.Thread(target=work, daemon=True)
    worker.start()
    worker.join(total_seconds)
    if not outcome:
        raise _too_slow(url)
    if isinstance(outcome[0], Exception):
        raise outcome[0]
    return outcome[0]


def _receive(url: str, total_seconds: float) -> tuple[bytes, date | None]:
    deadline = time.monotonic() + total_seconds
    headers = {"User-Agent": f"Maillage/{VERSION}", "Accept": "text/csv, application/json;q=0.9, */*;q=0.5"}
    try:
        with requests.get(url, headers=headers, stream=True, timeout=(CONNECT_SECONDS, total_seconds)) as response:
            if response.status_code != 200:
                raise SourceError(f"« {url} » répond par l’erreur {response.status_code} au lieu du fichier.")
            content = _body(response, url, deadline)
            return content, _day(response.headers.get("Last-Modified"))
    except requests.Timeout:
        raise _too_slow(url) from None
    except (requests.exceptions.InvalidSchema, requests.exceptions.InvalidURL):
        raise SourceError(f"« {url} » mène à une adresse qui n’est pas lisible en http ou https.") from None
    except requests.TooManyRedirects:
        raise SourceError(f"« {url} » renvoie sans fin d’une adresse à l’autre.") from None
    except requests.exceptions.ChunkedEncodingError:
        raise SourceError(f"Le téléchargement de « {url} » s’est interrompu avant la fin.") from None
    except (requests.RequestException, OSError, ValueError):
        raise SourceError(f"« {url} » n’est pas joignable.") from None


def _body(response: requests.Response, url: str, deadline: float) -> bytes:
    length = response.headers.get("Content-Length", "")
    parts, size = [], 0
    with tqdm(
        total=int(length) if length.isdigit() else None,
        desc="Téléchargement",
        unit="o",
        unit_scale=True,
        delay=1,
        leave=False,
        disable=None,
    ) as bar:
        for part in response.iter_content(CHUNK):
            parts.append(part)
            size += len(part)
            bar.update(len(part))
            if time.monotonic() > deadline:
                raise _too_slow(url)
            if size > LARGEST:
                break
    return _bounded(b"".join(parts), url)


def _too_slow(url: str) -> SourceError:
    return SourceError(f"« {url} » ne répond pas assez vite.")


def _day(header: str | None) -> date | None:
    try:
        return parsedate_to_datetime(header).astimezone(PARIS).date() if header else None
    except ValueError:
        return None


def _unpacked(content: bytes, place: str) -> bytes:
    """Unpack a .gz; refuse an archive or a workbook."""
    if content.startswith(b"PK\x03\x04"):
        raise SourceError(f"« {place} » est une archive ZIP ou un classeur : donnez le fichier CSV ou JSON.")
    if not content.startswith(b"\x1f\x8b"):
        return content
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as packed:
            return _bounded(packed.read(LARGEST + 1), place)
    except (EOFError, OSError, zlib.error):
        raise SourceError(f"« {place} » est un fichier compressé incomplet.") from None
