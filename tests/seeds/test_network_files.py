"""The hand-made files of facts hold together: known words, known keys, dates that fit their precision, a source on every row.

No database here: the files are read as a reader would read them.
"""

import csv
import datetime
import os
import re
from collections import Counter, defaultdict
from pathlib import Path

import pytest

DATA = Path(__file__).resolve().parents[2] / "seeds" / "data"
NETWORK = DATA / "network"
EXTRACT = DATA / "libraries-extract.csv"
ARTICLE_DAY = "2017-07-11"
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
TERRITORY = re.compile(r"(region-\d\d|departement-(\d\d|2[AB]|97\d)|epci-\d{9}|commune-(\d\d|2[AB])\d{3})")
CENTRES = {"centre-associe", "point-relais"}
HEADERS = {
    NETWORK / "institutions.csv": (
        "key,kind,name,parent_key,host_name,host_kind,host_key,city,country,department,insee_code,address,postcode,"
        "lat,lon,position_quality,website,label_territories,citation,source_as_of,note"
    ),
    NETWORK / "observations.csv": "institution_key,observed_on,precision,state,confidence,source,source_url,note",
    NETWORK / "territory_observations.csv": "territory,observed_on,precision,statement,source,source_url,confidence",
    NETWORK / "agencies.csv": "key,name,short_name,aliases,region,country,citation,note",
    EXTRACT: (
        "code_bib;nom_de_l_etablissement;adresse;cp;ville;code_departement;departement;code_insee_commune;"
        "longitude;latitude;statut;type_adresse;surface;amplitude_horaire;nombre_de_salaries;nombre_de_benevoles"
    ),
}


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";" if path == EXTRACT else ",", strict=True))


INSTITUTIONS = read(NETWORK / "institutions.csv")
OBSERVATIONS = read(NETWORK / "observations.csv")
TERRITORY_OBSERVATIONS = read(NETWORK / "territory_observations.csv")
AGENCIES = read(NETWORK / "agencies.csv")
LIBRARIES = read(EXTRACT)
BY_KEY = {row["key"]: row for row in INSTITUTIONS}


def observations_of(key: str) -> list[dict[str, str]]:
    return [row for row in OBSERVATIONS if row["institution_key"] == key]


@pytest.mark.parametrize("path", HEADERS, ids=lambda path: path.name)
def test_a_file_has_its_header_unix_lines_no_bom_and_no_ragged_row(path):
    raw = path.read_bytes()
    assert not raw.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in raw
    assert raw.endswith(b"\n")
    assert raw.decode("utf-8").split("\n", 1)[0] == HEADERS[path]
    for row in read(path):
        assert None not in row, f"too many cells: {row}"
        assert None not in row.values(), f"too few cells: {row}"
        if path != EXTRACT:  # the extract keeps the Ministry's own spelling, spaces included
            assert all(value == value.strip() and "  " not in value for value in row.values()), row


def test_keys_are_unique_slugs():
    keys = [row["key"] for row in INSTITUTIONS + AGENCIES]
    assert [key for key, times in Counter(keys).items() if times > 1] == []
    assert [key for key in keys if not SLUG.fullmatch(key)] == []


def test_only_known_words_are_used():
    def used(rows, column):
        return {row[column] for row in rows}

    assert used(INSTITUTIONS, "kind") == {"cite-des-metiers", "centre-associe", "point-relais", "bibliotheque"}
    assert used(INSTITUTIONS, "host_kind") <= {
        "", "bibliotheque", "mission-locale", "info-jeunesse", "maison-de-l-emploi", "autre",
    }  # fmt: skip
    assert used(INSTITUTIONS, "position_quality") == {"", "exacte", "approximative"}
    assert used(OBSERVATIONS, "precision") == {"jour", "mois", "annee", "apres", "avant", "inconnue"}
    assert used(OBSERVATIONS, "state") == {"ouvert", "ferme", "en-projet", "absent-de-la-liste", "non-etabli"}
    assert used(OBSERVATIONS, "confidence") == {"forte", "moyenne", "faible"}
    assert used(TERRITORY_OBSERVATIONS, "statement") == {"aucune-structure"}
    assert {country for country in used(INSTITUTIONS, "country") if not re.fullmatch("[A-Z]{2}", country)} == set()


def test_a_centre_has_a_parent_cite_that_stands_above_it_and_nothing_else_has_one():
    seen: dict[str, dict[str, str]] = {}
    for row in INSTITUTIONS:
        if row["kind"] in CENTRES:
            assert row["parent_key"] in seen, f"{row['key']}: its parent must stand on an earlier line"
            assert seen[row["parent_key"]]["kind"] == "cite-des-metiers"
        else:
            assert (row["parent_key"], row["host_name"], row["host_kind"], row["host_key"]) == ("", "", "", ""), row["key"]
        seen[row["key"]] = row


