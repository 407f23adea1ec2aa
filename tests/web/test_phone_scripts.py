"""What is pure in the phone's scripts: which question follows which, and the rescue archive."""

import io
import json
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from fieldops.domain.answers import read_answers
from fieldops.domain.instalments import Instalment, terms_from_toml
from fieldops.domain.permissions import Role
from fieldops.domain.visiting import Outcome
from fieldops.settings import config_dir
from fieldops.web import phone_shell
from tests.builders.scripts import run

SCRIPTS = Path(phone_shell.__file__).parent / "static" / "phone"
ON = date(2026, 11, 24)
LINES = [
    {"amount": "300.00", "due_on": "2026-12-20"},
    {"amount": "200.00", "due_on": "2027-01-20"},
]
PROMISE = {"amount": "500.00", "due_on": "2026-12-20", "count": 2, "lines": LINES}
# Answers that fit every outcome; the questions decide which of them count.
ALL = {
    "who": "neighbour", "says": "no_information", "ability": "partly", "willingness": "hesitant",
    "sightings": ["vehicle_present", "for_sale_sign"], "plate_present": "川A12345",
    "recording_kept": "yes", "entered": "yes", "entry_consent": "yes", "asked_to_leave": "no",
    "note": "quiet", "promise": PROMISE, "payment": {"amount": "20.50", "method": "cash"},
}  # fmt: skip


def _run(script: str, module: str = "questions.js") -> Any:
    return run(SCRIPTS / module, script)


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


def test_instalments_travel_with_the_promise_and_a_single_sum_without() -> None:
    answers = {**ALL, "outcome": "promise"}
    body = _run(f"console.log(JSON.stringify(page.outcomeBody({json.dumps(answers)})))")
    assert body["promise"] == {
        "amount": "500.00", "due_on": "2026-12-20", "instalments": LINES,
    }  # fmt: skip
    answers["promise"] = {**PROMISE, "count": 1}
    body = _run(f"console.log(JSON.stringify(page.outcomeBody({json.dumps(answers)})))")
    assert body["promise"]["instalments"] == []


def _of_instalments(*told: str) -> list[Any]:
    return list(_run(f"console.log(JSON.stringify([{','.join(told)}]))", "instalments.js"))


def test_a_schedule_comes_to_its_sum_and_keeps_to_the_day_of_the_month() -> None:
    plain = {"amount": "1000", "count": 3, "first": "2027-01-31", "every": "month", "down": ""}
    huge = {**plain, "amount": "9007199254740993.01", "count": 2, "every": "week"}
    first, other, third = _of_instalments(
        f"page.schedule({json.dumps(plain)})",
        f"page.schedule({json.dumps({**plain, 'down': '100.50'})})",
        f"page.schedule({json.dumps(huge)})",
    )
    assert [one["amount"] for one in first] == ["333.33", "333.33", "333.34"]
    assert [one["due_on"] for one in first] == ["2027-01-31", "2027-02-28", "2027-03-31"]
    assert [one["amount"] for one in other] == ["100.50", "449.75", "449.75"]
    # Beyond what a floating number holds, to the coin.
    assert sum(Decimal(one["amount"]) for one in third) == Decimal("9007199254740993.01")
    assert [one["due_on"] for one in third] == ["2027-01-31", "2027-02-07"]


TERMS = {
    "most_instalments": 60, "longest_days": 1826,
    "own": {"most_instalments": 12, "longest_days": 366, "first_percent": 10,
            "first_within_days": 31},
}  # fmt: skip
WRONG: list[tuple[list[dict[str, Any]], str | None]] = [
    (LINES, None),
    ([], "count"),
    (LINES * 31, "count"),  # More than anybody may grant.
    ([{**LINES[0], "amount": "12,00"}], "amount"),  # A comma.
    ([{**LINES[0], "amount": "0"}], "amount"),  # Nought.
    ([{**LINES[0], "amount": "1.234"}], "amount"),  # Three decimals.
    ([{**LINES[0], "due_on": ""}], "due_on"),  # No day.
    ([{**LINES[0], "due_on": "2026-11-23"}], "due_on"),  # Yesterday.
    ([{**LINES[0], "due_on": "2027-11-26"}], "due_on"),  # Over a year on.
    ([LINES[0], LINES[0]], "order"),  # The same day twice.
    ([LINES[0], {**LINES[1], "due_on": "2032-01-01"}], "longest"),
]


def test_an_offer_is_checked_before_it_is_kept() -> None:
    told = _of_instalments(
        *(
            f"page.offerFault({json.dumps(lines)}, {json.dumps(TERMS)}, '{ON}')"
            for lines, _ in WRONG
        ),
        *(
            f"page.offerFault({json.dumps(LINES)}, {json.dumps(TERMS)}, '{ON}', {owed})"
            for owed in ("null", "'1000000.00'", "'0.01'")
        ),
    )
    assert told == [*(fault for _, fault in WRONG), None, None, "owed"]


def test_the_phone_and_the_service_agree_on_what_needs_the_office() -> None:
    lines = [
        LINES,
        [{**LINES[0], "amount": "10.00"}, LINES[1]],  # Too little with the first.
        [{**LINES[0], "due_on": "2027-01-10"}, LINES[1]],  # The first too late.
        [LINES[0], {**LINES[1], "due_on": "2028-01-01"}],  # Too long.
        [LINES[0]],
    ]
    told = _of_instalments(
        *(f"page.needsOffice({json.dumps(one)}, {json.dumps(TERMS)}, '{ON}')" for one in lines)
    )
    terms = terms_from_toml((config_dir() / "instalments" / "policy.toml").read_text("utf-8"))
    assert terms.to_json(Role.AGENT) == TERMS
    offers = [
        [Instalment(Decimal(one["amount"]), date.fromisoformat(one["due_on"])) for one in each]
        for each in lines[:-1]
    ]
    assert told == [*(not terms.may_agree(Role.AGENT, each, ON) for each in offers), False]


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
