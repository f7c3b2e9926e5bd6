"""Every route × every role, as one table: a route that is not in it fails the suite.

The table is parted by subject, one module each: `ROUTES` gives, by endpoint, one word a role in the order of `scene.ROLES`.

- `yes`: served, sent onward, or refused for what was typed: past the gate;
- `no`: 403 or 404;
- `login`: sent to the sign-in page.

A module may add what its URLs name with `things(session, scene)`, a dict of values by the name of the URL's variable, and
tell apart with `values(scene)[endpoint]` what one endpoint needs.
"""

import importlib
from collections.abc import Iterator
from dataclasses import dataclass
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
from app.extensions import db
from tests.conftest import one_connection
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


@dataclass(frozen=True)
class Stage:
    """The scene, built once: what a request changes is undone before the next one."""

    app: Flask
    connection: sa.Connection
    session: Session
    scene: scenes.Scene


@pytest.fixture(scope="module")
def stage(app: Flask) -> Iterator[Stage]:
    with one_connection(app) as connection:
        with app.app_context():
            session = db.sessionmaker()
            scene = scenes.build(session)
            for module in SUBJECTS.values():
                if hasattr(module, "things"):
                    scene.values |= module.things(session, scene)
        people = {role: user for role, user in scene.people.items() if user is not None}
        session.add_all(UserSession(token_hash=hashed(role), user_id=user.id, device="Essai") for role, user in people.items())
        session.flush()
        yield Stage(app, connection, session, scene)
        session.close()


@pytest.mark.parametrize("endpoint", ROUTES)
def test_a_route_opens_to_those_whom_the_table_names(endpoint: str, stage: Stage):
    subject, row = ROUTES[endpoint]
    told = dict(zip(scenes.ROLES, row.split(), strict=True))
    with stage.app.app_context():
        own = SUBJECTS[subject].values(stage.scene).get(endpoint, {}) if hasattr(SUBJECTS[subject], "values") else {}
    rule = next(rule for rule in stage.app.url_map.iter_rules() if rule.endpoint == endpoint)
    seen = {}
    for role in scenes.ROLES:
        savepoint = stage.connection.begin_nested()
        seen[role] = _verdict(_open(stage.app, _client(stage, role), rule, stage.scene.values | own))
        savepoint.rollback()
        stage.session.expire_all()
    assert seen == told, f"{rule.rule}"


def _client(stage: Stage, role: str) -> FlaskClient:
    client = stage.app.test_client()
    if stage.scene.people[role] is not None:
        with client.session_transaction() as cookie:
            cookie[COOKIE_KEY] = role
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
