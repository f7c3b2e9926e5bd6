"""The dialects of the Ministry's file, and what is no list of libraries at all."""

import json

import pytest

from seeds.fetch import Document, fetch
from seeds.library_files import fold, read
from seeds.sync import SourceError
from tests.seeds.library_samples import COLUMNS, FILES, row, text_of

ONE = text_of(row("900001.0"), row("900002.0", nom_de_l_etablissement="Médiathèque « Œuvre » inventée"))


def table(content: str | bytes):
    return read(Document("essai.csv", content.encode() if isinstance(content, str) else content, "0" * 64))


def refusal(content: str | bytes) -> str:
    with pytest.raises(SourceError) as refused:
        table(content)
    sentence = str(refused.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence


def names(found) -> list[str]:
    return [cells["name"] for _, cells in found.rows]


def sample(name: str):
    return read(fetch(str(FILES / name)))


def test_the_three_dialects_and_the_json_name_the_same_libraries():
    of_2024, of_2025, of_json = (
        [(cells["code_bib"], " ".join(cells["name"].split())) for _, cells in sample(name).rows]
        for name in ("libraries-2024.csv", "libraries-2025.csv", "libraries.json")
    )
    assert of_json == of_2024
    assert [name for _, name in of_2025] == [name for _, name in of_2024]
    assert [code for code, _ in of_2025][:2] == ["LI900001", "LI900002"]
    of_2020 = sample("libraries-2020.csv")
    assert names(of_2020)[:5] == [" ".join(name.split()) for name in names(sample("libraries-2024.csv"))][:5]


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("libraries-2024.csv", {"insee_code", "surface_m2", "weekly_hours", "second_name"}),
        ("libraries-2025.csv", {"website", "phone", "paid_staff", "volunteers"}),
        ("libraries-2020.csv", {"insee_code", "code_ua", "address_position", "position"}),
    ],
)
def test_each_dialect_gives_the_columns_that_it_has(name, columns):
    assert columns <= sample(name).columns


def test_a_column_that_a_dialect_lacks_is_not_there_at_all():
    assert "insee_code" not in sample("libraries-2025.csv").columns
    assert "website" not in sample("libraries-2024.csv").columns
    assert "insee_code" not in sample("libraries-2025.csv").rows[0][1]


def test_the_2020_file_is_read_in_windows_1252_with_its_quotes_and_accents():
    first = sample("libraries-2020.csv").rows[0][1]
    assert first["name"] == "Médiathèque inventée des Essais"
    assert first["position"] == "44.091687,6.234144"


def test_a_json_position_is_written_as_the_csv_writes_it():
    first = sample("libraries.json").rows[0][1]
    assert first["position"] == "44.091687, 6.234144"
    assert first["latitude"] == "44.091687"


def test_a_headers_case_accents_and_punctuation_do_not_matter():
    header, rest = ONE.split("\n", 1)
    shouted = ";".join(
        f" {title.upper().replace('_', ' - ').replace('DEPARTEMENT', 'Département')} " for title in header.split(";")
    )
    assert table(f"{shouted}\n{rest}").columns == table(ONE).columns


def test_a_columns_place_does_not_matter():
    turned = text_of(*(dict(reversed(line.items())) for line in (row("900001.0"),)))
    assert table(turned).rows == table(text_of(row("900001.0"))).rows


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_the_delimiter_is_found(delimiter):
    text = text_of(row("900001.0", nom_de_l_etablissement='Bibliothèque ; , \t | "inventée"'), delimiter=delimiter)
    assert names(table(text)) == ['Bibliothèque ; , \t | "inventée"']


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252", "latin-1"])
def test_the_encoding_is_found(encoding):
    text = ONE.replace("Œ", "Oe").replace("’", "'") if encoding == "latin-1" else ONE
    content = text.encode(encoding)
    if encoding == "utf-16-le":
        content = b"\xff\xfe" + content
    assert names(table(content)) == names(table(text))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_end_of_line_will_do(end):
    assert names(table(ONE.replace("\n", end))) == names(table(ONE))


def test_lines_are_numbered_as_an_editor_does_blank_ones_included():
    header, first, second, _ = ONE.split("\n")
    found = table(f"{header}\n\n{first}\n \n{second}\n\n")
    assert [line for line, _ in found.rows] == [3, 5]
    assert found.broken == []


@pytest.mark.parametrize("empty", [";" * (len(COLUMNS) - 1), ";;;", " ; ; "])
def test_a_line_made_only_of_separators_is_counted_and_refused(empty):
    header, first, second, _ = ONE.split("\n")
    found = table(f"{header}\n{first}\n{empty}\n{second}\n{empty}\n")
    assert [line for line, _ in found.rows] == [2, 4]
    assert [(broken.line, broken.reason) for broken in found.broken] == [(3, "ligne vide"), (5, "ligne vide")]


