"""A world as files: cases and observations to play, and the truth that only a scorer may open."""

import csv
import gzip
import json
from pathlib import Path
from typing import IO

from fieldops.drills.world.stream import World

OBSERVATIONS, TRUTH, CASES = "observations.jsonl.gz", "truth.json.gz", "cases.csv"
_CENTRE = (30.6586, 104.0647)
_HEADINGS = (
    *("案件编号", "债务人", "关系", "地址", "经度", "纬度", "坐标系", "逾期天数", "欠款金额"),
    *("币种", "优先级", "委案方", "产品", "备注"),
)


def case_number(person: str) -> str:
    """The number under which a debtor of a drill is a case; no real case begins like this."""
    return f"DRILL-{person}"


def write(world: World, directory: Path) -> int:
    """Write the files and return how many observations there are; the bytes depend on no clock."""
    directory.mkdir(parents=True, exist_ok=True)
    count = 0
    with (directory / OBSERVATIONS).open("wb") as raw, _packed(raw) as file:
        for line in world.observations():
            file.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
            count += 1
    with (directory / CASES).open("w", encoding="utf-8-sig", newline="") as text:
        writer = csv.writer(text)
        writer.writerow(_HEADINGS)
        writer.writerows(_case(n, one.life.person) for n, one in enumerate(world.debtors))
    with (directory / TRUTH).open("wb") as raw, _packed(raw) as file:
        file.write(json.dumps(world.truth(), ensure_ascii=False).encode())
    return count


def _case(number: int, person: str) -> list[object]:
    """A made-up case: names and places that nobody can take for real ones, on a grid of doors."""
    lat, lon = _CENTRE[0] + number % 40 * 0.001, _CENTRE[1] + number // 40 * 0.001
    return [
        *(case_number(person), f"演练{person}", "本人", f"四川省成都市锦江区演练路{number + 1}号"),
        *(f"{lon:.6f}", f"{lat:.6f}", "WGS84", 30 + number % 600, "10000.00", "CNY", 3),
        *("演练 Drill", "演练", "演练用虚构案件 made up for a drill"),
    ]


def _packed(raw: IO[bytes]) -> gzip.GzipFile:
    return gzip.GzipFile(fileobj=raw, mode="wb", mtime=0, filename="", compresslevel=6)
