"""What schemas say of a field, in Chinese beside their own English."""

import re

from fieldops.domain.bilingual import Bilingual

# Each sentence of the schemas, with what stands in its blanks; the longer of two alike comes first.
_SENTENCES: tuple[tuple[str, str], ...] = (
    (r"Missing data for required field\.", "必填"),
    (r"Unknown field\.", "未知字段"),
    (r"Field may not be null\.", "不能为空"),
    (r"Not a valid string\.", "不是文本"),
    (r"Not a valid integer\.", "不是整数"),
    (r"Not a valid number\.", "不是数字"),
    (r"Not a valid boolean\.", "只能为 true 或 false"),
    (r"Not a valid UUID\.", "不是有效编号"),
    (r"Not a valid mapping type\.", "不是对象"),
    (r"Not a valid list\.", "不是列表"),
    (r"Not a valid (?:aware )?datetime\.", "不是带时区的时间，例如 2026-03-02T21:40:00+08:00"),
    (r"Not a valid date\.", "不是日期，例如 2026-03-02"),
    (r"Not a valid time\.", "不是时刻，例如 21:40"),
    (r"Invalid input type\.", "类型有误"),
    (r"Special numeric values \(nan or infinity\) are not permitted\.", "不能为非数值或无穷大"),
    (r"Number too large\.", "数字过大"),
    (r"String does not match expected pattern\.", "格式不符"),
    (r"Must be one of: (.+)\.", "只能为以下之一：{0}"),
    (
        r"Must be greater than or equal to (\S+) and less than or equal to (\S+)\.",
        "须在 {0} 至 {1} 之间",
    ),
    (
        r"Must be greater than (\S+) and less than or equal to (\S+)\.",
        "须大于 {0} 且不超过 {1}",
    ),
    (r"Must be greater than or equal to (\S+)\.", "不能小于 {0}"),
    (r"Must be greater than (\S+)\.", "须大于 {0}"),
    (r"Must be less than or equal to (\S+)\.", "不能大于 {0}"),
    (r"Length must be between (\d+) and (\d+)\.", "长度须为 {0} 至 {1}"),
    (r"Length must be (\d+)\.", "长度须为 {0}"),
    (r"Longer than maximum length (\d+)\.", "长度不能超过 {0}"),
    (r"Shorter than minimum length (\d+)\.", "长度不能少于 {0}"),
)
_READ = tuple((re.compile(pattern), chinese) for pattern, chinese in _SENTENCES)


def in_both(message: str) -> str:
    """The sentence with its Chinese, where it is one of the schemas' own."""
    for pattern, chinese in _READ:
        if found := pattern.fullmatch(message):
            return Bilingual(message, chinese.format(*found.groups()))
    return message
