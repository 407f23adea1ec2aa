"""A whole drill through a service of its own, broken off half way and taken up again."""

import base64
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psutil
import pytest

from fieldops.api.drill_schemas import ReportSchema

SMALL = (
    *("--set", "world.persons=24", "--set", "world.weeks=44", "--set", "world.agents=6"),
    *("--set", "phone.per_week=0.1", "--seed", "4"),
)


def _command(home: Path, *more: str) -> list[str]:
    return [sys.executable, "-m", "fieldops", "drill", "--dir", str(home), *SMALL, *more]


def _run(home: Path, *more: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        _command(home, *more),
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
        env={**os.environ, **environment},
    )


# One worker runs them all, so that what is started for the module is started once.
pytestmark = pytest.mark.xdist_group("drill")


@pytest.fixture(scope="module")
def drilled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int, str]:
    """The directory of a drill, how far it was when it was broken off, and what it told."""
    home = tmp_path_factory.mktemp("drill") / "d"
    with subprocess.Popen(
        _command(home), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as first:
        _await_batches(home, 8, first)
        service = psutil.Process(first.pid).children(recursive=True)
        first.send_signal(signal.SIGTERM)
        first.wait(timeout=60)
    psutil.wait_procs(service, timeout=30)
    assert not [one for one in service if one.is_running()], "the service was left behind"
    broken_off_at = int(_ledger(home)["batches"])
    done = _run(home)
    assert done.returncode == 0, done.stderr[-3000:]
    return home, broken_off_at, done.stdout


def _ledger(home: Path) -> Any:
    return json.loads((home / "drill.json").read_text())


def _await_batches(home: Path, least: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 200
    while time.monotonic() < until and process.poll() is None:
        if (home / "drill.json").exists() and _ledger(home)["batches"] >= least:
            return
        time.sleep(0.05)
    raise AssertionError("the drill never came so far")


def _lines(path: Path) -> Sequence[Any]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_it_goes_on_where_it_was_broken_off(drilled: tuple[Path, int, str]) -> None:
    home, broken_off_at, _ = drilled
    assert 8 <= broken_off_at < _ledger(home)["batches"]


def test_everybody_was_believed_of_at_every_date(drilled: tuple[Path, int, str]) -> None:
    home, _, _ = drilled
    beliefs = _lines(home / "beliefs.jsonl")
    assert len({one["as_of"] for one in beliefs}) == 10
    report = json.loads((home / "report.json").read_text())
    assert report["world"]["persons"] == 24
    assert report["missing_beliefs"] == 24 * 10 - len(beliefs)


def test_its_report_has_the_documented_form(drilled: tuple[Path, int, str]) -> None:
    home, _, told = drilled
    report = json.loads((home / "report.json").read_text())
    assert ReportSchema().validate(report) == {}
    assert "What to mend first" in told


def test_the_system_says_over_http_what_the_library_says(
    drilled: tuple[Path, int, str], tmp_path: Path
) -> None:
    home, _, _ = drilled
    shown = {(b["person"], b["as_of"][:10]): b["p_moved"] for b in _lines(home / "beliefs.jsonl")}
    (tmp_path / "dates").write_text("\n".join(sorted({date for _, date in shown})))
    trace = [sys.executable, "-m", "evidence", "trace", str(home / "world/observations.jsonl.gz")]
    options = ["--dates", str(tmp_path / "dates"), "--beliefs", str(tmp_path / "beliefs")]
    subprocess.run([*trace, *options], check=True, timeout=60)
    found = {(b["person"], b["as_of"]): b["p_moved"] for b in _lines(tmp_path / "beliefs")}
    assert {key: pytest.approx(value, abs=1e-5) for key, value in shown.items()} == found


def test_another_world_is_not_mixed_into_its_directory(drilled: tuple[Path, int, str]) -> None:
    home, _, _ = drilled
    refused = _run(home, "--set", "visits.per_week=0.3")
    assert (refused.returncode, "another world" in refused.stderr) == (2, True)


def test_production_is_refused_unless_told(tmp_path: Path) -> None:
    key = base64.b64encode(bytes(32)).decode()  # Of this test alone.
    told = {"FIELDOPS_ENVIRONMENT": "production", "FIELDOPS_MASTER_KEY": key}
    refused = _run(tmp_path / "d", **told)
    assert (refused.returncode, "--even-in-production" in refused.stderr) == (2, True)
    assert not (tmp_path / "d").exists()


def test_a_directory_with_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    refused = _run(tmp_path)
    assert (refused.returncode, "holds no drill" in refused.stderr) == (2, True)
    assert [one.name for one in tmp_path.iterdir()] == ["letter.txt"]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--set", "visits.per_weak=1"), "visits.per_week"),
        (("--url", "http://127.0.0.1:1"), "--accounts"),
        (("--habits", "/nowhere.toml"), "/nowhere.toml"),
        (("--found", "Drills"), "--accounts"),
    ],
)
def test_a_wrong_option_is_one_clear_line(
    tmp_path: Path, options: tuple[str, ...], told: str
) -> None:
    refused = _run(tmp_path / "d", *options)
    assert (refused.returncode, told in refused.stderr) == (2, True)
    assert refused.stderr.count("\n") <= 4
