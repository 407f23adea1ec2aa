"""The libraries of the pages are taken as they were pinned, or not at all."""

import tomllib
from hashlib import sha256
from pathlib import Path

import pytest

from scripts.fetch_libraries import FOLDER, PINS, FetchError, are_there, copy

DATA = b"export const answer = 42;\n"


def _pinned(data: bytes, name: str = "one.js") -> dict[str, str]:
    return {"from": f"one/{name}", "to": name, "sha256": sha256(data).hexdigest()}


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    source = tmp_path / "node_modules"
    (source / "one").mkdir(parents=True)
    (source / "one" / "one.js").write_bytes(DATA)
    return source


def test_a_pinned_file_is_copied_and_found_again(packages: Path, tmp_path: Path) -> None:
    copy([_pinned(DATA)], packages, tmp_path / "vendor")
    assert are_there([_pinned(DATA)], tmp_path / "vendor")


def test_a_file_that_was_changed_in_place_is_fetched_again(packages: Path, tmp_path: Path) -> None:
    copy([_pinned(DATA)], packages, tmp_path / "vendor")
    (tmp_path / "vendor" / "one.js").write_text("alert(1)")
    assert not are_there([_pinned(DATA)], tmp_path / "vendor")


@pytest.mark.parametrize(
    "wrong", [_pinned(b"something else"), _pinned(DATA, "two.js")], ids=["changed", "missing"]
)
def test_nothing_is_copied_when_one_file_is_not_what_was_pinned(
    wrong: dict[str, str], packages: Path, tmp_path: Path
) -> None:
    with pytest.raises(FetchError, match="not what it was"):
        copy([_pinned(DATA), wrong], packages, tmp_path / "vendor")
    assert not (tmp_path / "vendor").exists()


def test_what_the_pages_load_lies_where_the_service_serves_it() -> None:
    assert are_there(tomllib.loads((PINS / "files.toml").read_text())["file"], FOLDER)
