"""Log lines carry no identity numbers, telephone numbers or secrets."""

import json

import pytest
import structlog

from fieldops import logs, settings


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("called 13912345678 twice", "called 139****5678 twice"),
        ("id 11010119900307001X.", "id 110101********001X."),
        ("号码13912345678无人接听", "号码139****5678无人接听"),
        ("证件11010119900307001X已核", "证件110101********001X已核"),
        ("visit 01a20b51 took 12345 ms", "visit 01a20b51 took 12345 ms"),
    ],
)
def test_numbers_of_people_are_masked_and_others_are_not(text: str, shown: str) -> None:
    assert logs.masked(text) == shown


@pytest.mark.parametrize("key", ["password", "otp", "token", "phone", "master_key", "name"])
def test_a_sensitive_key_is_never_written(key: str) -> None:
    assert logs.mask(None, "info", {key: "whatever it is"}) == {key: "***"}


@pytest.mark.parametrize(
    "value", [{"said": "13912345678"}, ["13912345678"], OSError("13912345678")]
)
def test_what_lies_deeper_is_masked_too(value: object) -> None:
    assert "13912345678" not in str(logs.mask(None, "info", {"rows": value}))


def test_a_line_for_machines_is_json_and_masked(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(settings.load({}, log_format="json"))
    try:
        structlog.get_logger("test").warning("said", detail="ring 13912345678")
    finally:
        structlog.reset_defaults()
    line = json.loads(capsys.readouterr().err)
    assert (line["event"], line["detail"], line["level"]) == ("said", "ring 139****5678", "warning")


def test_an_exception_in_a_line_is_masked(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(settings.load({}, log_format="json"))
    try:
        error = LookupError("nobody has 13912345678")
        structlog.get_logger("test").error("failed", exc_info=error)
    finally:
        structlog.reset_defaults()
    assert "13912345678" not in capsys.readouterr().err
