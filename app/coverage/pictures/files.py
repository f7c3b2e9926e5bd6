"""A picture as a file. It is drawn once for all those who ask for the same, and not sent again to who has it."""

from flask import Response, request

from app.coverage.drawing.engine import Picture, as_png, as_svg, as_svg_file
from app.coverage.pictures import drawn, queries
from app.coverage.pictures.reading import Asked
from app.exports import dated_name
from app.kept import Kept, etag_of

KEPT = Kept(most=48)
MINUTES = 60
CONTENT_TYPES = {"svg": "image/svg+xml", "png": "image/png"}
#: Dots an inch: twice those of a screen, enough for a slide or a sheet of paper.
DPI = 192


def picture_file(asked: Asked, name: str, extension: str, heading: bool) -> Response:
    """The picture of this name as SVG or PNG, with a tag of all that it is made of."""
    source = drawn.source_of(asked.session, name, asked.situation)
    digests = [(one.name, one.digest) for one in source.used]
    network = asked.session.scalar(queries.fingerprint())
    figures = asked.gains if name in ("gains", "carte") else ""
    etag = etag_of(name, extension, heading, asked.args, asked.situation.stale_after_months, digests, network, figures)

    def make() -> bytes:
        picture = picture_of(asked, name, heading, source.line if heading else "")
        return as_png(picture, DPI) if extension == "png" else as_svg_file(as_svg(picture)).encode()

    response = Response(mimetype=CONTENT_TYPES[extension])
    response.set_etag(etag)
    response.cache_control.public = True
    response.cache_control.max_age = 5 * MINUTES
    if heading:
        stem = f"couverture-{name}-{asked.name}-{asked.situation.day.isoformat()}-{asked.situation.reach_km:g}km"
        response.headers["Content-Disposition"] = f"attachment; filename={dated_name(stem, extension)}"
    if request.if_none_match.contains(etag):
        response.status_code = 304
    else:
        response.set_data(KEPT.get(etag, make))
    return response


def picture_of(asked: Asked, name: str, heading: bool, source: str) -> Picture:
    """The figures of this name, ready to be drawn."""
    title = f"{drawn.PICTURES[name][0]} : {asked.name}"
    if name == "annees":
        return drawn.of_years(asked.years, title, source, heading)
    if name == "distances":
        return drawn.of_distances(asked.curves, asked.situation.reach_km, title, source, heading)
    found = asked.gains
    assert found is not None
    if name == "gains":
        return drawn.of_gains(found, title, source, heading)
    return drawn.of_map(asked.session, asked.with_planned, asked.communes, found, title, source, heading)
