"""The whole story of the article in PACA, in a browser.

The Cité wants Manosque, the agency introduces, both accept, a format is proposed, countered and accepted, the trial starts
before the signature, the centre opens, and 04 is covered from that day.

The institutions are those of the network and of the extract of libraries; the people are the accounts of demonstration.
"""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect
from pypdf import PdfWriter

from app.clock import today
from tests.browser.people import Person

pytestmark = pytest.mark.browser

CITE_NAME = "Cité des métiers de Marseille et de Provence-Alpes-Côte d’Azur"
LIBRARY_NAME = "Médiathèque intercommunale d’Herbes"
TODAY = today()
YESTERDAY = TODAY - timedelta(days=1)


def test_the_story_of_the_article_in_paca(as_: Callable[[str], Person], tmp_path: Path):
    cite, library, agency = as_("cite"), as_("bibliotheque"), as_("agence")
    _wants_manosque(cite)
    _introduces(agency)
    exchange = _accept_each_on_their_own(library, cite)
    partnership = _propose_counter_accept(cite, library, exchange)
    _trial_before_signature(cite, library, partnership, tmp_path)
    _opens(cite, library, partnership)
    _is_covered_from_that_day(agency, partnership)


def _wants_manosque(cite: Person) -> None:
    cite.open("/interets/nouveau?nature=souhait")
    cite.write(re.compile("^Villes"), "Manosque\nCastellane")
    cite.page.get_by_label("Rendez-vous de la Cité").check()
    cite.press("Enregistrer ces souhaits")
    cite.sees("Manosque")


def _introduces(agency: Person) -> None:
    agency.open("/mon-espace")
    agency.follow("Intérêts, souhaits et pistes de la région")
    agency.sees("Manosque")
    agency.open("/mises-en-relation/nouvelle?cite=cite-des-metiers-de-marseille&structure=bib-137")
    agency.write(re.compile("Pourquoi ces deux"), "L’une cherche un lieu dans le 04, l’autre une offre sur l’emploi.")
    agency.press("Proposer la mise en relation")
    agency.sees("En attente depuis")


def _accept_each_on_their_own(library: Person, cite: Person) -> str:
    library.open("/mon-espace")
    library.follow(re.compile("mise en relation est proposée"))
    library.does_not_see(CITE_NAME)
    library.press(re.compile("Accepter"))
    library.does_not_see(CITE_NAME)
    cite.open("/mon-espace")
    cite.follow(re.compile("mise en relation est proposée"))
    cite.does_not_see("Herbes")
    cite.press(re.compile("Accepter"))
    cite.sees(LIBRARY_NAME)
    return cite.page.url


def _propose_counter_accept(cite: Person, library: Person, exchange: str) -> str:
    cite.open(exchange)
    cite.follow("Proposer une formule")
    cite.page.get_by_label("Rendez-vous de la Cité", exact=True).check()
    cite.page.get_by_label("ateliers co-animés").check()
    cite.write(re.compile("^Ce qu’apporterait"), "Deux conseillers, un mardi par mois.")
    cite.write(re.compile("^Ce que vous demandez"), "Une salle de vingt places et dix postes.")
    cite.press("Envoyer à l’autre structure")
    library.open("/mon-espace")
    library.follow(re.compile("vous propose : Rendez-vous de la Cité"))
    library.follow("Faire une contre-proposition")
    library.page.get_by_label("Centre associé", exact=True).check()
    library.write(re.compile("^Ce qu’apporterait"), "Une salle de vingt places, et un accueil formé.")
    library.press("Envoyer à l’autre structure")
    cite.open("/mon-espace")
    cite.follow(re.compile("vous propose : Centre associé"))
    cite.sees("Ce qui change d’une version à l’autre")
    expect(cite.page.locator("main del").filter(has_text="Rendez-vous de la Cité").first).to_be_visible()
    expect(cite.page.locator("main ins").filter(has_text="accueil formé").first).to_be_visible()
    cite.press("Accepter la proposition")
    cite.sees("le partenariat commence ici")
    return cite.page.url


def _trial_before_signature(cite: Person, library: Person, partnership: str, tmp_path: Path) -> None:
    cite.open(partnership)
    for step in ("Visites", "Expérimentation", "Sensibilisation"):
        _take(cite, step)
    library.open(f"{partnership}/accords")
    for principle in library.page.get_by_role("group", name="Principes").get_by_role("checkbox").all():
        principle.check()
    library.press("Accepter ces principes")
    while library.page.get_by_role("button", name="C’est en place").count():
        library.press("C’est en place")
    paper = PdfWriter()
    paper.add_blank_page(72, 72)
    paper.write(tmp_path / "protocole.pdf")
    library.page.get_by_label(re.compile("Document PDF")).set_input_files(tmp_path / "protocole.pdf")
    library.press("Déposer le document")
    library.sees("protocole.pdf")
    library.follow("Enregistrer un accord")
    library.page.get_by_label("Protocole d’accord").check()
    library.write(re.compile("^Date de signature"), TODAY.strftime("%d/%m/%Y"))
    library.write(re.compile("^Objet"), "Expérimenter un centre associé dans une bibliothèque.")
    library.write(re.compile("^Signataires du côté de la Cité"), "Camille Inventée, présidente")
    library.write(re.compile("^Signataires du côté du partenaire"), "Dominique Inventé, président")
    library.press("Enregistrer l’accord")
    library.open(partnership)
    _take(library, "Convention")
    library.sees("attend la confirmation")
    _confirm(cite, partnership)


def _opens(cite: Person, library: Person, partnership: str) -> None:
    library.open(f"/couverture/departement-04?date={TODAY.isoformat()}")
    library.sees("à confirmer")
    library.open(partnership)
    _take(library, "En fonctionnement")
    library.open(f"/couverture/departement-04?date={TODAY.isoformat()}")
    library.sees("à confirmer")
    _confirm(cite, partnership)
    cite.sees("En fonctionnement")


def _is_covered_from_that_day(agency: Person, partnership: str) -> None:
    agency.open(f"/couverture/departement-04?date={YESTERDAY.isoformat()}")
    assert _status(agency) == "Couvert, à confirmer"
    agency.open(f"/couverture/departement-04?date={TODAY.isoformat()}")
    assert _status(agency) == "Couvert"
    agency.open("/partenariats/regions/region-93")
    agency.sees("En fonctionnement")
    agency.open(partnership)
    agency.page.set_viewport_size({"width": 390, "height": 844})
    assert agency.page.evaluate("document.documentElement.scrollWidth") == 390
    agency.axe(agency.page)


def _take(person: Person, step: str) -> None:
    form = person.page.locator("details:has(> summary:text-is('Noter une étape'))")
    if not form.evaluate("form => form.open"):
        form.locator("summary").first.click()
    person.page.get_by_label(re.compile(f"^{step}")).check()
    person.press("Noter l’étape")


def _confirm(person: Person, partnership: str) -> None:
    person.open("/mon-espace")
    person.follow(re.compile("vous demande de confirmer"))
    assert person.page.url.split("#")[0] == partnership
    person.press("Confirmer l’étape")
    person.sees("elle compte désormais")


def _status(person: Person) -> str:
    """What the page of coverage says of the department, beside its title."""
    return person.page.locator(".coverage-badge").first.inner_text()
