"""Every kind of page in a browser: no violation of accessibility, no sideways scroll; then journeys of the three users."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser

Axe = Callable[[Page], None]

PAGES = [
    "/",
    "/annuaire",
    "/annuaire?q=médiathèque&territoire=departement-04",
    "/annuaire?q=mot-introuvable-partout",
    "/annuaire?pres-de=commune-04088&rayon=40",
    "/annuaire/pistes",
    "/annuaire/cite-des-metiers-de-marseille",
    "/annuaire/centre-associe-de-la-bpi",
    "/annuaire/bib-135",
    "/territoires",
    "/territoires/region-93",
    "/territoires/departement-2A",
    "/territoires/commune-04088",
    "/couverture",
    "/couverture?date=2017-07-11&rayon=50",
    "/couverture/departement-04?date=2017-07-11",
    "/couverture/region-02",
    "/couverture/ou-ouvrir",
    "/couverture/lacunes",
    "/couverture/lacunes/departement-84",
    "/a-propos",
    "/sources",
    "/accessibilite",
    "/mentions-legales",
]
REFUSED = ["/couverture?date=2017-02-31", "/annuaire?rayon=loin&pres-de=commune-04088", "/cette-page-n-existe-pas"]


def show(page: Page, address: str) -> None:
    """Open a page, and wait for what a small map fetches once the page is there."""
    page.goto(address)
    if page.locator("[data-small-map]").count():
        page.wait_for_load_state("networkidle")


def scrolls_sideways(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


@pytest.mark.parametrize("address", PAGES)
def test_a_page_has_no_violation_and_no_sideways_scroll(page: Page, axe: Axe, address: str):
    show(page, address)
    axe(page)
    assert not scrolls_sideways(page)


@pytest.mark.parametrize(
    "address", ["/", "/annuaire?type=bibliotheque", "/annuaire/bib-135", "/territoires/departement-04", "/couverture"]
)
def test_a_page_fits_a_phone(phone: Page, axe: Axe, address: str):
    show(phone, address)
    axe(phone)
    assert not scrolls_sideways(phone)


@pytest.mark.parametrize("address", REFUSED)
def test_what_is_refused_is_said_without_a_violation(browser: Browser, site: str, axe: Axe, address: str):
    context = browser.new_context(base_url=site, locale="fr-FR")
    page = context.new_page()
    page.goto(address)
    axe(page)
    assert page.locator("h1").count() == 1
    context.close()


def test_a_manager_of_a_cite_goes_from_the_country_to_the_gaps_of_a_department(page: Page):
    page.goto("/")
    page.get_by_role("link", name="Où ouvrir ensuite").click()
    expect(page.locator("main")).to_contain_text("Les bibliothèques candidates")
    page.get_by_role("link", name="Couverture de la France").click()
    page.get_by_label("Situation au").fill("2017-07-11")
    page.get_by_role("textbox", name="Distance").fill("20")
    page.get_by_role("button", name="Afficher").click()
    expect(page).to_have_url("/couverture?date=2017-07-11&rayon=20")
    row = page.get_by_role("row").filter(has_text="Alpes-Maritimes")
    expect(row).to_contain_text("Non couvert")
    row.get_by_role("link", name="Alpes-Maritimes").click()
    expect(page.locator("h1")).to_contain_text("Alpes-Maritimes")
    expect(page.get_by_label("Situation au")).to_have_value("2017-07-11")
    page.get_by_role("link", name="Par où commencer").click()
    expect(page.locator("main")).to_contain_text("Nice")
    expect(page.locator("main")).to_contain_text("Agence régionale du Livre")


def test_an_agency_finds_the_libraries_of_a_department_and_takes_them_away(page: Page):
    page.goto("/annuaire")
    page.get_by_label("Territoire").fill("04")
    page.get_by_role("button", name="Rechercher").click()
    expect(page).to_have_url("/annuaire?territoire=departement-04")
    with page.expect_download() as download:
        page.get_by_role("link", name="Tableur").first.click()
    content = download.value.path().read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert "Forcalquier" in content.decode("utf-8-sig")
    assert "Marseille" not in content.decode("utf-8-sig").split("\r\n")[2]


def test_a_librarian_finds_the_nearest_cite_from_the_home_page(page: Page):
    page.goto("/")
    page.get_by_label("Votre commune").fill("Forcalquier")
    page.get_by_role("button", name="Voir").click()
    first = page.locator(".result").first
    expect(first).to_contain_text("Centre associé de Sisteron")
    expect(first).to_contain_text("km")


def test_the_keyboard_skips_to_the_content(page: Page):
    page.goto("/annuaire")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Aller au contenu")).to_be_focused()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "contenu"
