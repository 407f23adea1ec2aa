"""Reads the profiles of recipients from their directory."""

from collections.abc import Mapping
from pathlib import Path

from fieldops.domain.disclosure.profiles import Profile, ProfileInvalid, profile_from_toml

LARGEST_FILE = 100_000


def load_profiles(directory: Path) -> Mapping[str, Profile]:
    """Every profile by its name, in the order of names; raises ProfileInvalid."""
    files = sorted(directory.glob("*.toml"))
    if not files:
        raise ProfileInvalid(f"{directory}: holds no profile")
    return {file.stem: profile_from_toml(_content(file), file.stem) for file in files}


def _content(file: Path) -> str:
    try:
        if file.stat().st_size > LARGEST_FILE:
            raise ProfileInvalid(f"{file.name}: is larger than {LARGEST_FILE} bytes")
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as wrong:
        raise ProfileInvalid(f"{file.name}: cannot be read: {wrong}") from wrong
