"""What is read from a path or an address, and the one sentence that says why it cannot be."""

import gzip
import os
import time
from datetime import date
from http.server import BaseHTTPRequestHandler

import pytest

from seeds import fetch as module
from seeds.fetch import fetch
from seeds.sync import SourceError, digest
from tests.seeds.answers import send


def test_a_file_is_read_whole_with_its_digest(tmp_path):
    path = tmp_path / "liste.csv"
    path.write_bytes(b"a;b\n1;2\n")
    document = fetch(str(path))
    assert (document.content, document.digest) == (b"a;b\n1;2\n", digest(b"a;b\n1;2\n"))
    assert (document.modified, document.url) == (None, None)


def test_a_compressed_file_is_unpacked(tmp_path):
    path = tmp_path / "liste.csv.gz"
    path.write_bytes(gzip.compress(b"a;b\n1;2\n"))
    assert fetch(str(path)).content == b"a;b\n1;2\n"


def test_an_address_is_read_with_the_day_that_the_server_says(serve):
    url = serve(lambda handler: send(handler, b"a;b\n", Last_Modified="Wed, 27 Aug 2025 11:07:24 GMT"))
    document = fetch(url)
    assert (document.content, document.modified, document.url) == (b"a;b\n", date(2025, 8, 27), url)


def test_a_redirection_is_followed(serve):
    there = serve(lambda handler: send(handler, b"a;b\n"))
    here = serve(lambda handler: send(handler, b"", 302, Location=there))
    assert fetch(here).content == b"a;b\n"


def refused(source: str, words: str, seconds: float = 5) -> None:
    with pytest.raises(SourceError) as refusal:
        fetch(source, seconds)
    sentence = str(refusal.value)
    assert words in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence


def test_a_file_that_is_not_there_is_refused(tmp_path):
    refused(str(tmp_path / "absent.csv"), "n’existe pas")


def test_a_folder_is_refused(tmp_path):
    refused(str(tmp_path), "est un dossier")


def test_a_device_is_refused():
    refused("/dev/zero", "n’est pas un fichier ordinaire")


def test_an_empty_file_is_refused(tmp_path):
    (tmp_path / "vide.csv").write_bytes(b" \n")
    refused(str(tmp_path / "vide.csv"), "est vide")


def test_a_name_that_no_file_can_have_is_refused():
    refused("x" * 5000, "ne peut pas être lu")


def test_a_file_of_two_gigabytes_is_refused_without_being_read(tmp_path):
    path = tmp_path / "énorme.csv"
    with path.open("wb") as file:
        file.write(b"a;b")
        os.truncate(file.fileno(), 2_000_000_000)
    began = time.monotonic()
    refused(str(path), "dépasse 100 Mo")
    assert time.monotonic() - began < 5


def test_a_compressed_file_that_swells_without_end_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "LARGEST", 1_000_000)
    path = tmp_path / "bombe.gz"
    path.write_bytes(gzip.compress(b"0" * 5_000_000))
    refused(str(path), "dépasse 1 Mo")


def test_a_compressed_file_cut_short_is_refused(tmp_path):
    path = tmp_path / "coupé.csv.gz"
    path.write_bytes(gzip.compress(os.urandom(5000))[:-100])
    refused(str(path), "incomplet")


def test_an_archive_is_refused(tmp_path):
    path = tmp_path / "liste.xlsx"
    path.write_bytes(b"PK\x03\x04etc")
    refused(str(path), "archive ZIP ou un classeur")


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://127.0.0.1/liste.csv", "javascript://x"])
def test_only_http_and_https_are_read(url):
    refused(url, "http ou https")


@pytest.mark.parametrize("status", [404, 403, 500, 503])
def test_an_error_of_the_server_is_said_with_its_number(serve, status):
    refused(serve(lambda handler: send(handler, b"<h1>?</h1>", status)), f"l’erreur {status}")


def test_a_server_that_is_not_there_is_said():
    refused("http://127.0.0.1:9/liste.csv", "n’est pas joignable")


def test_a_name_that_means_nothing_is_said():
    refused("http://", "http")


def test_a_redirection_to_a_file_of_this_machine_is_refused(serve):
    refused(serve(lambda handler: send(handler, b"", 302, Location="file:///etc/passwd")), "n’est pas lisible en http")


def test_a_redirection_without_end_is_refused(serve):
    refused(serve(lambda handler: send(handler, b"", 302, Location=handler.path)), "renvoie sans fin")


def test_a_download_cut_short_is_refused(serve):
    refused(serve(lambda handler: send(handler, b"a;b\n1;", Content_Length="5000")), "s’est interrompu")


def test_a_download_without_end_is_refused(serve, monkeypatch):
    monkeypatch.setattr(module, "LARGEST", 1_000_000)

    def pour(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        try:
            while True:
                handler.wfile.write(b"x" * 65536)
        except OSError:
            pass

    refused(serve(pour), "dépasse 1 Mo")


def silent(handler: BaseHTTPRequestHandler) -> None:
    time.sleep(3)


def stalls_in_the_middle(handler: BaseHTTPRequestHandler) -> None:
    send(handler, b"a;b\n", Content_Length="5000")
    handler.wfile.flush()
    time.sleep(3)


def sends_a_byte_now_and_then(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "5000")
    handler.end_headers()
    for _ in range(30):
        handler.wfile.write(b"x")
        handler.wfile.flush()
        time.sleep(0.1)


@pytest.mark.parametrize("answer", [silent, stalls_in_the_middle, sends_a_byte_now_and_then])
def test_a_server_that_stalls_is_left_at_the_deadline(serve, answer):
    began = time.monotonic()
    refused(serve(answer), "ne répond pas assez vite", seconds=0.7)
    assert time.monotonic() - began < 2
