"""One row of the Ministry's file, cleaned: keys, kinds, numbers, addresses."""

import pytest

from app.directory.models import Kind
from seeds.fetch import Document
from seeds.library_files import read
from seeds.library_rows import city_key, clean, key_of, kind_of
from tests.seeds.library_samples import row, text_of


def cleaned(*rows: dict[str, str]):
    return clean(read(Document("essai.csv", text_of(*rows).encode(), "0" * 64)))


def only(**cells: str):
    (found,) = cleaned(row("900001.0", **cells)).rows
    return found


def reasons(**cells: str) -> list[str]:
    return [remark.reason for remark in cleaned(row("900001.0", **cells)).repaired]


@pytest.mark.parametrize("code", ["135.0", "135", "135,0", " 135 ", "0135", "LI135", "li135", "LI0135"])
def test_a_library_has_one_key_in_every_export(code):
    assert key_of(code) == "135"


@pytest.mark.parametrize(("code", "key"), [("LI20371", "20371"), ("BD101", "BD101"), ("bd101", "BD101"), ("C-12.5", "C-12.5")])
def test_a_code_that_is_not_a_number_stays_whole(code, key):
    assert key_of(code) == key


@pytest.mark.parametrize("code", ["", " ", "0", "0.0", "LI0"])
def test_no_code_is_no_key(code):
    assert key_of(code) == ""


def test_the_code_shown_has_no_decimals_that_a_spreadsheet_added():
    assert (only().code_bib, only().source_key, only().public_id) == ("900001", "900001", "bib-900001")


def test_a_row_without_code_has_a_key_of_department_town_and_name():
    name = "04 - Médiathèque départementale « Œuvre »"
    (found,) = cleaned(row("", nom_de_l_etablissement=name)).rows
    assert found.source_key == "04-digne-les-bains-mediatheque-departementale-oeuvre"
    assert (found.code_bib, found.public_id) == (None, "bib-04-digne-les-bains-mediatheque-departementale-oeuvre")


def test_two_rows_without_code_and_of_one_name_are_told_apart_by_their_address():
    keys = [found.source_key for found in cleaned(row("", adresse="1 rue A"), row("", adresse="2 rue B")).rows]
    assert keys == ["04-digne-les-bains-bibliotheque-inventee", "04-digne-les-bains-bibliotheque-inventee-2-rue-b"]


def test_a_code_given_twice_is_refused_the_second_time_with_its_line():
    found = cleaned(row("900001.0"), row("LI900001"), row("900002.0"))
    assert [library.source_key for library in found.rows] == ["900001", "900002"]
    assert [(remark.line, remark.key) for remark in found.refused] == [(3, "900001")]


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"nom_de_l_etablissement": " "}, "sans nom"),
        ({"ville": "", "code_insee_commune": ""}, "sans ville ni code INSEE"),
    ],
)
def test_a_row_that_says_too_little_is_refused(cells, reason):
    found = cleaned(row("900001.0", **cells), row("900002.0"))
    assert [remark.reason for remark in found.refused] == [reason]
    assert found.refused_keys == {"900001"}


@pytest.mark.parametrize("code", ["<b>", "日本", "x" * 300, "..."])
def test_an_unreadable_code_is_refused(code):
    assert [remark.reason for remark in cleaned(row(code), row("900002.0")).refused] == ["code de bibliothèque illisible"]


@pytest.mark.parametrize(
    ("address_kind", "statute", "kind"),
    [
        ("Bâtiment ouvert", "Bibliothèque municipale", Kind.LIBRARY),
        ("Bâtiment ouvert", "Bibliothèque départementale annexe", Kind.LIBRARY),
        ("Bibliothèque ouverte au public", "Bibliothèque municipale", Kind.LIBRARY),
        ("Bibliobus", "Bibliothèque départementale", Kind.BOOKMOBILE),
        ("Bibliothèque départementale", "", Kind.DEPARTMENTAL),
        ("Lieu uniquement administratif", "Bibliothèque départementale", Kind.DEPARTMENTAL),
        ("Lieu uniquement administratif", "Bibliothèque intercommunale", Kind.LIBRARY_PREMISES),
        ("Réserve de documents non ouverte au public", "Bibliothèque municipale", Kind.LIBRARY_PREMISES),
        ("Inconnue", "Bibliothèque municipale classée", Kind.LIBRARY_PREMISES),
        ("", "", Kind.LIBRARY_PREMISES),
        ("Un mot nouveau", "Bibliothèque municipale", Kind.LIBRARY_PREMISES),
    ],
)
def test_the_kind_comes_from_the_kind_of_address_then_from_the_statute(address_kind, statute, kind):
    assert kind_of(address_kind, statute) is kind


