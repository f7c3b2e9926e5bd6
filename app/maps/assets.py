"""The third-party files that the map needs: installed by npm from a locked list, served by ourselves, and no others.

The version stands in the URL, so that a browser may keep a file for ever and still gets the next one.
"""

import json
from pathlib import Path

from flask import url_for

STATIC = Path(__file__).resolve().parent.parent / "static"
INSTALLED = STATIC / "node_modules"
VERSIONS: dict[str, str] = json.loads((STATIC / "package.json").read_text())["dependencies"]

#: File of a package, in its own folder → the part of the map that needs it.
FILES = {
    "leaflet": ("dist/leaflet.js", "dist/leaflet.css", "dist/images/layers.png", "dist/images/layers-2x.png"),
}

#: Path under /actifs/ → file of an installed package. What is not named here is not served.
SERVED = {
    f"{package}-{VERSIONS[package]}/{file.removeprefix('dist/')}": INSTALLED / package / file
    for package, files in FILES.items()
    for file in files
}


def asset_url(package: str, file: str) -> str:
    """The address of one of these files; refuses (KeyError) one that is not served."""
    path = f"{package}-{VERSIONS[package]}/{file}"
    if path not in SERVED:
        raise KeyError(f"{path} is not among the assets that the map may use: {sorted(SERVED)}")
    return url_for("maps.asset", path=path)
