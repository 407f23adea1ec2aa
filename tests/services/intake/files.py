"""Case and agent files as tests need them, and importing them without a gateway between."""

import csv
import io
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from fieldops.domain.casefile.rows import RawRow
from fieldops.domain.permissions import Actor
from fieldops.models import Import
from fieldops.services import intake
from tests.builders.cases import NOW

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data"
CASE_HEADINGS = (
    "案件编号 债务人 身份证号 手机号 关系 地址 经度 纬度 坐标系 逾期天数 欠款金额 优先级 备注"
)
AGENT_HEADINGS = (
    "工号 姓名 出发经度 出发纬度 坐标系 班次开始 班次结束 "
    "午休开始 午休分钟 技能 搭档工号 培训到期日"
)
# Made up: the checksums hold, nobody is known to have them.
FIRST_ID, SECOND_ID = "510104200401124774", "510105199805165135"


def a_line(**other: str) -> dict[str, str]:
    """One line of a case file, right in every cell unless a test says otherwise."""
    return {
        "案件编号": "C-1",
        "债务人": "张三",
        "身份证号": FIRST_ID,
        "手机号": "13800138000",
        "关系": "本人",
        "地址": "四川省成都市锦江区红星路303号",
        "经度": "104.0827",
        "纬度": "30.6598",
        "坐标系": "WGS84",
        "逾期天数": "120",
        "欠款金额": "12000.00",
        "优先级": "2",
        "备注": "",
        **other,
    }


def an_agent_line(**other: str) -> dict[str, str]:
    """One line of an agent file, right in every cell unless a test says otherwise."""
    return {
        "工号": "A1",
        "姓名": "李四",
        "出发经度": "104.06",
        "出发纬度": "30.67",
        "坐标系": "WGS84",
        "班次开始": "09:00",
        "班次结束": "18:00",
        "午休开始": "12:00",
        "午休分钟": "45",
        "技能": "粤语",
        "搭档工号": "",
        "培训到期日": "2027-03-31",
        **other,
    }


def rows_of(headings: str, lines: Iterable[dict[str, str]]) -> Iterator[RawRow]:
    """Heading and lines as the reader of files gives them."""
    names = headings.split()
    yield RawRow(1, tuple(names))
    for number, line in enumerate(lines, 2):
        yield RawRow(number, tuple(line[name] for name in names))


def as_csv(headings: str, *lines: dict[str, str]) -> bytes:
    """The same as the bytes of a file."""
    text = io.StringIO()
    writer = csv.DictWriter(text, headings.split())
    writer.writeheader()
    writer.writerows(lines)
    return text.getvalue().encode("utf-8-sig")


def take_cases(session: Session, actor: Actor, *lines: dict[str, str], **options: Any) -> Import:
    """Import these lines as a case file."""
    options = {"sha256": "0" * 64, "actor": actor, "now": NOW, **options}
    return intake.import_cases(session, rows_of(CASE_HEADINGS, lines), "cases.csv", **options)


def take_agents(session: Session, actor: Actor, *lines: dict[str, str], **options: Any) -> Import:
    """Import these lines as an agent file."""
    options = {"sha256": "0" * 64, "actor": actor, "now": NOW, **options}
    return intake.import_agents(session, rows_of(AGENT_HEADINGS, lines), "agents.csv", **options)
