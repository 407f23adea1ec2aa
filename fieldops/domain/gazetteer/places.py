"""One administrative division, its level, and the names by which it may be written."""

import re
from dataclasses import dataclass
from enum import IntEnum

from fieldops.domain.positions import Position


class Level(IntEnum):
    """The levels of division, from coarse to fine."""

    COUNTRY = 0
    PROVINCE = 1
    CITY = 2
    COUNTY = 3
    TOWNSHIP = 4


@dataclass(frozen=True, slots=True)
class Place:
    """A division: 12-digit statistical code, code of its parent, name, level, centre if known.

    `former` holds names it was officially called by before.
    """

    code: str
    parent: str
    name: str
    level: Level
    position: Position | None = None
    former: tuple[str, ...] = ()

    @property
    def is_placeholder(self) -> bool:
        """True for rows such as 市辖区 that only hold the code tree together."""
        return is_placeholder(self.name)


_PLACEHOLDERS = frozenset({"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划", "郊县"})
_NATIONS = (
    "蒙古|回|藏|维吾尔|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|高山|拉祜|水|"
    "东乡|纳西|景颇|柯尔克孜|土|达斡尔|仫佬|羌|布朗|撒拉|毛南|仡佬|锡伯|阿昌|普米|塔吉克|怒|"
    "乌孜别克|俄罗斯|鄂温克|德昂|保安|裕固|京|塔塔尔|独龙|鄂伦春|赫哲|门巴|珞巴|基诺|各"
)
_OF_NATIONS = re.compile(rf"(?:(?:{_NATIONS})族)+自治(?:区|州|县)$")
_BARE_AUTONOMY = re.compile(r"(?:蒙古|哈萨克|柯尔克孜)?自治(?:区|州|县)$")
_SUFFIX = {
    Level.PROVINCE: re.compile(r"(?:特别行政区|省|市)$"),
    Level.CITY: re.compile(r"(?:地区|盟|市)$"),
    Level.COUNTY: re.compile(r"(?:县|区|市|旗|林区)$"),
}
_OFFICE = re.compile(r"街道(?:办事处|办)$")


def is_placeholder(name: str) -> bool:
    """True for a name that no address means."""
    return name in _PLACEHOLDERS


def plain_name(name: str) -> str:
    """A township's name without the office that runs it: 春熙路街道办事处 is 春熙路街道."""
    return _OFFICE.sub("街道", name)


def short_name(name: str, level: Level) -> str | None:
    """What people say for short (四川省: 四川), or None where nothing distinctive is left."""
    if level not in _SUFFIX:
        return None
    stem = _OF_NATIONS.sub("", name)
    if stem == name:
        stem = _BARE_AUTONOMY.sub("", name)
    if stem == name:
        stem = _SUFFIX[level].sub("", name)
    return stem if len(stem) >= 2 and stem != name else None
