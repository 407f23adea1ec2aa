"""`fieldops rules`: list, explain and test."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from fieldops.cli.rules import rules
from tests.domain.rulebook.builders import SHIPPED, raw_proposal

NIGHT = ("2026-03-02T21:40:00+08:00", "2026-03-02T22:10:00+08:00")
TRUE = {"allowed": False, "rules": ["CN-TIME-01"], "next_legal": "2026-03-03T08:00:00+08:00"}


def run(*args: str) -> Result:
    """One call of the command."""
    return CliRunner().invoke(rules, list(args))


def case(**expect: Any) -> str:
    """A line: a visit that ends after ten at night, policies off."""
    whole = raw_proposal(*NIGHT) | {"name": "ends after ten", "policies": False, "expect": expect}
    return json.dumps(whole, ensure_ascii=False)


def run_test(path: Path, *lines: str) -> Result:
    """The test command on a file of these lines."""
    file = path / "cases.jsonl"
    file.write_text("\n".join(lines), encoding="utf-8")
    return run("test", str(file))


def test_cases_that_come_out_right_are_counted(tmp_path: Path) -> None:
    found = run_test(tmp_path, case(**TRUE), "", case())
    assert (found.exit_code, found.stdout) == (0, "2 judged, 0 differ\n")


@pytest.mark.parametrize(
    ("expect", "told"),
    [
        ({"allowed": True}, "allowed: expected true, found false"),
        ({"rules": []}, "rules: expected [], found [CN-TIME-01]"),
        ({"next_legal": None}, "next_legal: expected null, found 2026-03-03T08:00:00+08:00"),
    ],
)
def test_a_case_that_differs_is_printed(tmp_path: Path, expect: dict[str, Any], told: str) -> None:
    found = run_test(tmp_path, case(**TRUE), case(**(TRUE | expect)))
    assert found.exit_code == 1
    assert f"line 2: ends after ten: {told}\n" in found.stdout


def test_the_same_instant_in_another_zone_does_not_differ(tmp_path: Path) -> None:
    assert run_test(tmp_path, case(next_legal="2026-03-03T00:00:00Z")).exit_code == 0


def test_an_allowed_case_may_expect_no_next_start(tmp_path: Path) -> None:
    whole = raw_proposal() | {"expect": {"allowed": True, "rules": [], "next_legal": None}}
    assert run_test(tmp_path, json.dumps(whole)).exit_code == 0


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('{"contact": ', "(whole): is not JSON"),
        ('{"contact": 1, "contact": 2}', "contact: stands twice"),
        ('{"contact": NaN}', "NaN is not a number"),
        ("[" * 100_000, "(whole): is "),
        (json.dumps(raw_proposal("2026-03-02T10:00:00")), "contact.start: has no offset"),
        (json.dumps(raw_proposal() | {"expect": {"rule": []}}), "expect.rule: is not a known key"),
    ],
)
def test_a_bad_line_is_named_with_its_field(tmp_path: Path, line: str, told: str) -> None:
    found = run_test(tmp_path, case(**TRUE), line)
    assert found.exit_code == 2
    assert "line 2: " in found.stderr
    assert told in found.stderr


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("secondary reports", "Lifted by")),
        ("zh", ("夜间", "待律师核对", "可解除")),
    ],
)
def test_a_rule_is_explained_in_both_languages(language: str, words: tuple[str, ...]) -> None:
    found = run("explain", "CN-TIME-01", "--lang", language)
    assert found.exit_code == 0
    assert all(word in found.stdout for word in words)


def test_an_unknown_rule_is_refused_in_one_line() -> None:
    found = run("explain", "CN-MOON-01")
    assert (found.exit_code, found.stderr.count("\n")) == (2, 1)


def test_the_list_says_that_nobody_has_signed() -> None:
    found = run("list")
    assert found.exit_code == 0
    assert "CN-CREW-01" in found.stdout
    assert "no lawyer has signed" in found.stdout


def test_the_list_fits_eighty_columns() -> None:
    lines = run("list").stdout.splitlines()
    assert [line for line in lines if len(line) > 80] == []
    assert any(line.startswith("US-MA-VISIT-01") for line in lines)


def test_the_list_of_one_jurisdiction_takes_in_what_it_lies_in() -> None:
    found = run("list", "--jurisdiction", "US-MA").stdout
    assert all(one in found for one in ("US-MA-VISIT-01", "US-TIME-01", "GL-VULN-01"))
    assert "CN-TIME-01" not in found


def second_line(text: str, rule: str) -> str:
    """What the list says below the title of a rule."""
    lines = text.splitlines()
    return lines[next(n for n, line in enumerate(lines) if line.startswith(rule)) + 1].strip()


def test_a_draft_is_listed_as_switched_off() -> None:
    assert second_line(run("list", "--jurisdiction", "IN").stdout, "IN-D26-05").endswith(
        "switched off"
    )


def test_a_draft_that_counsel_switched_on_is_listed_as_a_draft(tmp_path: Path) -> None:
    shipped = (SHIPPED / "in.toml").read_text(encoding="utf-8")
    on = shipped.replace("switched_on = false", "switched_on = true")
    (tmp_path / "in.toml").write_text(on, encoding="utf-8")
    line = second_line(run("list", "--rulebook", str(tmp_path)).stdout, "IN-D26-05")
    assert line.startswith("draft")
    assert "switched off" not in line


def test_a_broken_rulebook_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text("[pack]\n")
    found = run("list", "--rulebook", str(tmp_path))
    assert found.exit_code == 2
    assert "bad.toml" in found.stderr
