"""`fieldops trace`: the record out of one house and into another, as a person calls it."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from fieldops import clock
from fieldops.cli.commands import group
from fieldops.cli.context import opened
from fieldops.services import organisations
from tests.builders.cases import a_case


def _call(directory: Path, *arguments: str) -> Result:
    env = {"FIELDOPS_DATA_DIR": str(directory), "FIELDOPS_REDIS_URL": f"unix://{directory}/absent"}
    return CliRunner().invoke(group, ["trace", *arguments], env=env)


def _found(directory: Path, monkeypatch: pytest.MonkeyPatch, *, with_case: bool) -> None:
    monkeypatch.setenv("FIELDOPS_DATA_DIR", str(directory))
    monkeypatch.setenv("FIELDOPS_REDIS_URL", f"unix://{directory}/absent")
    with opened() as session:
        house = organisations.found(session, "Agency", now=clock.wall_time())
        if with_case:
            a_case(session, house)


def test_a_record_goes_out_into_another_service_and_out_again_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    _found(here, monkeypatch, with_case=True)
    _found(there, monkeypatch, with_case=False)
    first, second = tmp_path / "first.ndjson", tmp_path / "second.ndjson"
    assert _call(here, "export", str(first)).exit_code == 0
    assert first.stat().st_mode & 0o077 == 0
    taken = _call(there, "import", str(first))
    assert (taken.exit_code, "FieldopsCase 1" in taken.output) == (0, True)
    assert _call(there, "export", str(second)).exit_code == 0
    assert first.read_bytes() == second.read_bytes()


def test_nothing_is_written_over_neither_a_file_nor_a_house_that_has_the_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _found(tmp_path, monkeypatch, with_case=True)
    file = tmp_path / "record.ndjson"
    assert _call(tmp_path, "export", str(file)).exit_code == 0
    again = _call(tmp_path, "export", str(file))
    assert (again.exit_code, "name a new file" in again.output) == (2, True)
    assert _call(tmp_path, "import", str(file)).exit_code == 0
    after = tmp_path / "after.ndjson"
    assert _call(tmp_path, "export", str(after)).exit_code == 0
    assert after.read_bytes() == file.read_bytes()
