"""Proposals. The one of the scene was sent by the Cité to the library: the library answers, the Cité takes it back."""

ROUTES = {
    # endpoint: anonymous stranger cite library agency other_agency administrator
    "proposals.new": "login no yes yes no no no",
    "proposals.create": "login no yes yes no no no",
    "proposals.show": "login no yes yes yes no yes",
    "proposals.edit": "login no yes no no no no",
    "proposals.save": "login no yes no no no no",
    "proposals.send": "login no yes no no no no",
    "proposals.discard": "login no yes no no no no",
    "proposals.detach": "login no yes no no no no",
    "proposals.withdraw": "login no yes no no no no",
    "proposals.counter": "login no no yes no no no",
    "proposals.create_counter": "login no no yes no no no",
    "proposals.accept": "login no no yes no no no",
    "proposals.decline": "login no no yes no no no",
}
