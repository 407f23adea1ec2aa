"""What retention, holds and answers rest on can be read in English as well as in Chinese."""

import tomllib
from pathlib import Path

import pytest

from evidence.trace.citing import in_both

CONFIG = Path(__file__).resolve().parents[2] / "config"
FILES = [
    *(CONFIG / "retention").glob("*.toml"),
    *(CONFIG / "data-rights").glob("*.toml"),
    CONFIG / "rights" / "holds.toml",
]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_source_is_told_in_english(path: Path) -> None:
    raw = tomllib.loads(path.read_text("utf-8"))
    rows = [row for held in raw.values() if isinstance(held, list) for row in held]
    sources = [row["source"] for row in rows if "source" in row]
    assert sources
    assert [one for one in sources if not in_both(one)[1].isascii()] == []
