"""The leaflet as a PDF that a screen reader can read."""

import segno
from markupsafe import Markup

from app.pdf import Queue, pdf_of

#: A month that has more is no leaflet.
MOST_WORKSHOPS = 200


def printed(page: str, style: str) -> bytes:
    """The PDF of a page, tagged as PDF/UA-1 asks."""
    return pdf_of(page, style, Queue.VISITORS, "pdf/ua-1")


def qr_of(address: str) -> Markup:
    """The QR code of an address, as a drawing; the address is written beside it in letters."""
    drawn = segno.make(address, error="m", micro=False).svg_inline(
        border=2, omitsize=True, svgclass="leaflet__qr", lineclass=None
    )
    return Markup(drawn)  # noqa: S704 - drawn by segno from an address of ours: squares alone