def test_a_host_is_named_and_a_host_in_the_directory_is_of_the_kind_that_is_told():
    for row in INSTITUTIONS:
        assert bool(row["host_name"]) == bool(row["host_kind"]), row["key"]
        if row["host_key"]:
            assert BY_KEY[row["host_key"]]["kind"] == row["host_kind"]
            assert BY_KEY[row["host_key"]]["name"] == row["host_name"]


def test_a_position_is_whole_has_a_quality_and_lies_where_its_country_is():
    for row in INSTITUTIONS:
        assert len({bool(row["lat"]), bool(row["lon"]), bool(row["position_quality"])}) == 1, row["key"]
        if not row["lat"]:
            continue
        lat, lon = float(row["lat"]), float(row["lon"])
        assert lat != 0, row["key"]
        assert lon != 0, row["key"]
        if row["department"].startswith("97"):
            assert -22 < lat < 17, row["key"]
        else:
            assert 36 < lat < 52, row["key"]
            assert -10 < lon < 13, row["key"]
        assert row["position_quality"] == "approximative" or row["address"], f"{row['key']}: exact without a place"


def test_a_place_is_told_once_the_same_way():
    for row in INSTITUTIONS:
        if row["insee_code"]:
            assert re.fullmatch(r"(\d\d|2[AB])\d{3}", row["insee_code"]), row["key"]
            assert row["insee_code"].startswith(row["department"]), row["key"]
            assert row["department"], row["key"]
            assert row["city"], row["key"]
        if row["country"] != "FR":
            assert (row["department"], row["insee_code"], row["label_territories"]) == ("", "", ""), row["key"]
        assert not row["postcode"] or row["address"], row["key"]
        for territory in row["label_territories"].split():
            assert TERRITORY.fullmatch(territory), row["key"]


def test_every_row_has_a_source_and_web_addresses_are_whole():
    for row in INSTITUTIONS:
        assert row["citation"], row["key"]
        assert row["source_as_of"], row["key"]
    assert all(row["citation"] for row in AGENCIES)
    assert all(row["source"] for row in OBSERVATIONS + TERRITORY_OBSERVATIONS)
    addresses = [row["website"] for row in INSTITUTIONS]
    addresses += [row["source_url"] for row in OBSERVATIONS + TERRITORY_OBSERVATIONS]
    for address in filter(None, addresses):
        assert re.fullmatch(r"https?://[^\s/]+\.[a-z]{2,}(/[\x21-\x7e]*)?", address), address
        assert "..." not in address, f"shortened: {address}"


def test_what_was_only_remembered_is_not_carried_over():
    everything = "".join(path.read_text("utf-8") for path in HEADERS).lower()
    assert [word for word in ("de mémoire", "from memory") if word in everything] == []
    remembered = ("cours jourdan", "corentin", "cittadeimestieri.ti.ch", "vancouver", "éducacentre", "raizet", "les abymes")
    assert [word for word in remembered if word in everything] == []
    assert BY_KEY["cite-des-metiers-de-basse-normandie"]["city"] == ""
    assert BY_KEY["cite-des-metiers-du-grand-roissy-le-bourget"]["insee_code"] == ""


def test_the_day_of_an_observation_fits_its_precision():
    today = datetime.datetime.now(tz=datetime.UTC).date()
    for row in OBSERVATIONS + TERRITORY_OBSERVATIONS:
        assert bool(row["observed_on"]) == (row["precision"] != "inconnue"), row
        if not row["observed_on"]:
            continue
        day = datetime.date.fromisoformat(row["observed_on"])
        assert datetime.date(1993, 1, 1) <= day <= today, row
        assert row["precision"] != "mois" or day.day == 1, row
        assert row["precision"] not in {"annee", "apres"} or (day.month, day.day) == (1, 1), row
        assert row["precision"] != "avant" or (day.month, day.day) == (12, 31), row


def test_every_institution_is_observed_and_every_observation_is_of_a_known_institution():
    assert {row["institution_key"] for row in OBSERVATIONS} == set(BY_KEY)


def test_observations_stand_in_the_order_of_institutions_then_of_days_and_none_twice():
    rank = {key: place for place, key in enumerate(BY_KEY)}
    order = [(rank[row["institution_key"]], row["observed_on"] or "9999") for row in OBSERVATIONS]
    assert order == sorted(order)
    identities = Counter((row["institution_key"], row["observed_on"], row["state"], row["source"]) for row in OBSERVATIONS)
    assert [identity for identity, times in identities.items() if times > 1] == []
    days = Counter((row["institution_key"], row["observed_on"]) for row in OBSERVATIONS if row["observed_on"])
    assert [day for day, times in days.items() if times > 1] == [], "two statements of one day: which is the last?"


