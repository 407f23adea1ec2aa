"""A position on the ground, the datum it came in, and the refusal of what cannot be one.

Convert once, at the edge: what came is kept as a `GivenPosition`, what the system reckons with is a
`Position` in WGS-84 degrees.
"""

import math
import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from fieldops.domain import datums


class Datum(StrEnum):
    """The datums that positions arrive in. CGCS2000 agrees with WGS-84 within decimetres."""

    WGS84 = "WGS84"
    GCJ02 = "GCJ02"
    BD09 = "BD09"
    CGCS2000 = "CGCS2000"


class Fault(StrEnum):
    """Why a pair of coordinates was refused."""

    BLANK = "blank"
    HALF_BLANK = "half-blank"
    NOT_A_NUMBER = "not-a-number"
    IMPOSSIBLE = "impossible"
    SWAPPED = "swapped"
    ZERO = "zero"
    UNKNOWN_DATUM = "unknown-datum"


@dataclass(frozen=True, slots=True)
class PositionRefused:
    """What is wrong with a position, in English and Chinese, and the field it is about.

    `BLANK` means that neither coordinate was given, which many case files do lawfully.
    """

    fault: Fault
    field: str
    en: str
    zh: str


@dataclass(frozen=True, slots=True)
class Position:
    """A point in WGS-84 degrees. Raises ValueError for what no point on earth has."""

    lat: float
    lon: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.lat) and math.isfinite(self.lon)):
            raise ValueError("a position needs finite degrees")
        if abs(self.lat) > 90 or abs(self.lon) > 180:
            raise ValueError("latitude lies within 90 degrees and longitude within 180")


@dataclass(frozen=True, slots=True)
class GivenPosition:
    """Degrees as they were received, with the datum they came in."""

    lat: float
    lon: float
    datum: Datum

    def as_wgs84(self) -> Position:
        """The same point in WGS-84."""
        if self.datum is Datum.GCJ02:
            lat, lon = datums.gcj02_to_wgs84(self.lat, self.lon)
        elif self.datum is Datum.BD09:
            lat, lon = datums.bd09_to_wgs84(self.lat, self.lon)
        else:
            return Position(self.lat, self.lon)
        return Position(float(lat), float(lon))


_SPELLINGS = {
    Datum.WGS84: "wgs84 wgs1984 epsg4326 4326 gps 大地坐标 地球坐标",
    Datum.GCJ02: "gcj02 gcj 高德 高德坐标 高德地图 火星坐标 腾讯 腾讯坐标 腾讯地图 amap",
    Datum.BD09: "bd09 bd09ll 百度 百度坐标 百度地图 baidu",
    Datum.CGCS2000: "cgcs2000 epsg4490 4490 国家2000 2000国家大地坐标系 天地图",
}
_BY_SPELLING = {word: datum for datum, words in _SPELLINGS.items() for word in words.split()}
_NOISE = re.compile(r"[\s_\-:：/()（）]+|坐标系$")
_NUMBER = re.compile(r"[+-]?(\d{1,3}(\.\d{0,20})?|\.\d{1,20})")


def parse_datum(text: str) -> Datum | PositionRefused:
    """The datum that a spelling such as "wgs-84", "GCJ02" or "高德" means; never a guess."""
    word = _NOISE.sub("", unicodedata.normalize("NFKC", text[:60])).casefold()
    datum = _BY_SPELLING.get(word)
    if datum is not None:
        return datum
    shown = text.strip()[:40]
    return PositionRefused(
        Fault.UNKNOWN_DATUM,
        "datum",
        f"unknown datum {shown!r}; say WGS84, GCJ02, BD09 or CGCS2000",
        f"无法识别坐标系“{shown}”，请填写 WGS84、GCJ02、BD09 或 CGCS2000",
    )


def read_position(
    lat: str | float | None, lon: str | float | None, datum: str | Datum | None
) -> GivenPosition | PositionRefused:
    """Read two degrees and a datum as they stand in a file, or say what is wrong with them."""
    blank = [
        value is None or (isinstance(value, str) and not value.strip()) for value in (lat, lon)
    ]
    if all(blank):
        return PositionRefused(Fault.BLANK, "lat,lon", "no coordinates were given", "未填写坐标")
    if any(blank):
        missing = ("lat", "纬度") if blank[0] else ("lon", "经度")
        return PositionRefused(
            Fault.HALF_BLANK,
            missing[0],
            f"{missing[0]} is blank while the other coordinate is not; give both or neither",
            f"只填写了一个坐标，缺少{missing[1]}；请两者都填或都不填",
        )
    y, x = _number(lat), _number(lon)
    if y is None:
        return _not_a_number("lat", "纬度", lat)
    if x is None:
        return _not_a_number("lon", "经度", lon)
    fault = _implausible(y, x)
    if fault is not None:
        return fault
    known = datum if isinstance(datum, Datum) else parse_datum(datum or "")
    return known if isinstance(known, PositionRefused) else GivenPosition(y, x, known)


def _number(value: str | float | None) -> float | None:
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, str):
        text = unicodedata.normalize("NFKC", value[:60]).strip()
        return float(text) if _NUMBER.fullmatch(text) else None
    try:
        number = float(value)
    except (OverflowError, TypeError, ValueError):
        return None
    return number if math.isfinite(number) else None


def _not_a_number(field: str, field_zh: str, value: object) -> PositionRefused:
    shown = str(value)[:40]
    return PositionRefused(
        Fault.NOT_A_NUMBER,
        field,
        f"{field} {shown!r} is not a number of degrees; write it as in 30.657420",
        f"{field_zh}“{shown}”不是度数，请写成 30.657420 的形式",
    )


def _implausible(lat: float, lon: float) -> PositionRefused | None:
    if lat == 0 and lon == 0:
        return PositionRefused(
            Fault.ZERO,
            "lat,lon",
            "0, 0 is what a device writes when it has no fix; leave both blank instead",
            "坐标为 0,0，说明没有定位结果；如无坐标请留空",
        )
    if _looks_swapped(lat, lon):
        return PositionRefused(
            Fault.SWAPPED,
            "lat,lon",
            f"latitude {lat:g} and longitude {lon:g} look exchanged",
            f"纬度 {lat:g} 与经度 {lon:g} 疑似填反",
        )
    if abs(lat) > 90 or abs(lon) > 180:
        return PositionRefused(
            Fault.IMPOSSIBLE,
            "lat" if abs(lat) > 90 else "lon",
            "latitude lies within 90 degrees and longitude within 180",
            "纬度应在 ±90 度之内，经度应在 ±180 度之内",
        )
    return None


def _looks_swapped(lat: float, lon: float) -> bool:
    """Exchanged either beyond doubt, or because only the exchanged point lies in or near China.

    The second test costs nothing real: it catches a "latitude" of 73 to 90 with a "longitude" of
    15 to 54, which is Arctic sea.
    """
    if abs(lat) > 90:
        return abs(lat) <= 180 and abs(lon) <= 90
    return 73 <= lat <= 90 and 18 <= lon <= 54


def metres_between(a: Position, b: Position) -> float:
    """Great-circle distance in metres; within 0.3 % of the ellipsoid."""
    lat_a, lat_b = math.radians(a.lat), math.radians(b.lat)
    half = (
        math.sin((lat_b - lat_a) / 2) ** 2
        + math.cos(lat_a) * math.cos(lat_b) * math.sin(math.radians(b.lon - a.lon) / 2) ** 2
    )
    return 2 * 6371008.8 * math.asin(math.sqrt(min(1.0, half)))
