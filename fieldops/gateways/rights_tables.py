"""Reads the tables of holds and complaint clocks from their directory."""

from pathlib import Path

from fieldops.domain.rights.tables import Rights, RightsInvalid, rights_from_toml
from fieldops.gateways.config_files import content

LARGEST_FILE = 200_000


def load_rights(directory: Path) -> Rights:
    """The tables in a directory; raises RightsInvalid naming file and field."""
    return rights_from_toml(
        content(directory / "holds.toml", LARGEST_FILE, RightsInvalid),
        content(directory / "complaints.toml", LARGEST_FILE, RightsInvalid),
    )