def test_a_low_confidence_lead_never_says_open_or_closed():
    assert [row for row in OBSERVATIONS if row["confidence"] == "faible" and row["state"] in {"ouvert", "ferme"}] == []


def test_an_undated_statement_settles_nothing():
    assert {row["state"] for row in OBSERVATIONS if row["precision"] == "inconnue"} == {"non-etabli"}


def test_an_unsettled_statement_never_hides_an_earlier_opening():
    for key in BY_KEY:
        states = [row["state"] for row in observations_of(key) if row["observed_on"]]
        if "non-etabli" in states:
            assert "ouvert" not in states, key


def test_the_article_opens_what_it_names_on_its_day():
    of_the_day = {row["institution_key"] for row in OBSERVATIONS if row["observed_on"] == ARTICLE_DAY}
    assert of_the_day == {
        "bpi", "centre-associe-de-la-bpi", "centre-associe-de-gap", "centre-associe-de-martigues",
        "centre-associe-de-l-isle-sur-la-sorgue", "centre-associe-de-brive", "centre-associe-de-gueret",
        "cite-des-metiers-de-paris", "cite-des-metiers-de-marseille", "cite-des-metiers-du-limousin",
        "cite-des-metiers-du-val-de-marne",
    }  # fmt: skip
    assert {row["state"] for row in OBSERVATIONS if row["observed_on"] == ARTICLE_DAY} == {"ouvert"}
    assert {row["confidence"] for row in OBSERVATIONS if row["observed_on"] == ARTICLE_DAY} == {"forte"}


def test_departments_04_and_06_are_empty_on_the_day_of_the_article_and_served_afterwards():
    told = {(row["territory"], row["observed_on"], row["precision"]) for row in TERRITORY_OBSERVATIONS}
    assert told == {("departement-04", ARTICLE_DAY, "jour"), ("departement-06", ARTICLE_DAY, "jour")}
    openings = defaultdict(set)
    for row in OBSERVATIONS:
        if row["state"] == "ouvert":
            openings[BY_KEY[row["institution_key"]]["department"]].add(row["observed_on"])
    assert openings["04"] == openings["06"] == {"2018-01-01"}
    assert openings["84"] == {ARTICLE_DAY}


def test_the_agencies_are_fifteen_and_the_regions_without_one_are_told_apart():
    regions = [row["region"] for row in AGENCIES]
    expected = {"84", "27", "53", "24", "44", "32", "75", "76", "28", "52", "93", "04", "03", "06"}
    assert sorted(filter(None, regions)) == sorted(f"region-{code}" for code in expected)
    assert [row["key"] for row in AGENCIES if not row["region"]] == ["structure-regionale-du-livre-de-nouvelle-caledonie"]


def test_the_extract_has_a_library_in_each_department_and_the_towns_of_the_article():
    assert len({row["departement"] for row in LIBRARIES}) == 101
    codes = [row["code_bib"] for row in LIBRARIES]
    assert len(codes) == len(set(codes))
    assert all(re.fullmatch(r"\d+\.0", code) for code in codes)
    wanted = "130.0 135.0 137.0 157.0 179.0 199.0 423.0 425.0 685.0 866.0 3951.0 4192.0 5382.0 6273.0 10565.0 14256.0"
    wanted += " 17619.0 18933.0"
    assert set(wanted.split()) <= set(codes)


def test_the_extract_has_no_false_position_and_no_closed_place_but_the_five_of_unknown_type():
    for row in LIBRARIES:
        assert bool(row["latitude"]) == bool(row["longitude"]), row
        assert not row["latitude"] or (float(row["latitude"]) != 0 and float(row["longitude"]) != 0), row
        assert bool(row["code_insee_commune"]) == (row["departement"] not in {"Corse-du-Sud", "Haute-Corse"}), row
    unknown = {row["code_bib"] for row in LIBRARIES if row["type_adresse"] == "Inconnue"}
    assert unknown == {"115.0", "639.0", "1024.0", "1492.0", "1578.0"}
    assert {row["type_adresse"] for row in LIBRARIES} == {"Bâtiment ouvert", "Inconnue"}


@pytest.mark.libraries_file
@pytest.mark.skipif(not os.environ.get("LIBRARIES_FILE"), reason="LIBRARIES_FILE names no copy of the Ministry's file")
def test_the_extract_says_what_the_ministrys_file_says():
    with Path(os.environ["LIBRARIES_FILE"]).open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file, delimiter=";")
        if not set(HEADERS[EXTRACT].split(";")) <= set(reader.fieldnames or ()):
            pytest.skip("not the 2024 export that the extract was written from")
        official = {row["code_bib"]: row for row in reader if row["code_bib"]}
    for row in LIBRARIES:
        assert row == {column: official[row["code_bib"]][column] for column in row}
