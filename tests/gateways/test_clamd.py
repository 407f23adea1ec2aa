"""The virus scanner over its socket: what it says, and that it may be away."""

from pathlib import Path

import pytest

from fieldops.domain.scanning import ScannerAwayError, Verdict
from fieldops.gateways.clamd import Clamd
from tests.gateways.clamav import VIRUS, clamd


def test_clean_bytes_are_clean_and_arrive_whole(tmp_path: Path) -> None:
    data = bytes(range(256)) * 1000
    with clamd(tmp_path / "s") as daemon:
        scanner = Clamd(str(tmp_path / "s"))
        scanner.ping()
        assert scanner.scan([data, b"", b"end"]) == Verdict("clean")
        assert daemon.heard == data + b"end"


def test_a_virus_is_named(tmp_path: Path) -> None:
    with clamd(tmp_path / "s"):
        assert Clamd(str(tmp_path / "s")).scan([b"x", VIRUS]) == Verdict("infected", "Test.Virus")


def test_a_refusal_is_no_verdict_on_the_file(tmp_path: Path) -> None:
    with clamd(tmp_path / "s", "INSTREAM size limit exceeded. ERROR"):
        assert Clamd(str(tmp_path / "s")).scan([b"x"]).state == "unscanned"


def test_a_file_beyond_the_daemon_s_limit_stays_unscanned_with_its_reason(tmp_path: Path) -> None:
    with clamd(tmp_path / "s") as daemon:
        daemon.longest = 100_000
        verdict = Clamd(str(tmp_path / "s")).scan(bytes(64 * 1024) for _ in range(64))
    assert verdict == Verdict("unscanned", "INSTREAM size limit exceeded. ERROR")


def test_a_verdict_before_the_last_byte_is_not_believed(tmp_path: Path) -> None:
    with clamd(tmp_path / "s", "hasty"), pytest.raises(ScannerAwayError):
        Clamd(str(tmp_path / "s")).scan(bytes(64 * 1024) for _ in range(64))


def test_a_daemon_that_never_answers_is_away_after_its_time(tmp_path: Path) -> None:
    with clamd(tmp_path / "s", "asleep"), pytest.raises(ScannerAwayError):
        Clamd(str(tmp_path / "s"), seconds=0.05).scan([b"x"])


def test_a_line_without_end_is_cut_and_no_verdict(tmp_path: Path) -> None:
    with clamd(tmp_path / "s", "x" * 100_000), pytest.raises(ScannerAwayError):
        Clamd(str(tmp_path / "s")).scan([b"x"])


@pytest.mark.parametrize("breaks", ["silent", "what?", "\x00", "stream: ", "OK FOUND ERROR?"])
def test_a_daemon_that_says_nothing_readable_is_away(tmp_path: Path, breaks: str) -> None:
    with clamd(tmp_path / "s", breaks), pytest.raises(ScannerAwayError):
        Clamd(str(tmp_path / "s")).scan([b"x"])


@pytest.mark.parametrize("address", ["/nowhere/clamd.ctl", "127.0.0.1:1"])
def test_a_daemon_that_is_not_there_is_away(address: str) -> None:
    with pytest.raises(ScannerAwayError):
        Clamd(address, seconds=2).ping()
