"""Find out which column of a file holds which field, by vocabulary or by the caller's mapping."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from fieldops.domain.casefile.fields import cell_text
from fieldops.domain.casefile.mapping import HeadingMapping, plain_heading
from fieldops.domain.casefile.rows import RawRow
from fieldops.domain.errors import FieldFault, InvalidInput
from fieldops.domain.identity.unreadable import clip

FileKind = Literal["cases", "agents"]

CASE_WORDS: Final = {
    "case_number": "案件编号 案件号 案号 案件序列号 合同编号 合同号 "
    "借据号 委案编号 case_number case_no case_id "
    "loan_number contract_number",
    "name": "债务人 姓名 客户姓名 债务人姓名 借款人 "
    "借款人姓名 当事人 name debtor debtor_name full_name",
    "id_number": "身份证号 身份证 身份证号码 证件号 证件号码 id_number id_no national_id id_card",
    "phone": "手机号 手机 手机号码 电话 联系电话 "
    "电话号码 联系方式 phone mobile telephone phone_number",
    "role": "关系 与债务人关系 角色 身份 role relation relationship",
    "address": "地址 住址 联系地址 家庭地址 居住地址 "
    "户籍地址 外访地址 详细地址 address street_address",
    "longitude": "经度 地址经度 longitude lon lng",
    "latitude": "纬度 地址纬度 latitude lat",
    "datum": "坐标系 坐标系统 坐标类型 datum coordinate_system crs",
    "days_overdue": "逾期天数 逾期日数 拖欠天数 days_overdue overdue_days dpd",
    "amount": "欠款金额 欠款 金额 逾期金额 委案金额 "
    "欠款总额 剩余欠款 amount amount_due balance debt",
    "currency": "币种 货币 currency",
    "priority": "优先级 优先 priority",
    "client": "委案方 委托方 委托机构 债权人 机构 client creditor lender",
    "product": "产品 产品类型 贷款产品 product loan_type",
    "skills": "需要技能 所需技能 技能要求 skills required_skills skills_needed",
    "remark": "备注 说明 附注 remark remarks note notes comment",
}
AGENT_WORDS: Final = {
    "code": "工号 员工号 外访员编号 外访员工号 编号 code agent_code staff_number employee_id",
    "name": "姓名 外访员 外访员姓名 name agent_name full_name",
    "longitude": "出发经度 起点经度 经度 start_longitude start_lon longitude lon lng",
    "latitude": "出发纬度 起点纬度 纬度 start_latitude start_lat latitude lat",
    "datum": "坐标系 坐标系统 坐标类型 datum coordinate_system crs",
    "shift_start": "班次开始 上班时间 上班 shift_start start_time",
    "shift_end": "班次结束 下班时间 下班 shift_end end_time",
    "break_start": "午休开始 休息开始 break_start lunch_start",
    "break_minutes": "午休分钟 午休时长 休息分钟 break_minutes lunch_minutes",
    "skills": "技能 专长 skills skill",
    "partner_code": "搭档工号 搭档 同行工号 partner_code partner",
    "most_stops": "最多户数 每日最多户数 最多外访数 max_stops most_visits",
    "most_minutes": "最多分钟 每日最多分钟 最多工作分钟 max_minutes most_minutes",
    "trained_until": "培训到期日 培训有效期 培训到期 trained_until training_valid_until",
}
REQUIRED: Final[dict[FileKind, tuple[str, ...]]] = {
    "cases": ("case_number", "name", "address"),
    "agents": ("code", "name", "shift_start", "shift_end"),
}
_WORDS: Final = {"cases": CASE_WORDS, "agents": AGENT_WORDS}
_VOCABULARY: Final = {
    kind: {plain_heading(w): field for field, words in table.items() for w in words.split()}
    for kind, table in _WORDS.items()
}
# Several columns 手机号1, 手机号2 are one list of telephones; no other field may come twice.
_NUMBERED: Final = re.compile(r"[0-9]$")
LISTED: Final = frozenset({"phone"})
MOST_TITLE_ROWS: Final = 10


@dataclass(frozen=True, slots=True)
class Headings:
    """Where each field stands: columns by field, headings as written, and those not understood."""

    kind: FileKind
    line: int
    columns: dict[str, tuple[int, ...]]
    written: dict[str, str]
    unknown: tuple[str, ...]
    width: int

    def missing(self) -> tuple[str, ...]:
        """The required fields that no column holds."""
        return tuple(field for field in REQUIRED[self.kind] if field not in self.columns)


def fields_of(kind: FileKind) -> tuple[str, ...]:
    """The names of all fields that a file of this kind may hold."""
    return tuple(_WORDS[kind])


def match_headings(row: RawRow, kind: FileKind, mapping: HeadingMapping) -> Headings:
    """Match one heading row; the mapping goes before the vocabulary.

    Raises `InvalidInput` where two columns hold one field.
    """
    texts = [cell_text(cell) for cell in row.cells]
    columns: dict[str, tuple[int, ...]] = {}
    written: dict[str, str] = {}
    unknown: list[str] = []
    for index, text in enumerate(texts):
        field = field_of(text, kind, mapping)
        if field is None:
            if text:
                unknown.append(clip(text))
            continue
        if field in columns and field not in LISTED:
            raise _held_twice(field, written[field], text)
        columns[field] = (*columns.get(field, ()), index)
        written.setdefault(field, clip(text))
    width = max((i + 1 for i, text in enumerate(texts) if text), default=0)
    return Headings(kind, row.line, columns, written, tuple(unknown), width)


def find_headings(
    rows: Sequence[RawRow], kinds: Sequence[FileKind], mapping: HeadingMapping
) -> tuple[int, Headings]:
    """Find the heading row among the first rows, since files often open with a title.

    Gives its index in `rows`. Raises `InvalidInput` naming what is missing and what mapping helps.
    """
    best: tuple[int, Headings] | None = None
    for index, row in enumerate(rows):
        for kind in kinds:
            found = match_headings(row, kind, mapping)
            if not found.missing():
                return index, found
            if best is None or len(found.columns) > len(best[1].columns):
                best = index, found
    if best is None:
        raise InvalidInput("The file holds no rows. 文件中没有数据。")
    raise _missing(best[1])


def field_of(text: str, kind: FileKind, mapping: HeadingMapping) -> str | None:
    """The field that a heading means: by the mapping, else by the vocabulary; None for neither."""
    plain = plain_heading(text)
    if plain in mapping.columns:
        field = mapping.columns[plain]
        return field if field in _WORDS[kind] else None
    words = _VOCABULARY[kind]
    if plain in words:
        return words[plain]
    listed = words.get(_NUMBERED.sub("", plain))
    return listed if listed in LISTED else None


def _held_twice(field: str, first: str, second: str) -> InvalidInput:
    return InvalidInput(
        f"Two columns hold {field}: {clip(first)} and {clip(second)}. 两列表示同一字段。",
        faults=[
            FieldFault(
                field,
                f"{clip(first)} / {clip(second)}",
                f'Map one away: [columns] "{clip(second)}" = "ignore". 请用映射忽略其中一列。',
            )
        ],
    )


def _missing(headings: Headings) -> InvalidInput:
    faults = []
    for field in headings.missing():
        word = _WORDS[headings.kind][field].split()[0]
        faults.append(
            FieldFault(
                field,
                f"No heading for {field} ({word}). 缺少表头“{word}”。",
                f'Name a column {word}, or give the mapping [columns] "<heading>" = "{field}". '
                f"请将该列命名为“{word}”，或在映射中指定。",
            )
        )
    names = ", ".join(headings.missing())
    seen = "; ".join(headings.unknown[:10])
    return InvalidInput(
        f"Line {headings.line}: required headings are missing: {names}. "
        f"Headings not understood: {seen or '-'}. 缺少必需的表头。",
        faults=faults,
        line=headings.line,
    )
