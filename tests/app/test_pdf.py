"""A PDF is made in a process of its own, that fetches nothing, is ended when it takes too long, and leaves the site light."""

import io
import sys

import pytest
from flask import Flask
from pypdf import PdfReader

from app import pdf
from app.alone import alone
from app.errors import Busy, Refusal
from app.extensions import db
from app.pdf import NotWritten, Queue, pdf_of

PAGE = '<html lang="fr"><title>Essai</title><p>Zoé – Œuvre</p>{}</html>'


@pytest.fixture(autouse=True)
def inside(app: Flask):
    with app.app_context():
        yield


def test_a_page_becomes_a_pdf_while_the_other_queue_is_busy():
    with alone(db.engine, Queue.VISITORS, Busy("")):
        made = pdf_of(PAGE.format(""), "p { color: red }", Queue.ORGANISERS)
    assert "Zoé – Œuvre" in PdfReader(io.BytesIO(made)).pages[0].extract_text()


def test_who_finds_their_queue_busy_is_told_so_at_once():
    with alone(db.engine, Queue.ORGANISERS, Busy("")), pytest.raises(Busy, match="déjà en préparation"):
        pdf_of(PAGE.format(""), "", Queue.ORGANISERS)


def test_nothing_is_fetched():
    with pytest.raises(NotWritten, match="reads no address"):
        pdf_of(PAGE.format('<img src="file:///etc/hostname" alt="">'), "", Queue.VISITORS)


def test_what_takes_too_long_is_ended_and_the_next_one_may_begin(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(pdf, "LONGEST_SECONDS", 0.05)
    for _ in range(2):
        with pytest.raises(Refusal, match="trop long") as refused:
            pdf_of(PAGE.format(""), "", Queue.VISITORS)
        assert not isinstance(refused.value, Busy)


def test_the_site_does_without_loading_what_draws(app: Flask):
    assert "app.meetings.workshops.leaflet" in sys.modules
    assert "weasyprint" not in sys.modules
