"""The command line: exit statuses, one clear line, files in and out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from routing.cli import main
from tests.routing.builders import planar, shift, stop

GOOD = planar([stop("v1", 10), stop("v2", 20)], [shift("s1")])


def _write(folder: Path, value: object) -> str:
    file = folder / "problem.json"
    file.write_text(json.dumps(value))
    return str(file)


def test_a_plan_is_written_and_found_lawful(tmp_path: Path) -> None:
    one, out = _write(tmp_path, GOOD), str(tmp_path / "plan.json")
    assert main(["solve", one, "--iterations", "10", "--out", out]) == 0
    assert main(["check", one, out]) == 0


def test_a_fault_has_status_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one, out = _write(tmp_path, GOOD), tmp_path / "plan.json"
    main(["solve", one, "--iterations", "10", "--out", str(out)])
    out.write_text(json.dumps({**json.loads(out.read_text()), "cost": 1}))
    assert main(["check", one, str(out)]) == 1
    assert "wrong-total" in capsys.readouterr().out


def test_a_must_that_cannot_be_has_status_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one = _write(tmp_path, planar([stop("v1", priority=1, windows=[])], [shift("s1")]))
    assert main(["solve", one, "--iterations", "1"]) == 1
    told = capsys.readouterr()
    assert "v1 must be served" in told.err
    assert json.loads(told.out)["unserved"][0]["stop"] == "v1"


@pytest.mark.parametrize(
    "text",
    [
        "{",  # no JSON
        "[" * 100_000,  # nested without end
        '{"stops": NaN}',  # not a number
        '{"stops": [], "shifts": []}',  # travel is missing
    ],
)
def test_a_bad_file_has_status_two_and_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    file = tmp_path / "bad.json"
    file.write_text(text)
    assert main(["solve", str(file), "--iterations", "1"]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_a_file_that_is_not_there_has_status_two(tmp_path: Path) -> None:
    assert main(["check", str(tmp_path / "none.json"), str(tmp_path / "none.json")]) == 2


@pytest.mark.parametrize(
    "arguments",
    [
        [],  # no command
        ["fly"],  # an unknown one
        ["solve"],  # no file
        ["solve", "p.json", "--budget", "nan"],  # no number
        ["solve", "p.json", "--iterations", "0"],  # nothing to do
        ["solve", "p.json", "--iterations", "5", "--budget", "5"],  # both
        ["solve", "p.json", "--seed", "-1"],  # negative
    ],
)
def test_a_wrong_argument_has_status_two_and_one_line(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        main(arguments)
    assert end.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize("arguments", [["--help"], ["solve", "--help"], ["check", "--help"]])
def test_help_shows_an_example(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(arguments)
    assert end.value.code == 0
    assert "example: python -m routing" in capsys.readouterr().out
