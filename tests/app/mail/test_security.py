"""Nothing travels in clear, nor to a stranger, when the settings ask for an encrypted server."""

import ssl
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult, LoginPassword
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy.orm import Session

from app.mail.models import Fate
from tests.app.mail.conftest import Post, Posted, again, settings_for

StartPost = Callable[..., Post]


@pytest.fixture
def configure(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    def set_for(post: Post, **others: Any) -> None:
        for name, value in settings_for(post, **others).items():
            monkeypatch.setitem(app.config, name, value)

    return set_for


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a certificate of 127.0.0.1 that nobody knows, with its key in the same file."""
    folder = tmp_path_factory.mktemp("certificate")
    key, path = folder / "key.pem", folder / "certificate.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"),
            *("-subj", "/CN=essai", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(path)),
        ],
        check=True,
        capture_output=True,
    )
    path.write_text(path.read_text() + key.read_text())
    return path


@pytest.fixture
def encrypted(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def test_a_server_without_starttls_gets_nothing_when_it_is_asked_for(
    posted: Posted, session: Session, start_post: StartPost, configure: Callable[..., None], run: FlaskCliRunner
):
    post = start_post()
    configure(post, SMTP_SECURITY="starttls", SMTP_USER="maillage", SMTP_PASSWORD="secret")
    row = posted()
    result = run.invoke(args=["mail", "send"])
    assert result.exit_code == 1
    assert "STARTTLS" in result.output
    assert again(session, row).attempts == 0
    assert not post.letters


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_is_checked(
    posted: Posted,
    session: Session,
    start_post: StartPost,
    configure: Callable[..., None],
    run: FlaskCliRunner,
    certificate: Path,
    encrypted: ssl.SSLContext,
    monkeypatch: pytest.MonkeyPatch,
    security: str,
):
    options = {"starttls": {"tls_context": encrypted, "require_starttls": True}, "tls": {"ssl_context": encrypted}}
    post = start_post(**options[security])
    configure(post, SMTP_SECURITY=security)
    row = posted()
    refused = run.invoke(args=["mail", "send"])
    assert refused.exit_code == 1
    assert "CERTIFICATE_VERIFY_FAILED" in refused.output
    assert not post.letters
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    assert run.invoke(args=["mail", "send"]).exit_code == 0
    assert again(session, row).fate == Fate.SENT
    assert len(post.letters) == 1


@pytest.mark.parametrize(("password", "leaves"), [("secret", True), ("autre", False)])
def test_an_account_on_the_server_is_used_and_its_refusal_costs_no_mail(
    posted: Posted,
    session: Session,
    start_post: StartPost,
    configure: Callable[..., None],
    run: FlaskCliRunner,
    certificate: Path,
    encrypted: ssl.SSLContext,
    monkeypatch: pytest.MonkeyPatch,
    password: str,
    leaves: bool,
):
    def authenticate(_server: object, _session: object, _envelope: object, _mechanism: str, given: object) -> AuthResult:
        return AuthResult(success=given == LoginPassword(b"maillage", b"secret"), handled=False)

    post = start_post(authenticator=authenticate, auth_required=True, tls_context=encrypted, require_starttls=True)
    configure(post, SMTP_SECURITY="starttls", SMTP_USER="maillage", SMTP_PASSWORD=password)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    row = posted()
    result = run.invoke(args=["mail", "send"])
    assert again(session, row).fate == (Fate.SENT if leaves else Fate.WAITING)
    assert row.attempts == (1 if leaves else 0)
    assert result.exit_code == (0 if leaves else 1)
    assert password not in result.output
