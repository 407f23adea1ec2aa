"""Baidu geocoding v3 through geopy, with the defects of geopy's own class mended.

geopy gives the match level as the address, fails on several results, leaves positions in BD-09 and
drops the confidence. Here GCJ-02 is asked for, and the answer is read in full.
"""

from collections.abc import Callable
from typing import Any

from geopy.adapters import BaseAdapter
from geopy.exc import (
    ConfigurationError,
    GeocoderParseError,
    GeocoderQuotaExceeded,
    GeocoderRateLimited,
    GeocoderServiceError,
)
from geopy.geocoders import BaiduV3

from fieldops.domain.locating import Grade, Located, NotLocated, Outcome, WhyNot
from fieldops.domain.positions import Datum
from fieldops.gateways.geocoders.settling import position_from, settle, text_of

_COARSE = {
    "国家": Grade.NONE,
    "省": Grade.NONE,
    "城市": Grade.CITY,
    "区县": Grade.COUNTY,
    "乡镇": Grade.TOWNSHIP,
    "村庄": Grade.TOWNSHIP,
    "商圈": Grade.TOWNSHIP,
}
_NOT_ROUGHER_THAN_A_KILOMETRE = 50
_NOT_ROUGHER_THAN_EIGHT_KILOMETRES = 25
"""Baidu's confidence in percent and the error it stands for, as in its guide."""


class Baidu(BaiduV3):
    """`locate(address)` in mainland China."""

    name = "baidu"

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
            raise ConfigurationError("the geocoder baidu needs a key: set baidu_key")
        super().__init__(
            key,
            scheme="https",
            timeout=timeout,
            user_agent=user_agent,
            adapter_factory=adapter_factory,
            security_key=secret or None,
        )

    def locate(self, address: str) -> Outcome:
        """Ask Baidu; raises a GeocoderServiceError for every refusal."""
        params = {
            "ak": self.api_key,
            "output": "json",
            "address": address,
            "ret_coordtype": "gcj02ll",
        }
        url = self._construct_url(self.api, self.api_path, params)
        outcome: Outcome = self._call_geocoder(url, self._read)
        return outcome

    def _read(self, page: Any) -> Outcome:
        if not isinstance(page, dict) or not isinstance(page.get("status"), int):
            raise GeocoderParseError("Baidu's answer has another shape than expected")
        status = page["status"]
        message = text_of(page.get("message")) or text_of(page.get("msg"))
        if status == 1 and "无相关结果" in message:
            return NotLocated(WhyNot.NO_RESULT, self.name)
        self._refuse(status, message)
        found = page.get("result") or page.get("results") or []
        entries = found if isinstance(found, list) else [found]
        return settle([_match(entry) for entry in entries], self.name)

    def _refuse(self, status: int, message: str) -> None:
        if status in (401, 402):
            raise GeocoderRateLimited(f"Baidu refused: {status} {message[:80]}")
        try:
            self._check_status(status)
        except GeocoderQuotaExceeded:
            raise
        except GeocoderServiceError as error:
            raise type(error)(f"Baidu refused: {status} {message[:80]}") from error


def _match(entry: Any) -> Located:
    if not isinstance(entry, dict) or not isinstance(entry.get("location"), dict):
        raise GeocoderParseError("Baidu's answer holds no location")
    level = text_of(entry.get("level"))
    confidence = entry.get("confidence")
    percent = float(confidence) if isinstance(confidence, int | float) else None
    return Located(
        position_from(entry["location"].get("lat"), entry["location"].get("lng"), Datum.GCJ02),
        _grade(level, entry.get("precise") == 1, percent),
        "baidu",
        level,
        None if percent is None else min(max(percent / 100, 0.0), 1.0),
        Datum.GCJ02,
    )


def _grade(level: str, precise: bool, percent: float | None) -> Grade:
    if level in _COARSE:
        return _COARSE[level]
    grade = Grade.DOOR if level == "门址" and precise else Grade.STREET
    if not level or percent is None or percent < _NOT_ROUGHER_THAN_EIGHT_KILOMETRES:
        return Grade.COUNTY
    return Grade.TOWNSHIP if percent < _NOT_ROUGHER_THAN_A_KILOMETRE else grade
