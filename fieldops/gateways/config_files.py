"""Reads files of configuration as text: of a bounded size, and refused by their name."""

from pathlib import Path

from fieldops.domain.errors import FieldopsError


def content(file: Path, largest: int, invalid: type[FieldopsError]) -> str:
    """The text of a file of at most `largest` bytes; raises `invalid` when it cannot be had."""
    try:
        if file.stat().st_size > largest:
            raise invalid(f"{file.name}: is larger than {largest} bytes")
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as wrong:
        raise invalid(f"{file.name}: cannot be read: {wrong}") from wrong
