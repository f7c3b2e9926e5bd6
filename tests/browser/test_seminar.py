"""The seminar of 7 November 2017 at the Bpi, from the invitation to the sheets of its tables, in a browser.

Source of its agenda and of the three fields of a sheet: Bpi, 11 July 2017. Its date is put off to days to come, since nobody
signs up for what is past; then its day comes, in the database alone. Who comes, and what they agree on, is invented.
"""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.clock import today
from tests.browser.conftest import Site
from tests.browser.people import Person

pytestmark = pytest.mark.browser

AGENDA = (
    ("09:30", "Présentation des formes de partenariat existantes"),
    ("11:00", "Axes de développement des Cités des métiers"),
    ("14:00", "Temps d’échange par territoire"),
)


def test_the_seminar_from_invitation_to_table_sheets(as_: Callable[[str], Person], own_site: Site):
    bpi, library, cite, agency = as_("bpi"), as_("bibliotheque"), as_("cite"), as_("agence")
    seminar = _announces(bpi)
    _invites(bpi, seminar)
    _sign_up_until_it_is_full(library, cite, agency, seminar)
    _is_offered_the_place_that_frees(library, agency, seminar)
    _the_day_comes(own_site, seminar)
    _seats_and_welcomes(bpi, seminar)
    _fill_the_sheet(library, bpi, seminar)


def _announces(bpi: Person) -> str:
    bpi.open("/rencontres/nouvelle?type=seminaire")
    bpi.write(re.compile("^Titre"), "Bibliothèques et Cités des métiers")
    bpi.write(re.compile("^Présentation"), "Réunir les premières Cités des métiers et bibliothèques intéressées.")
    bpi.write(re.compile("^Jour"), (today() + timedelta(days=20)).isoformat())
    bpi.write(re.compile("^Début"), "09:30")
    bpi.write(re.compile("^Fin"), "17:00")
    for number, (hour, title) in enumerate(AGENDA, 1):
        bpi.write(re.compile(f"Heure.*ligne {number}"), hour)
        bpi.write(re.compile(f"Ce qui s’y passe.*ligne {number}"), title)
    bpi.page.get_by_label(re.compile("^Sur invitation")).check()
    bpi.write(re.compile("^Nombre de places"), "3")
    bpi.write(re.compile("^Adresse électronique de contact"), "partenariats@bpi.example")
    bpi.press("Enregistrer le brouillon")
    bpi.press(re.compile("^Annoncer"))
    bpi.sees("3 places libres sur 3")
    return re.sub(r"^https?://[^/]+", "", bpi.page.url)


def _invites(bpi: Person, seminar: str) -> None:
    for territories, kinds in (("04 et 13", ("Cités des métiers", "Bibliothèques")), ("", ("Agences régionales du livre",))):
        bpi.open(f"{seminar}/invitations/choisir")
        bpi.write(re.compile("^Territoires"), territories)
        for kind in kinds:
            bpi.page.get_by_label(kind, exact=True).check()
        bpi.press("Rechercher")
        bpi.press("Envoyer les invitations")
        bpi.sees(re.compile("invitées? par courriel"))


def _sign_up_until_it_is_full(library: Person, cite: Person, agency: Person, seminar: str) -> None:
    library.open("/mon-espace")
    library.follow(re.compile("est invitée"))
    library.follow("S’inscrire")
    library.press("Ajouter une personne")
    for number, name in enumerate(("Camille Inventée", "Dominique Inventé")):
        library.page.get_by_label("Nom").nth(number).fill(name)
    library.press("S’inscrire")
    library.sees("confirmée, pour 2 personnes")
    _signs_up(cite, seminar, "Claude Inventé")
    cite.sees("confirmée")
    _signs_up(agency, seminar, "Sacha Inventé")
    agency.sees("liste d’attente")


def _signs_up(who: Person, seminar: str, name: str) -> None:
    who.open(f"{seminar}/inscription")
    who.page.get_by_label("Nom").first.fill(name)
    who.press(re.compile("S’inscrire|liste d’attente"))


def _is_offered_the_place_that_frees(library: Person, agency: Person, seminar: str) -> None:
    library.open(seminar)
    library.follow(re.compile("inscription"))
    library.follow("Modifier")
    library.page.get_by_label("Nom").nth(1).fill("")
    library.press("Enregistrer")
    library.sees("confirmée")
    agency.open("/mon-espace")
    agency.follow(re.compile("places vous sont proposées"))
    agency.press(re.compile("^Accepter"))
    agency.sees("confirmée")


def _the_day_comes(site: Site, seminar: str) -> None:
    engine = sa.create_engine(site.database)
    with engine.begin() as connection:
        now = "starts_at = now() - interval '1 hour', ends_at = now() + interval '6 hours'"
        moved = sa.text(f"UPDATE meeting SET {now} WHERE public_id = :public_id")
        connection.execute(moved, {"public_id": seminar.rpartition("/")[2]})
    engine.dispose()


def _seats_and_welcomes(bpi: Person, seminar: str) -> None:
    bpi.open(f"{seminar}/tables")
    bpi.press("Ajouter")
    bpi.press(re.compile("^Proposer"))
    bpi.sees("3 personnes, 1 table")
    bpi.open(f"{seminar}/accueil")
    for name in ("Camille Inventée", "Claude Inventé", "Sacha Inventé"):
        bpi.press(re.compile(f"Arrivée de {name}"))
    bpi.sees(re.compile(r"3\s*/\s*3"))
    answer = bpi.page.request.get(f"{seminar}/badges.pdf")
    assert answer.status == 200
    assert answer.body().startswith(b"%PDF")


def _fill_the_sheet(library: Person, bpi: Person, seminar: str) -> None:
    library.open(f"{seminar}/compte-rendu")
    library.follow("Table 1")
    library.follow("Remplir la fiche")
    library.write(re.compile("^Organisation initiale"), "Un rendez-vous de la Cité chaque mois, à Manosque")
    library.write(re.compile("^Axes de travail"), "Décrochage scolaire")
    library.write(re.compile("^Calendrier"), "Premier rendez-vous en janvier")
    library.press("Enregistrer la fiche")
    library.press("En faire un intérêt")
    library.sees("1 intérêt")
    library.sees("Tout existe déjà")
    bpi.open(f"{seminar}/compte-rendu")
    bpi.sees("Un rendez-vous de la Cité chaque mois, à Manosque")
    bpi.sees("Premier rendez-vous en janvier")
    bpi.does_not_see("Camille Inventée")
