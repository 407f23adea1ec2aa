"""Building the chain of geocoders from options that the settings fill."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from geopy.adapters import BaseAdapter

from fieldops.domain.gazetteer import Gazetteer
from fieldops.domain.locating import Geocoder
from fieldops.gateways.geocoders.amap import AMap
from fieldops.gateways.geocoders.baidu import Baidu
from fieldops.gateways.geocoders.caching import AnswerCache, MemoryCache
from fieldops.gateways.geocoders.chain import Chain
from fieldops.gateways.geocoders.gazetteer import GazetteerGeocoder
from fieldops.gateways.geocoders.limits import Limited, LocalBucket, TokenBucket
from fieldops.gateways.geocoders.open_street_map import nominatim, pelias, photon


@dataclass(frozen=True, slots=True)
class GeocoderOptions:
    """All that the chain needs to know. The embedded gazetteer is always last and needs no name.

    `providers` in the order in which they are asked: amap, baidu, nominatim, photon, pelias.
    """

    providers: tuple[str, ...] = ()
    amap_key: str = field(default="", repr=False)
    amap_secret: str = field(default="", repr=False)
    baidu_key: str = field(default="", repr=False)
    baidu_secret: str = field(default="", repr=False)
    nominatim_url: str = ""
    photon_url: str = ""
    pelias_url: str = ""
    timeout_seconds: float = 5.0
    requests_per_second: float = 1.0
    user_agent: str = "fieldops"
    corroborate: bool = False


def build_geocoder(
    options: GeocoderOptions,
    gazetteer: Gazetteer,
    *,
    cache: AnswerCache | None = None,
    bucket: Callable[[str], TokenBucket] | None = None,
    adapter_factory: Callable[..., BaseAdapter] | None = None,
    monotonic: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Chain:
    """The chain. Raises ValueError (geopy's ConfigurationError among them) for wrong options.

    `bucket(name)` gives the limit of a provider, such as a RedisBucket where several workers share
    a key; without it each process keeps its own.
    """

    def local_bucket(_name: str) -> TokenBucket:
        return LocalBucket(options.requests_per_second, 1, monotonic)

    names = [name for name in options.providers if name != "gazetteer"]
    if len(set(names)) != len(names):
        raise ValueError("a geocoder is named twice")
    providers = [
        Limited(_provider(name, options, adapter_factory), (bucket or local_bucket)(name), sleep)
        for name in names
    ]
    return Chain(
        providers,
        GazetteerGeocoder(gazetteer),
        cache or MemoryCache(monotonic),
        corroborate=options.corroborate,
    )


def _provider(
    name: str, options: GeocoderOptions, adapter_factory: Callable[..., BaseAdapter] | None
) -> Geocoder:
    common: dict[str, Any] = {
        "timeout": options.timeout_seconds,
        "user_agent": options.user_agent,
        "adapter_factory": adapter_factory,
    }
    if name == "amap":
        return AMap(options.amap_key, secret=options.amap_secret, **common)
    if name == "baidu":
        return Baidu(options.baidu_key, secret=options.baidu_secret, **common)
    if name == "nominatim":
        return nominatim(options.nominatim_url, **common)
    if name == "photon":
        return photon(options.photon_url, **common)
    if name == "pelias":
        return pelias(options.pelias_url, **common)
    raise ValueError(f"unknown geocoder {name!r}: amap, baidu, nominatim, photon or pelias")
