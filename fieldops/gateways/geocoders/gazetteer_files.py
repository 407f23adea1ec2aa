"""Reading tables of divisions from disk: the counties fetched at set-up, and richer tables."""

import sys
from pathlib import Path

from fieldops.domain.errors import InvalidInput
from fieldops.domain.gazetteer import Gazetteer, Place, merge, read_rows

_MOST_BYTES = 200_000_000


def counties_path(prefix: Path | None = None) -> Path:
    """Where set-up puts the county table."""
    return (prefix or Path(sys.prefix)) / "share" / "fieldops" / "gazetteer" / "counties.csv"


def load_rows(path: Path) -> list[Place]:
    """Read and check a table; raises InvalidInput naming rows and cures."""
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise InvalidInput(f"{path.name} is larger than {_MOST_BYTES} bytes")
        with path.open(encoding="utf-8", newline="") as lines:
            return read_rows(lines)
    except OSError as error:
        raise InvalidInput(f"{path.name} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InvalidInput(f"{path.name} is not UTF-8; save it as UTF-8 CSV") from error


def load_gazetteer(counties: Path, *richer: Path) -> Gazetteer:
    """The county table with richer tables laid over it, in that order.

    Where set-up has not fetched the county table and no richer one is named, the gazetteer is
    empty: every address is then unreadable rather than wrong.
    """
    rows = load_rows(counties) if counties.exists() else []
    for path in richer:
        rows = merge(rows, load_rows(path))
    return Gazetteer(rows)
