"""What a base map must say of itself before it is shown, and where it is loaded from."""

import pytest

from fieldops.domain.basemaps import BasemapInvalid, provider_from_toml
from fieldops.settings import config_dir

SHIPPED = (config_dir() / "maps" / "providers.toml").read_text()
GOOD = """
[own]
layers = ["https://{s}.tiles.example/{z}/{x}/{y}.png"]
subdomains = "ab"
datum = "WGS84"
"""


def test_only_the_hosts_of_its_own_layers_are_loaded_from() -> None:
    found = provider_from_toml(GOOD, "own", "")
    assert found.origins == ["https://a.tiles.example", "https://b.tiles.example"]


@pytest.mark.parametrize(("name", "datum"), [("tianditu", "WGS84"), ("amap", "GCJ02")])
def test_each_shipped_provider_has_its_key_and_datum(name: str, datum: str) -> None:
    found = provider_from_toml(SHIPPED, name, "k3y")
    assert found.datum == datum
    assert all("k3y" in layer for layer in found.layers)
    assert all(origin.startswith("https://") for origin in found.origins)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", "map_provider"),  # there is no such provider
        ("[own", "cannot be read"),
        (GOOD.replace("https", "http"), "layers"),  # tiles in the clear
        (GOOD.replace("{z}", ""), "layers"),
        (GOOD.replace("WGS84", "BD09"), "datum"),
        (GOOD + "largest_zoom = 99", "largest_zoom"),
        (GOOD.replace(".png", ".png?{key}"), "map_key"),  # it needs a key and has none
    ],
)
def test_a_base_map_that_cannot_be_shown_is_refused_by_its_field(text: str, named: str) -> None:
    with pytest.raises(BasemapInvalid, match=named):
        provider_from_toml(text, "own", "")
