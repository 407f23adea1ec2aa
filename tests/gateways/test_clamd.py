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


@pytest.mark.parametrize("breaks", ["silent", "what?"])
def test_a_daemon_that_says_nothing_readable_is_away(tmp_path: Path, breaks: str) -> None:
    with clamd(tmp_path / "s", breaks), pytest.raises(ScannerAwayError):
        Clamd(str(tmp_path / "s")).scan([b"x"])


@pytest.mark.parametrize("address", ["/nowhere/clamd.ctl", "127.0.0.1:1"])
def test_a_daemon_that_is_not_there_is_away(address: str) -> None:
    with pytest.raises(ScannerAwayError):
        Clamd(address, seconds=2).ping()
