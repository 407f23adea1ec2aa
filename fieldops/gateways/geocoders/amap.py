"""AMap (高德) geocoding v3 on geopy's base class, which knows no such provider.

Request and answer are as in AMap's web service guide: `status` "1" with `geocodes`, or "0" with an
`infocode`; positions are "lng,lat" in GCJ-02; what is empty is written `[]`.
"""

import hashlib
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from geopy.adapters import BaseAdapter
from geopy.exc import (
    ConfigurationError,
    GeocoderAuthenticationFailure,
    GeocoderInsufficientPrivileges,
    GeocoderParseError,
    GeocoderQueryError,
    GeocoderQuotaExceeded,
    GeocoderRateLimited,
    GeocoderServiceError,
    GeocoderTimedOut,
    GeocoderUnavailable,
)
from geopy.geocoders.base import Geocoder

from fieldops.domain.locating import Grade, Located, Outcome
from fieldops.domain.positions import Datum
from fieldops.gateways.geocoders.settling import position_from, settle, text_of

_GRADES = {
    "门牌号": Grade.DOOR,
    "门址": Grade.DOOR,
    "单元号": Grade.DOOR,
    "楼栋号": Grade.DOOR,
    "兴趣点": Grade.STREET,
    "住宅区": Grade.STREET,
    "道路": Grade.STREET,
    "道路交叉路口": Grade.STREET,
    "公交站台、地铁站": Grade.STREET,
    "公交地铁站点": Grade.STREET,
    "村庄": Grade.TOWNSHIP,
    "热点商圈": Grade.TOWNSHIP,
    "乡镇": Grade.TOWNSHIP,
    "开发区": Grade.COUNTY,
    "区县": Grade.COUNTY,
    "市": Grade.CITY,
}
_REFUSALS: Mapping[str, type[GeocoderServiceError]] = {
    code: kind
    for kind, codes in (
        (GeocoderAuthenticationFailure, "10001 10005 10006 10007 10008 10009 10013"),
        (GeocoderInsufficientPrivileges, "10002 10012 10041 40001 40002"),
        (GeocoderRateLimited, "10004 10014 10019 10020 10021 10022 10023"),
        (GeocoderQuotaExceeded, "10003 10010 10029 10044 10045 40000 40003"),
        (GeocoderTimedOut, "10015"),
        (GeocoderUnavailable, "10016 10017"),
    )
    for code in codes.split()
}


class AMap(Geocoder):
    """`locate(address)` in mainland China; the key and the secret never enter a message."""

    name = "amap"

    def __init__(
        self,
        key: str,
        *,
        secret: str = "",
        timeout: float = 5.0,
        user_agent: str | None = None,
        adapter_factory: Callable[..., BaseAdapter] | None = None,
    ) -> None:
        if not key:
            raise ConfigurationError("the geocoder amap needs a key: set amap_key")
        super().__init__(
            scheme="https", timeout=timeout, user_agent=user_agent, adapter_factory=adapter_factory
        )
        self._key = key
        self._secret = secret

    def locate(self, address: str) -> Outcome:
        """Ask AMap; raises a GeocoderServiceError for every refusal."""
        params = {"address": address, "key": self._key, "output": "JSON"}
        if self._secret:
            params["sig"] = _signature(params, self._secret)
        url = f"https://restapi.amap.com/v3/geocode/geo?{urlencode(params)}"
        outcome: Outcome = self._call_geocoder(url, self._read)
        return outcome

    def _read(self, page: Any) -> Outcome:
        if not isinstance(page, dict) or "status" not in page:
            raise GeocoderParseError("AMap's answer has another shape than expected")
        if str(page["status"]) != "1":
            raise _refusal(str(page.get("infocode", "")), text_of(page.get("info")))
        found = page.get("geocodes")
        if not isinstance(found, list):
            raise GeocoderParseError("AMap's answer lists no geocodes")
        return settle([_match(entry) for entry in found], self.name)


def _signature(params: Mapping[str, str], secret: str) -> str:
    """AMap's digital signature: MD5 over the sorted, unescaped parameters and the secret."""
    plain = "&".join(f"{name}={params[name]}" for name in sorted(params))
    return hashlib.md5((plain + secret).encode(), usedforsecurity=False).hexdigest()


def _refusal(code: str, info: str) -> GeocoderServiceError:
    message = f"AMap refused: {code} {info[:80]}"
    if code in _REFUSALS:
        return _REFUSALS[code](message)
    if code in {"10011", "10024", "10026"} or code.startswith(("200", "300")):
        return GeocoderQueryError(message)
    return GeocoderServiceError(message)


def _match(entry: Any) -> Located:
    if not isinstance(entry, dict):
        raise GeocoderParseError("AMap's answer lists something that is no place")
    lon, _, lat = text_of(entry.get("location")).partition(",")
    level = text_of(entry.get("level"))
    return Located(
        position_from(lat, lon, Datum.GCJ02),
        _GRADES.get(level, Grade.NONE),
        "amap",
        level,
        None,
        Datum.GCJ02,
        raw_reference=text_of(entry.get("adcode")),
        label=text_of(entry.get("formatted_address"))[:200],
    )
