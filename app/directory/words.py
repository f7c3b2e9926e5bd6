"""Which institutions answer the words that a person typed: accents, case, « St », former names and typing errors forgiven.

Each word must be found, as the beginning of a word of the institution's names or of a present or former name of its
commune. Only a word that is found nowhere to the letter is taken for a typing error, and sought by resemblance.
Words are folded by the database's own `fold`, the one that made the keys they are compared with.
"""

import re
import unicodedata
from difflib import get_close_matches
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app.directory.models import LIBRARY_KINDS, Institution, Kind
from geo.territories import FormerCommune, Level, Territory, begins_a_word

LONGEST_SEARCH_WORDS = 8
#: Words shorter than this are never taken for a typing error: three letters resemble everything.
SHORTEST_FUZZY_WORD = 4
#: A word resembles another from this share of common trigrams on, if no other word resembles it more by `CLOSENESS`.
RESEMBLANCE, CLOSENESS = 0.3, 0.1
#: Sets from which share on a word resembles one of a name in `resembles_words`, until the end of the transaction.
RESEMBLING_WORDS = sa.select(sa.func.set_config("pg_trgm.strict_word_similarity_threshold", str(RESEMBLANCE), True))
#: Words that many names have and nobody searches by.
EMPTY_WORDS = frozenset(["a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "s", "sur"])
#: Words that say what a library is, well or badly spelt: a library is found by either, whatever its own name says.
LIBRARY_WORDS = ("bibliotheque", "bibliotheques", "mediatheque", "mediatheques")
#: What people of the trade write for a kind.
SHORT_KINDS = {
    "bd": (Kind.DEPARTMENTAL,),
    "bdp": (Kind.DEPARTMENTAL,),
    "bm": LIBRARY_KINDS,
    "cdm": (Kind.CITE,),
    "srl": (Kind.AGENCY,),
}
#: The communes whose arrondissements have postcodes of their own, and how their postcodes begin.
CITIES_WITH_DISTRICTS = {"commune-13055": "13", "commune-69123": "69", "commune-75056": "75"}
#: The 16th of Paris has two postcodes.
SECOND_POSTCODES = {16: "75116"}
#: What is said beside the number of an arrondissement, and adds nothing to it.
DISTRICT_WORDS = frozenset(["arr", "arrdt", "arrondissement"])
#: The plurals of the words that the names of the network bear.
SINGULARS = {
    "agences": "agence",
    "associes": "associe",
    "centres": "centre",
    "cites": "cite",
    "departementales": "departementale",
    "municipales": "municipale",
    "points": "point",
    "regionales": "regionale",
}


def has_words(text: str) -> list[sa.ColumnElement[bool]]:
    """The conditions that an `Institution` answers every word of `text`; none if there is no word in it."""
    words = meaningful_words(text)
    if not words and text.strip():
        return [sa.false()]
    return [_has_word(word, rank) for rank, word in enumerate(words)]


def resembles_words(text: str) -> list[sa.ColumnElement[bool]]:
    """The conditions that an `Institution` answers each word of `text` at least nearly; none if there is no word in it.

    More forgiving than `has_words`: a long word may be badly spelt even where another institution bears it as it is, and may
    stand in the address. Ask it only when `has_words` finds nothing, in a transaction where `RESEMBLING_WORDS` was run.
    """
    return [_resembles_word(word, rank) for rank, word in enumerate(meaningful_words(text))]


def likeness(text: str) -> sa.ColumnElement[Any]:
    """How much the names of an `Institution` resemble the whole of `text`, from 0 to 1 by tenths; sort by it."""
    words = [word for word in meaningful_words(text) if not _kinds_said(word)]
    if not words:
        # « Médiathèque » alone finds every library: those that bear the name come first.
        return sa.cast(begins_a_word(Institution.search_key, sa.func.fold(text)), sa.Integer)
    share = sa.func.strict_word_similarity(sa.func.fold(" ".join(words)), Institution.search_key)
    return sa.func.round(sa.cast(share, sa.Numeric), 1)


def meaningful_words(text: str) -> list[str]:
    """The words to look for, at most eight; « de », « la »… count only when there is nothing else."""
    words = re.findall(r"[^\W_]+", text)[:LONGEST_SEARCH_WORDS]
    empty = EMPTY_WORDS | DISTRICT_WORDS if any(_district(word) for word in words) else EMPTY_WORDS
    return [word for word in words if _plain(word) not in empty] or words


def _kinds_said(word: str) -> tuple[Kind, ...]:
    """The kinds that a word stands for, none for most words."""
    plain = _plain(word)
    if get_close_matches(plain, LIBRARY_WORDS, n=1, cutoff=0.8):
        return LIBRARY_KINDS
    return SHORT_KINDS.get(plain, ())


def _district(word: str) -> int | None:
    """The number of the arrondissement that a word may name: 13 for « 13e », « 13ème »; 1 for « 1er »."""
    found = re.fullmatch(r"(1?\d|20)(?:er|e|eme|ieme)", _plain(word))
    return int(found[1]) or None if found else None


def _plain(word: str) -> str:
    """A word without accents or capitals, to compare with the lists above; the database folds the others itself."""
    return "".join(letter for letter in unicodedata.normalize("NFKD", word.lower()) if not unicodedata.combining(letter))


def _has_word(word: str, rank: int) -> sa.ColumnElement[bool]:
    word = SINGULARS.get(_plain(word), word)
    folded = sa.func.fold(word)
    if kinds := _kinds_said(word):
        return sa.or_(Institution.kind.in_(kinds), begins_a_word(Institution.search_key, folded))
    if number := _district(word):
        return _in_district(number)
    exact = _to_the_letter(word, folded).cte(f"exact_{rank}")
    if not _may_be_misspelt(word):
        return Institution.id.in_(sa.select(exact.c.id))
    close = _closest(folded, sa.exists(sa.select(exact.c.id)), rank)
    return Institution.id.in_(sa.union_all(sa.select(exact.c.id), close))


def _resembles_word(word: str, rank: int) -> sa.ColumnElement[bool]:
    if not _may_be_misspelt(word) or _kinds_said(word) or _district(word):
        return _has_word(word, rank)
    folded = sa.func.fold(word)
    place = aliased(Institution)
    near = sa.union_all(
        sa.select(_to_the_letter(word, folded).subquery().c.id),
        sa.select(place.id).where(place.address.icontains(word, autoescape=True)),
        # The operator, and not the function, reads the trigram index.
        sa.select(place.id).where(folded != "", folded.bool_op("<<%")(place.search_key)),
    ).cte(f"near_{rank}")
    return Institution.id.in_(sa.select(near.c.id))


def _may_be_misspelt(word: str) -> bool:
    return len(word) >= SHORTEST_FUZZY_WORD and not word.isdigit()


def _in_district(number: int) -> sa.ColumnElement[bool]:
    """In an arrondissement of this number by its postcode, or named so: « Bibliothèque du 3e », « 3ème Lacassagne »."""
    postcodes = [
        sa.and_(Institution.territory_id == city, Institution.postcode == f"{start}{number:03}")
        for city, start in CITIES_WITH_DISTRICTS.items()
    ]
    named = sa.func.fold("1er" if number == 1 else f"{number}e")
    return sa.or_(
        *postcodes, Institution.postcode == SECOND_POSTCODES.get(number, ""), begins_a_word(Institution.search_key, named)
    )


def _to_the_letter(word: str, folded: sa.ColumnElement[str]) -> sa.CompoundSelect:
    """Institutions named so, or whose commune is or was, or whose code or postcode is this very word."""
    place = aliased(Institution)
    return sa.union_all(
        sa.select(place.id).where(begins_a_word(place.search_key, folded)),
        sa.select(place.id)
        .join(Territory, Territory.id == place.territory_id)
        .where(Territory.level == Level.COMMUNE, begins_a_word(Territory.search_key, folded)),
        sa.select(place.id)
        .join(FormerCommune, FormerCommune.commune_id == place.territory_id)
        .where(begins_a_word(FormerCommune.search_key, folded)),
        sa.select(place.id).where(place.code_bib == word),
        *([sa.select(place.id).where(place.postcode == word)] if re.fullmatch(r"\d{5}", word) else []),
    )


def _closest(folded: sa.ColumnElement[str], found: sa.ColumnElement[bool], rank: int) -> sa.Select:
    """Institutions whose names resemble the word most, unless it was `found` to the letter."""
    place, former = aliased(Institution), aliased(FormerCommune)
    resembling = sa.union_all(
        _resembling(sa.select(place.id), place.search_key, folded, found),
        _resembling(
            sa.select(place.id).join(former, former.commune_id == place.territory_id), former.search_key, folded, found
        ),
    ).cte(f"resembling_{rank}")
    best = sa.select(sa.func.max(resembling.c.share)).scalar_subquery()
    return sa.select(resembling.c.id).where(resembling.c.share >= best - CLOSENESS)


def _resembling(
    select: sa.Select, key: sa.SQLColumnExpression[Any], folded: sa.ColumnElement[str], found: sa.ColumnElement[bool]
) -> sa.Select:
    # The trigram index gives candidates, by a part of any length; the share is then that of whole words, where « marsaille »
    # is nearer to « marseille » than to « marcillat en combraille ».
    word = sa.func.regexp_split_to_table(key, " ").table_valued("word", name="word")
    share = sa.select(sa.func.max(sa.func.similarity(word.c.word, folded))).scalar_subquery()
    candidates = select.add_columns(share.label("share")).where(~found, folded != "", folded.bool_op("<%")(key)).subquery()
    return sa.select(candidates).where(candidates.c.share >= RESEMBLANCE)
