"""Read the words of a case file: datum, role, currency, skills, priority and coordinates."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from fieldops.domain.casefile.fields import read_number
from fieldops.domain.identity import Unreadable, unreadable
from fieldops.domain.identity.widths import narrow

_DATUMS: Final = {
    word: datum
    for datum, words in {
        "WGS84": "WGS84 WGS1984 EPSG4326 4326 GPS GPS坐标 CGCS2000 国家2000 大地坐标",
        "GCJ02": "GCJ02 GCJ2 GCJ 火星 火星坐标 火星坐标系 "
        "国测局 国测局坐标 高德 高德坐标 腾讯 腾讯坐标 AMAP",
        "BD09": "BD09 BD09LL BD9 百度 百度坐标 百度坐标系 BAIDU",
    }.items()
    for word in words.split()
}
_ROLES: Final = {
    word: role
    for role, words in {
        "debtor": "本人 债务人 借款人 主借款人 主借人 "
        "持卡人 客户本人 DEBTOR BORROWER SELF PRINCIPAL",
        "co_borrower": "共同借款人 共借人 共同债务人 共同还款人 COBORROWER CODEBTOR",
        "guarantor": "担保人 保证人 连带责任人 GUARANTOR SURETY",
        "spouse": "配偶 妻子 丈夫 爱人 夫妻 老婆 老公 SPOUSE HUSBAND WIFE",
        "relative": "亲属 父亲 母亲 父母 子女 儿子 女儿 "
        "兄弟 姐妹 兄弟姐妹 RELATIVE PARENT CHILD SIBLING",
        "contact": "联系人 紧急联系人 朋友 同事 邻居 CONTACT FRIEND COLLEAGUE",
        "employer": "单位 工作单位 雇主 EMPLOYER",
    }.items()
    for word in words.split()
}
_CURRENCY_WORDS: Final = {
    word: code
    for code, words in {
        "CNY": "CNY RMB CNH 人民币 元 圆 ¥",
        "HKD": "HKD HK$ 港币 港元",
        "USD": "USD US$ $ 美元 美金",
        "EUR": "EUR € 欧元",
        "MOP": "MOP 澳门元",
        "TWD": "TWD 新台币",
        "GBP": "GBP £ 英镑",
        "JPY": "JPY 日元",
        "SGD": "SGD 新加坡元",
    }.items()
    for word in words.split()
}
_JOINTS: Final = re.compile(r"[\s\-_:/.]")
_SKILL_BREAKS: Final = re.compile(r"[;,、/|]+")
# A box round China, a little wide: inside it a swapped pair can be told from a true one.
_CHINA: Final = (Decimal(3), Decimal(54), Decimal(73), Decimal(136))
MOST_SKILLS: Final = 30


@dataclass(frozen=True, slots=True)
class Point:
    """Coordinates as they came, in degrees, with the datum they are said to be in."""

    lat: Decimal
    lon: Decimal
    datum: str


def read_datum(text: str) -> str | Unreadable:
    """Give `WGS84`, `GCJ02` or `BD09` for any usual spelling (CGCS2000 is within centimetres)."""
    found = _DATUMS.get(_JOINTS.sub("", narrow(text)).upper())
    return found or unreadable("datum_unknown", text=narrow(text))


def read_role(text: str) -> str | Unreadable:
    """Give debtor, co_borrower, guarantor, spouse, relative, contact or employer."""
    found = _ROLES.get(_JOINTS.sub("", narrow(text)).upper())
    return found or unreadable("role_unknown", text=narrow(text))


def read_currency(text: str) -> str | Unreadable:
    """Give the ISO 4217 code of a currency's code, sign or Chinese name."""
    found = _CURRENCY_WORDS.get(narrow(text).upper())
    return found or unreadable("currency_unknown", text=narrow(text))


def read_skills(text: str) -> tuple[str, ...] | Unreadable:
    """Split a list of skills at ; , 、 / or |; each is kept once, in the order given."""
    skills = dict.fromkeys(part.strip() for part in _SKILL_BREAKS.split(narrow(text)))
    skills.pop("", None)
    if len(skills) > MOST_SKILLS or any(len(skill) > 40 for skill in skills):
        return unreadable("skills_many", most=MOST_SKILLS)
    return tuple(skills)


def read_coordinates(
    lon_text: str, lat_text: str, datum_text: str
) -> Point | list[tuple[str, Unreadable]] | None:
    """Read a position; None where both are blank, else the point or every fault by field.

    Faults are given against `longitude`, `latitude` or `datum`. A swapped pair is told as such.
    """
    datum = read_datum(datum_text) if datum_text else ""
    faults = [("datum", datum)] if isinstance(datum, Unreadable) else []
    if not lon_text and not lat_text:
        return faults or None
    if not datum_text:
        faults.append(("datum", unreadable("datum_missing")))
    lon = read_number(lon_text) if lon_text else unreadable("coordinate_incomplete")
    lat = read_number(lat_text) if lat_text else unreadable("coordinate_incomplete")
    if isinstance(lon, Decimal) and isinstance(lat, Decimal):
        faults.extend(_pair_faults(lon, lat, str(datum)))
        return faults or Point(lat=lat, lon=lon, datum=str(datum))
    for field, value, most in (("longitude", lon, 180), ("latitude", lat, 90)):
        if isinstance(value, Unreadable):
            faults.append((field, value))
        elif abs(value) > most:
            faults.append((field, unreadable("coordinate_range", value=value)))
    return faults


def _pair_faults(lon: Decimal, lat: Decimal, datum: str) -> list[tuple[str, Unreadable]]:
    """What two numbers say about each other."""
    if not _in_china(lat, lon) and _in_china(lon, lat):
        return [("longitude", unreadable("coordinate_swapped", lon=lon, lat=lat))]
    if lat == 0 and lon == 0:
        return [("longitude", unreadable("coordinate_zero"))]
    faults = [
        (field, unreadable("coordinate_range", value=value))
        for field, value, most in (("longitude", lon, 180), ("latitude", lat, 90))
        if abs(value) > most
    ]
    if not faults and datum in ("GCJ02", "BD09") and not _in_china(lat, lon):
        return [("datum", unreadable("datum_outside_china", datum=datum))]
    return faults


def _in_china(lat: Decimal, lon: Decimal) -> bool:
    south, north, west, east = _CHINA
    return south <= lat <= north and west <= lon <= east
