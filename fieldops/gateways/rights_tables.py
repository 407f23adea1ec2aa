"""Reads the tables of holds and complaint clocks from their directory."""

from pathlib import Path

from fieldops.domain.rights.tables import Rights, RightsInvalid, rights_from_toml

LARGEST_FILE = 200_000


def load_rights(directory: Path) -> Rights:
    """The tables in a directory; raises RightsInvalid naming file and field."""
    return rights_from_toml(
        _content(directory / "holds.toml"), _content(directory / "complaints.toml")
    )


def _content(file: Path) -> str:
    try:
        if file.stat().st_size > LARGEST_FILE:
            raise RightsInvalid(f"{file.name}: is larger than {LARGEST_FILE} bytes")
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as wrong:
        raise RightsInvalid(f"{file.name}: cannot be read: {wrong}") from wrong
