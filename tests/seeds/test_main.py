"""`python -m seeds`, as one types it: dry by default, all or nothing, one sentence on bad input."""

import contextlib
import subprocess
import sys

import pytest
import sqlalchemy as sa

from seeds import fetch
from tests.seeds.answers import send
from tests.seeds.library_samples import FILES, file_of, row, text_of

SAMPLE = str(FILES / "libraries-2024.csv")


def count(content, table: str = "institution") -> int:
    return len(content()[table])


def test_without_write_the_command_tells_and_writes_nothing(run, content):
    before = content()
    code, out, _ = run("libraries", SAMPLE)
    assert code == 0
    assert "Bibliothèques : 9 lignes lues ; 9 ajoutées, 0 changée, 0 inchangée, 0 disparue, 0 refusée" in out
    assert "+ Médiathèque inventée des Essais (bib-900001)" in out
    assert "Rien n’a été écrit. Ajoutez --write pour appliquer ces changements." in out
    assert content() == before


def test_with_write_the_changes_are_there_and_a_second_run_finds_none(run, content):
    code, out, _ = run("libraries", SAMPLE, "--write", "--date", "2024-08-22")
    assert (code, count(content), "Rien n’a été écrit" in out) == (0, 9, False)
    before = content()
    code, out, _ = run("libraries", SAMPLE, "--write")
    assert (code, content() == before) == (0, True)
    assert "0 ajoutée, 0 changée, 9 inchangées, 0 disparue" in out


def test_the_refused_and_repaired_rows_are_in_a_csv_for_people(run, tmp_path):
    formula = row("900003.0", nom_de_l_etablissement="", code_insee_commune="04070")
    path = file_of(tmp_path, row("900001.0"), row("900002.0", longitude="", latitude=""), formula)
    report = tmp_path / "rapports" / "essai.csv"
    code, out, _ = run("libraries", path, "--report", str(report))
    assert code == 0
    assert f"Lignes refusées, réparées ou non rapprochées : {report}" in out
    assert report.read_bytes().decode("utf-8-sig").split("\r\n") == [
        "source;ligne;suite;clé;motif",
        "Bibliothèques;4;refusée;900003;sans nom",
        "Bibliothèques;3;réparée;900002;sans coordonnées : placée au point de la commune",
        "",
    ]
    assert report.read_bytes().startswith(b"\xef\xbb\xbf")


def test_a_report_without_a_name_goes_to_the_local_folder(run, tmp_path):
    _, out, _ = run("libraries", SAMPLE)
    (path,) = (tmp_path / "local" / "rapports").glob("libraries-*.csv")
    assert str(path) in out


def test_no_report_is_written_when_there_is_nothing_to_report(run, tmp_path):
    run("libraries", file_of(tmp_path, row("900001.0")))
    assert not (tmp_path / "local").exists()


@pytest.mark.parametrize("write", [[], ["--write"]])
def test_a_report_that_cannot_be_written_is_said_before_anything_is_changed(run, content, tmp_path, write):
    (tmp_path / "fichier").write_text("")
    before = content()
    outcome = run("libraries", SAMPLE, "--report", str(tmp_path / "fichier" / "rapport.csv"), *write)
    assert_refused(outcome)
    assert "ne peut pas être écrit" in outcome[2]
    assert content() == before


def test_without_a_source_the_official_address_is_read(run, content, serve, monkeypatch):
    monkeypatch.setenv("LIBRARIES_URL", serve(lambda handler: send(handler, (FILES / "libraries-2024.csv").read_bytes())))
    code, _, _ = run("libraries", "--write")
    assert (code, count(content)) == (0, 9)


def test_an_address_gives_its_day_to_the_data(run, content, serve):
    body = (FILES / "libraries-2025.csv").read_bytes()
    url = serve(lambda handler: send(handler, body, Last_Modified="Wed, 27 Aug 2025 11:07:24 GMT"))
    assert run("libraries", url, "--write")[0] == 0
    (source,) = [line for line in content()["data_source"] if "bibliotheques" in line]
    assert "datetime.date(2025, 8, 27)" in source
    assert url in source


def stalls(handler) -> None:
    send(handler, b"cp;code_bib\n", Content_Length="5000")
    handler.wfile.flush()
    handler.connection.settimeout(5)
    with contextlib.suppress(OSError):
        handler.connection.recv(1)


