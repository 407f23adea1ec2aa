"""Finding the divisions at the head of an address, from coarse to fine, without guessing.

The reader keeps a *frontier*: every place that the text so far may mean. A name that follows keeps
only the places within the frontier. A short name (成都 for 成都市) counts only where what follows
does not make it part of another name, such as a road (南京西路) or a building (上海大厦).
"""

import re
from dataclasses import dataclass, field

from fieldops.domain.gazetteer import Gazetteer, Level, Place
from fieldops.domain.gazetteer.changes import UNSURE_PARENTS
from fieldops.domain.gazetteer.lookup import Hit

_SKIPPED = re.compile(r"[\s,，、·./|>-]+|市辖区(?=.)|省直辖县级行政区划|自治区直辖县级行政区划")
_OFFICE = re.compile(r"办事处|办(?!公)")
_THING = (
    r"(?:国际|世界|新|大)?(?:大厦|饭店|酒店|宾馆|花园|广场|大学|学院|银行|公寓|医院|商城|中心|商厦|机场|公司|会馆"
    r"|科技|集团|[一二三四五六七八九]?[建中小]学?[校局司厂])"
)
_ROAD_WORD = r"(?:路|街(?!口|道)|大街|大道|道|巷|弄|胡同|环路|高速|铁路|公路|国道|线)"
_FEATURE = r"(?:门|桥|庄|寺|庙|宫|祠|山|湖|河|江|站|港|湾|海|村|镇|乡|里|园|公园|话|菜|府|站)"
_PART_OF_A_NAME = re.compile(
    rf"[东西南北中前后上下内外新老大小环一二三四五六七八九十\d]{{0,3}}{_ROAD_WORD}|{_FEATURE}|{_THING}"
)
_PART_OF_A_ROAD = re.compile(
    rf"[\u4e00-\u9fff\d]{{0,3}}{_ROAD_WORD}|[东西南北中]?{_FEATURE}|{_THING}"
)
_AFTER_FULL = re.compile(r"路|街(?!道)|大道|大街|村|社区|学|医院|局")
_BARE_DIRECTION = re.compile(r"[城市新矿郊]?[东西南北中市城郊矿新]区")
_TOWN_NAME = re.compile(r".{1,10}(?:镇|乡|街道|苏木)")
_ZONE = re.compile(
    r"[\u4e00-\u9fff]{0,8}?(?:高新技术产业开发区|高新技术开发区|高新技术产业园区|高新技术产业园|高新区|高新(?=[东西南北中]区)"
    r"|经济技术开发区|经济开发区|经开区|技术开发区|开发区|工业园区|工业园|产业园区|产业园|科技园区|科技园|保税港区|保税区|度假区|示范区|政务区|工业区|新区|新城)"
    r"(?!路|街|大道)"
)
_COUNTY_WORD = re.compile(
    r"([\u4e00-\u9fff]{2,4}?)(?<![小社园校厂景商务地业住辖])(?:区|县|旗)(?!域|间|委|政|府|号|路|街)"
)
_LONG_ZONE = re.compile(r"[路街号]")


@dataclass(slots=True)
class Divisions:
    """The frontier found, which places the text itself named, and where the tail starts."""

    frontier: tuple[Place, ...] = ()
    named: list[Place] = field(default_factory=list)
    end: int = 0
    zone: str = ""
    unread: str = ""
    only_short: bool = True


def read_divisions(text: str, gazetteer: Gazetteer, *, full_only: bool = False) -> Divisions:
    """Read divisions from the start of `text`; `full_only` takes official names alone."""
    found = Divisions()
    while True:
        at = _skip(text, found.end)
        if not _step(text, at, gazetteer, found, full_only):
            break
    if found.frontier:
        _read_loose_ends(text, gazetteer, found)
    return found


def _skip(text: str, at: int) -> int:
    while blank := _SKIPPED.match(text, at):
        at = blank.end()
    return at


def _step(text: str, at: int, gazetteer: Gazetteer, found: Divisions, full_only: bool) -> bool:
    """Take one more division at `at`; False when none stands there."""
    for hit in gazetteer.hits(text, at):
        if full_only and not hit.full:
            continue
        kept = _fitting(hit, found.frontier, gazetteer)
        if kept and _allowed(hit, text, at, kept, found):
            _take(hit, kept, text, at, gazetteer, found)
            return True
    return False


