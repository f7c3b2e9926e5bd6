"""The map in a browser: what one sees, filters, follows and reaches with the keyboard, on a desk and on a phone."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

pytestmark = pytest.mark.browser

Axe = Callable[[Page], None]
CITE_OF_MARSEILLE = ".mark--cite[aria-label^='Cité des métiers de Marseille']"


def open_map(page: Page, asked: str = "") -> None:
    """Open the map and wait until departments and libraries stand on it."""
    page.goto(f"/carte{asked}")
    expect(page.locator("path.zone").first).to_be_attached()
    expect(page.locator("[data-map-status]")).to_contain_text("sur la partie visible")


def settle(page: Page) -> None:
    """Wait until a window has faded in: what is half transparent has no contrast to judge."""
    expect(page.get_by_role("dialog")).to_have_css("opacity", "1")


def marks(page: Page, kind: str) -> int:
    return page.locator(f".leaflet-marker-pane .mark--{kind}").count()


def status(page: Page) -> str:
    return page.locator("[data-map-status]").inner_text()


def test_the_map_opens_coloured_marked_and_without_a_violation(page: Page, axe: Axe):
    open_map(page)
    expect(page.locator("path.zone")).to_have_count(101)
    assert page.locator("path.zone--a-confirmer").count() >= 15
    fill = page.locator("path.zone--non-couvert").first.evaluate("path => getComputedStyle(path).fill")
    assert "motif-non-couvert" in fill, "colour alone would not tell coverage"
    assert marks(page, "cite") > 20
    assert marks(page, "agence") >= 12
    assert marks(page, "cluster") > 5
    assert page.locator(".leaflet-marker-icon").count() < 400
    axe(page)


def test_every_mark_has_a_name_a_role_and_a_target_of_24_pixels_and_the_controls_speak_french(page: Page):
    open_map(page)
    told = page.locator(".leaflet-marker-pane .mark").evaluate_all(
        "marks => marks.map(one => { const box = one.getBoundingClientRect();"
        " return [one.className, one.getAttribute('role'), one.getAttribute('aria-label'), Math.min(box.width, box.height)] })"
    )
    assert len(told) > 30
    assert not [one for one in told if one[1] != "button" or not one[2] or one[3] < 24]
    names = [name for kind, _, name, _ in told if "mark--cluster" in kind]
    assert names
    assert all(re.fullmatch(r"\d[\d\s]* bibliothèques, agrandir", name) for name in names), names
    expect(page.get_by_role("button", name="Agrandir la carte")).to_be_visible()
    expect(page.get_by_role("button", name="Réduire la carte")).to_be_visible()
    text = page.locator(".map-box").inner_text()
    assert not re.search(r"\b(zoom in|zoom out|close|loading|scale)\b", text, re.IGNORECASE)


def test_a_window_leads_to_the_sheet_and_gives_the_focus_back(page: Page, axe: Axe):
    open_map(page)
    page.locator(CITE_OF_MARSEILLE).focus()
    page.keyboard.press("Enter")
    window = page.get_by_role("dialog")
    expect(window).to_contain_text("ouvert, à confirmer")
    expect(window.get_by_role("link")).to_be_focused()
    settle(page)
    axe(page)
    page.keyboard.press("Escape")
    expect(window).to_have_count(0)
    expect(page.locator(CITE_OF_MARSEILLE)).to_be_focused()
    page.keyboard.press(" ")
    page.get_by_role("dialog").get_by_role("link").click()
    expect(page).to_have_url(re.compile("/annuaire/cite-des-metiers-de-marseille$"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Marseille")


def test_the_keyboard_enlarges_a_group_until_a_library_opens(page: Page, axe: Axe):
    open_map(page, "?territoire=departement-13&type=bibliotheque")
    for _ in range(12):
        groups = page.locator(".mark--cluster[tabindex='0'][aria-label$='agrandir']")
        if not groups.count():
            break
        groups.first.focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("region", name=re.compile("^Carte de France"))).to_be_focused()
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(400)
    library = page.locator(".mark--bibliotheque[tabindex='0'], .mark--cluster[tabindex='0']").first
    library.focus()
    page.keyboard.press("Enter")
    window = page.get_by_role("dialog")
    expect(window).to_contain_text("Bibliothèque ·")
    settle(page)
    axe(page)
    window.get_by_role("link").first.click()
    expect(page).to_have_url(re.compile("/annuaire/bib-"))


def test_a_box_hides_its_marks_and_the_tables_and_the_url_follow(page: Page):
    open_map(page)
    page.get_by_role("checkbox", name=re.compile("^Bibliothèques [0-9]")).uncheck()
    expect(page.locator(".leaflet-marker-pane .mark--cluster")).to_have_count(0)
    expect(page.locator("#resume")).not_to_contain_text("bibliothèques")
    expect(page.locator("#tableaux")).not_to_contain_text("Bibliothèques")
    page.locator("#type-agence-du-livre").uncheck()
    expect(page.locator("#tableaux")).not_to_contain_text("Agences régionales")
    assert marks(page, "agence") == 0
    kept = page.url
    assert "type=cite-des-metiers&type=centre-associe&type=point-relais" in kept
    page.goto(kept)
    expect(page.locator("#type-agence-du-livre")).not_to_be_checked()
    assert marks(page, "agence") == 0
    assert marks(page, "cite") > 20


def test_a_kind_that_the_address_left_out_comes_when_its_box_is_ticked(page: Page):
    open_map(page, "?type=bibliotheque")
    assert marks(page, "cite") == 0
    page.locator("#type-cite-des-metiers").check()
    expect(page.locator(".leaflet-marker-pane .mark--cite").first).to_be_attached()
    expect(page.locator("#resume")).to_contain_text("Cités des métiers")


def test_unticking_everything_shows_nothing_and_says_so(page: Page):
    open_map(page, "?type=cite-des-metiers&type=bibliotheque")
    page.locator("#type-cite-des-metiers").uncheck()
    page.locator("#type-bibliotheque").uncheck()
    expect(page.locator("#resume")).not_to_contain_text("Cités")
    assert page.url.split("#")[0].endswith("type=aucun")
    assert page.locator(".leaflet-marker-pane .mark").count() == 0


def test_the_colours_can_be_taken_off(page: Page):
    open_map(page)
    page.get_by_label("Contours seuls").check()
    expect(page.locator("path.zone--contour")).to_have_count(101)
    assert "fond=contours" in page.url


def test_on_the_day_of_the_article_04_and_06_are_not_covered_and_84_is(page: Page, axe: Axe):
    open_map(page)
    page.get_by_role("link", name="Voir la carte au 11 juillet 2017").click()
    expect(page.locator("#resume")).to_contain_text("11 juillet 2017")
    row = page.locator("#tableaux tr")
    for department, coverage in (
        ("Alpes-de-Haute-Provence (04)", "Non couvert"),
        ("Alpes-Maritimes (06)", "Non couvert"),
        ("Vaucluse (84)", "Couvert"),
    ):
        expect(row.filter(has_text=department)).to_contain_text(coverage)
    expect(row.filter(has_text="Vaucluse (84)")).not_to_contain_text("confirmer")
    axe(page)


def test_a_day_is_chosen_in_the_form_and_the_view_is_kept(page: Page):
    open_map(page)
    page.get_by_role("button", name="La Réunion", exact=True).click()
    expect(page).to_have_url(re.compile(r"#vue=[\d.]+/-2\d\.\d+/55\."))
    page.get_by_label("Situation au").fill("2017-07-11")
    page.get_by_role("button", name="Mettre à jour").click()
    expect(page.locator("#resume")).to_contain_text("11 juillet 2017")
    assert re.search(r"\?date=2017-07-11#vue=[\d.]+/-2\d\.\d+/55\.", page.url)


def test_one_jumps_to_each_overseas_department(page: Page):
    open_map(page)
    for name in ("Guadeloupe", "Martinique", "Guyane", "La Réunion", "Mayotte"):
        page.get_by_role("button", name=name, exact=True).click()
        expect(page).not_to_have_url(re.compile(r"#vue=[56][.\d]*/46\."))
        expect(page).to_have_url(re.compile("#vue="))
        expect(page.locator("[data-map-status]")).to_contain_text("sur la partie visible")
        page.get_by_role("button", name="Métropole").click()
        expect(page).to_have_url(re.compile(r"#vue=[56][.\d]*/46\."))


def test_a_territory_typed_by_name_is_outlined_and_fills_the_map(page: Page):
    open_map(page)
    page.get_by_label("Territoire", exact=True).fill("forcalquier")
    page.get_by_role("button", name="Mettre à jour").click()
    expect(page).to_have_url(re.compile("territoire=commune-04088"))
    expect(page.locator("path.zone-chosen")).to_be_attached()
    expect(page.get_by_role("heading", level=1)).to_have_text("Forcalquier")
    expect(page.locator(".map-name--shown span", has_text="Forcalquier")).to_be_visible()


def test_a_department_opens_a_window_that_leads_to_its_coverage(page: Page, axe: Axe):
    page.goto("/carte?type=aucun#vue=8/46.08/2.02")
    expect(page.locator("path.zone")).to_have_count(101)
    click_the_middle(page)
    window = page.get_by_role("dialog")
    expect(window).to_contain_text("Creuse (23)")
    expect(window).to_contain_text("couvert, à confirmer")
    settle(page)
    axe(page)
    window.get_by_role("link", name="Voir sa couverture").click()
    expect(page).to_have_url(re.compile("/couverture/departement-23$"))


def click_the_middle(page: Page) -> None:
    frame = page.locator(".map--full")
    frame.scroll_into_view_if_needed()
    box = frame.bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def test_the_skip_link_is_seen_when_focused_and_leads_to_the_tables(page: Page):
    open_map(page)
    link = page.get_by_role("link", name="Passer la carte")
    link.focus()
    box = link.bounding_box()
    assert box
    assert box["height"] >= 24
    page.keyboard.press("Enter")
    expect(page.locator("#tableaux")).to_be_focused()


def test_the_tab_key_goes_through_the_marks_in_view_and_no_others(page: Page):
    open_map(page, "#vue=9/44.56/6.08")
    page.wait_for_timeout(300)
    frame = page.locator(".map--full").bounding_box()
    assert frame
    reachable = page.locator(".leaflet-marker-pane [tabindex='0']")
    assert 0 < reachable.count() < 40
    for mark in reachable.all():
        box = mark.bounding_box()
        assert box
        assert frame["x"] - 30 < box["x"] < frame["x"] + frame["width"] + 30


def test_from_near_communes_take_the_place_of_departments(page: Page, axe: Axe):
    open_map(page, "#vue=11/44.56/6.08")
    expect(page.locator(".map--communes")).to_be_attached()
    expect(page.locator(".map-name--shown span", has_text=re.compile("^Gap$"))).to_be_visible()
    expect(page.locator(".leaflet-departements-pane")).to_be_hidden()
    axe(page)


def test_without_javascript_the_form_filters_and_the_tables_tell(browser, site: str):
    context = browser.new_context(base_url=site, java_script_enabled=False, locale="fr-FR")
    page = context.new_page()
    page.goto("/carte")
    expect(page.get_by_text("La carte demande JavaScript")).to_be_visible()
    expect(page.get_by_role("button", name="Métropole")).to_be_hidden()
    page.locator("#type-bibliotheque").uncheck()
    page.get_by_role("button", name="Mettre à jour").click()
    assert "type=bibliotheque&" not in f"{page.url}&"
    expect(page.locator("#resume")).not_to_contain_text("bibliothèques")
    context.close()


def test_on_a_phone_the_map_fits_and_answers_the_finger(phone: Page, axe: Axe):
    open_map(phone)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    phone.locator(".map--full").scroll_into_view_if_needed()
    phone.locator(".leaflet-marker-pane .mark--cluster").first.tap()
    expect(phone).to_have_url(re.compile("#vue="))
    axe(phone)


def test_what_does_not_load_is_said_and_can_be_asked_again(browser, site: str):
    """In a page of its own, since the console logs the failure that is provoked."""
    context = browser.new_context(base_url=site, locale="fr-FR")
    page = context.new_page()

    def refuse(route: Route) -> None:
        route.abort()

    for pattern in ("**/carte/bibliotheques/**", "**/carte/departements-*"):
        page.route(pattern, refuse)
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.goto("/carte")
    expect(page.locator("[data-map-status]")).to_contain_text("Une partie des bibliothèques n’a pas pu être chargée.")
    expect(page.locator("[data-map-status]")).to_contain_text("Les contours des départements n’ont pas pu être chargés.")
    page.wait_for_load_state("networkidle")
    for pattern in ("**/carte/bibliotheques/**", "**/carte/departements-*"):
        page.unroute(pattern, refuse)
    page.get_by_role("button", name="Réessayer").click()
    expect(page.locator("[data-map-status]")).to_contain_text("sur la partie visible")
    expect(page.locator("path.zone")).to_have_count(101)
    assert not broken
    context.close()


@pytest.mark.parametrize("path", ["/annuaire/centre-associe-de-gap", "/territoires/departement-05"])
def test_a_small_map_shows_its_marks_and_its_ground(page: Page, axe: Axe, path: str):
    page.goto(path)
    small = page.locator("[data-small-map]")
    small.scroll_into_view_if_needed()
    expect(small.locator(".mark").first).to_be_visible()
    expect(small.locator("path.zone").first).to_be_attached()
    assert (small.get_attribute("aria-label") or "").startswith("Carte :")
    axe(page)
