"""Show a name, a telephone or an identity number without giving it away."""

from typing import Final

from fieldops.domain.identity.names import is_chinese, normalise_name

STAR: Final = "*"
_COMPOUNDS: Final = (
    "欧阳 太史 端木 上官 司马 东方 独孤 南宫 闻人 万俟 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 "
    "宗政 濮阳 公冶 太叔 申屠 公孙 慕容 仲孙 钟离 长孙 宇文 司徒 鲜于 司空 令狐 百里 呼延 东郭 "
    "南门 西门 轩辕"
)
_COMPOUND_SURNAMES: Final = frozenset(_COMPOUNDS.split())
_CHINA: Final = "+86"
# No name of a county with its province and city is longer.
_LONGEST_DIVISION: Final = 24


def mask_name(name: str) -> str:
    """Keep the surname: 张三 becomes 张*, 欧阳娜娜 becomes 欧阳**, John Smith becomes J***.

    A name of a single character is starred whole; an empty one stays empty.
    """
    plain = normalise_name(name)
    if not is_chinese(plain):
        return plain[:1] + STAR * 3 if len(plain) > 1 else STAR * len(plain)
    if len(plain) == 1:
        return STAR
    kept = 2 if len(plain) > 2 and plain[:2] in _COMPOUND_SURNAMES else 1
    return plain[:kept] + "".join(c if c == "·" else STAR for c in plain[kept:])


def mask_phone(phone: str) -> str:
    """Keep the head and the last four digits: 138****8000, 028****1234, +852****5678.

    Takes E.164 as well as national writing; an extension after `;ext=` is left out.
    """
    number = phone.split(";", 1)[0].strip()
    if number.startswith(_CHINA):
        number = _national(number[len(_CHINA) :])
    head = "+" if number.startswith("+") else ""
    digits = "".join(c for c in number if c.isdigit())
    if len(digits) < 9:
        return STAR * max(len(digits) - 2, 4 if digits else 0) + digits[-2:]
    return f"{head}{digits[:3]}{STAR * 4}{digits[-4:]}"


def _national(digits: str) -> str:
    """Put the trunk nought back before a landline, and none before a mobile or a 400 number."""
    if len(digits) == 11 and digits.startswith("1"):
        return digits
    if digits.startswith(("400", "800")) and len(digits) == 10:
        return digits
    return "0" + digits


def mask_address(text: str) -> str:
    """Keep the county: 四川省成都市锦江区红星路303号 becomes 四川省成都市锦江区****."""
    ends = [text.find(mark, 2) for mark in "区县旗"]
    found = [at for at in ends if 0 < at <= _LONGEST_DIVISION]
    return text[: min(found) + 1] + STAR * 4 if found else STAR * 4


def mask_id_number(number: str) -> str:
    """Keep the county and the last four: 510105********7605. Anything short is starred whole."""
    plain = number.strip().upper()
    if len(plain) < 15:
        return STAR * len(plain)
    return plain[:6] + STAR * (len(plain) - 10) + plain[-4:]
