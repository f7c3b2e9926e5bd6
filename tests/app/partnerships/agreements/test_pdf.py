"""What file is taken, and under which name it is kept."""

import zlib

import pytest

from app.partnerships.agreements.pdf import NotAcceptable, read, safe_name
from tests.app.partnerships.agreements.files import HOSTILE, PLAIN, pdf


def test_a_plain_pdf_is_read_with_its_pages():
    found = read(pdf(3))
    assert (found.page_count, len(found.digest)) == (3, 64)


@pytest.mark.parametrize("name", PLAIN)
def test_what_does_nothing_by_itself_is_taken(name: str):
    assert read(pdf(change=PLAIN[name])).page_count == 1


@pytest.mark.parametrize("name", HOSTILE)
def test_what_acts_by_itself_is_refused(name: str):
    with pytest.raises(NotAcceptable, match="script, un fichier joint ou une action"):
        read(pdf(change=HOSTILE[name]))


def test_a_script_hidden_in_letters_or_in_an_unused_object_is_refused():
    disguised = pdf() + b"\n9 0 obj << /S /Java#53cript >> endobj"
    with pytest.raises(NotAcceptable, match="script"):
        read(disguised)


def test_a_script_in_a_compressed_stream_of_objects_is_refused():
    hidden = zlib.compress(b"4 0 << /S /JavaScript /JS (app.alert(1)) >>")
    start = b"%PDF-1.5\n"
    objects = [
        b"1 0 obj << /Type /Catalog /Pages 2 0 R /OpenAction 4 0 R >> endobj\n",
        b"2 0 obj << /Type /Pages /Kids [3 0 R] /Count 1 >> endobj\n",
        b"3 0 obj << /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >> endobj\n",
        b"5 0 obj << /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >> stream\n" % len(hidden)
        + hidden
        + b"\nendstream endobj\n",
    ]
    offsets, body = [], start
    for one in objects:
        offsets.append(len(body))
        body += one
    rows = [(0, 0, 255), *((1, at, 0) for at in offsets[:3]), (2, 5, 0), (1, offsets[3], 0), (1, len(body), 0)]
    table = b"".join(bytes([kind]) + at.to_bytes(3, "big") + bytes([last]) for kind, at, last in rows)
    body_at = len(body)
    body += b"6 0 obj << /Type /XRef /Size 7 /W [1 3 1] /Root 1 0 R /Length %d >> stream\n" % len(table) + table
    body += b"\nendstream endobj\nstartxref\n%d\n%%%%EOF" % body_at
    assert b"/JavaScript" not in body
    with pytest.raises(NotAcceptable, match="script"):
        read(body)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "vide"),
        (b"MZ\x90 pas un PDF", "n’est pas un PDF"),
        (b"<html><script>alert(1)</script></html>", "n’est pas un PDF"),
        (b"%PDF-1.7\n" + b"\xff" * 400, "lisible"),
        (pdf()[:200], "lisible"),
        (b"x" * 2000 + pdf(), "n’est pas un PDF"),
        (b"<html><script>alert(1)</script>\n" + pdf(), "n’est pas un PDF"),
        (b" " + pdf(), "n’est pas un PDF"),
        (pdf(0), "aucune page"),
        (pdf(password="secret"), "mot de passe"),
    ],
)
def test_what_is_no_readable_pdf_is_refused_with_what_to_do(content: bytes, said: str):
    with pytest.raises(NotAcceptable, match=said):
        read(content)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Protocole d’accord.pdf", "Protocole d’accord.pdf"),
        ("..\\..\\etc/passwd", "passwd.pdf"),
        ("/tmp/../convention.PDF", "convention.pdf"),
        ("a\r\nSet-Cookie: x=1.pdf", "a Set-Cookie x=1.pdf"),
        ("fdp.\u202eexe.pdf", "fdp. exe.pdf"),
        ("....", "document.pdf"),
        ("", "document.pdf"),
        (None, "document.pdf"),
        ("a" * 300 + ".pdf", "a" * 116 + ".pdf"),
        ('<img src=x onerror="alert(1)">.pdf', "img src=x onerror= alert(1).pdf"),
    ],
)
def test_a_name_is_kept_without_what_could_be_misread(given: str | None, kept: str):
    assert safe_name(given) == kept