def test_a_name_stays_as_the_ministry_writes_it_but_for_spaces():
    assert only(nom_de_l_etablissement="  MEDIATHEQUE \u00a0 de l'ESSAI\t ").name == "MEDIATHEQUE de l'ESSAI"


def test_a_second_name_is_one_that_a_search_finds():
    found = only(libelle_2="La Boussole inventée", complement="Bâtiment B")
    assert (found.aliases, found.address) == (["La Boussole inventée"], "Bâtiment B, 1 rue de l’Essai")


@pytest.mark.parametrize("second", ["Mairie", "DIGNE LES BAINS", "bibliotheque inventee"])
def test_a_second_name_that_tells_nothing_is_left_out(second):
    assert only(libelle_2=second).aliases == []


def test_a_second_name_alone_is_the_address():
    found = only(libelle_2="rue de la Poste", adresse="")
    assert (found.aliases, found.address) == ([], "rue de la Poste")


@pytest.mark.parametrize("column", ["surface", "amplitude_horaire"])
def test_a_zero_of_surface_or_hours_is_unknown(column):
    found = only(**{column: "0.0"})
    assert (found.surface_m2, found.weekly_hours) == (None, None)


@pytest.mark.parametrize(
    ("staff", "volunteers", "expected"),
    [
        ("0.0", "5.0", (0, 5)),
        ("2.0", "0.0", (2, 0)),
        ("0.0", "0.0", (None, None)),
        ("0.0", "", (None, None)),
        ("", "0", (None, None)),
        ("1.5", "", (1.5, None)),
    ],
)
def test_nobody_opens_a_library_alone_but_volunteers_do(staff, volunteers, expected):
    found = only(nombre_de_salaries=staff, nombre_de_benevoles=volunteers)
    assert (found.paid_staff, found.volunteers) == expected


def test_the_zeros_read_as_unknown_are_counted():
    assert cleaned(row("900001.0", surface="0", nombre_de_salaries="0.0", nombre_de_benevoles="0")).zeros == 3


@pytest.mark.parametrize(
    ("column", "text"),
    [
        ("amplitude_horaire", "169"),
        ("surface", "-1"),
        ("surface", "1e400"),
        ("nombre_de_salaries", "nan"),
        ("surface", "grande"),
    ],
)
def test_an_absurd_number_is_unknown_and_told(column, text):
    found = only(**{column: text})
    assert {found.surface_m2, found.weekly_hours, found.paid_staff} == {None}
    assert "inconnu" in reasons(**{column: text})[0]


@pytest.mark.parametrize(("text", "number"), [("12,5", 12.5), ("1 200", 1200), ("35.0", 35)])
def test_a_number_is_read_as_french_people_write_it(text, number):
    assert only(surface=text).surface_m2 == number


@pytest.mark.parametrize(
    ("postcode", "insee", "read"),
    [
        ("04000", "04070", ("04000", "04070")),
        ("4000", "4070", ("04000", "04070")),
        ("4000.0", "4070.0", ("04000", "04070")),
        ("20 000", "2a004", ("20000", "2A004")),
    ],
)
def test_a_code_gets_back_the_zero_that_a_spreadsheet_dropped(postcode, insee, read):
    found = only(cp=postcode, code_insee_commune=insee)
    assert (found.postcode, found.insee_code) == read


def test_an_unreadable_postcode_is_told_and_left_out():
    assert only(cp="NC").postcode is None
    assert reasons(cp="NC") == ["code postal « NC » illisible"]


