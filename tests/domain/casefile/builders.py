"""Rows of a good case file and a good agent file, to be spoiled one field at a time."""

from fieldops.domain.casefile import (
    AgentRow,
    CaseRow,
    Cell,
    HeadingMapping,
    RawRow,
    Refusal,
    read_agents,
    read_cases,
)

CASE: dict[str, Cell] = {
    "案件编号": "C-1",
    "债务人": "张三",
    "身份证号": "11010519491231002X",
    "手机号": "13812348000",
    "关系": "本人",
    "地址": "四川省成都市金牛区交桂三巷343号",
    "经度": "104.045846",
    "纬度": "30.704039",
    "坐标系": "WGS84",
    "逾期天数": "372",
    "欠款金额": "78867.36",
    "币种": "CNY",
    "优先级": "2",
    "备注": "",
}
AGENT: dict[str, Cell] = {
    "工号": "A1",
    "姓名": "李四",
    "出发经度": "104.05",
    "出发纬度": "30.66",
    "坐标系": "WGS84",
    "班次开始": "09:00",
    "班次结束": "18:00",
    "午休开始": "12:00",
    "午休分钟": "45",
    "技能": "车贷;英语",
    "搭档工号": "A2",
    "培训到期日": "2027-03-31",
}


def table(*rows: dict[str, Cell]) -> list[RawRow]:
    """Headings on line 1, then the rows."""
    heads = list(rows[0])
    raw = [RawRow(1, tuple(heads))]
    return raw + [RawRow(i, tuple(row[h] for h in heads)) for i, row in enumerate(rows, 2)]


def case(mapping: HeadingMapping | None = None, /, **changes: Cell) -> CaseRow | Refusal:
    """Read one case row with some cells changed or added."""
    return next(read_cases(table(CASE | changes), mapping or HeadingMapping()))


def taken_case(mapping: HeadingMapping | None = None, /, **changes: Cell) -> CaseRow:
    read = case(mapping, **changes)
    assert isinstance(read, CaseRow), read
    return read


def faults(**changes: Cell) -> list[tuple[str, str]]:
    """The fields and reasons of a refused case row."""
    read = case(**changes)
    assert isinstance(read, Refusal), read
    return [(fault.field, fault.reason) for fault in read.faults]


def agent(**changes: Cell) -> AgentRow | Refusal:
    """Read one agent row with some cells changed."""
    return next(read_agents(table(AGENT | changes)))
