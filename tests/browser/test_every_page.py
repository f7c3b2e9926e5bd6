"""Every page of the permission matrix, opened by someone who may, on a phone: axe finds nothing, and nothing overflows.

The scene is that of the matrix. Pages without account are opened as a visitor; the others by the first of the roles to which
the table says « yes ».
"""

import secrets
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from app import create_app
from app.accounts.models import UserSession
from app.accounts.session import COOKIE_KEY, hashed
from seeds.loaders import LOADERS, Options
from tests.browser.conftest import EXTRACT, served, watched
from tests.conftest import _copy_of_template
from tests.permissions import scene as scenes
from tests.permissions.test_matrix import ROUTES, SUBJECTS

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
#: Public pages have a test of their own; a mail laid out is shown without any of our style; a file of nothing is refused, as is
#: a list for which no library was chosen.
OWN = {endpoint for endpoint, (subject, _) in ROUTES.items() if subject != "public"} - {
    "mailbox.laid_out",
    "invitations.export_choice",
    "shortlists.choose",
}
PREFERRED = ("anonymous", "library", "cite", "agency", "administrator", "stranger", "other_agency")


def opened_by(endpoint: str) -> str | None:
    """The role that opens the page of an endpoint; None when nobody may."""
    told = dict(zip(scenes.ROLES, ROUTES[endpoint][1].split(), strict=True))
    return next((role for role in PREFERRED if told[role] == "yes"), None)


def pages_of(rules: Iterable[Rule]) -> dict[str, Rule]:
    """The rules that show a page to someone of the scene."""
    return {
        rule.endpoint: rule
        for rule in rules
        # What ends in an extension is a file.
        if "GET" in (rule.methods or ())
        and rule.endpoint in OWN
        and opened_by(rule.endpoint)
        and "extension" not in rule.arguments
    }


#: No database is asked for the list of routes.
PAGES = sorted(pages_of(create_app({"DATABASE_URL": "postgresql://nobody@nowhere/nothing"}).url_map.iter_rules()))


@dataclass(frozen=True)
class Place:
    """A page to open: its address, and the cookie of who opens it."""

    path: str
    cookie: str


@dataclass(frozen=True)
class Site:
    address: str
    places: dict[str, Place]


@pytest.fixture(scope="module")
def scene_site(worker_id: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Serve the scene of the matrix, with the network and the libraries around it."""
    for url in _copy_of_template(f"scene_{worker_id}"):
        engine = sa.create_engine(url)
        app = create_app({"DATABASE_URL": url})
        with Session(engine) as session, app.app_context():
            for name, loader in LOADERS.items():
                loader(session, Options(source=str(EXTRACT) if name == "libraries" else None, write=True))
            scene = scenes.build(session)
            for module in SUBJECTS.values():
                if hasattr(module, "things"):
                    scene.values |= module.things(session, scene)
            cookies = {role: _cookie(app, session, user) for role, user in scene.people.items()}
            places = {}
            for endpoint, rule in pages_of(app.url_map.iter_rules()).items():
                module = SUBJECTS[ROUTES[endpoint][0]]
                own = module.values(scene).get(endpoint, {}) if hasattr(module, "values") else {}
                values = {name: (scene.values | own)[name] for name in rule.arguments}
                path = app.url_map.bind("localhost").build(endpoint, values)
                places[endpoint] = Place(path, cookies[str(opened_by(endpoint))])
            session.commit()
        engine.dispose()
        with served(url, tmp_path_factory.mktemp("scene") / "log") as address:
            yield Site(address, places)


def _cookie(app, session: Session, user) -> str:
    if user is None:
        return ""
    token = secrets.token_urlsafe(16)
    session.add(UserSession(token_hash=hashed(token), user_id=user.id, device="Essai"))
    session.flush()
    return str(app.session_interface.get_signing_serializer(app).dumps({COOKIE_KEY: token}))


@pytest.fixture(scope="module")
def windows(browser: Browser, scene_site: Site) -> Iterator[Callable[[str], Page]]:
    """Give a function that gives the window of a cookie, one for each."""
    opened: dict[str, tuple[Iterator[Page], Page]] = {}

    def window(cookie: str) -> Page:
        if cookie not in opened:
            pages = watched(browser, scene_site.address, **PHONE)
            page = next(pages)
            context: BrowserContext = page.context
            if cookie:
                context.add_cookies([{"name": "maillage", "value": cookie, "url": scene_site.address}])
            opened[cookie] = (pages, page)
        return opened[cookie][1]

    yield window
    for pages, _ in opened.values():
        next(pages, None)


@pytest.mark.parametrize("endpoint", PAGES)
def test_a_page_is_accessible_and_fits_a_phone(
    endpoint: str, scene_site: Site, windows: Callable[[str], Page], axe: Callable[[Page], None]
):
    place = scene_site.places[endpoint]
    page = windows(place.cookie)
    answer = page.request.get(place.path)
    assert answer.status in (200, 409), f"{place.path} answers {answer.status} to whom the table lets in"
    if answer.status == 409 or not answer.headers["content-type"].startswith("text/html"):
        return  # Past the gate, but not in this state; or a file.
    page.goto(place.path)
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390, f"{place.path} overflows a phone"
