"""What `fieldops drill` refuses, before it starts anything."""

import base64
import sys
from pathlib import Path

import pytest

from fieldops.cli import main
from fieldops.cli.drilling.ledger import Ledger
from fieldops.drills.world.habits import usual


class Terminal:
    """A command as a person types it, with what it told on standard error."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.monkeypatch, self.capsys = monkeypatch, capsys

    def drill(self, home: Path, *options: str) -> tuple[object, str]:
        """Its status and what it told."""
        self.monkeypatch.setattr(sys, "argv", ["fieldops", "drill", "--dir", str(home), *options])
        with pytest.raises(SystemExit) as ended:
            main()
        return ended.value.code, self.capsys.readouterr().err


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(monkeypatch, capsys)


def test_another_world_is_not_mixed_into_its_directory(terminal: Terminal, tmp_path: Path) -> None:
    Ledger(4, usual().values, "2024-01-01T00:00:00+08:00").write(tmp_path)
    status, told = terminal.drill(tmp_path, "--seed", "5")
    assert (status, "another world" in told) == (2, True)


def test_production_is_refused_unless_told(
    terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FIELDOPS_ENVIRONMENT", "production")
    # The key is of this test alone.
    monkeypatch.setenv("FIELDOPS_MASTER_KEY", base64.b64encode(bytes(32)).decode())
    status, told = terminal.drill(tmp_path / "d")
    assert (status, "--even-in-production" in told) == (2, True)
    assert not (tmp_path / "d").exists()


def test_a_directory_with_something_else_is_left_alone(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    status, told = terminal.drill(tmp_path)
    assert (status, "holds no drill" in told) == (2, True)
    assert [one.name for one in tmp_path.iterdir()] == ["letter.txt"]


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (("--set", "visits.per_weak=1"), "visits.per_week"),
        (("--url", "http://127.0.0.1:1"), "--accounts"),
        (("--habits", "/nowhere.toml"), "/nowhere.toml"),
        (("--found", "Drills"), "--accounts"),
    ],
)
def test_a_wrong_option_is_one_clear_line(
    terminal: Terminal, tmp_path: Path, options: tuple[str, ...], named: str
) -> None:
    status, told = terminal.drill(tmp_path / "d", *options)
    assert (status, named in told) == (2, True)
    assert told.count("\n") <= 4
