"""How a phone comes to trust the machine: the page, its certificate, and plain HTTP for them."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import Client

from fieldops.gateways import local_authority
from fieldops.web.plain import TrustOnly
from tests.conftest import NOW

NAMES = ("192.0.2.7", "office.local")


@pytest.fixture
def served(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """An installation that certifies itself."""
    local_authority.ensure(tmp_path, NAMES, at=NOW)
    parts = app.extensions["fieldops"]
    settings = replace(
        parts.settings, data_dir=tmp_path, tls="local", tls_names=NAMES,
        public_url="https://192.0.2.7:8620",
    )  # fmt: skip
    monkeypatch.setattr(parts, "settings", settings)
    return app.test_client()


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_the_page_names_the_authority_and_what_it_may_vouch_for(
    served: FlaskClient, language: str
) -> None:
    text = served.get("/trust", headers={"Accept-Language": language}).text
    told = local_authority.trusted(served.application.extensions["fieldops"].settings.data_dir)
    assert told is not None
    assert told.fingerprint in text
    assert all(name in text for name in NAMES)
    assert 'href="https://192.0.2.7:8620/phone"' in text


def test_the_certificate_is_what_phones_install(served: FlaskClient) -> None:
    answer = served.get("/trust/authority.crt")
    assert answer.mimetype == "application/x-x509-ca-cert"
    assert answer.data.startswith(b"-----BEGIN CERTIFICATE-----")


@pytest.mark.parametrize("path", ["/trust", "/trust/authority.crt"])
def test_an_installation_behind_a_proxy_has_no_such_page(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def _inside(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
    start("200 OK", [("Set-Cookie", "session=x"), ("X-Cookie", environ.get("HTTP_COOKIE", ""))])
    return [b"inside"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/trust", 200),
        ("HEAD", "/trust/authority.crt", 200),
        ("GET", "/static/base.css", 200),
        ("GET", "/", 307),
        ("GET", "/trusted", 307),
        ("POST", "/trust", 307),
        ("POST", "/api/v1/auth/token", 307),
    ],
)
def test_plain_http_shows_nothing_else_and_carries_no_cookie(
    method: str, path: str, status: int
) -> None:
    client = Client(TrustOnly(_inside, "https://192.0.2.7:8620/"))
    answer = client.open(path, method=method, headers={"Cookie": "fieldops_page=secret"})
    assert answer.status_code == status
    assert "Set-Cookie" not in answer.headers
    assert answer.headers.get("X-Cookie", "") == ""
    if status == 307:
        assert answer.headers["Location"] == "https://192.0.2.7:8620/"
