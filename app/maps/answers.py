"""Answers that a map fetches: JSON, compressed when the browser can, with a tag so that the same is not sent twice."""

import gzip

from flask import Response, request

#: Below this many bytes, compressing costs more than it saves.
WORTH_COMPRESSING = 500
MINUTES = 60
YEAR = 365 * 24 * 60 * MINUTES


def json_answer(text: str, max_age: int, mimetype: str = "application/json") -> Response:
    """`text`, which is JSON, as an answer that may be kept `max_age` seconds; 304 if the browser has it already."""
    body = text.encode()
    response = Response(body, mimetype=mimetype)
    response.cache_control.public = True
    response.cache_control.max_age = max_age
    if max_age >= YEAR:
        response.cache_control.immutable = True
    # The tag is that of the text, compressed or not: a weak one.
    response.add_etag(weak=True)
    response.vary.add("Accept-Encoding")
    if len(body) > WORTH_COMPRESSING and "gzip" in request.accept_encodings:
        # mtime=0: the same text gives the same bytes.
        response.set_data(gzip.compress(body, compresslevel=6, mtime=0))
        response.content_encoding = "gzip"
    response.make_conditional(request)
    return response
