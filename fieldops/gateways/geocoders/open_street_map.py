"""Geocoders over OpenStreetMap data, reached by their URL: Nominatim, Photon and Pelias."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from geopy.adapters import BaseAdapter
from geopy.exc import ConfigurationError, GeocoderParseError
from geopy.geocoders import Nominatim, Pelias, Photon
from geopy.location import Location

from fieldops.domain.locating import Grade, Located, Outcome
from fieldops.domain.positions import Datum
from fieldops.gateways.geocoders.settling import position_from, settle, text_of

AdapterFactory = Callable[..., BaseAdapter]
_LIMIT = 10
_TYPES = {
    "house": Grade.DOOR,
    "building": Grade.DOOR,
    "address": Grade.DOOR,
    "venue": Grade.STREET,
    "road": Grade.STREET,
    "street": Grade.STREET,
    "amenity": Grade.STREET,
    "shop": Grade.STREET,
    "office": Grade.STREET,
    "place": Grade.STREET,
    "neighbourhood": Grade.TOWNSHIP,
    "residential": Grade.TOWNSHIP,
    "quarter": Grade.TOWNSHIP,
    "suburb": Grade.TOWNSHIP,
    "village": Grade.TOWNSHIP,
    "hamlet": Grade.TOWNSHIP,
    "town": Grade.TOWNSHIP,
    "township": Grade.TOWNSHIP,
    "locality": Grade.TOWNSHIP,
    "localadmin": Grade.TOWNSHIP,
    "postcode": Grade.TOWNSHIP,
    "borough": Grade.COUNTY,
    "district": Grade.COUNTY,
    "city_district": Grade.COUNTY,
    "county": Grade.COUNTY,
    "municipality": Grade.COUNTY,
    "city": Grade.CITY,
}


class OpenStreetMap:
    """`locate(address)` at one server of any of the three kinds; built by the functions below."""

    def __init__(
        self, name: str, ask: Callable[[str], Any], read: Callable[[Location], Located]
    ) -> None:
        self.name = name
        self._ask = ask
        self._read = read

    def locate(self, address: str) -> Outcome:
        """Ask the server; raises a GeocoderServiceError where it does not answer."""
        try:
            found = self._ask(address)
            matches = [self._read(location) for location in found or ()]
        except (AttributeError, IndexError, KeyError, TypeError) as error:
            raise GeocoderParseError(f"{self.name}'s answer has an unexpected shape") from error
        return settle(matches, self.name)


def nominatim(
    url: str, timeout: float, user_agent: str, adapter_factory: AdapterFactory | None = None
) -> OpenStreetMap:
    """A Nominatim server, such as one's own."""
    scheme, domain = _parts(url, "nominatim_url")
    geocoder = Nominatim(
        domain=domain,
        scheme=scheme,
        timeout=timeout,
        user_agent=user_agent,
        adapter_factory=adapter_factory,
    )

    def ask(address: str) -> Any:
        return geocoder.geocode(address, exactly_one=False, limit=_LIMIT, addressdetails=True)

    return OpenStreetMap("nominatim", ask, _from_nominatim)


def photon(
    url: str, timeout: float, user_agent: str, adapter_factory: AdapterFactory | None = None
) -> OpenStreetMap:
    """A Photon server."""
    scheme, domain = _parts(url, "photon_url")
    geocoder = Photon(
        domain=domain,
        scheme=scheme,
        timeout=timeout,
        user_agent=user_agent,
        adapter_factory=adapter_factory,
    )

    def ask(address: str) -> Any:
        return geocoder.geocode(address, exactly_one=False, limit=_LIMIT)

    return OpenStreetMap("photon", ask, _from_photon)


def pelias(
    url: str, timeout: float, user_agent: str, adapter_factory: AdapterFactory | None = None
) -> OpenStreetMap:
    """A Pelias server."""
    scheme, domain = _parts(url, "pelias_url")
    geocoder = Pelias(
        domain,
        scheme=scheme,
        timeout=timeout,
        user_agent=user_agent,
        adapter_factory=adapter_factory,
    )

    def ask(address: str) -> Any:
        return geocoder.geocode(address, exactly_one=False)

    return OpenStreetMap("pelias", ask, _from_pelias)


def _parts(url: str, setting: str) -> tuple[str, str]:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise ConfigurationError(f"{setting} must be a URL such as https://geocoder.example.org")
    return parts.scheme, (parts.netloc + parts.path).rstrip("/")


def _located(
    found: Location, provider: str, level: str, grade: Grade, confidence: Any, reference: str
) -> Located:
    known = isinstance(confidence, int | float) and 0 <= confidence <= 1
    return Located(
        position_from(found.latitude, found.longitude, Datum.WGS84),
        grade,
        provider,
        level,
        float(confidence) if known else None,
        Datum.WGS84,
        reference,
        text_of(found.address)[:200],
    )


def _reference(raw: Mapping[str, Any]) -> str:
    return f"{raw.get('osm_type', '')}/{raw.get('osm_id', '')}".strip("/")


def _from_nominatim(found: Location) -> Located:
    raw = found.raw
    level = text_of(raw.get("addresstype")) or text_of(raw.get("type"))
    parts = raw.get("address")
    numbered = isinstance(parts, dict) and bool(parts.get("house_number"))
    grade = Grade.DOOR if numbered else _TYPES.get(level, Grade.NONE)
    if grade is Grade.DOOR and not numbered:
        grade = Grade.STREET
    # Importance is how well known a place is, not how sure the match is, so it is left out.
    return _located(found, "nominatim", level, grade, None, _reference(raw))


def _from_photon(found: Location) -> Located:
    raw = found.raw["properties"]
    level = text_of(raw.get("type")) or text_of(raw.get("osm_value"))
    grade = _TYPES.get(level, Grade.NONE)
    if grade is Grade.DOOR and not raw.get("housenumber"):
        grade = Grade.STREET
    return _located(found, "photon", level, grade, None, _reference(raw))


def _from_pelias(found: Location) -> Located:
    raw = found.raw["properties"]
    level = text_of(raw.get("layer"))
    grade = _TYPES.get(level, Grade.NONE)
    if level == "locality":
        grade = Grade.CITY
    if grade is Grade.DOOR and raw.get("match_type") not in (None, "exact"):
        grade = Grade.STREET
    return _located(found, "pelias", level, grade, raw.get("confidence"), text_of(raw.get("gid")))
