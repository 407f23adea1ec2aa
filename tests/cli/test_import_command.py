"""`fieldops import` and `fieldops gazetteer load`, as a person calls them."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from fieldops import clock
from fieldops.cli.context import opened
from fieldops.cli.gazetteer import gazetteer
from fieldops.cli.intake import import_command
from fieldops.services import organisations
from tests.services.intake.files import CASE_HEADINGS, a_line, as_csv

PLACES = """code,parent,name,level,lat,lon
510000000000,,四川省,province,30.65,104.07
510100000000,510000000000,成都市,city,30.66,104.06
510104000000,510100000000,锦江区,county,30.65,104.08
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data directory with one organisation and a queue that is not there."""
    monkeypatch.setenv("FIELDOPS_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("FIELDOPS_REDIS_URL", f"unix://{tmp_path}/absent.sock")
    with opened() as session:
        organisations.found(session, "Test agency", now=clock.wall_time())
    return tmp_path


def _import(home: Path, *lines: dict[str, str], options: tuple[str, ...] = ()) -> Result:
    file = home / "cases.csv"
    file.write_bytes(as_csv(CASE_HEADINGS, *lines))
    return CliRunner().invoke(import_command, [str(file), *options], env={"COLUMNS": "200"})


def test_a_whole_file_is_taken_with_exit_status_0_and_again_unchanged(home: Path) -> None:
    assert "1 new" in _import(home, a_line()).output
    again = _import(home, a_line())
    assert (again.exit_code, "1 unchanged" in again.output) == (0, True)


def test_a_refused_line_is_told_with_exit_status_1(home: Path) -> None:
    result = _import(home, a_line(坐标系="WGS85"))
    assert result.exit_code == 1
    assert "WGS85" in result.output


def test_a_dry_run_writes_nothing(home: Path) -> None:
    _import(home, a_line(), options=("--dry-run",))
    assert "1 new" in _import(home, a_line()).output


def test_a_file_that_cannot_be_read_is_told_with_exit_status_2(home: Path) -> None:
    file = home / "cases.csv"
    file.write_bytes(b"%PDF-1.7 no table")
    result = CliRunner().invoke(import_command, [str(file)])
    assert result.exit_code == 2
    assert "PDF" in result.output


def test_an_unknown_organisation_is_told_with_those_there_are(home: Path) -> None:
    result = _import(home, a_line(), options=("--organisation", "Nobody"))
    assert result.exit_code == 2
    assert "Test agency" in result.output


def test_a_table_of_places_is_checked_and_kept(home: Path) -> None:
    file = home / "my places.csv"
    file.write_text(PLACES, encoding="utf-8")
    result = CliRunner().invoke(gazetteer, ["load", str(file)])
    assert result.exit_code == 0, result.output
    assert (home / "gazetteer" / "my_places.csv").read_text(encoding="utf-8") == PLACES


def test_a_table_with_faults_is_refused_and_nothing_kept(home: Path) -> None:
    file = home / "places.csv"
    file.write_text(PLACES.replace("30.65,104.08", "99,104.08"), encoding="utf-8")
    result = CliRunner().invoke(gazetteer, ["load", str(file)])
    assert result.exit_code == 2
    assert "row 4" in result.output
    assert not (home / "gazetteer").exists()
