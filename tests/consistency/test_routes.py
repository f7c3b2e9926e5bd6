"""What every route promises."""

import re

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule


def rules(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]


def test_urls_are_in_kebab_case_without_a_trailing_slash(app: Flask):
    wrong = [rule.rule for rule in rules(app) if not re.fullmatch(r"/|(/([a-z0-9.-]|<[^>]+>)+)+", rule.rule)]
    assert not wrong, f"write these URLs in lower case, words parted by hyphens: {wrong}"


def test_every_route_that_writes_refuses_the_anonymous(app: Flask, client: FlaskClient):
    for rule in rules(app):
        if "POST" in (rule.methods or ()):
            url = re.sub(r"<[^>]+>", "1", rule.rule)
            assert client.post(url).status_code in (302, 401, 403, 404), f"{rule.rule} lets an unknown person write"


def test_every_view_answers_get_or_post_alone(app: Flask):
    both = [rule.rule for rule in rules(app) if {"GET", "POST"} <= (rule.methods or set())]
    assert not both, f"part the page from the action, as two functions: {both}"