def test_a_quote_that_is_not_closed_breaks_its_own_line_and_swallows_no_other():
    lines = text_of(*(row(f"{number}.0") for number in range(900_001, 900_010))).splitlines()
    lines[3] = lines[3].replace("04000;", '04000;"', 1)
    lines[7] = lines[7].replace("Bibliothèque inventée", '"La ""Boussole"" inventée"')
    found = table("\n".join(lines) + "\n")
    assert [(broken.line, broken.reason) for broken in found.broken] == [(4, "guillemet mal fermé")]
    assert found.broken[0].codes == (("900003.0", ""),)
    assert sorted([line for line, _ in found.rows] + [4]) == list(range(2, len(lines) + 1))


def test_a_cell_of_several_lines_is_refused_line_by_line():
    text = text_of(row("900001.0", adresse="1 rue de l’Essai\nBâtiment B"), row("900002.0"), row("900003.0"))
    assert [line for line, _ in table(text).rows] == [4, 5]
    assert [broken.line for broken in table(text).broken] == [2, 3]


def test_a_row_with_too_few_or_too_many_cells_is_kept_for_the_report():
    header, first, second, _ = ONE.split("\n")
    found = table("\n".join([header, first, "04000;trop court", second, second + ";de trop", ""]))
    assert [(remark.line, remark.reason) for remark in found.broken] == [
        (3, f"2 colonnes au lieu de {len(COLUMNS)}"),
        (5, f"{len(COLUMNS) + 1} colonnes au lieu de {len(COLUMNS)}"),
    ]
    assert len(found.rows) == 2


def records() -> list[dict[str, str]]:
    return [row("900001.0"), row("900002.0")]


@pytest.mark.parametrize(
    "wrapped",
    [
        records(),
        {"total_count": 2, "results": records()},
        {"nhits": 2, "records": [{"recordid": "x", "fields": fields} for fields in records()]},
        {"records": [{"record": {"id": "x", "fields": fields}} for fields in records()]},
        {"type": "FeatureCollection", "features": [{"type": "Feature", "properties": fields} for fields in records()]},
    ],
    ids=["list", "results", "records", "old records", "GeoJSON"],
)
def test_the_portals_records_are_found_however_they_are_wrapped(wrapped):
    assert [cells["code_bib"] for _, cells in table(json.dumps(wrapped)).rows] == ["900001.0", "900002.0"]


def test_a_record_without_a_key_that_others_have_has_it_empty():
    short = {key: value for key, value in row("900002.0").items() if value}
    assert table(json.dumps([row("900001.0"), short])).rows[1][1]["surface_m2"] == ""


def test_a_null_or_a_nan_is_nothing():
    text = json.dumps([row("900001.0") | {"surface": float("nan"), "cp": None}])
    assert {table(text).rows[0][1][name] for name in ("surface_m2", "postcode")} == {""}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("<!DOCTYPE html><html><title>404</title></html>", "est une page web"),
        ("\ufeff\n  <?xml version='1.0'?><a/>", "est une page web"),
        (
            "Bonjour, ceci n’est pas un tableau.",
            "il y manque les colonnes code_bib, nom_de_l_etablissement, ville, type_adresse",
        ),
        ("nom;ville\nBibliothèque;Digne\n", "n’est pas la liste des bibliothèques"),
        (ONE.replace("type_adresse", "autre"), "il y manque la colonne type_adresse"),
        (ONE.split("\n", 1)[0], "ne contient aucune bibliothèque"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "n’est pas un fichier de texte"),
        (ONE.replace("Digne", "Di\0gne"), "n’est pas un fichier de texte"),
        (ONE.encode()[:-1] + "é".encode()[:1], "est tronqué : son dernier caractère est coupé"),
        (ONE.encode("utf-16")[:-1], "est tronqué"),
        (ONE.encode() + b"\xe9\n", "mélange deux encodages"),
        (ONE[: len(ONE) * 3 // 4], "est tronqué : sa dernière ligne"),
        (ONE + '"900003.0', "est tronqué : sa dernière ligne"),
        (ONE + '04000;900003.0;"' + "x;\n" * 100_000, "est mal formé : 100000 lignes n’ont pas les colonnes"),
        (ONE + "x" * 1_500_000 + "\n", "une ligne de plus d’un million de caractères"),
        (json.dumps(records())[:-40], "est un JSON tronqué ou mal formé"),
        ("[", "est un JSON tronqué ou mal formé à la ligne 1"),
        ("[" * 100_000, "n’est pas la liste des bibliothèques"),
        ("[]", "il y manque les colonnes"),
        ('{"erreur": "introuvable"}', "il y manque les colonnes"),
        ("[1, 2]", "il y manque les colonnes"),
    ],
)
def test_what_is_no_list_of_libraries_gets_one_sentence(content, words):
    assert words in refusal(content)


def test_a_word_is_folded_to_letters_and_digits():
    assert fold(" Code_INSEE de la Région (é) ") == "codeinseedelaregione"
