"""Reads the profiles of recipients from their directory."""

from collections.abc import Mapping
from pathlib import Path

from fieldops.domain.disclosure.profiles import Profile, ProfileInvalid, profile_from_toml
from fieldops.gateways.config_files import content

LARGEST_FILE = 100_000


def load_profiles(directory: Path) -> Mapping[str, Profile]:
    """Every profile by its name, in the order of names; raises ProfileInvalid."""
    files = sorted(directory.glob("*.toml"))
    if not files:
        raise ProfileInvalid(f"{directory}: holds no profile")
    return {
        file.stem: profile_from_toml(content(file, LARGEST_FILE, ProfileInvalid), file.stem)
        for file in files
    }
