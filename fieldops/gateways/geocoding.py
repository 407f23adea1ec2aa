"""The chain of geocoders as the settings ask for it."""

from collections.abc import Callable

from redis import Redis

from fieldops.domain.gazetteer import Gazetteer
from fieldops.gateways.geocoders import Chain, GeocoderOptions, build_geocoder
from fieldops.gateways.geocoders.caching import AnswerCache
from fieldops.gateways.geocoders.limits import RedisBucket
from fieldops.settings import Settings, SettingsError


def chain(
    settings: Settings,
    gazetteer: Gazetteer,
    answers: AnswerCache | None,
    redis: Callable[[], Redis],
) -> Chain:
    """Build the chain; workers that share a key share its limit through the queue's server.

    Raises SettingsError when a geocoder is unknown or lacks its key or address.
    """
    rate = settings.geocoder_requests_per_second
    try:
        return build_geocoder(
            options(settings),
            gazetteer,
            cache=answers,
            bucket=lambda name: RedisBucket(redis(), name, rate, 1),
        )
    except ValueError as wrong:
        raise SettingsError(f"geocoders: {wrong}") from wrong


def options(settings: Settings) -> GeocoderOptions:
    """What the settings say of geocoders."""
    return GeocoderOptions(
        providers=tuple(name for name in settings.geocoders if name != "gazetteer"),
        amap_key=settings.amap_key,
        amap_secret=settings.amap_secret,
        baidu_key=settings.baidu_key,
        baidu_secret=settings.baidu_secret,
        nominatim_url=settings.nominatim_url,
        photon_url=settings.photon_url,
        pelias_url=settings.pelias_url,
        timeout_seconds=settings.geocoder_timeout_seconds,
        requests_per_second=settings.geocoder_requests_per_second,
    )
