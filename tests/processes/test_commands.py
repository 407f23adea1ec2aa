"""The commands: what they print, what they refuse, and with which status."""

import re
from pathlib import Path

import pyotp
import pytest

from fieldops import clock, settings
from fieldops.app import create_app
from fieldops.cli.commands import COMMANDS
from fieldops.db import db
from fieldops.domain.errors import Unauthenticated
from fieldops.services import sign_in
from tests.conftest import NOW
from tests.processes.service import run


def _create(directory: Path, username: str, role: str = "dispatcher") -> str:
    arguments = ("accounts", "create", username, "--organisation", "Agency", "--role", role)
    made = run(directory, *arguments)
    assert made.returncode == 0, made.stderr
    return made.stdout


def _password(printed: str) -> str:
    found = re.search(r"^password: (\S+)$", printed, re.M)
    assert found
    return found[1]


def _signs_in(directory: Path, username: str, password: str, otp: str | None = None) -> bool:
    loaded = settings.load({}, data_dir=directory)
    with create_app(loaded, with_edges=False).app_context():
        found = sign_in.authenticate(
            db.session(), username, password, otp, settings=loaded, now=clock.wall_time()
        )
        db.session.remove()
        db.engine.dispose()
    return not isinstance(found, Unauthenticated)


def test_an_account_made_on_the_command_line_signs_in_until_it_is_reset(tmp_path: Path) -> None:
    first = _password(_create(tmp_path, "li.one"))
    assert _signs_in(tmp_path, "li.one", first)
    again = run(tmp_path, "accounts", "reset", "li.one")
    second = _password(again.stdout)
    assert not _signs_in(tmp_path, "li.one", first)
    assert _signs_in(tmp_path, "li.one", second)
    twice = run(
        tmp_path, "accounts", "create", "li.one", "--organisation", "Agency", "--role", "auditor"
    )
    assert (twice.returncode, twice.stderr.count("\n")) == (2, 1)


def test_counsel_is_given_a_second_factor_and_a_fresh_one_on_request(tmp_path: Path) -> None:
    printed = _create(tmp_path, "wang.one", "counsel")
    enrolled = run(tmp_path, "accounts", "enrol", "wang.one").stdout
    secrets = [re.findall(r"secret=(\w+)", text) for text in (printed, enrolled)]
    assert secrets[0]
    assert secrets[1]
    assert secrets[0] != secrets[1]
    code = pyotp.TOTP(secrets[1][0]).at(NOW)
    assert _signs_in(tmp_path, "wang.one", _password(printed), code)


def test_migrating_twice_changes_nothing(tmp_path: Path) -> None:
    first, second = (run(tmp_path, "migrate") for _ in range(2))
    assert (first.returncode, second.returncode) == (0, 0)
    assert first.stdout == second.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("nothing-of-the-kind",),
        ("migrate", "--sideways"),
        ("serve", "--port", "70000"),
        ("accounts", "reset", "nobody.here"),
        ("restore", "no-such-directory"),
    ],
    ids=lambda arguments: " ".join(arguments) or "nothing",
)
def test_wrong_usage_is_one_line_and_status_two(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    ended = run(tmp_path, *arguments, FIELDOPS_LOG_LEVEL="ERROR")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith("fieldops: ")
    assert ended.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none"),
        ("DATABASE_URL", "what is this"),
        ("FIELDOPS_PORT", "many"),
        ("FIELDOPS_SETTINGS", "/nowhere/settings.toml"),
        ("FIELDOPS_DATA_DIR", "/proc/nowhere"),
    ],
)
def test_a_wrong_setting_is_one_line_and_status_two(
    tmp_path: Path, setting: str, value: str
) -> None:
    ended = run(tmp_path, "migrate", **{setting: value})
    assert (ended.returncode, ended.stderr.count("\n")) == (2, 1), ended.stderr


def test_help_names_every_command_and_gives_an_example(tmp_path: Path) -> None:
    shown = run(tmp_path, "--help")
    assert shown.returncode == 0
    assert "Example:" in shown.stdout
    assert all(f"  {name} " in shown.stdout for name in COMMANDS)


def test_a_status_that_a_command_asks_for_is_its_exit_status(tmp_path: Path) -> None:
    cases = tmp_path / "cases.jsonl"
    cases.write_text("not a case\n")
    assert run(tmp_path, "rules", "test", str(cases)).returncode == 2
