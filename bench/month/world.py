"""The made-up house of the month: its case files day by day, and its agents, all from a seed.

Some debtors owe twice, some stand in two records that a telephone gives away, some have a
guarantor or a relative beside them, and some move to another province while they are visited.
"""

import csv
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from fieldops.domain.gazetteer import Gazetteer, read_rows
from fieldops.domain.identity import check_character

HEADINGS = (
    *("案件编号", "债务人", "身份证号", "电话", "关系", "地址", "经度", "纬度", "坐标系"),
    *("逾期天数", "欠款金额", "币种", "优先级", "委案方", "产品"),
)
AGENT_HEADINGS = (
    *("工号", "姓名", "出发经度", "出发纬度", "坐标系", "班次开始", "班次结束", "午休开始"),
    *("午休分钟", "搭档工号", "培训到期日"),
)
PLACES = """code,parent,name,level,lat,lon
510000,,四川省,province,30.65,104.07
510100,510000,成都市,city,30.57,104.06
510104,510100,锦江区,county,30.60,104.11
500000,,重庆市,province,29.56,106.55
500100,500000,市辖区,city,29.56,106.55
500103,500100,渝中区,county,29.55,106.56
"""
_CHENGDU, _CHONGQING = (30.6586, 104.0647), (29.5530, 106.5690)
_SURNAMES = "张王李赵刘陈杨黄周吴徐孙马朱胡郭何林高罗"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_STREETS = ("人民南路", "红星路", "东大街", "春熙路", "大业路", "滨江东路", "下东大街", "盐市口街")
# Of a hundred cases so many are there on the first day; the others come in the first three weeks.
_FIRST, _INTAKE_DAYS = 0.75, 20
_CASES_A_CREW, _CREWS_ELSEWHERE = 400, 6


@dataclass(frozen=True, slots=True)
class World:
    """Case lines by the day of the month on which they come, and the lines of the agents."""

    cases: Sequence[Sequence[Sequence[object]]]
    agents: Sequence[Sequence[object]]
    gazetteer: Gazetteer


def a_world(cases: int, days: int, first: date, seed: int) -> World:
    """A house with so many cases; crews of two, one for every 400 cases and at least two."""
    chance = random.Random(seed)
    known: list[list[object]] = []
    batches: list[list[list[object]]] = [[] for _ in range(days)]
    for number in range(1, cases + 1):
        lines = list(_lines(chance, number, known))
        on = 0
        if chance.random() > _FIRST:
            on = chance.randrange(min(days, _INTAKE_DAYS))
        batches[on] += lines
        known.append(lines[0])
    for on in range(1, days):
        moved = [line for line in known[: cases // 2] if chance.random() < 0.0007]
        batches[on] += [_moved(chance, line) for line in moved]
    crews = max(2, cases // _CASES_A_CREW)
    agents = [_agent(chance, number, crews, first) for number in range(1, 2 * crews + 1)]
    return World(batches, agents, Gazetteer(read_rows(PLACES.splitlines())))


def _lines(chance: random.Random, number: int, known: list[list[object]]) -> Iterator[list[object]]:
    """The debtor's line first, then those of whoever stands beside him."""
    far = chance.random() < 0.06
    name = f"{chance.choice(_SURNAMES)}某{_STEMS[number % len(_STEMS)]}"
    person = [name, _id_number(chance), _phone(chance), "本人"]
    draw = chance.random()
    other = chance.choice(known) if known else None
    if other is not None and draw < 0.12:
        # He owes twice, and may be visited at another door for it.
        person = [*other[1:4], "本人"]
    elif other is not None and draw < 0.15:
        # The same telephone, name and door, but no number of identity.
        yield _line(chance, number, [other[1], "", other[3], "本人"], far, like=other)
        return
    yield _line(chance, number, person, far)
    beside = chance.random()
    if beside < 0.06:
        who = [f"{chance.choice(_SURNAMES)}某乙", _id_number(chance), _phone(chance), "担保人"]
        yield _line(chance, number, who, far)
    elif beside < 0.12:
        who = [
            f"{chance.choice(_SURNAMES)}某丙",
            "",
            _phone(chance),
            chance.choice(("亲属", "联系人")),
        ]
        yield _line(chance, number, who, far)


def _line(
    chance: random.Random,
    number: int,
    person: Sequence[object],
    far: bool,
    like: Sequence[object] | None = None,
) -> list[object]:
    place = like[5:9] if like else [*_door(chance, far), "WGS84"]
    return [
        f"M-{number:05d}",
        *person,
        *place,
        chance.randint(30, 600),
        f"{chance.uniform(2000, 90000):.2f}",
        "CNY",
        chance.choices((1, 2, 3, 4, 5), (5, 20, 35, 25, 15))[0],
        chance.choice(("示例银行", "样本消费金融")),
        chance.choice(("信用卡", "消费贷", "车贷")),
    ]


def _moved(chance: random.Random, line: Sequence[object]) -> list[object]:
    """The same debt and person at a door in the other province."""
    return [*line[:5], *_door(chance, far=True), *line[8:]]


def _door(chance: random.Random, far: bool) -> list[object]:
    lat, lon = _near(chance, _CHONGQING if far else _CHENGDU, 0.035)
    city = "重庆市渝中区" if far else "四川省成都市锦江区"
    text = f"{city}{chance.choice(_STREETS)}{chance.randint(1, 900)}号{chance.randint(1, 30)}栋"
    return [text, f"{lon:.6f}", f"{lat:.6f}"]


def _agent(chance: random.Random, number: int, crews: int, first: date) -> list[object]:
    crew = (number + 1) // 2
    far = crew > 1 and crew % _CREWS_ELSEWHERE == 2
    lat, lon = _near(chance, _CHONGQING if far else _CHENGDU, 0.02)
    partner = number + 1 if number % 2 else number - 1
    # Of some the training ends within the month, on which day the crew stays at home.
    lapses = number % 9 == 5 and crews > 2
    until = first + timedelta(days=12) if lapses else first + timedelta(days=300)
    return [
        f"M{number:03d}",
        f"{chance.choice(_SURNAMES)}某{_STEMS[number % len(_STEMS)]}",
        *(f"{lon:.6f}", f"{lat:.6f}", "WGS84", "08:30", "19:30", "12:00", 60),
        f"M{partner:03d}",
        until.isoformat(),
    ]


def write(path: Path, headings: Sequence[str], lines: Sequence[Sequence[object]]) -> Path:
    """Write a file as a lender sends it."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(headings)
        writer.writerows(lines)
    return path


def _near(chance: random.Random, centre: tuple[float, float], spread: float) -> tuple[float, float]:
    return centre[0] + chance.gauss(0, spread), centre[1] + chance.gauss(0, spread)


def _phone(chance: random.Random) -> str:
    return f"1{chance.choice('356789')}{chance.randrange(10**9):09d}"


def _id_number(chance: random.Random) -> str:
    born = (
        f"{chance.randrange(1955, 2004)}{chance.randrange(1, 13):02d}{chance.randrange(1, 29):02d}"
    )
    whole = f"510104{born}{chance.randrange(1000):03d}"
    return whole + check_character(whole)
