"""Exchanges: the two sides, those who follow one of them; its messages are for the two sides alone."""

ROUTES = {
    "exchanges.index": "login yes yes yes yes yes yes",
    "exchanges.show": "login no yes yes yes no yes",
    "exchanges.write": "login no yes yes no no no",
}
