"""Our own style sheets, scripts and drawings: only these, kept by the browser until they change."""

import hashlib
from pathlib import Path
from typing import Any

from flask import Flask, Response, abort

#: What npm installs lies beside them, and is served by the list of app/maps/assets.py instead.
FOLDERS = ("css", "img", "js")
YEAR = 365 * 24 * 3600


class Service(Flask):
    """Flask, but for the files of `static` that are not meant for browsers."""

    def send_static_file(self, filename: str) -> Response:
        parts = filename.split("/")
        if parts[0] not in FOLDERS or ".." in parts:
            abort(404)
        return super().send_static_file(filename)


def register(app: Flask) -> None:
    """Put into each address of a file of ours the version of them all, so that it may be kept for a year."""
    version = _version(Path(str(app.static_folder)))
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = YEAR

    @app.url_defaults
    def add_version(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static":
            values.setdefault("v", version)


def _version(folder: Path) -> str:
    files = sorted(path for name in FOLDERS for path in (folder / name).rglob("*") if path.is_file())
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:10]
