"""A whole day while web and workers are killed: nothing acknowledged is lost or doubled."""

import json
import re
import sqlite3
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest

from fieldops.cli.rehearsal.world import write_city

DAY = "2026-11-24"
# Moments of the rehearsed day, in UTC, at which everything but the queue is killed.
KILLS = (
    datetime(2026, 11, 24, 1, 30, tzinfo=UTC),
    datetime(2026, 11, 24, 3, 0, tzinfo=UTC),
)


# One worker runs them all, so that what is started for the module is started once.
pytestmark = pytest.mark.xdist_group("crashing-day")


@pytest.fixture(scope="module")
def crashed_day(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The directory and the story of a demo whose web and workers were killed twice."""
    root = tmp_path_factory.mktemp("crash")
    cases, agents = write_city(root / "city", seed=5, cases=12, agents=4)
    home = root / "d"
    command = [
        *(sys.executable, "-m", "fieldops", "demo", "--once", "--dir", str(home)),
        *("--day", DAY, "--cases", str(cases), "--agents", str(agents), "--budget", "2"),
    ]
    with (root / "story.txt").open("wb") as story:
        demo = subprocess.Popen(command, stdout=story, stderr=subprocess.STDOUT)
        for moment in KILLS:
            _await_clock(home / "rehearsal-clock", moment, demo)
            _kill_web_and_workers(demo.pid)
        status = demo.wait(timeout=300)
    text = (root / "story.txt").read_text()
    assert status == 0, text[-3000:]
    return home, text


def _await_clock(file: Path, moment: datetime, demo: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 240
    while time.monotonic() < until and demo.poll() is None:
        try:
            if datetime.fromisoformat(file.read_text()) >= moment:
                return
        except (OSError, ValueError):
            pass
        time.sleep(0.01)
    raise AssertionError("the rehearsed day never came so far")


def _kill_web_and_workers(demo: int) -> None:
    supervisor = next(c for c in psutil.Process(demo).children() if "serve" in _words(c))
    for child in supervisor.children():
        if {"gunicorn:", "worker:"} & _words(child):
            child.kill()


def _words(process: psutil.Process) -> set[str]:
    """What a process says that it is; nothing of one that has just ended."""
    try:
        return set(" ".join(process.cmdline()).split())
    except psutil.NoSuchProcess:
        return set()


def _told(text: str, what: str) -> int:
    found = re.search(rf"(\d+) {what}", text)
    assert found, text[-3000:]
    return int(found.group(1))


def _count(home: Path, query: str) -> int:
    with sqlite3.connect(home / "fieldops.sqlite3") as connection:
        return int(connection.execute(query).fetchone()[0])


def test_every_acknowledged_visit_is_kept_once(crashed_day: tuple[Path, str]) -> None:
    home, text = crashed_day
    worked = _told(text, "visits worked")
    assert worked > 0
    assert _count(home, "SELECT count(*) FROM visit WHERE outcome IS NOT NULL") == worked
    assert _count(home, "SELECT count(*) FROM contact WHERE visit_id IS NOT NULL") == worked


def test_every_arrival_is_kept_once(crashed_day: tuple[Path, str]) -> None:
    home, text = crashed_day
    assert _count(home, "SELECT count(*) FROM arrival") == _told(text, "arrivals proved")


def test_every_item_with_a_receipt_is_kept_once(crashed_day: tuple[Path, str]) -> None:
    home, text = crashed_day
    sent = _told(text, r"items of\s+evidence")
    assert _count(home, "SELECT count(*) FROM item") == sent
    received = "SELECT count(*) FROM custody_entry WHERE action = 'received'"
    assert _count(home, received) == sent


def test_every_outcome_is_observed_once(crashed_day: tuple[Path, str]) -> None:
    home, _ = crashed_day
    unseen = """SELECT count(*) FROM visit WHERE outcome IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM job_run WHERE name = 'observe-visit' AND state = 'done'
        AND replace(subject, '-', '') = 'visit:' || visit.id)"""
    assert _count(home, unseen) == 0
    doubled = "SELECT count(*) - count(DISTINCT origin || kind) FROM observation"
    assert _count(home, doubled) == 0


def test_the_pack_of_that_day_verifies(crashed_day: tuple[Path, str]) -> None:
    home, _ = crashed_day
    made = json.loads((home / "demo.json").read_text())
    command = [sys.executable, "-m", "evidence", "verify", made["pack"], "--trust", made["trust"]]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0
