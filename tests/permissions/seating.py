"""Tables of the exchange time: the organisers of the meeting, and administrators, alone."""

ROUTES = {
    "seating.index": "login no yes no no no yes",
    "seating.add": "login no yes no no no yes",
    "seating.set_wishes": "login no yes no no no yes",
    "seating.edit": "login no yes no no no yes",
    "seating.update": "login no yes no no no yes",
    "seating.remove": "login no yes no no no yes",
    "seating.propose": "login no yes no no no yes",
    "seating.repair": "login no yes no no no yes",
    "seating.choose": "login no yes no no no yes",
    "seating.move": "login no yes no no no yes",
    "seating.pin": "login no yes no no no yes",
    "seating.print_view": "login no yes no no no yes",
    "seating.export": "login no yes no no no yes",
}


def values(scene):
    """The extension of the file."""
    return {"seating.export": {"extension": "csv"}}
