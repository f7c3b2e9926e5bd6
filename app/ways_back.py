"""The page from which a form was sent, found from the address that received it: `/echanges/x/messages` → `/echanges/x`.

An address that only receives a form has no page of its own: whoever opens it is led to the nearest page above it, and an
error that it answers has a way on.
"""

from flask import current_app, request
from werkzeug.exceptions import HTTPException

#: A text typed in a field, worth copying when the form could not be read.
SHORTEST_KEPT, MOST_KEPT = 20, 12


def parent_page() -> str | None:
    """The address of the nearest page above this one that can be read; None for the home page alone."""
    adapter = current_app.url_map.bind("localhost")
    parts = request.path.rstrip("/").split("/")
    for end in range(len(parts) - 1, 1, -1):
        path = "/".join(parts[:end])
        try:
            adapter.match(path, method="GET")
        except HTTPException:
            continue
        return path
    return None


def texts_typed() -> list[str]:
    """The long texts of the form that was sent, so that nobody has to type them again."""
    values = [value.strip() for name, value in request.form.items(multi=True) if name != "csrf_token"]
    return [value for value in values if len(value) >= SHORTEST_KEPT][:MOST_KEPT]
