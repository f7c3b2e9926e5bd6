"""What the tests of registrations share."""

from collections.abc import Callable

import pytest
from flask import Flask

from app.meetings.registrations import links
from app.meetings.registrations.models import Registration


@pytest.fixture
def token_of(app: Flask) -> Callable[[Registration], str]:
    """Give a function that signs the link of a registration."""

    def sign(registration: Registration) -> str:
        with app.app_context():
            return links.token_of(registration)

    return sign
