"""What faults of fields say: each kind of fault once, with its Chinese and its cure in both.

A schema, a service and the form of a page word a fault in English and need say no more. Whoever
tells it to a reader has it completed here, so that a kind of fault is mended everywhere alike.
"""

import re

from fieldops.domain.bilingual import Bilingual

# Each sentence with what stands in its blanks, the same in Chinese, and the cure in both; the
# longer of two that begin alike comes first.
_KINDS: tuple[tuple[str, str, str, str], ...] = (
    (r"Missing data for required field\.", "必填", "give it a value", "请填写该项"),
    (r"Unknown field\.", "未知字段", "leave it out, or check its name", "请删去或检查名称"),
    (r"Field may not be null\.", "不能为空", "give it a value", "请填写该项"),
    (r"Not a valid string\.", "不是文本", 'write text, as "…"', '请写成文本，如 "…"'),
    (r"Not a valid integer\.", "不是整数", "write a whole number, as 3", "请填写整数，如 3"),
    (r"Not a valid number\.", "不是数字", "write a number, as 2.5", "请填写数字，如 2.5"),
    (r"Not a valid boolean\.", "不是真假值", "write true or false", "请填写 true 或 false"),
    (
        r"Not a valid UUID\.",
        "不是有效编号",
        "give an id as the service told it, with its hyphens",
        "请原样填写系统给出的编号（含连字符）",
    ),
    (r"Not a valid mapping type\.", "不是对象", 'write {{"name": value}}', '请写成 {{"名称": 值}}'),
    (
        r"Not a valid delimited list\.",
        "不是以逗号分隔的列表",
        "write a,b,c",
        "请按 a,b,c 的格式填写",
    ),
    (r"Not a valid list\.", "不是列表", "write [value, value]", "请写成 [值, 值]"),
    (
        r"Not a valid (?:aware )?datetime\.",
        "不是带时区的时间",
        "write it with its zone, as 2026-03-02T21:40:00+08:00",
        "请连同时区填写，如 2026-03-02T21:40:00+08:00",
    ),
    (r"Not a valid date\.", "不是日期", "write it as 2026-03-02", "请按 2026-03-02 的格式填写"),
    (r"Not a valid time\.", "不是时刻", "write it as 21:40", "请按 21:40 的格式填写"),
    (r"Invalid input type\.", "类型有误", 'send {{"name": value}} as JSON', "请以 JSON 对象发送"),
    (
        r"Invalid JSON body\.",
        "不是有效的 JSON",
        "send JSON in UTF-8, with Content-Type: application/json",
        "请以 UTF-8 发送 JSON，并注明 Content-Type: application/json",
    ),
    (
        r"Special numeric values \(nan or infinity\) are not permitted\.",
        "不能为非数值或无穷大",
        "write a number with digits",
        "请用数字填写",
    ),
    (r"Number too large\.", "数字过大", "write a smaller number", "请填写较小的数字"),
    (
        r"String does not match expected pattern\.",
        "格式不符",
        "write it in the form that /api/docs shows for it",
        "请按 /api/docs 所示的格式填写",
    ),
    (r"Must be one of: (.+)\.", "不在所列选项之内", "write one of: {0}", "请填写以下之一：{0}"),
    (r"Must be equal to (.+)\.", "不是 {0}", "write {0}", "请填写 {0}"),
    (
        r"Must be greater than or equal to (\S+) and less than or equal to (\S+)\.",
        "须在 {0} 至 {1} 之间",
        "write a number from {0} to {1}",
        "请填写 {0} 至 {1} 之间的数字",
    ),
    (
        r"Must be greater than (\S+) and less than or equal to (\S+)\.",
        "须大于 {0} 且不超过 {1}",
        "write a number above {0} and up to {1}",
        "请填写大于 {0} 且不超过 {1} 的数字",
    ),
    (
        r"Must be greater than or equal to (\S+)\.",
        "不能小于 {0}",
        "write {0} or more",
        "请填写 {0} 或更大的数字",
    ),
    (r"Must be greater than (\S+)\.", "须大于 {0}", "write more than {0}", "请填写大于 {0} 的数字"),
    (
        r"Must be less than or equal to (\S+)\.",
        "不能大于 {0}",
        "write {0} or less",
        "请填写 {0} 或更小的数字",
    ),
    (
        r"Length must be between (\d+) and (\d+)\.",
        "长度须为 {0} 至 {1}",
        "give {0} to {1} characters or entries",
        "请填写 {0} 至 {1} 个字符或条目",
    ),
    (
        r"Length must be (\d+)\.",
        "长度须为 {0}",
        "give {0} characters or entries",
        "请填写 {0} 个字符或条目",
    ),
    (
        r"Longer than maximum length (\d+)\.",
        "长度不能超过 {0}",
        "shorten it to {0} characters or entries",
        "请缩短至 {0} 个字符或条目",
    ),
    (
        r"Shorter than minimum length (\d+)\.",
        "长度不能少于 {0}",
        "give at least {0} characters or entries",
        "请至少填写 {0} 个字符或条目",
    ),
    (
        r"Not 64 hexadecimal digits\.",
        "不是 64 位十六进制数",
        "write the SHA-256 with the digits 0 to 9 and a to f",
        "请以 0–9 和 a–f 填写 SHA-256",
    ),
    (
        r"Names the person and a case, or neither\.",
        "须二选一：当事人或案件",
        "name the person or a case",
        "请填写当事人或案件之一",
    ),
    (
        r"Not a box of degrees\.",
        "不是经纬度范围",
        "write it as west,south,east,north",
        "请按 西,南,东,北 的顺序填写",
    ),
    # What services and the forms of pages say.
    (
        r"is missing: this person has several cases",
        "未填写：该人有多个案件",
        "name the case that is meant",
        "请填写所指案件的编号",
    ),
    (r"is missing", "未填写", "fill it in", "请填写该项"),
    (
        r"is no case of this person",
        "不是该人的案件",
        "check it against what he wrote",
        "请与其来信核对",
    ),
    (r"is empty", "为空", "fill it in", "请填写该项"),
    (r"is empty or too long", "为空或过长", "fill it in, and shorter", "请填写，且不要过长"),
    (
        r"(?:is empty or longer than|has no or more than) (\d+) characters",
        "为空或超过 {0} 个字符",
        "give 1 to {0} characters",
        "请填写 1 至 {0} 个字符",
    ),
    (
        r"must lie between (\S+) and (\S+)",
        "须在 {0} 至 {1} 之间",
        "write a number from {0} to {1}",
        "请填写 {0} 至 {1} 之间的数字",
    ),
    (
        r"must be above (\S+) and at most (.+)",
        "须大于 {0} 且不超过 {1}",
        "write a number above {0} and up to {1}",
        "请填写大于 {0} 且不超过 {1} 的数字",
    ),
    (r"is not a whole number", "不是整数", "write 1, 2, 3 and so on", "请填写 1、2、3 等"),
    (r"is not a number", "不是数字", "write a number", "请填写数字"),
    (r"is no day", "不是日期", "write it as 2026-12-31", "请按 2026-12-31 的格式填写"),
    (r"is none of those offered", "不在所列选项之内", "choose one of the list", "请从列表中选择"),
    (
        r"is no place in this list",
        "不是此列表中的位置",
        "take it from `next` of the page before, or begin with the first page",
        "请取自上一页的 next，或从第一页开始",
    ),
    (r"lies in the future", "在将来", "give a time that is past", "请填写已经过去的时间"),
    (r"'(.+)' is no role", "没有“{0}”这一角色", "name a role of the list", "请从角色列表中选择"),
)
_READ = tuple((re.compile(kind[0]), *kind[1:]) for kind in _KINDS)


def in_both(message: str) -> str:
    """The sentence with its Chinese, where it knows it or is of a kind that does."""
    if isinstance(message, Bilingual):
        return message
    chinese, _ = _found(message)
    return Bilingual(message, chinese) if chinese else message


def cure_of(message: str) -> str:
    """How a fault that is so worded is mended, in both languages; nothing for a kind not known."""
    return _found(message)[1]


def _found(message: str) -> tuple[str, str]:
    for pattern, chinese, cure, cure_in_chinese in _READ:
        if found := pattern.fullmatch(message):
            blanks = found.groups()
            told = Bilingual(cure.format(*blanks), cure_in_chinese.format(*blanks))
            return chinese.format(*blanks), told
    return "", ""
