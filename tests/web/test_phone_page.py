"""The phone's page as it is served: for everybody alike, small, and its own version."""

import gzip
import io
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from fieldops.domain import answers, visiting
from fieldops.web import phone_shell, said_forms
from fieldops.web.catalogue import words
from tests.web.conftest import Reader

STATIC = Path(phone_shell.__file__).parent / "static"
SCRIPTS = STATIC / "phone"
BUDGET = 80_000


def _loaded(first: Path) -> set[Path]:
    """The scripts that a page loads, by following their imports."""
    found: set[Path] = set()
    open_ones = [first]
    while open_ones:
        path = open_ones.pop().resolve()
        if path not in found:
            found.add(path)
            imported = re.findall(r'from "(\.[^"]+)"', path.read_text("utf-8"))
            open_ones += [path.parent / name for name in imported if path.parent == SCRIPTS]
    return found


def test_the_first_load_fits_a_slow_network() -> None:
    loaded = _loaded(SCRIPTS / "main.js")
    assert (STATIC / "vendor" / "dexie.js").resolve() in loaded
    sizes = {path.name: len(gzip.compress(path.read_bytes(), 6)) for path in loaded}
    assert sum(sizes.values()) <= BUDGET, sizes


def test_a_phone_keeps_every_script_that_it_loads() -> None:
    kept = {(STATIC / name).resolve() for name in phone_shell.assets()}
    assert _loaded(SCRIPTS / "main.js") <= kept
    assert (STATIC / "vendor" / "tus.js").resolve() in kept


def test_the_page_is_the_same_for_everybody_and_needs_no_sign_in(client: FlaskClient) -> None:
    answer = client.get("/phone/")
    assert answer.status_code == 200
    client.set_cookie("fieldops_language", "en")
    assert client.get("/phone/").data == answer.data
    assert "csrf" not in answer.text
    assert "'unsafe" not in answer.headers["Content-Security-Policy"]


def test_a_link_of_the_office_leads_to_the_page(client: FlaskClient) -> None:
    answer = client.get("/phone")
    assert answer.status_code == 308
    assert answer.location.endswith("/phone/")


def test_everything_that_the_worker_keeps_can_be_fetched(client: FlaskClient) -> None:
    first = client.get("/phone/worker.js").text.split("\n")[0]
    kept = json.loads(first.removeprefix("const KEPT = ").removesuffix(";"))
    assert kept["addresses"][0] == "/phone/"
    for address in kept["addresses"]:
        with client.get(address) as answer:
            assert answer.status_code == 200, address


def test_another_byte_of_the_page_is_another_version(app: Flask) -> None:
    book = app.extensions["fieldops"].rulebook
    assert phone_shell.version("a", book) == phone_shell.version("a", book)
    assert phone_shell.version("a", book) != phone_shell.version("b", book)


@pytest.mark.parametrize("language", phone_shell.LANGUAGES)
def test_the_words_hold_all_that_the_scripts_ask_for(language: str, client: FlaskClient) -> None:
    told = json.loads(client.get(f"/phone/words/{language}.json").data)
    text = "\n".join(path.read_text("utf-8") for path in SCRIPTS.glob("*.js"))
    asked = set(re.findall(r'"(phone\.(?!html|css|js\b)\w+)"', text))
    assert not asked - told.keys()
    tables = set(re.findall(r'\bword\("(\w+)"', text))
    assert not tables - {key.split(".")[0] for key in told}
    assert told["rule.CN-TIME-01"]
    assert told["phone.leave"] == words(language)["phone.leave"]


def test_words_of_another_language_are_not_there(client: FlaskClient) -> None:
    assert client.get("/phone/words/fr.json").status_code == 404
    assert client.get("/phone/words/..%2fen.json").status_code == 404


def test_the_manifest_names_icons_that_are_drawn(client: FlaskClient) -> None:
    manifest = client.get("/phone/manifest.webmanifest")
    assert manifest.mimetype == "application/manifest+json"
    assert manifest.json is not None
    for icon in manifest.json["icons"]:
        drawn = Image.open(io.BytesIO(client.get(icon["src"]).data))
        assert f"{drawn.width}x{drawn.height}" == icon["sizes"]
    assert client.get("/phone/icon-100000.png").status_code == 404


@pytest.mark.parametrize(
    ("file", "name", "members"),
    [
        ("questions.js", "OUTCOMES", [*visiting.Outcome]),
        ("questions.js", "MET", [*visiting.MET]),
        ("questions.js", "WITNESSES", [*answers.Witness]),
        ("questions.js", "STATEMENTS", [*visiting.Statement]),
        ("questions.js", "SIGHTINGS", [*visiting.Sighting]),
        ("questions.js", "ABILITIES", [*visiting.Ability]),
        ("questions.js", "WILLINGNESSES", [*visiting.Willingness]),
        ("questions.js", "METHODS", [*answers.PaymentMethod]),
        ("said.js", "AT_THE_DOOR", said_forms.AT_THE_DOOR),
        ("said.js", "STANDING", said_forms.STANDING),
    ],
)
def test_the_phone_knows_the_same_words_as_the_service(
    file: str, name: str, members: list[str]
) -> None:
    found = re.search(rf"const {name} = \[(.*?)\];", (SCRIPTS / file).read_text("utf-8"), re.S)
    assert found
    assert sorted(re.findall(r'"([^"]+)"', found[1])) == sorted(members)


def test_an_agent_with_a_phone_is_led_to_its_page(reads: Callable[[str], Reader]) -> None:
    reader = reads("agent")
    phone = {"User-Agent": "Mozilla/5.0 (Linux; Android 14) Mobile Safari"}
    assert reader.client.get("/", headers=phone).location == "/phone/"
    assert reader.client.get("/").location == "/day"
