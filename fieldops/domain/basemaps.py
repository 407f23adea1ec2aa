"""What lies under the marks of the map: nothing, one file of ours, or the tiles of a provider."""

import tomllib
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from fieldops.domain.errors import FieldopsError
from fieldops.domain.geojson import DATUMS, WGS84

NONE, FILE = "none", "pmtiles"
_DEEPEST = 22


class BasemapInvalid(FieldopsError):
    """A base map is set that cannot be shown; the message names the setting or field."""

    slug = "basemap-invalid"
    title_en = "The base map cannot be shown"
    title_zh = "底图无法显示"


@dataclass(frozen=True, slots=True)
class Basemap:
    """A base map: its layers as addresses of tiles, the datum they are drawn in, who made them."""

    kind: str = NONE
    layers: tuple[str, ...] = ()
    subdomains: str = ""
    datum: str = WGS84
    largest_zoom: int = 18
    attribution_en: str = ""
    attribution_zh: str = ""

    @property
    def origins(self) -> list[str]:
        """Where tiles are loaded from, as a content security policy names it."""
        spread = [
            layer.replace("{s}", one) for layer in self.layers for one in self.subdomains or "-"
        ]
        parts = (urlsplit(one) for one in spread)
        return sorted({f"{part.scheme}://{part.netloc}" for part in parts})


def provider_from_toml(text: str, name: str, key: str) -> Basemap:
    """The provider of this name with its key put in; raises BasemapInvalid naming the field."""
    try:
        table: Any = tomllib.loads(text)
    except tomllib.TOMLDecodeError as wrong:
        raise BasemapInvalid(f"providers.toml: cannot be read as TOML: {wrong}") from wrong
    if name not in table:
        known = ", ".join(sorted([NONE, FILE, *table]))
        raise BasemapInvalid(f"map_provider: {name!r} is none of {known}")
    row = table[name]
    layers = row.get("layers")
    if not isinstance(layers, list) or not layers or not all(map(_is_tiles, layers)):
        raise BasemapInvalid(f"{name}.layers: must be https addresses with {{x}}, {{y}} and {{z}}")
    if any("{key}" in one for one in layers) and not key:
        raise BasemapInvalid(f"map_key: {name} needs one; set FIELDOPS_MAP_KEY")
    if row.get("datum") not in DATUMS:
        raise BasemapInvalid(f"{name}.datum: must be one of {', '.join(DATUMS)}")
    zoom = row.get("largest_zoom", 18)
    if not isinstance(zoom, int) or not 1 <= zoom <= _DEEPEST:
        raise BasemapInvalid(f"{name}.largest_zoom: must lie between 1 and {_DEEPEST}")
    return Basemap(
        kind=name,
        layers=tuple(one.replace("{key}", key) for one in layers),
        subdomains=str(row.get("subdomains", "")),
        datum=row["datum"],
        largest_zoom=zoom,
        attribution_en=str(row.get("attribution_en", name)),
        attribution_zh=str(row.get("attribution_zh", name)),
    )


def _is_tiles(value: Any) -> bool:
    return (
        isinstance(value, str)
        and value.startswith("https://")
        and all(part in value for part in ("{x}", "{y}", "{z}"))
    )
