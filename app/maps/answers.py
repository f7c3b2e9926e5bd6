"""Answers that a map fetches: JSON, with a tag so that the same is not sent twice."""

from flask import Response, request

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
    response.add_etag(weak=True)
    response.make_conditional(request)
    return response
