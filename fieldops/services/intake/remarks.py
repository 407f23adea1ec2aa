"""Remarks on a line that only the organisation's own records can give rise to."""

from dataclasses import dataclass
from typing import Final

from fieldops.domain.casefile.report import LineReport
from fieldops.domain.casefile.wording import Wording


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to be looked at in one field; `given` fills the braces of its words."""

    field: str
    reason: str
    given: tuple[tuple[str, str], ...] = ()


WORDS: Final = {
    "amount_missing": Wording(
        "没有欠款金额，暂记为 0",
        "No amount; it stands as 0",
        "补填后重新导入",
        "Fill it in and import again",
    ),
    "days_missing": Wording(
        "没有逾期天数，暂记为 0",
        "No days overdue; they stand as 0",
        "补填后重新导入",
        "Fill them in and import again",
    ),
    "id_name_differs": Wording(
        "同一证件号已登记为其他姓名，保留原姓名",
        "The identity number is known under another name, which was kept",
        "与证件核对",
        "Compare both with the document",
    ),
    "party_added": Wording(
        "当事人与上次导入不同，两者均保留",
        "Another person than at the last import; both are kept",
        "核对当事人",
        "Check who is meant",
    ),
    "position_elsewhere": Wording(
        "坐标距地址中的{place}约 {kilometres} 公里",
        "The position lies {kilometres} km from {place}, which the address names",
        "核对坐标、坐标系与地址",
        "Check coordinates, datum and address",
    ),
}


def reported(line: int, key: str, remark: Remark) -> LineReport:
    """The remark as a line of the report."""
    given = dict(remark.given)
    words = (text.format_map(given) for text in WORDS[remark.reason])
    return LineReport(line, key, "to_look_at", remark.field, "", remark.reason, *words)
