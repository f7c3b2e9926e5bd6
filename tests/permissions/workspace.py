"""One's own page, and the accounts of demonstration of this machine."""

ROUTES = {
    "workspace.home": "login yes yes yes yes yes yes",
    "demonstration.accounts": "yes yes yes yes yes yes yes",
    # The person of the scene is not of the demonstration: nobody becomes them.
    "demonstration.become": "no no no no no no no",
}
