"""The small city of the demo, and what is secretly true of each case, both from a seed.

Names are the placeholders of Chinese court reports (张某甲), and no identity or telephone numbers
are made up, so that nothing in it can be taken for a real person.
"""

import csv
import random
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

_CENTRE = (30.6586, 104.0647)
_SURNAMES = "张王李赵刘陈杨黄周吴徐孙马朱胡郭何林高罗"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_STREETS = ("人民南路", "红星路", "东大街", "春熙路", "大业路", "滨江东路", "下东大街", "盐市口街")
_HEADINGS = (
    *("案件编号", "债务人", "关系", "地址", "经度", "纬度", "坐标系", "逾期天数", "欠款金额"),
    *("币种", "优先级", "委案方", "产品", "备注"),
)
_AGENT_HEADINGS = (
    *("工号", "姓名", "出发经度", "出发纬度", "坐标系", "班次开始", "班次结束", "午休开始"),
    *("午休分钟", "技能", "搭档工号", "培训到期日"),
)


class Truth(StrEnum):
    """What is true of the debtor today."""

    HOME = "home"
    OUT = "out"
    MOVED = "moved"
    FAMILY = "family"
    REFUSES = "refuses"


# How often each is true; the shares add up to one hundred.
_SHARES = {Truth.HOME: 34, Truth.OUT: 26, Truth.MOVED: 22, Truth.FAMILY: 11, Truth.REFUSES: 7}
_ASSET_SHARE = 0.16


@dataclass(frozen=True, slots=True)
class Secret:
    """What a visit to this case will find."""

    truth: Truth
    # Whether assets are on their way out: a sign, a lorry, an empty shop.
    assets_move: bool
    luck: float


def secret(seed: int, case_number: str) -> Secret:
    """The truth of a case; the same seed and number give the same truth."""
    chance = random.Random(f"{seed}/{case_number}")  # noqa: S311  # A world, not a key.
    truth = chance.choices(list(_SHARES), list(_SHARES.values()))[0]
    return Secret(truth, chance.random() < _ASSET_SHARE, chance.random())


def write_city(directory: Path, seed: int, cases: int = 64, agents: int = 8) -> tuple[Path, Path]:
    """Write the case file and the agent file of the demo's own city."""
    chance = random.Random(seed)  # noqa: S311  # A world, not a key.
    directory.mkdir(parents=True, exist_ok=True)
    case_file, agent_file = directory / "cases.csv", directory / "agents.csv"
    _write(case_file, _HEADINGS, [_case(chance, n) for n in range(1, cases + 1)])
    _write(agent_file, _AGENT_HEADINGS, [_agent(chance, n) for n in range(1, agents + 1)])
    return case_file, agent_file


def _case(chance: random.Random, number: int) -> list[object]:
    lat, lon = _near(chance, 0.035)
    # Every ninth address comes without coordinates, one of them in words that fit two cities.
    blank = number % 9 == 0
    address = f"四川省成都市锦江区{chance.choice(_STREETS)}{chance.randint(1, 400)}号"
    if number == 18:
        address = "鼓楼区中山路8号"
    return [
        f"DEMO-{number:04d}",
        f"{chance.choice(_SURNAMES)}某{_STEMS[number % len(_STEMS)]}",
        "本人" if number % 12 else "担保人",
        address,
        *(("", "", "") if blank else (f"{lon:.6f}", f"{lat:.6f}", "WGS84")),
        chance.randint(30, 600),
        f"{chance.uniform(2000, 90000):.2f}",
        "CNY",
        chance.choices((1, 2, 3, 4, 5), (5, 20, 35, 25, 15))[0],
        "示例银行",
        chance.choice(("信用卡", "消费贷", "车贷")),
        "",
    ]


def _agent(chance: random.Random, number: int) -> list[object]:
    lat, lon = _near(chance, 0.02)
    partner = number + 1 if number % 2 else number - 1
    # The last agent's training has lapsed: no visit may be given to him.
    return [
        f"DEMOA{number:03d}",
        f"{chance.choice(_SURNAMES)}某{_STEMS[number % len(_STEMS)]}",
        *(f"{lon:.6f}", f"{lat:.6f}", "WGS84", "08:30", "19:00", "12:00", 60, ""),
        f"DEMOA{partner:03d}",
        "2099-12-31" if number < 8 else "2020-01-31",
    ]


def _near(chance: random.Random, spread: float) -> tuple[float, float]:
    return _CENTRE[0] + chance.gauss(0, spread), _CENTRE[1] + chance.gauss(0, spread)


def _write(path: Path, headings: tuple[str, ...], rows: list[list[object]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(headings)
        writer.writerows(rows)