BAD_FILES = {
    "pdf": b"%PDF-1.7\n\x00\x01",
    "texte": "Bonjour, ceci n’est pas un tableau.".encode(),
    "autres colonnes": b"nom;ville\nA;B\n",
    "page": b"<!DOCTYPE html><html></html>",
    "tronqué": text_of(row("900001.0"), row("900002.0")).encode()[:-60],
    "json tronqué": b'[{"code_bib": "900001.0", "nom_de',
    "ligne énorme": text_of(row("900001.0")).encode() + b"x" * 3_000_000,
    "vide": b"",
    "nuls": text_of(row("900001.0")).encode() + b"\0" * 50,
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_bad_file_gets_one_sentence_and_changes_nothing(run, content, tmp_path, name):
    run("libraries", SAMPLE, "--write")
    before = content()
    path = tmp_path / "essai.csv"
    path.write_bytes(BAD_FILES[name])
    assert_refused(run("libraries", str(path), "--write"))
    assert content() == before


@pytest.mark.parametrize(
    "answer",
    [
        lambda handler: send(handler, b"<h1>introuvable</h1>", 404),
        lambda handler: send(handler, b"<!DOCTYPE html><html>Maintenance</html>"),
        lambda handler: send(handler, b"cp;code_bib\n", Content_Length="5000"),
        lambda handler: send(handler, b"", 302, Location="file:///etc/passwd"),
        stalls,
    ],
    ids=["404", "HTML", "cut short", "to a file", "stalls"],
)
def test_a_bad_server_gets_one_sentence_and_changes_nothing(run, content, serve, monkeypatch, answer):
    monkeypatch.setattr(fetch, "TOTAL_SECONDS", 1.0)
    run("libraries", SAMPLE, "--write")
    before = content()
    assert_refused(run("libraries", serve(answer), "--write"))
    assert content() == before


@pytest.mark.parametrize("source", ["absent.csv", ".", "/dev/zero", "http://127.0.0.1:9/x", "file:///etc/passwd"])
def test_a_source_that_is_not_there_gets_one_sentence(run, source):
    assert_refused(run("libraries", source, "--write"))


def assert_refused(outcome) -> None:
    code, out, err = outcome
    assert code == 1
    assert out == ""
    assert err.count("\n") == 1
    assert err.endswith(".\n")
    assert "Traceback" not in err


def test_a_latin_1_file_is_read_like_another(run, content, tmp_path):
    path = tmp_path / "latin.csv"
    path.write_bytes((FILES / "libraries-2024.csv").read_text("utf-8-sig").encode("latin-1"))
    run("libraries", str(path), "--write")
    assert any("Médiathèque inventée des Essais" in line for line in content()["institution"])


def test_a_row_that_the_database_refuses_undoes_all_the_others(run, content, own_database, tmp_path):
    run("libraries", SAMPLE, "--write")
    engine = sa.create_engine(own_database)
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE institution SET code_bib = '900100' WHERE source_key = '900009'"))
    engine.dispose()
    before = content()
    rows = [row(f"{number}.0", surface="77") for number in (900_001, 900_100, 900_101)]
    code, out, err = run("libraries", file_of(tmp_path, *rows), "--write")
    assert (code, out, err.startswith("La base refuse une ligne de ce fichier (")) == (1, "", True)
    assert content() == before


def test_the_network_and_the_agencies_are_loaded_by_name(run, content):
    assert run("agencies", "--write")[0] == 0
    assert count(content) == 15
    assert run("network", "--write")[0] == 0
    assert count(content) == 79


def test_all_tells_everything_and_writes_nothing_without_write(run, content, serve, monkeypatch):
    monkeypatch.setenv("LIBRARIES_URL", serve(lambda handler: send(handler, (FILES / "libraries-2024.csv").read_bytes())))
    before = content()
    code, out, _ = run()
    assert code == 0
    titles = ("Territoires", "Agences régionales du livre", "Bibliothèques", "Réseau des Cités des métiers")
    places = [out.index(f"{title} : ") for title in titles]
    assert places == sorted(places)
    assert "Rien n’a été écrit" in out
    assert content() == before
    assert run("all", "--write")[0] == 0
    assert count(content) == 15 + 9 + 64


def test_all_is_all_or_nothing(run, content):
    before = content()
    assert_refused(run("all", "--write"))
    assert content() == before


@pytest.mark.parametrize("what", ["all", "territories"])
def test_a_source_goes_with_one_seed_that_takes_it(run, what):
    assert_refused(run(what, SAMPLE))


@pytest.mark.parametrize("arguments", [["inconnu"], ["libraries", "a", "b"], ["libraries", "--date", "hier"], ["--quoi"]])
def test_a_command_that_is_not_understood_is_said_in_french(run, capsys, arguments):
    with pytest.raises(SystemExit) as stopped:
        run(*arguments)
    assert stopped.value.code == 2
    assert capsys.readouterr().err.startswith("Commande non comprise")


def test_a_first_run_without_network_loads_the_extract_and_says_so(run, content):
    code, out, _ = run("first-run")
    assert code == 0
    assert "n’est pas joignable. Un extrait de 116 bibliothèques est chargé à la place." in out
    assert count(content) == 15 + 116 + 64
    before = content()
    assert run("first-run") == (0, "", "")
    assert content() == before


def test_a_first_run_takes_the_official_file_when_it_answers(run, content, serve, monkeypatch):
    monkeypatch.setenv("LIBRARIES_URL", serve(lambda handler: send(handler, (FILES / "libraries-2024.csv").read_bytes())))
    assert run("first-run")[0] == 0
    assert count(content) == 15 + 9 + 64


def test_a_first_run_that_gets_a_web_page_instead_loads_the_extract(run, content, serve, monkeypatch):
    monkeypatch.setenv("LIBRARIES_URL", serve(lambda handler: send(handler, b"<html>portail captif</html>")))
    code, out, _ = run("first-run")
    assert (code, count(content)) == (0, 15 + 116 + 64)
    assert "est une page web" in out


def test_a_first_run_takes_the_file_that_one_has_and_only_once(run, content, tmp_path):
    code, _, _ = run("first-run", "--libraries", SAMPLE)
    assert (code, count(content)) == (0, 15 + 9 + 64)
    before = content()
    assert run("first-run", "--libraries", SAMPLE) == (0, "", "")
    assert content() == before
    again = file_of(tmp_path, *(row(f"{number}.0") for number in range(900_001, 900_012)))
    assert run("first-run", "--libraries", again)[0] == 0
    assert count(content) == 15 + 9 + 64 + 3


def test_a_first_run_with_a_bad_file_says_so_and_changes_nothing(run, content):
    before = content()
    assert_refused(run("first-run", "--libraries", "absent.csv"))
    assert content() == before


def test_the_module_runs_as_a_command_and_tells_how_in_french():
    shown = subprocess.run([sys.executable, "-m", "seeds", "--help"], capture_output=True, text=True, check=True)
    assert "Sans --write, dit seulement ce qui changerait." in " ".join(shown.stdout.split())
