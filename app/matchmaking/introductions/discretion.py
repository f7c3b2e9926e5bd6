"""Looking, in a message that both sides read before they know each other, for what would name one of them."""

import re
import unicodedata
from collections.abc import Iterable

from app.directory.models import Institution

#: Words that many names share: a name made of these alone is nobody's.
COMMON_WORDS = frozenset(
    (
        *("a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "s", "sur"),
        *("associe", "associee", "bibliotheque", "bibliotheques", "bibliobus", "centre", "cite", "cites", "communale"),
        *("departementale", "intercommunale", "lecture", "mediatheque", "mediatheques", "metiers", "municipale", "point"),
        *("pole", "publique", "relais", "reseau", "ville"),
    )
)
PATTERNS = (
    re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+"),
    re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE),
    re.compile(r"(?<!\d)(?:\+33[\s.-]?|0)[1-9](?:[\s.-]?\d{2}){4}(?!\d)"),
)


def what_names(text: str, institutions: Iterable[Institution]) -> list[str]:
    """What in the text would name one of these institutions, as it can be said back: its name, its commune, an address."""
    found = [match.group().rstrip(".,;:)") for pattern in PATTERNS for match in [pattern.search(text)] if match]
    folded = f" {_folded(text)} "
    for name in {one for institution in institutions for one in _names(institution)}:
        words = _folded(name)
        if set(words.split()) - COMMON_WORDS and f" {words} " in folded:
            found.append(name)
    return sorted(set(found))


def _names(institution: Institution) -> list[str]:
    territory = institution.territory
    large = [one.name for one in (territory.department, territory.region) if one] if territory else []
    place = [one for one in (territory.name if territory else None, institution.city) if one and one not in large]
    names = (institution.name, institution.short_name, institution.host_name, institution.address, institution.public_id)
    return [one for one in (*names, *institution.aliases, *place) if one]


def _folded(text: str) -> str:
    """The words of a text without accents, capitals or punctuation."""
    plain = "".join(one for one in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(one))
    return " ".join(re.findall(r"[^\W_]+", plain.replace("œ", "oe")))
