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


#: Forms made for people without account, and why each may be sent by anyone.
WITHOUT_ACCOUNT = {
    "accounts.send_link": "signing in begins here",
    "accounts.consume": "the link is the proof",
    "edition.send_report": "a visitor reports an error",
    "interests.send_public_form": "a library without account declares an interest",
    "interests.take_address": "the link is the proof",
    "registrations.send_link": "who registered without account asks for their link again",
    "mail.unsubscribe": "mail providers send it, without a cookie (RFC 8058)",
    "demonstration.become": "of a machine of one's own alone",
}


def test_every_route_that_writes_refuses_the_anonymous(app: Flask, client: FlaskClient):
    writing = [rule for rule in rules(app) if "POST" in (rule.methods or ())]
    assert WITHOUT_ACCOUNT.keys() <= {rule.endpoint for rule in writing}, "take away the exception that serves no more"
    for rule in writing:
        if rule.endpoint not in WITHOUT_ACCOUNT:
            answer = client.post(re.sub(r"<[^>]+>", "1", rule.rule))
            refused = answer.status_code in (401, 403, 404, 405)
            sent_to_sign_in = answer.status_code in (302, 303) and answer.location.startswith("/connexion")
            assert refused or sent_to_sign_in, f"{rule.rule} lets an unknown person write"


def test_every_view_answers_get_or_post_alone(app: Flask):
    both = [rule.rule for rule in rules(app) if {"GET", "POST"} <= (rule.methods or set())]
    assert not both, f"part the page from the action, as two functions: {both}"
