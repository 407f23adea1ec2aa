"""`serve --tls`: which names are served, and what the parts of the service are told."""

import os
from pathlib import Path

import pytest

from fieldops import settings
from fieldops.app import create_app
from fieldops.cli import serving_tls, supervising, web_server
from fieldops.settings import SettingsError


@pytest.fixture
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data directory in an environment that is put back afterwards."""
    for name in ("TLS", "TLS_NAMES", "HOST", "PUBLIC_URL", "SETTINGS"):
        # Set and then unset, so that what is written meanwhile is forgotten too.
        monkeypatch.setenv(f"FIELDOPS_{name}", "x")
        monkeypatch.delenv(f"FIELDOPS_{name}")
    monkeypatch.setenv("FIELDOPS_DATA_DIR", str(tmp_path))
    return tmp_path


def test_phones_are_led_to_the_first_name_and_can_reach_it(directory: Path) -> None:
    serving_tls.prepare(["office.local", "192.0.2.7"])
    loaded = settings.load()
    assert (loaded.tls, loaded.tls_names) == ("local", ("office.local", "192.0.2.7"))
    assert (loaded.host, loaded.public_url) == ("0.0.0.0", "https://office.local:8620")
    assert loaded.trust_url == "http://office.local:8621/trust"


def test_what_a_house_has_set_stays(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIELDOPS_HOST", "192.0.2.7")
    monkeypatch.setenv("FIELDOPS_PUBLIC_URL", "https://visits.example")
    serving_tls.prepare(["visits.example"])
    assert os.environ["FIELDOPS_HOST"] == "192.0.2.7"
    assert os.environ["FIELDOPS_PUBLIC_URL"] == "https://visits.example"


def test_a_name_that_phones_do_not_trust_ends_the_start(directory: Path) -> None:
    serving_tls.prepare(["office.local"])
    with pytest.raises(SettingsError, match=r"bank\.example"):
        serving_tls.prepare(["bank.example"])


def test_an_address_that_is_the_machines_no_longer_is_served_no_longer(
    directory: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(serving_tls, "machine_names", lambda: ["192.0.2.7", "office.local"])
    serving_tls.prepare([])
    monkeypatch.setattr(serving_tls, "machine_names", lambda: ["192.0.2.8", "office.local"])
    monkeypatch.delenv("FIELDOPS_TLS_NAMES")
    serving_tls.prepare([])
    assert os.environ["FIELDOPS_TLS_NAMES"] == "office.local"
    assert "192.0.2.7" in capsys.readouterr().err


def test_the_web_part_gets_the_certificate_and_plain_http_a_part_of_its_own(
    directory: Path,
) -> None:
    serving_tls.prepare(["office.local"])
    loaded = settings.load()
    names = [part.name for part in supervising._parts(loaded, create_app(loaded), ())]
    assert names[-2:] == ["plain", "web"]
    told = web_server.pages(loaded)
    assert told["certfile"] == str(directory / "tls" / "server.pem")


def test_without_it_there_is_plain_http_alone(directory: Path) -> None:
    loaded = settings.load()
    parts = supervising._parts(loaded, create_app(loaded), ())
    assert "plain" not in [part.name for part in parts]
    assert "certfile" not in web_server.pages(loaded)
    assert loaded.trust_url == ""


def test_this_machine_has_names_that_a_certificate_can_carry() -> None:
    names = serving_tls.machine_names()
    assert {"localhost", "127.0.0.1"} <= set(names)
    assert len(names) == len(set(names))
