"""Why no page opens an item of evidence: each reason once, with its Chinese."""

import re

from fieldops.domain.bilingual import Bilingual

_REASONS = tuple(
    (re.compile(english), chinese)
    for english, chinese in (
        (r"a virus: (.*)", "含有病毒：{0}"),
        (r"files of type (\S+) are not opened here", "此处不打开 {0} 类型的文件"),
        (r"begins as (\S+), but reads as (.+)", "文件头为 {0}，内容却是 {1}"),
        (r"cannot be read as (\S+): (\w+)", "无法按 {0} 读取：{1}"),
    )
)


def in_both(reason: str) -> str:
    """The reason with its Chinese, where it is one of ours."""
    for pattern, chinese in _REASONS:
        if found := pattern.fullmatch(reason):
            return Bilingual(reason, chinese.format(*found.groups()).replace(" or ", " 或 "))
    return reason
