"""Why an item is not opened is told in Chinese as well."""

import pytest

from fieldops.domain.bilingual import in_language
from fieldops.domain.quarantine import in_both


@pytest.mark.parametrize(
    ("reason", "chinese"),
    [
        ("a virus: Eicar-Signature", "含有病毒：Eicar-Signature"),
        ("files of type text/html are not opened here", "此处不打开 text/html 类型的文件"),
        ("begins as image/png, but reads as a or b", "文件头为 image/png，内容却是 a 或 b"),
        ("cannot be read as image/heic: ValueError", "无法按 image/heic 读取：ValueError"),
        ("some other reason", "some other reason"),
        ("", ""),
    ],
)
def test_a_reason_is_told_in_chinese_where_it_is_one_of_ours(reason: str, chinese: str) -> None:
    told = in_both(reason)
    assert (told, in_language(told, "zh-CN")) == (reason, chinese)
