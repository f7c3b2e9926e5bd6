"""Tables of the exchange time: the organisers of the meeting, and administrators, alone."""

ROUTES = {
    "seating.index": "login no yes no no no yes",
}