@pytest.mark.parametrize(
    ("cells", "position"),
    [
        ({"latitude": "44.1", "longitude": "6.2"}, (44.1, 6.2)),
        ({"latitude": "44,1", "longitude": "6,2"}, (44.1, 6.2)),
        ({"latitude": "", "longitude": "", "geolocalisation": "44.1, 6.2"}, (44.1, 6.2)),
        ({"latitude": "", "longitude": "", "geolocalisation": "-20.88,55.4"}, (-20.88, 55.4)),
        ({"latitude": "", "longitude": ""}, (None, None)),
        ({"latitude": "44.1", "longitude": ""}, (None, None)),
        ({"latitude": "nord", "longitude": "est"}, (None, None)),
        ({"latitude": "nan", "longitude": "inf"}, (None, None)),
    ],
)
def test_a_position_is_read_however_it_is_written(cells, position):
    found = only(**cells)
    assert (found.latitude, found.longitude) == position


def test_an_unreadable_position_is_told():
    assert reasons(latitude="nord", longitude="est") == ["coordonnées illisibles « nord » « est »"]


def with_contact(website: str = "", phone: str = ""):
    found = cleaned(row("900001.0") | {"site_internet": website, "telephone": phone})
    return found.rows[0], [remark.reason for remark in found.repaired]


@pytest.mark.parametrize(
    ("text", "website"),
    [
        ("https://essai.exemple.test/a?b=1", "https://essai.exemple.test/a?b=1"),
        ("essai.exemple.test", "http://essai.exemple.test"),
        ("", None),
    ],
)
def test_a_website_is_kept(text, website):
    found, told = with_contact(website=text)
    assert (found.website, told) == (website, [])


@pytest.mark.parametrize(
    "text", ["oui", "Site internet propre", "essai@exemple.test", "https:/ /exemple.test/", "javascript:alert(1)"]
)
def test_what_is_no_website_is_left_out_and_told(text):
    found, told = with_contact(website=text)
    assert found.website is None
    assert told == [f"site internet « {text} » illisible"]


@pytest.mark.parametrize(
    ("text", "phone"),
    [("04 00 00 00 01", "04 00 00 00 01"), ("400000001", "0400000001"), ("400000001.0", "0400000001"), ("", None)],
)
def test_a_phone_number_is_kept(text, phone):
    assert with_contact(phone=text)[0].phone == phone


def test_what_is_no_phone_number_is_left_out_and_told():
    assert with_contact(phone="demander Paul")[1] == ["téléphone « demander Paul » illisible"]


@pytest.mark.parametrize(
    ("city", "key"),
    [
        ("Marseille CEDEX 01", "Marseille"),
        ("Paris 4e arrondissement", "Paris"),
        ("Lyon 3", "Lyon"),
        ("LYON-03", "LYON"),
        ("Mont-Dore (Le)", "Le Mont-Dore"),
        ("Île-des-Pins (L’)", "L’ Île-des-Pins"),
        ("Saint-Denis", "Saint-Denis"),
        ("Lyons-la-Forêt", "Lyons-la-Forêt"),
        ("Parisot", "Parisot"),
    ],
)
def test_a_town_is_looked_up_by_its_name_alone(city, key):
    assert city_key(city) == key


@pytest.mark.parametrize("cells", [{"code_bib": "<b>"}, {"code_bib": "", "nom_de_l_etablissement": ""}])
def test_a_refused_row_whose_code_cannot_be_read_names_none(cells):
    assert cleaned(row("900001.0"), row("900002.0") | cells).unnamed == [3]


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"nom_de_l_etablissement": "x" * 301}, "nom de 301 caractères, plus que les 300 admis"),
        ({"adresse": "x" * 20_000}, "adresse de 20000 caractères, plus que les 500 admis"),
        ({"complement": "x" * 501}, "complément d’adresse de 501 caractères, plus que les 500 admis"),
        ({"ville": "x" * 301}, "cellule de 301 caractères, plus que les 300 admis"),
    ],
)
def test_a_text_too_long_is_refused_with_its_line(cells, reason):
    found = cleaned(row("900001.0"), row("900002.0", **cells))
    assert [(remark.line, remark.key, remark.reason) for remark in found.refused] == [(3, "900002", reason)]


def test_a_long_name_that_may_be_one_is_kept():
    assert len(only(nom_de_l_etablissement="x" * 300, adresse="y" * 500).name) == 300
