"""The search that a list or an alert comes from, as the query of the candidates' page: kept as text, opened as a link."""

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode

from flask import url_for

from app.coverage.shortlists.models import LONGEST_ASKED

#: Parameters of a search; beyond, nobody typed them.
MOST_PARAMETERS = 100


def pairs_of(asked: str) -> list[tuple[str, str]]:
    """The parameters of a query, in order; none for what is too long to be one."""
    if len(asked) > LONGEST_ASKED:
        return []
    try:
        pairs = parse_qsl(asked.removeprefix("?"), max_num_fields=MOST_PARAMETERS)
    except ValueError:
        return []
    return [(name, value) for name, value in pairs if "\0" not in name + value and name != "page"]


def query_of(args: Mapping[str, str | list[str]]) -> str:
    """The query of these parameters."""
    return urlencode(args, doseq=True)


def tidy_query(text: str | None) -> str:
    """The same query as a URL writes it, without the number of a page; empty for what is too long."""
    query = urlencode(pairs_of(text or ""))
    return query if len(query) <= LONGEST_ASKED else ""


def candidates_url(asked: str) -> str:
    """The page of the candidates that answers this query."""
    page = url_for("candidates.index")
    return f"{page}?{asked}" if asked else page
