"""The leaflet as a PDF that a screen reader can read: it is made of what is in its own page, and fetches nothing at all."""

from pathlib import Path
from typing import Any, NoReturn

import segno
from flask import current_app
from markupsafe import Markup
from weasyprint import CSS, HTML
from weasyprint.urls import FatalURLFetchingError, URLFetcher

#: A month that has more is no leaflet.
MOST_WORKSHOPS = 200


class NothingFetched(URLFetcher):
    """Refuses every address: a leaflet needs none, and what people typed must reach nothing."""

    def fetch(self, url: str, headers: object = None) -> NoReturn:  # noqa: ARG002 - the signature is that of WeasyPrint
        raise FatalURLFetchingError("a leaflet reads no address")


def pdf_of(page: str) -> bytes:
    """The PDF of a page, tagged as PDF/UA-1 asks."""
    nothing = NothingFetched()
    style = (Path(str(current_app.static_folder)) / "css/leaflet.css").read_text()
    sheet = CSS(string=style, url_fetcher=nothing)
    made: Any = HTML(string=page, url_fetcher=nothing).write_pdf(stylesheets=[sheet], pdf_variant="pdf/ua-1")
    return bytes(made)


def qr_of(address: str) -> Markup:
    """The QR code of an address, as a drawing; the address is written beside it in letters."""
    drawn = segno.make(address, error="m", micro=False).svg_inline(
        border=2, omitsize=True, svgclass="leaflet__qr", lineclass=None
    )
    return Markup(drawn)  # noqa: S704 - drawn by segno from an address of ours: squares alone
