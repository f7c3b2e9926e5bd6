"""What exists on a machine of one's own alone: accounts of demonstration, and the mails that do not leave."""

from collections.abc import Mapping
from typing import Any

from flask import abort, request

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def is_of_this_machine(values: Mapping[str, Any]) -> bool:
    """Whether these settings are those of a machine of one's own, that listens to itself alone."""
    return values["ENVIRONMENT"] == "local" and values["HOST"] in LOOPBACK


def refuse_elsewhere() -> None:
    """Stop with the 404 page when the site is reached by a name other than this machine's own."""
    host = request.host.rpartition(":")[0] if request.host.rpartition(":")[2].isdigit() else request.host
    if host.strip("[]") not in LOOPBACK:
        abort(404)