def _fitting(hit: Hit, frontier: tuple[Place, ...], gazetteer: Gazetteer) -> tuple[Place, ...]:
    """The places of the hit within the frontier, or the part of it that the hit repeats."""
    if not frontier:
        return hit.places
    within = tuple(p for p in hit.places if any(gazetteer.is_within(p, f) for f in frontier))
    if within:
        return within
    if not hit.full:
        return ()
    return tuple(f for f in frontier if any(gazetteer.is_within(f, p) for p in hit.places))


def _allowed(hit: Hit, text: str, at: int, kept: tuple[Place, ...], found: Divisions) -> bool:
    end, levels = at + hit.length, {place.level for place in kept}
    if hit.full:
        return not _AFTER_FULL.match(text, end) and _distinct(hit, text, at, levels, found)
    if at + hit.length == len(text) and not found.frontier:
        return True
    guard = _PART_OF_A_NAME
    if found.frontier and any(p.level is Level.COUNTY and p.name.endswith("区") for p in kept):
        guard = _PART_OF_A_ROAD
    return not guard.match(text, end)


def _distinct(hit: Hit, text: str, at: int, levels: set[Level], found: Divisions) -> bool:
    """Whether an official name says enough where it stands: 东区 alone, or 新区, does not."""
    word = text[at : at + hit.length]
    if Level.TOWNSHIP in levels:
        if any(place.level is Level.COUNTY for place in found.frontier):
            return True
        return bool(_TOWN_NAME.fullmatch(word)) and (bool(found.frontier) or len(word) >= 3)
    return bool(found.frontier) or not _BARE_DIRECTION.fullmatch(word)


def _take(
    hit: Hit, kept: tuple[Place, ...], text: str, at: int, gazetteer: Gazetteer, found: Divisions
) -> None:
    if not hit.full:
        kept = tuple(
            p for p in kept if not any(q is not p and gazetteer.is_within(p, q) for q in kept)
        )
    found.named.extend(hit.places)
    found.frontier = kept
    found.only_short = found.only_short and not hit.full
    found.end = at + hit.length
    if text[: found.end].endswith("街道") and (office := _OFFICE.match(text, found.end)):
        found.end = office.end()


def _read_loose_ends(text: str, gazetteer: Gazetteer, found: Divisions) -> None:
    """A zone without rank, a county whose suffix has changed, or one that is not known here."""
    at = _skip(text, found.end)
    finest = max(place.level for place in found.frontier)
    if (
        finest < Level.COUNTY
        and (word := _COUNTY_WORD.match(text, at))
        and not _ZONE.match(text, at)
    ):
        heirs = tuple(
            place
            for place in gazetteer.short(word[1])
            if place.level is Level.COUNTY
            and any(gazetteer.is_within(place, f) for f in found.frontier)
        )
        if len(heirs) == 1:
            found.frontier, found.end = heirs, word.end()
            found.named.extend(heirs)
            while _step(text, _skip(text, found.end), gazetteer, found, full_only=False):
                pass
        else:
            found.unread, found.end = word[0], word.end()
        return
    zone = _ZONE.match(text, at)
    if zone and not _LONG_ZONE.search(zone[0]):
        found.zone, found.end = zone[0], zone.end()
        if finest is Level.COUNTY:
            _step(text, _skip(text, found.end), gazetteer, found, full_only=False)


def is_lone_township(found: Divisions) -> bool:
    """Whether a township stands without city or county: tables of townships have gaps, so that a
    name which is unique in them is not proved to be unique."""
    if not any(place.level is Level.TOWNSHIP for place in found.frontier):
        return False
    above = [place for place in found.named if place.level is not Level.TOWNSHIP]
    return not any(
        place.level in (Level.CITY, Level.COUNTY) or place.name.endswith("市") for place in above
    )


def proven(place: Place) -> bool:
    """Whether a township proves its county: not where the county has since lost ground."""
    return place.level is not Level.TOWNSHIP or place.parent not in UNSURE_PARENTS
