"""Introductions: the two sides, who introduced them, those who follow one of them."""

ROUTES = {
    "introductions.index": "login yes yes yes yes yes yes",
    "introductions.new": "login yes yes yes yes yes yes",
    "introductions.create": "login yes yes yes yes yes yes",
    "introductions.statistics": "login no no no yes yes yes",
    "introductions.show": "login no yes yes yes no yes",
    "introductions.accept": "login no yes yes no no no",
    "introductions.refuse": "login no yes yes no no no",
    "introductions.withdraw": "login no no no yes no yes",
}
