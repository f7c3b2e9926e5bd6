"""A live site with everything loaded, and pages in Chromium that fail a test when anything goes wrong in them.

`page` is a desk of 1366 × 768, `phone` a touch screen of 390 × 844. Whatever the test asserts, it fails when the page logs
an error or a warning, breaks a policy, throws, gets an error for what it fetches, or asks anything of another host.
`axe(page)` fails on any violation of accessibility that axe finds.
"""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError

import pytest
import sqlalchemy as sa
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, Request, Response, expect, sync_playwright
from sqlalchemy.orm import Session

from seeds import demonstration
from seeds.loaders import LOADERS, Options
from tests.browser.people import Person
from tests.conftest import PROJECT, _copy_of_template

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
EXTRACT = PROJECT / "seeds/data/libraries-extract.csv"
START_SECONDS = 60
#: The machine may be busy: a page has this long to show what it should, in milliseconds.
PATIENCE = 20_000


@pytest.fixture(scope="session")
def loaded_database(worker_id: str) -> Iterator[str]:
    """Give the address of a database with territories, network, agencies and libraries; tests only read it."""
    for url in _copy_of_template(f"browser_{worker_id}"):
        engine = sa.create_engine(url)
        with Session(engine) as session:
            libraries = os.environ.get("LIBRARIES_FILE") or str(EXTRACT)
            for name, loader in LOADERS.items():
                loader(session, Options(source=libraries if name == "libraries" else None, write=True))
            session.commit()
        engine.dispose()
        yield url


@pytest.fixture(scope="session")
def site(loaded_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the address of the site."""
    with served(loaded_database, tmp_path_factory.mktemp("site") / "log") as address:
        yield address


@contextmanager
def served(database: str, log: Path) -> Iterator[str]:
    """Serve the site on this database with the server of production, in a process of its own; give its address."""
    port = _free_port()
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--threads", "4", "app:create_app()"]
    environment = os.environ | {"DATABASE_URL": database, "PYTHONPATH": str(PROJECT), "PORT": str(port)}
    with log.open("w") as output:
        server = subprocess.Popen(command, cwd=PROJECT, env=environment, stdout=output, stderr=output)
    try:
        _wait_for(f"{address}/sante", server, log)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=15)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise AssertionError(f"the site did not start:\n{log.read_text()[-3000:]}")


# Of a module, not of the session: while it lives, the thread has a running event loop, which Flask's tests cannot do with.
@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    assert Path(CHROMIUM).exists(), "install chromium: `make test` does it on Debian and Ubuntu"
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
    yield browser
    browser.close()


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    """Give a page of a desk; `page.goto("/carte")`."""
    yield from watched(browser, site, viewport={"width": 1366, "height": 768})


@pytest.fixture
def phone(browser: Browser, site: str) -> Iterator[Page]:
    """Give a page of a phone, with touch."""
    yield from watched(browser, site, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)


def watched(browser: Browser, site: str, **options: object) -> Iterator[Page]:
    """Open a page in a window of its own, and fail at its end on anything that went wrong in it."""
    context = browser.new_context(base_url=site, locale="fr-FR", timezone_id="Europe/Paris", **options)  # type: ignore[arg-type]
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    problems = _watch(page, site)
    yield page
    context.close()
    assert not problems, "\n".join(problems)


def _watch(page: Page, site: str) -> list[str]:
    """Give the list to which everything that goes wrong in `page` is added."""
    problems: list[str] = []

    def logged(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            problems.append(f"the console says: {message.text}")

    def asked(request: Request) -> None:
        if not request.url.startswith((f"{site}/", "data:", "about:", "blob:")):
            problems.append(f"the page asks another host: {request.url}")

    def answered(response: Response) -> None:
        if response.status >= 400:
            problems.append(f"{response.status} for {response.url}")

    page.on("console", logged)
    page.on("pageerror", lambda error: problems.append(f"a script fails: {error}"))
    page.on("request", asked)
    page.on("response", answered)
    return problems


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """Give a function that fails with each violation of accessibility of a page, as it stands."""

    def check(page: Page) -> None:
        found = Axe().run(page).response["violations"]
        told = [
            f"{one['id']}: {one['help']}\n    " + "\n    ".join(node["html"][:200] for node in one["nodes"]) for one in found
        ]
        assert not told, "\n".join(told)

    return check


@dataclass(frozen=True)
class Site:
    """A site, and the database behind it."""

    address: str
    database: str


@pytest.fixture(scope="module")
def own_site(worker_id: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Give a site with the accounts of demonstration, which the tests of one file write to."""
    for url in _copy_of_template(f"site_{worker_id}"):
        engine = sa.create_engine(url)
        with Session(engine) as session:
            for name, loader in LOADERS.items():
                loader(session, Options(source=str(EXTRACT) if name == "libraries" else None, write=True))
            demonstration.fill(session)
            session.commit()
        engine.dispose()
        with served(url, tmp_path_factory.mktemp("own") / "log") as address:
            yield Site(address, url)


@pytest.fixture
def as_(browser: Browser, own_site: Site, axe: Callable[[Page], None]) -> Iterator[Callable[[str], Person]]:
    """Give a function that opens a browser in which an account of demonstration is signed in, once for each."""
    people: dict[str, Person] = {}
    opened = []
    seen: set[str] = set()

    def person(mailbox: str) -> Person:
        if mailbox not in people:
            window = watched(browser, own_site.address, viewport={"width": 1366, "height": 900})
            opened.append(window)
            people[mailbox] = Person(next(window), axe, seen)
            people[mailbox].sign_in(mailbox)
        return people[mailbox]

    yield person
    for window in opened:
        next(window, None)
