"""What is pure in the phone's scripts: which question follows which, and the rescue archive."""

import base64
import io
import json
import os
import shutil
import subprocess
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from fieldops.domain.answers import read_answers
from fieldops.domain.visiting import Outcome
from fieldops.web import phone_shell

SCRIPTS = Path(phone_shell.__file__).parent / "static" / "phone"
ON = date(2026, 11, 24)
PROMISE = {"amount": "500", "due_on": "2026-12-20", "count": 6, "words": "6 × 500"}
# Answers that fit every outcome; the questions decide which of them count.
ALL = {
    "who": "neighbour", "says": "no_information", "ability": "partly", "willingness": "hesitant",
    "sightings": ["vehicle_present", "for_sale_sign"], "plate_present": "川A12345",
    "recording_kept": "yes", "entered": "yes", "entry_consent": "yes", "asked_to_leave": "no",
    "note": "quiet", "promise": PROMISE, "payment": {"amount": "20.50", "method": "cash"},
}  # fmt: skip


def _run(script: str, module: str = "questions.js") -> Any:
    node = shutil.which("node")
    if node is None:
        assert os.environ.get("CI") != "true", "node must be there on CI"
        pytest.skip("node is missing; see scripts/install_test_programs.sh")
    # A file that lies in no package is a script of the old kind to node; an address of data is not.
    coded = base64.b64encode((SCRIPTS / module).read_bytes()).decode()
    source = f'import * as page from "data:text/javascript;base64,{coded}";\n{script}'
    command = [node, "--input-type=module", "-e", source]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def _asked(answers: dict[str, Any], recorded: bool = True) -> list[str]:
    told = f"page.questions({json.dumps(answers)}, {json.dumps(recorded)})"
    return list(_run(f"console.log(JSON.stringify({told}.map((one) => one.name)))"))


def test_nothing_but_what_happened_is_asked_first() -> None:
    assert _asked({}) == ["outcome"]


def test_a_promise_asks_for_its_figures_and_no_payment() -> None:
    asked = _asked({"outcome": "promise"})
    assert "promise" in asked
    assert "payment" not in asked


def test_an_empty_house_is_asked_nothing_that_somebody_must_have_said() -> None:
    asked = _asked({"outcome": "vacant"})
    assert not {"who", "says", "ability", "asked_to_leave"} & set(asked)
    assert "sightings" in asked


def test_consent_is_asked_only_of_who_went_in() -> None:
    assert "entry_consent" not in _asked({"outcome": "met_debtor", "entered": "no"})
    assert "entry_consent" in _asked({"outcome": "met_debtor", "entered": "yes"})


def test_a_vehicle_that_was_seen_needs_its_plate() -> None:
    asked = _asked({"outcome": "no_answer", "sightings": ["vehicle_absent"]})
    assert "plate_absent" in asked
    assert "plate_present" not in asked


def test_no_recording_is_asked_for_where_none_was_made() -> None:
    assert "recording_kept" not in _asked({"outcome": "no_answer"}, recorded=False)


def test_whatever_is_answered_the_service_takes_the_body() -> None:
    every = json.dumps([{**ALL, "outcome": outcome.value} for outcome in Outcome])
    bodies = _run(f"console.log(JSON.stringify({every}.map((one) => page.outcomeBody(one))))")
    for outcome, body in zip(Outcome, bodies, strict=True):
        assert body.pop("outcome") == outcome
        read = read_answers(body, outcome, ON)
        assert (read.promise is not None) == (outcome is Outcome.PROMISE)
        assert (read.payment is not None) == (outcome is Outcome.PAYMENT)


def test_an_offer_of_instalments_stands_in_the_note() -> None:
    answers = {**ALL, "outcome": "promise"}
    body = _run(f"console.log(JSON.stringify(page.outcomeBody({json.dumps(answers)})))")
    assert body["note"] == "quiet\n6 × 500"
    assert body["promise"] == {"amount": "500", "due_on": "2026-12-20"}


WRONG: list[tuple[dict[str, Any], str | None]] = [
    ({}, None),
    ({"amount": "12,00"}, "amount"),  # A comma.
    ({"amount": "0"}, "amount"),  # Nought.
    ({"amount": "1.234"}, "amount"),  # Three decimals.
    ({"due_on": ""}, "due_on"),  # No day.
    ({"due_on": "2026-11-23"}, "due_on"),  # Yesterday.
    ({"due_on": "2027-11-26"}, "due_on"),  # Over a year on.
    ({"count": 0}, "count"),  # No instalment.
    ({"count": None}, "count"),  # Not a number.
]


def test_a_promise_is_checked_before_it_is_kept() -> None:
    every = json.dumps([{**PROMISE, **change} for change, _ in WRONG])
    told = _run(
        f"console.log(JSON.stringify({every}.map((one) => page.promiseFault(one, '{ON}'))))"
    )
    assert told == [fault for _, fault in WRONG]


def test_the_rescue_file_is_an_archive_that_every_program_opens() -> None:
    script = """
    const files = [{ name: "entries.json", blob: new Blob(["{}"]) }, { name: "外访/照片.jpg", blob: new Blob([new Uint8Array(70000)]) }];
    const whole = new Uint8Array(await (await page.zip(files)).arrayBuffer());
    console.log(JSON.stringify(Buffer.from(whole).toString("latin1")));
    """  # noqa: E501  # A script reads best unbroken.
    data = _run(script, "zip.js").encode("latin1")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["entries.json", "外访/照片.jpg"]
        assert archive.read("entries.json") == b"{}"
        assert archive.read("外访/照片.jpg") == bytes(70_000)
