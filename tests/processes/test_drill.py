"""A whole drill through a service of its own, broken off half way and taken up again."""

import json
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

PERSONS, DATES = 14, 7
SMALL = (
    *("--set", f"world.persons={PERSONS}", "--set", f"world.weeks={4 * DATES + 4}"),
    *("--set", "world.agents=6"),
    *("--set", "phone.per_week=0.1", "--seed", "4"),
)


def _command(home: Path) -> list[str]:
    return [sys.executable, "-m", "fieldops", "drill", "--dir", str(home), *SMALL]


def _run(home: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(_command(home), capture_output=True, text=True, timeout=280, check=False)


# One worker runs them all, so that what is started for the module is started once.
pytestmark = pytest.mark.xdist_group("drill")


@pytest.fixture(scope="module")
def drilled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int, str]:
    """The directory of a drill, how far it was when it was broken off, and what it told."""
    home = tmp_path_factory.mktemp("drill") / "d"
    with subprocess.Popen(
        _command(home), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as first:
        _await_batches(home, 6, first)
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
    assert 6 <= broken_off_at < _ledger(home)["batches"]


def test_everybody_was_believed_of_at_every_date(drilled: tuple[Path, int, str]) -> None:
    home, _, _ = drilled
    beliefs = _lines(home / "beliefs.jsonl")
    assert len({one["as_of"] for one in beliefs}) == DATES
    report = json.loads((home / "report.json").read_text())
    assert report["world"]["persons"] == PERSONS
    assert report["missing_beliefs"] == PERSONS * DATES - len(beliefs)


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
