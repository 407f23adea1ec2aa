"""County-level changes since the tables of 2016, as the Ministry of Civil Affairs lists them.

The freely licensed tables with coordinates stand still at 2016. A renamed county keeps its centre
and its former name; a county that absorbed another answers to both names; a county cut out of
others has no centre, and its neighbours' townships no longer prove which county they are in.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from fieldops.domain.gazetteer.places import Level, Place

_RENAMED: Final = """
411023 411003 建安区|450127 450181 横州市|350182 350112 长乐区|610427 610482 彬州市
510922 510981 射洪市|451281 451203 宜州区|610821 610881 神木市|500228 500155 梁平区
370282 370215 即墨区|530422 530481 澄江市|532331 532302 禄丰市|130526 130505 任泽区
410381 410307 偃师区|360721 360704 赣县区|513425 513402 会理市|540126 540104 达孜区
510124 510117 郫都区|530122 530115 晋宁区|410728 410783 长垣市|140424 140405 屯留区
360421 360404 柴桑区|232723 232701 漠河市|652923 652902 库车市|430521 430582 邵东市
330185 330112 临安区|530321 530304 马龙区|130223 130284 滦州市|450331 450381 荔浦市
130429 130408 永年区|350625 350605 长泰区|350427 350405 沙县区|511028 511083 隆昌市
370125 370115 济阳区|370181 370114 章丘区|411626 411603 淮阳区|500232 500156 武隆区
140481 140406 潞城区|520221 520204 水城区|361029 361003 东乡区|341822 341882 广德市
140624 140681 怀仁市|350681 350604 龙海区|610721 610703 南郑区|630122 630106 湟中区
632321 632301 同仁市|610928 610981 旬阳市|540422 540481 米林市|522322 522302 兴仁市
330283 330213 奉化区|510626 510604 罗江区|340222 340212 繁昌区|130428 130407 肥乡区
451023 451082 平果市|431121 431181 祁阳市|511521 511504 叙州区|130527 130506 南和区
530630 530681 水富市|140726 140703 太谷区|140421 140404 上党区|430221 430212 渌口区
231121 231183 嫩江市|371523 371503 茌平区|520222 520281 盘州市|620824 620881 华亭市
451021 451003 田阳区|320684 320614 海门区|340824 340882 潜山市|654223 654203 沙湾市
610623 610681 子长市|360727 360783 龙南市|510132 510118 新津区|520522 520581 黔西市
331021 331083 玉环市|421023 421088 监利市|340221 340210 湾沚区|371626 371681 邹平市
340225 340281 无为市|610125 610118 鄠邑区|360622 360603 余江区|130823 130881 平泉市
361121 361104 广信区|610322 610305 凤翔区|320621 320685 海安市|420821 420882 京山市
430124 430182 宁乡市|140227 140215 云州区|540530 540581 错那市|542421 540602 色尼区
"""
"""Code of 2016, code of today, name of today, for counties that kept their ground and parent."""

_CUT_OUT: Final = (
    ("440309000000", "440300000000", "龙华区"),
    ("440310000000", "440300000000", "坪山区"),
    ("440311000000", "440300000000", "光明区"),
    ("330113000000", "330100000000", "临平区"),
    ("330114000000", "330100000000", "钱塘区"),
    ("330383000000", "330300000000", "龙港市"),
    ("360113000000", "360100000000", "红谷滩区"),
)

UNSURE_PARENTS: Final = frozenset(
    f"{code}000000"
    for code in ("440306", "440307", "330110", "330104", "330109", "330327", "360112", "360102")
)
"""Counties that lost ground to a new one: a township of theirs does not prove its county."""

FORMER_NAMES: Final = tuple(
    (name, f"{code}000000")
    for code, names in (
        ("310106", "闸北区"),
        ("310101", "卢湾区"),
        ("310115", "南汇区"),
        ("110101", "崇文区"),
        ("110102", "宣武区"),
        ("370203", "四方区"),
        ("370211", "胶南市"),
        ("320104", "白下区"),
        ("320508", "沧浪区 金阊区"),
        ("320509", "吴江市"),
        ("440112", "萝岗区"),
        ("440104", "东山区"),
        ("440103", "芳村区"),
        ("120116", "塘沽区 汉沽区 大港区"),
        ("320213", "崇安区 南长区 北塘区"),
        ("320412", "戚墅堰区"),
        ("500110", "万盛区"),
    )
    for name in names.split()
)
"""Names of counties that were absorbed whole, and the code of the county they became part of."""


def _renamed() -> dict[str, tuple[str, str]]:
    entries = (entry.split() for line in _RENAMED.split("\n") for entry in line.split("|") if entry)
    return {f"{old}000000": (f"{new}000000", name) for old, new, name in entries}


def with_changes(rows: Iterable[Place]) -> Iterator[Place]:
    """The same rows, brought up to date where they show that they are of before a change.

    A row keeps its code, because whatever lies within points at it.
    """
    places = list(rows)
    known = {place.code for place in places}
    renamed = _renamed()
    for place in places:
        today = renamed.get(place.code)
        if today is None or today[0] in known or place.name == today[1]:
            yield place
        else:
            yield replace(place, name=today[1], former=(*place.former, place.name))
    for code, parent, name in _CUT_OUT:
        if code not in known and parent in known:
            yield Place(code, parent, name, Level.COUNTY)
