"""Members edit their sheet section by section; what is typed badly is refused in French, and stays on the page."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from markupsafe import escape

from app.clock import today
from app.directory.edition.actions import save
from app.directory.edition.models import Change, Direction, Offering, Profile, Theme, ThemeKind, Voice
from app.directory.models import Institution, Kind
from app.directory.vocabulary import Resource
from seeds import libraries, themes
from tests import factories as make
from tests.app.directory.pages import text_of

SECTIONS = ("coordonnees", "chiffres", "horaires", "activite", "offre-et-recherche", "sollicitations")
HOSTILE = "<script>alert(1)</script>\"'&"


def of_manosque(session, **columns) -> Institution:
    return make.place_in(session, make.institution(session, **columns), "commune-04112")


@pytest.fixture
def library(session):
    return of_manosque(session, phone="04 00 00 00 00", surface_m2=100.0)


@pytest.fixture
def client(session, library, sign_in):
    return sign_in(make.member(session, library, name="Marie Payet"))


def changes(session) -> list[tuple[str, object, object]]:
    return [(one.field, one.before, one.after) for one in session.scalars(sa.select(Change).order_by(Change.field))]


def profile(session, institution) -> Profile:
    session.expire_all()
    return session.get(Profile, institution.id)


def week(**days: tuple[str, ...]) -> dict[str, str]:
    """The fields of a week: each day its times, every other day closed."""
    typed = {}
    for day in ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"):
        times = days.get(day)
        typed |= (
            {f"{day}_ferme": "y"}
            if times is None
            else dict(zip([f"{day}_{p}" for p in ("1_de", "1_a", "2_de", "2_a")], times, strict=False))
        )
    return {"ecriture": "grille", **typed}


def test_a_phone_number_is_changed_and_who_changed_it_is_kept(session, client, library):
    address = f"/annuaire/{library.public_id}/modifier/coordonnees"
    assert client.post(address, data={"telephone": "0492.70.12.34"}).status_code == 303
    session.refresh(library)
    assert (library.phone, library.own_fields) == ("04 92 70 12 34", ["phone"])
    (change,) = session.scalars(sa.select(Change))
    assert (change.field, change.before, change.after, change.voice) == (
        "phone",
        "04 00 00 00 00",
        "04 92 70 12 34",
        Voice.SELF,
    )
    assert change.changed_by.name == "Marie Payet"
    history = text_of(client.get(f"/annuaire/{library.public_id}/historique"))
    assert "Téléphone : de « 04 00 00 00 00 » à « 04 92 70 12 34 », par Marie Payet, le" in history


def test_a_form_sent_back_as_it_was_records_nothing(session, client, library):
    for section in SECTIONS:
        address = f"/annuaire/{library.public_id}/modifier/{section}"
        assert client.get(address).status_code == 200
        data = {"pas-avant": "", "au-plus": "5", "surface": "100"}
        assert client.post(address, data=data).status_code == 303
    session.refresh(library)
    assert (changes(session), library.own_fields) == ([], [])


def test_no_import_overwrites_what_a_library_has_written(session, sign_in):
    extract = str(libraries.EXTRACT)
    libraries.load(session, extract, write=True)
    one = session.scalars(sa.select(Institution).where(Institution.code_bib == "137")).one()
    address = f"/annuaire/{one.public_id}/modifier/coordonnees"
    sign_in(make.member(session, one)).post(address, data={"nom": "Médiathèque d’Herbès"})
    libraries.load(session, extract, write=True)
    session.refresh(one)
    assert one.name == "Médiathèque d’Herbès"


def test_a_value_of_a_source_that_our_rules_would_refuse_does_not_stop_another_edition(session, sign_in):
    odd = of_manosque(session, phone="voir le site", postcode="4100", website="http://exemple.test")
    client = sign_in(make.member(session, odd))
    data = {"telephone": "voir le site", "code-postal": "4100", "ville": "Manosque"}
    assert client.post(f"/annuaire/{odd.public_id}/modifier/coordonnees", data=data).status_code == 303
    session.refresh(odd)
    assert (odd.own_fields, odd.city) == (["city"], "Manosque")


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("nom", " ", "Écrivez le nom de la structure."),
        ("nom", "x" * 201, "Ce texte est trop long : 200 caractères au plus."),
        ("telephone", "04 92 70 12 3", "Ce numéro n’est pas complet ou a un chiffre de trop."),
        ("telephone", "mon numéro", "Ce numéro n’est pas complet"),
        ("code-postal", "4100", "Un code postal a cinq chiffres, par exemple 04100."),
        ("code-postal", "٠٤١٠٠", "Un code postal a cinq chiffres"),
        ("site", "javascript:alert(1)", "Cette adresse n’est pas celle d’un site."),
        ("site", "https://personne@exemple.fr", "Cette adresse n’est pas celle d’un site."),
        ("site", "mediatheque", "Cette adresse n’est pas celle d’un site."),
        ("site", "https://[::1", "Cette adresse n’est pas celle d’un site."),
        ("courriel", "mediatheque@", "Cette adresse n’est pas complète"),
    ],
)
def test_what_is_not_an_address_nor_a_number_is_refused_and_nothing_is_lost(session, client, library, field, typed, sentence):
    data = {"nom": "Un nom à garder", "ville": "Manosque", field: typed}
    answer = client.post(f"/annuaire/{library.public_id}/modifier/coordonnees", data=data)
    assert answer.status_code == 400
    assert sentence in text_of(answer)
    assert "Manosque" in answer.text
    assert str(escape(typed.strip())) in answer.text
    assert changes(session) == []


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ({"site": "mediatheque.fr"}, ("website", "https://mediatheque.fr")),
        ({"telephone": "+41 22 700 00 00"}, ("phone", "+41 22 700 00 00")),
        ({"code-postal": "04 100"}, ("postcode", "04100")),
        ({"telephone": ""}, ("phone", None)),
    ],
)
def test_what_can_be_understood_is_written_in_the_usual_way(session, client, library, typed, kept):
    assert client.post(f"/annuaire/{library.public_id}/modifier/coordonnees", data=typed).status_code == 303
    session.refresh(library)
    assert getattr(library, kept[0]) == kept[1]


def test_the_shared_mailbox_is_shown_on_the_sheet(session, client, library):
    client.post(f"/annuaire/{library.public_id}/modifier/coordonnees", data={"courriel": "Mediatheque@Exemple.fr"})
    assert profile(session, library).contact_email == "mediatheque@exemple.fr"
    assert "mailto:mediatheque@exemple.fr" in client.get(f"/annuaire/{library.public_id}").text


def test_the_address_of_a_person_is_not_shown_on_the_sheet(session, library, sign_in):
    user = make.member(session, library, email="payet@exemple.fr")
    make.person(session, "secret@exemple.fr")
    client, address = sign_in(user), f"/annuaire/{library.public_id}/modifier/coordonnees"
    own = client.post(address, data={"courriel": "Payet@exemple.fr", "boite-commune": "y"})
    assert (own.status_code, "C’est l’adresse d’une personne" in text_of(own)) == (400, True)
    assert 'value="payet@exemple.fr"' in own.text
    named = client.post(address, data={"courriel": "marie.payet@exemple.fr"})
    assert (named.status_code, "ressemble à celle d’une personne" in text_of(named)) == (400, True)
    assert 'name="boite-commune"' in named.text
    assert profile(session, library) is None
    assert client.post(address, data={"courriel": "secret@exemple.fr"}).status_code == 303
    assert client.post(address, data={"courriel": "petit.port@exemple.fr", "boite-commune": "y"}).status_code == 303
    assert profile(session, library).contact_email == "petit.port@exemple.fr"
    assert client.post(address, data={"courriel": "petit.port@exemple.fr", "ville": "Manosque"}).status_code == 303
    assert "boite-commune" not in client.get(address).text


def test_who_signs_in_with_the_mailbox_of_the_library_may_show_it(session, library, sign_in):
    client = sign_in(make.member(session, library, email="mediatheque.manosque@exemple.fr"))
    data = {"courriel": "mediatheque.manosque@exemple.fr"}
    assert client.post(f"/annuaire/{library.public_id}/modifier/coordonnees", data=data).status_code == 303
    assert profile(session, library).contact_email == "mediatheque.manosque@exemple.fr"


def test_the_help_leads_to_the_report_of_an_error(client, library):
    page = client.get(f"/annuaire/{library.public_id}/modifier/coordonnees").text
    assert f'<a href="/annuaire/{library.public_id}/signaler">signalez-le</a>' in page


@pytest.mark.parametrize("typed", ["-1", "beaucoup", "1e3", "1000000", "0"])
def test_a_surface_is_a_number(session, client, library, typed):
    answer = client.post(f"/annuaire/{library.public_id}/modifier/chiffres", data={"surface": typed})
    assert answer.status_code == 400
    assert "Écrivez un nombre entre 1 et 999\u202f999, ou rien." in answer.text


def test_figures_are_read_as_one_writes_them(session, client, library):
    data = {"surface": "1 250,5", "heures": "31.5", "salaries": "0", "benevoles": ""}
    assert client.post(f"/annuaire/{library.public_id}/modifier/chiffres", data=data).status_code == 303
    session.refresh(library)
    assert (library.surface_m2, library.weekly_hours, library.paid_staff, library.volunteers) == (1250.5, 31.5, 0, None)


def test_the_hours_that_a_week_adds_up_to_are_the_only_number_whatever_is_sent(session, client, library):
    hours, figures = (f"/annuaire/{library.public_id}/modifier/{section}" for section in ("horaires", "chiffres"))
    client.post(hours, data=week(mardi=("9 h", "17 h 30"), jeudi=("9 h", "midi", "14 h", "minuit"), samedi=("10 h", "15 h")))
    page = client.get(figures)
    assert re.search(r'<input [^>]*name="heures" readonly', page.text)
    assert 'value="26,5"' in page.text
    assert f'href="{hours}"' in page.text
    answer = client.post(figures, data={"heures": "40", "surface": "1 250"}, follow_redirects=True)
    assert "Le nombre d’heures envoyé n’est pas retenu : vos horaires donnent 26,5 h par semaine." in text_of(answer)
    session.refresh(library)
    assert (library.weekly_hours, library.surface_m2) == (26.5, 1250)
    sheet = text_of(client.get(f"/annuaire/{library.public_id}"))
    assert (sheet.count("26,5"), "heures par semaine" in sheet, "40" in sheet) == (1, False, False)
    wrong = client.post(figures, data={"heures": "40", "surface": "beaucoup"})
    assert (wrong.status_code, 'value="26,5"' in wrong.text, 'value="beaucoup"' in wrong.text) == (400, True, True)
    blank = {f"{day}_{part}": "" for day in ("mardi", "jeudi", "samedi") for part in ("1_de", "1_a", "2_de", "2_a")}
    client.post(hours, data={"ecriture": "grille"} | blank)
    assert client.post(figures, data={"heures": "40"}).status_code == 303
    session.refresh(library)
    assert library.weekly_hours == 40


def test_hours_typed_as_figures_do_not_pass_the_week_saved_meanwhile(session, library):
    by = make.member(session, library)
    save(session, library, {"opening_hours": "Tu 10:00-18:00", "weekly_hours": 8.0}, by, Voice.SELF, None)
    saved = save(session, library, {"weekly_hours": 40.0, "surface_m2": 120.0}, by, Voice.SELF, None)
    assert ([one.field for one in saved.changes], library.weekly_hours) == (["surface_m2"], 8)


def test_a_week_that_says_what_the_source_says_is_the_librarys_own(session):
    one = of_manosque(session, weekly_hours=8.0)
    by = make.member(session, one)
    save(session, one, {"opening_hours": "Tu 10:00-18:00", "weekly_hours": 8.0}, by, Voice.SELF, None)
    assert one.own_fields == ["weekly_hours"]


def test_a_cite_has_no_figures_of_a_library(session, sign_in):
    cite = make.cite(session)
    client = sign_in(make.member(session, cite))
    assert client.get(f"/annuaire/{cite.public_id}/modifier/chiffres").status_code == 404
    assert client.post(f"/annuaire/{cite.public_id}/modifier/chiffres", data={"surface": "10"}).status_code == 404
    tuesday = week(mardi=("10 h", "18 h"))
    assert client.post(f"/annuaire/{cite.public_id}/modifier/horaires", data=tuesday).status_code == 303
    assert profile(session, cite).opening_hours == "Tu 10:00-18:00"


def test_the_hours_of_the_cite_of_paris_are_typed_shown_and_typed_again(session, client, library):
    day = ("10h", "18:00")
    data = week(mardi=day, mercredi=day, jeudi=day, vendredi=day, samedi=("midi", "18 h")) | {"feries": "y"}
    address = f"/annuaire/{library.public_id}/modifier/horaires"
    assert client.post(address, data=data).status_code == 303
    session.refresh(library)
    assert profile(session, library).opening_hours == "Tu-Fr 10:00-18:00; Sa 12:00-18:00; PH off"
    assert library.weekly_hours == 38
    sheet = client.get(f"/annuaire/{library.public_id}")
    assert "mardi à vendredi : 10 h – 18 h samedi : 12 h – 18 h lundi et dimanche : fermé jours fériés : fermé" in text_of(
        sheet
    )
    assert "38 h par semaine. Renseigné par la structure elle-même le" in text_of(sheet)
    assert '"openingHours": ["Tu-Fr 10:00-18:00", "Sa 12:00-18:00"]' in sheet.text
    page = client.get(address).text
    assert 'name="samedi_1_de" type="text" value="12:00"' in page
    assert client.post(address, data=data).status_code == 303
    assert sum(1 for field, _, _ in changes(session) if field == "opening_hours") == 1


@pytest.mark.parametrize(
    ("times", "sentence"),
    [
        (("10 h", "12 h", "11 h", "13 h"), "Les deux plages se chevauchent"),
        (("10 h", "12 h", "12 h", "13 h"), "Les deux plages se chevauchent"),
        (("18 h", "10 h"), "La fermeture vient avant l’ouverture."),
        (("10 h", ""), "Il manque l’heure de fermeture."),
        (("", "10 h"), "Il manque l’heure d’ouverture."),
        (("dix", "12 h"), "« dix » n’est pas une heure."),
        (("", ""), "Indiquez des horaires, ou cochez « fermé »."),
    ],
)
def test_hours_that_make_no_sense_are_refused_in_french(session, client, library, times, sentence):
    data = week(mardi=times, jeudi=("9h15", "17 h"))
    answer = client.post(f"/annuaire/{library.public_id}/modifier/horaires", data=data)
    assert (answer.status_code, profile(session, library)) == (400, None)
    assert sentence in text_of(answer)
    assert 'value="9h15"' in answer.text


def test_a_day_cannot_be_closed_and_open_and_a_week_cannot_be_all_closed(client, library):
    address = f"/annuaire/{library.public_id}/modifier/horaires"
    both = client.post(address, data=week(mardi=("10 h", "12 h")) | {"mardi_ferme": "y"})
    assert "Ce jour est coché « fermé » et porte des horaires" in text_of(both)
    assert "Tous les jours sont fermés." in text_of(client.post(address, data=week()))


def test_a_day_may_end_at_midnight(session, client, library):
    client.post(f"/annuaire/{library.public_id}/modifier/horaires", data=week(vendredi=("20 h", "minuit")))
    assert profile(session, library).opening_hours == "Fr 20:00-24:00"


def test_the_advanced_syntax_is_checked_and_told_for_the_coming_days(session, client, library):
    address = f"/annuaire/{library.public_id}/modifier/horaires"
    wrong = client.post(address, data={"ecriture": "avancee", "syntaxe": "lundi 10h"})
    assert (wrong.status_code, "Cette écriture n’est pas comprise." in text_of(wrong)) == (400, True)
    text = "Mo-Fr 10:00-18:00; Jul-Aug Mo-Fr 09:00-13:00"
    assert client.post(address, data={"ecriture": "avancee", "syntaxe": text}).status_code == 303
    assert profile(session, library).opening_hours == text
    sheet = text_of(client.get(f"/annuaire/{library.public_id}"))
    assert "Pour les sept jours qui viennent" in sheet
    assert text in sheet
    assert f'value="{text}"' in client.get(address).text


def test_hours_may_be_erased(session, client, library):
    address = f"/annuaire/{library.public_id}/modifier/horaires"
    client.post(address, data=week(mardi=("10 h", "18 h")))
    assert client.post(address, data={"ecriture": "grille"} | dict.fromkeys(("mardi_1_de", "mardi_1_a"), "")).status_code == 303
    assert profile(session, library).opening_hours is None


def test_poles_axes_publics_and_a_presentation_are_shown(session, client, library):
    themes.load(session, write=True)
    data = {
        "poles": ["pole-valider-ses-acquis"],
        "axes": ["axe-illettrisme"],
        "publics": ["orientation"],
        "presentation": "Un premier paragraphe.\r\n\r\nUn second.",
    }
    assert client.post(f"/annuaire/{library.public_id}/modifier/activite", data=data).status_code == 303
    said = text_of(client.get(f"/annuaire/{library.public_id}"))
    for words in ("Valider ses acquis", "Lutte contre l’illettrisme", "choisissent leur orientation", "Un second."):
        assert words in said
    form = client.get(f"/annuaire/{library.public_id}/modifier/activite").text
    assert re.search(r'<input checked [^>]*value="pole-valider-ses-acquis"', form)
    assert not re.search(r'<input checked [^>]*value="pole-trouver-un-emploi"', form)


@pytest.mark.parametrize(("field", "code"), [("poles", "pole-inventé"), ("axes", "pole-valider-ses-acquis"), ("publics", "x")])
def test_a_code_that_is_not_in_the_list_is_refused(session, client, library, field, code):
    themes.load(session, write=True)
    answer = client.post(f"/annuaire/{library.public_id}/modifier/activite", data={field: code, "presentation": "À garder"})
    assert (answer.status_code, "n’est pas un choix de cette liste" in text_of(answer)) == (400, True)
    assert "À garder" in answer.text


def test_a_cite_adds_an_axis_once_however_it_is_spelt_and_a_library_adds_none(session, client, library, sign_in):
    themes.load(session, write=True)
    cite = make.cite(session)
    of_cite = sign_in(make.member(session, cite))
    address = f"/annuaire/{cite.public_id}/modifier/activite"
    assert of_cite.post(address, data={"autre-axe": "Métiers de la mer"}).status_code == 303
    assert of_cite.post(address, data={"axes": "axe-metiers-de-la-mer", "autre-axe": "METIERS DE LA MER"}).status_code == 303
    assert of_cite.post(address, data={"axes": "axe-metiers-de-la-mer", "autre-pole": "valider ses acquis"}).status_code == 303
    assert profile(session, cite).themes == ["axe-metiers-de-la-mer", "pole-valider-ses-acquis"]
    added = session.scalars(sa.select(Theme).where(Theme.source.is_(None))).all()
    assert [(theme.code, theme.kind, theme.added_by_id) for theme in added] == [
        ("axe-metiers-de-la-mer", ThemeKind.AXIS, cite.id)
    ]
    assert of_cite.post(address, data={"autre-axe": "!!!"}).status_code == 400
    assert "autre-axe" not in client.get(f"/annuaire/{library.public_id}/modifier/activite").text
    client.post(f"/annuaire/{library.public_id}/modifier/activite", data={"autre-axe": "Intrus"})
    assert session.scalar(sa.select(sa.func.count()).select_from(Theme)) == 13


def test_what_is_offered_and_sought_is_shown_with_its_details(session, client, library):
    data = {
        "offre_salle": "y",
        "offre_salle_details": "40 places",
        "offre_autre": "y",
        "offre_autre_details": "un jardin",
        "recherche_journees_de_conseillers": "y",
    }
    address = f"/annuaire/{library.public_id}/modifier/offre-et-recherche"
    assert client.post(address, data=data).status_code == 303
    said = text_of(client.get(f"/annuaire/{library.public_id}"))
    assert "Propose une salle : 40 places un jardin Recherche des journées de conseillers" in said
    assert client.post(address, data={"offre_salle": "y", "offre_salle_details": "40 places"}).status_code == 303
    left = session.scalars(sa.select(Offering)).all()
    assert [(one.direction, one.resource, one.details) for one in left] == [(Direction.OFFERED, Resource.ROOM, "40 places")]
    history = text_of(client.get(f"/annuaire/{library.public_id}/historique"))
    assert "Ce que la structure propose : de « un jardin, une salle : 40 places » à « une salle : 40 places »" in history


def test_details_without_their_box_and_a_box_without_its_words_are_told(client, library):
    address = f"/annuaire/{library.public_id}/modifier/offre-et-recherche"
    answer = client.post(address, data={"offre_salle_details": "40 places"})
    assert (answer.status_code, "Cochez « une salle », ou effacez ce que vous en dites." in text_of(answer)) == (400, True)
    assert 'value="40 places"' in answer.text
    assert "Décrivez cette autre chose" in text_of(client.post(address, data={"recherche_autre": "y"}))


@pytest.mark.parametrize(("kind", "first"), [(Kind.LIBRARY, "offre_salle"), (Kind.CITE, "offre_journees_de_conseillers")])
def test_what_is_usual_for_the_kind_comes_first(session, sign_in, kind, first):
    one = make.place_in(session, make.institution(session, kind=kind), "commune-04112")
    page = sign_in(make.member(session, one)).get(f"/annuaire/{one.public_id}/modifier/offre-et-recherche").text
    assert page.index('name="offre_') == page.index(f'name="{first}"')


def test_a_day_before_which_one_is_not_solicited_is_to_come(session, client, library):
    address = f"/annuaire/{library.public_id}/modifier/sollicitations"
    for day in (today(), today() - timedelta(days=1)):
        answer = client.post(address, data={"pas-avant": day.isoformat(), "au-plus": "3"})
        assert (answer.status_code, "Choisissez une date à venir" in text_of(answer)) == (400, True)
    tomorrow = today() + timedelta(days=1)
    assert client.post(address, data={"pas-avant": tomorrow.isoformat(), "au-plus": "0"}).status_code == 303
    found = profile(session, library)
    assert (found.not_before, found.open_solicitations_max) == (tomorrow, 0)
    assert "demande à ne pas être sollicitée avant le" in text_of(client.get(f"/annuaire/{library.public_id}"))


@pytest.mark.parametrize("typed", ["", "51", "-1", "2,5", "deux"])
def test_the_limit_of_solicitations_is_a_whole_number(client, library, typed):
    answer = client.post(f"/annuaire/{library.public_id}/modifier/sollicitations", data={"au-plus": typed})
    assert (answer.status_code, "entre 0 et 50" in text_of(answer)) == (400, True)


def test_scripts_typed_in_every_field_are_shown_as_text(session, client, library):
    base = f"/annuaire/{library.public_id}/modifier"
    client.post(f"{base}/coordonnees", data=dict.fromkeys(("nom", "adresse", "ville"), HOSTILE) | {"nom-court": HOSTILE})
    client.post(f"{base}/activite", data={"presentation": HOSTILE})
    client.post(f"{base}/horaires", data=week(lundi=("9 h", "10 h")) | {"vacances": HOSTILE})
    client.post(f"{base}/offre-et-recherche", data={"offre_salle": "y", "offre_salle_details": HOSTILE})
    client.post(
        f"/annuaire/{library.public_id}/etat", data={"etat": "ouvert", "date": today().isoformat(), "precision": HOSTILE}
    )
    assert len(changes(session)) == 9
    pages = ["", "/modifier", "/historique", "/signaler", "/etat", *(f"/modifier/{section}" for section in SECTIONS)]
    for page in pages:
        answer = client.get(f"/annuaire/{library.public_id}{page}")
        assert answer.status_code == 200
        assert "<script>alert" not in answer.text
        assert "&lt;script&gt;" in answer.text or page == "/modifier/sollicitations"


def test_a_page_refuses_a_forged_name_and_a_stranger(session, client, library, sign_in):
    stranger = sign_in(make.member(session, make.library(session, commune="commune-35238")))
    for page in ("modifier", "etat", "historique", *(f"modifier/{section}" for section in SECTIONS)):
        assert client.get(f"/annuaire/inconnue/{page}").status_code == 404
        assert stranger.get(f"/annuaire/{library.public_id}/{page}").status_code == 403
    assert stranger.post(f"/annuaire/{library.public_id}/modifier/coordonnees", data={"nom": "Pris"}).status_code == 403


def test_an_edition_by_the_agency_is_told_as_the_agencys(session, library, sign_in):
    client = sign_in(make.member(session, make.agency(session), name="Aude Agence"))
    client.post(f"/annuaire/{library.public_id}/modifier/activite", data={"presentation": "Une phrase."})
    assert session.scalars(sa.select(Change.voice)).all() == [Voice.AGENCY]
    assert "Renseigné par l’agence ou la structure qui suit la région le" in text_of(
        client.get(f"/annuaire/{library.public_id}")
    )
