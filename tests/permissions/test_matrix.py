"""Every route × every role, as one table: a route that is not in it fails the suite.

The table is parted by subject, one module each: `ROUTES` gives, by endpoint, one word a role in the order of `scene.ROLES`.

- `yes`: served, sent onward, or refused for what was typed: past the gate;
- `no`: 403 or 404;
- `login`: sent to the sign-in page.

A module may add what its URLs name with `things(session, scene)`, a dict of values by the name of the URL's variable, and
tell apart with `values(scene)[endpoint]` what one endpoint needs.
"""

import importlib
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from app.accounts.models import UserSession
from app.accounts.session import COOKIE_KEY, hashed
from tests.permissions import scene as scenes

SUBJECTS: dict[str, ModuleType] = {
    path.stem: importlib.import_module(f"tests.permissions.{path.stem}")
    for path in sorted(Path(__file__).parent.glob("*.py"))
    if path.stem not in ("scene", "__init__") and not path.stem.startswith("test_")
}
ROUTES = {endpoint: (subject, row) for subject, module in SUBJECTS.items() for endpoint, row in module.ROUTES.items()}


def test_every_route_is_in_the_table(app: Flask):
    there = {rule.endpoint for rule in app.url_map.iter_rules()} - {"static"}
    assert not there - ROUTES.keys(), f"say who may open these, in tests/permissions/: {sorted(there - ROUTES.keys())}"
    assert not ROUTES.keys() - there, f"the table names what is no route: {sorted(ROUTES.keys() - there)}"


def test_no_route_is_told_twice():
    told = [endpoint for module in SUBJECTS.values() for endpoint in module.ROUTES]
    assert len(told) == len(set(told))


@pytest.mark.parametrize("endpoint", ROUTES)
def test_a_route_opens_to_those_whom_the_table_names(endpoint: str, app: Flask, session: Session, connection: sa.Connection):
    subject, row = ROUTES[endpoint]
    told = dict(zip(scenes.ROLES, row.split(), strict=True))
    scene = scenes.build(session)
    for module in SUBJECTS.values():
        if hasattr(module, "things"):
            scene.values |= module.things(session, scene)
    clients = {role: _client(app, session, scene, role) for role in scenes.ROLES}
    session.flush()
    with app.app_context():
        own = SUBJECTS[subject].values(scene).get(endpoint, {}) if hasattr(SUBJECTS[subject], "values") else {}
    rule = next(rule for rule in app.url_map.iter_rules() if rule.endpoint == endpoint)
    seen = {}
    for role in scenes.ROLES:
        savepoint = connection.begin_nested()
        seen[role] = _verdict(_open(app, clients[role], rule, scene.values | own))
        savepoint.rollback()
        session.expire_all()
    assert seen == told, f"{rule.rule}"


def _client(app: Flask, session: Session, scene: scenes.Scene, role: str) -> FlaskClient:
    client = app.test_client()
    user = scene.people[role]
    if user is not None:
        session.add(UserSession(token_hash=hashed(f"token-of-{role}"), user_id=user.id, device="Essai"))
        with client.session_transaction() as cookie:
            cookie[COOKIE_KEY] = f"token-of-{role}"
    return client


def _open(app: Flask, client: FlaskClient, rule: Rule, values: dict[str, Any]) -> TestResponse:
    needed = {name: values[name] for name in rule.arguments}
    path = app.url_map.bind("localhost").build(rule.endpoint, needed)
    method = "POST" if "POST" in (rule.methods or ()) else "GET"
    return client.open(path, method=method, data={} if method == "POST" else None)


def _verdict(answer: TestResponse) -> str:
    answer.close()
    assert answer.status_code < 500, f"{answer.request.path} answers {answer.status_code}"
    if answer.status_code in (403, 404):
        return "no"
    if answer.status_code in (302, 303) and answer.location.startswith("/connexion"):
        return "login"
    return "yes"
