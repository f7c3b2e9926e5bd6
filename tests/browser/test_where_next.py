"""« Où ouvrir ensuite ? » in a browser: an agency ranks the libraries of 04 and 06, keeps some, asks where three places would
go, tries them, and prints the dossier. The computation runs in its own process, as on a real site.
"""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Site, watched
from tests.browser.people import Person

pytestmark = pytest.mark.browser

AREA = "territoires=departement-04;departement-06&date=2017-07-11"


def test_an_agency_finds_where_to_open_next(as_: Callable[[str], Person], browser: Browser, own_site: Site):
    agency = as_("agence")
    first = _ranks_with_weights_of_its_own(agency)
    _keeps_it_in_a_list(agency, first)
    trial = _asks_for_three_places(agency)
    shared = _tries_them_and_shares(agency, trial)
    _anyone_reads_what_is_shared(browser, own_site, shared)
    _takes_the_dossier_away(agency)


def _ranks_with_weights_of_its_own(agency: Person) -> str:
    agency.open(f"/bibliotheques-candidates?{AREA}")
    before = _scores(agency.page)
    agency.page.get_by_text("Les poids des critères").click()
    agency.page.get_by_role("slider", name=re.compile("^Heures d’ouverture")).fill("0")
    agency.press("Classer")
    assert "poids-heures=0" in agency.page.url
    assert _scores(agency.page) != before
    agency.page.get_by_text("De quoi est fait ce score").first.click()
    table = agency.page.locator(".candidate table").first
    cells = table.locator("tbody td:last-child").all()
    points = [_number(one.evaluate("cell => cell.firstChild.textContent")) for one in cells]
    assert round(sum(points), 1) == _scores(agency.page)[0]
    expect(table).not_to_contain_text("Heures d’ouverture")
    return agency.page.locator(".candidate__title").first.inner_text()


def _scores(page: Page) -> list[float]:
    return [_number(one) for one in page.locator(".candidate__score b").all_inner_texts()]


def _number(text: str) -> float:
    return float(re.sub(r"[^\d,]", "", text).replace(",", "."))


def _keeps_it_in_a_list(agency: Person, library: str) -> None:
    agency.follow(re.compile("^Ajouter à une liste"))
    agency.page.get_by_label("Une nouvelle liste").check()
    agency.write("Nom de la nouvelle liste", "À appeler avant l’été")
    agency.press("Ajouter")
    agency.sees(library)
    agency.follow(re.compile("^Changer l’état ou la note"))
    agency.page.get_by_label("À appeler", exact=True).check()
    agency.write("Note", "Une salle de vingt places.")
    agency.press("Enregistrer")
    agency.sees("Une salle de vingt places.")


def _asks_for_three_places(agency: Person) -> str:
    agency.open(f"/prochains-lieux?{AREA}&nombre=3&rayon=30")
    agency.press("Lancer la recherche")
    expect(agency.page.get_by_role("heading", name=re.compile("Peut-on faire mieux"))).to_be_visible(timeout=120_000)
    agency.look()
    agency.sees("habitants gagnés")
    agency.sees("prouvé")
    return str(agency.page.get_by_role("link", name="Essayer ces ouvertures").get_attribute("href"))


def _tries_them_and_shares(agency: Person, trial: str) -> str:
    agency.open(trial)
    agency.sees("habitants gagnés")
    gained = agency.page.locator(".scenario-summary").inner_text()
    agency.page.get_by_role("link", name=re.compile("^Retirer")).first.click()
    expect(agency.page.locator(".scenario-summary")).not_to_have_text(gained)
    agency.page.go_back()
    expect(agency.page.locator(".scenario-summary")).to_have_text(gained)
    agency.page.go_forward()
    expect(agency.page.locator(".scenario-summary")).not_to_have_text(gained)
    agency.follow("Enregistrer ce scénario")
    agency.write("Nom", "Deux lieux sur trois")
    agency.press("Enregistrer")
    agency.press("Créer un lien de lecture")
    return agency.page.locator(".scenario-link").inner_text()


def _anyone_reads_what_is_shared(browser: Browser, own_site: Site, address: str) -> None:
    for page in watched(browser, own_site.address, viewport={"width": 390, "height": 844}):
        page.goto(urlsplit(address).path)
        expect(page.locator("main")).to_contain_text("Deux lieux sur trois")
        expect(page.locator("main")).not_to_contain_text("Retirer")


def _takes_the_dossier_away(agency: Person) -> None:
    agency.open("/territoires/departement-04/dossier?date=2017-07-11")
    agency.sees("Ce qui compte pour elle")
    with agency.page.expect_download() as waiting:
        agency.page.get_by_role("link", name=re.compile("^PDF")).click()
    assert waiting.value.path().read_bytes().startswith(b"%PDF")
