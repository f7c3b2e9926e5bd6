"""Reads a page on its standard input and writes its PDF on its standard output: `app.pdf` starts it, and ends it if need be.

A process of its own: WeasyPrint is loaded where a PDF is made alone, and what it takes of memory goes with it. It knows nothing
of the site, and fetches nothing at all: a page has its style and its drawings in it, and what people typed must reach nothing.
"""

import json
import resource
import sys
from typing import Any, NoReturn

from weasyprint import CSS, HTML
from weasyprint.urls import FatalURLFetchingError, URLFetcher

MOST_MEMORY = 2 << 30


class NothingFetched(URLFetcher):
    """Refuses every address."""

    def fetch(self, url: str, headers: object = None) -> NoReturn:  # noqa: ARG002 - the signature is that of WeasyPrint
        raise FatalURLFetchingError("a page to print reads no address")


def write(page: str, style: str, variant: str | None) -> bytes:
    """The PDF of a page in a style; `variant` as WeasyPrint calls it: « pdf/ua-1 »."""
    nothing = NothingFetched()
    sheet = CSS(string=style, url_fetcher=nothing)
    made: Any = HTML(string=page, url_fetcher=nothing).write_pdf(stylesheets=[sheet], pdf_variant=variant)
    return bytes(made)


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    sys.stdout.buffer.write(write(**json.load(sys.stdin.buffer)))
