"""The county table is made once from the pinned distribution, and anew when the pin changes."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from fieldops.domain.errors import InvalidInput
from fieldops.gateways.geocoders.gazetteer_files import load_gazetteer, load_rows
from scripts.fetch_places import FetchError, fetch

TABLE = """adcode,name,longitude,latitude
510000000000,四川省,104.075809,30.651239
510100000000,成都市,104.066794,30.572893
510104000000,锦江区,104.117022,30.598158
510101000000,市辖区,,
"""


def wheel_of(table: str, licence: str | None = "MIT") -> Callable[[Path, Path], Path]:
    def get(_pin: Path, folder: Path) -> Path:
        path = folder / "cpca-0-py3-none-any.whl"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("cpca/resources/adcodes.csv", table)
            if licence is not None:
                archive.writestr("cpca-0.dist-info/LICENSE", licence)
        return path

    return get


@pytest.fixture
def pin(tmp_path: Path) -> Path:
    path = tmp_path / "places.txt"
    path.write_text("cpca==0")
    return path


def test_the_table_is_written_in_wgs84_with_its_licence_beside(tmp_path: Path, pin: Path) -> None:
    target = tmp_path / "share" / "counties.csv"
    assert fetch(target, pin, wheel_of(TABLE)) == 4
    gazetteer = load_gazetteer(target)
    county = gazetteer.get("510104000000")
    assert county is not None
    assert county.position is not None
    assert county.position.lon == pytest.approx(104.1145, abs=1e-3)
    assert "MIT" in target.with_name("LICENCE.counties.txt").read_text()


def test_a_second_run_fetches_nothing_until_the_pin_changes(tmp_path: Path, pin: Path) -> None:
    target = tmp_path / "counties.csv"
    fetch(target, pin, wheel_of(TABLE))
    assert fetch(target, pin, wheel_of("broken")) is None
    pin.write_text("cpca==1")
    assert fetch(target, pin, wheel_of(TABLE)) == 4


def not_a_wheel(_pin: Path, folder: Path) -> Path:
    path = folder / "x.whl"
    path.write_bytes(b"no")
    return path


@pytest.mark.parametrize(
    "get", [wheel_of("a,b\n1,2\n"), wheel_of(TABLE, licence=None), not_a_wheel]
)
def test_another_distribution_than_expected_leaves_no_table(
    tmp_path: Path, pin: Path, get: Callable[[Path, Path], Path]
) -> None:
    with pytest.raises(FetchError):
        fetch(tmp_path / "counties.csv", pin, get)
    assert not (tmp_path / "counties.csv").exists()


def test_a_missing_or_foreign_file_is_refused_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="cannot be read"):
        load_rows(tmp_path / "absent.csv")
    (tmp_path / "gbk.csv").write_bytes("四川".encode("gbk"))
    with pytest.raises(InvalidInput, match="UTF-8"):
        load_rows(tmp_path / "gbk.csv")


def test_without_any_table_the_gazetteer_is_empty(tmp_path: Path) -> None:
    assert len(load_gazetteer(tmp_path / "absent.csv")) == 0
