"""Reading what follows the divisions: road, house number, compound, building, unit, floor, room."""

import re

from fieldops.domain.addresses.results import Street
from fieldops.domain.addresses.wording import arabic

_NUMERAL = r"[一二三四五六七八九十百〇零两\d]{1,6}"
_LETTERED = rf"(?:[A-Za-z]\d{{0,3}}|\d{{1,4}}-\d{{1,4}}|\d{{1,4}}[A-Za-z]?|{_NUMERAL}|[甲乙丙丁])"
_ROAD = re.compile(
    r"(?P<road>(?:(?!\d+号(?!大街|路))[\u4e00-\u9fff]|\d{1,4}(?=国道|省道|县道|号大街|号路|街|路)|号(?=大街|路)){1,16}"
    r"(?:大道|大街|公路|国道|省道|路|街|巷|弄|胡同|段|辅道|村|(?:里|道|苑)(?=\d))"
    rf"(?:(?:[东西南北中]|{_NUMERAL})?段|辅道|[东西南北](?=\d))?)"
)
_BEFORE_NUMBER = re.compile(
    r"(?P<road>[\u4e00-\u9fff]{2,16})(?=\d{1,5}(?:-\d{1,5})?号(?!楼|线|厂|门|库|院|地块))"
)
_NUMBER = re.compile(
    r"(?P<number>\d{1,5}(?:弄\d{1,5}号|[-/、,]\d{1,5}(?:号|弄)|(?:号院|号|弄))|"
    r"[一二三四五六七八九十百]{1,5}号)(?!楼|线|栋|国道)"
    rf"(?:之(?P<after>\d{{1,3}})|附(?P<sub>{_NUMERAL})号?)?"
)
_BUILDING = re.compile(rf"(?P<v>{_LETTERED})(?:号楼|栋|幢|座|#楼|#)")
_UNIT = re.compile(rf"(?P<v>{_LETTERED})(?:单元|门(?=\d|{_NUMERAL}))")
_FLOOR = re.compile(rf"(?P<v>{_NUMERAL})(?:楼|层|F(?![A-Za-z]))")
_ROOM = re.compile(r"(?P<v>[A-Za-z]?-?\d{1,5}(?:-\d{1,5})?[A-Za-z]?)(?:室|房|户|号房)")
_LAST_ROOM = re.compile(r"(?<=[\u4e00-\u9fff])(?P<v>\d{3,5})$")
_BARE_ROOM = re.compile(r"^-?(?P<v>\d{3,5})$")
_PARTS = (("building", _BUILDING), ("unit", _UNIT), ("floor", _FLOOR), ("room", _ROOM))


def read_street(text: str) -> Street:
    """Split the tail of an address. Nothing is lost: what no rule reads stays in `rest`."""
    tail = text.lstrip(" ,，、-")
    road = ""
    if found := _BEFORE_NUMBER.match(tail) or _ROAD.match(tail):
        road, tail = found["road"], tail[found.end() :]
    number, sub, tail = _read_number(tail)
    compound, values, rest = _read_inside(tail)
    return Street(road, number, sub, compound, rest=rest, **values)


def _read_number(tail: str) -> tuple[str, str, str]:
    found = _NUMBER.match(tail)
    if found is None:
        return "", "", tail
    number = found["number"].removesuffix("号院").removesuffix("号").removesuffix("弄")
    sub = found["sub"] or found["after"] or ""
    return arabic(number), arabic(sub), tail[found.end() :]


def _read_inside(tail: str) -> tuple[str, dict[str, str], str]:
    """Compound, then the numbered parts in their order, then whatever is left."""
    values: dict[str, str] = {}
    compound: str | None = None
    at = 0
    for name, pattern in _PARTS:
        found = pattern.search(tail, at)
        if found is None or (values and found.start() - at > 6):
            continue
        if compound is None:
            compound = tail[: found.start()]
        values[name] = arabic(found["v"])
        at = found.end()
    rest = tail[at:] if values else ""
    if "room" not in values and values and (bare := _BARE_ROOM.match(rest)):
        values["room"], rest = bare["v"], ""
    if compound is None:
        compound = tail
    if "room" not in values and not rest and (last := _LAST_ROOM.search(compound)):
        values["room"], compound = last["v"], compound[: last.start()]
    return compound.strip(" ,，、-()（）"), values, rest.strip(" ,，、-")
