"""The base map of the settings: read, and refused at the start when it cannot be shown."""

from pathlib import Path

from fieldops.domain.basemaps import FILE, NONE, Basemap, BasemapInvalid, provider_from_toml
from fieldops.gateways.config_files import content

LARGEST_FILE = 100_000
_MAGIC = b"PMTiles\x03"


def load_basemap(provider: str, pmtiles: str, key: str, directory: Path) -> Basemap:
    """The base map that is set; raises BasemapInvalid naming the setting."""
    if provider == NONE:
        return Basemap()
    if provider == FILE:
        _check_file(Path(pmtiles))
        return Basemap(FILE, attribution_en="© OpenStreetMap", attribution_zh="© OpenStreetMap")
    text = content(directory / "providers.toml", LARGEST_FILE, BasemapInvalid)
    return provider_from_toml(text, provider, key)


def _check_file(file: Path) -> None:
    try:
        with file.open("rb") as opened:
            begins = opened.read(len(_MAGIC))
    except OSError as wrong:
        raise BasemapInvalid(f"map_pmtiles: {file} cannot be read: {wrong.strerror}") from wrong
    if begins != _MAGIC:
        raise BasemapInvalid(f"map_pmtiles: {file} is no PMTiles file of version 3")
