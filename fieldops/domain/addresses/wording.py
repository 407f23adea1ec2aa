"""How an address is spelt: characters made plain, lead-ins taken away, Chinese numerals read."""

import re
import unicodedata

_URL = re.compile(r"(?:https?://|www\.)[\w./%?=&#~:-]*", re.ASCII)
_LEAD = re.compile(
    r"^(?:[\s:：,，.。、;；/#*-]+|中华人民共和国|中国(?!银行|人民|工商|建设|农业|电信|移动|联通|大)"
    r"|[\u4e00-\u9fff]{0,4}(?:地址|住址|所在地|位于|地点|总部|户籍)[:：]|邮编[:：]?\d{6}|\d{6}(?=[\u4e00-\u9fff]{2}))+"
)
_QUOTES = str.maketrans("", "", "‘’“”'\"`´【】[]{}<>《》\u200b\u200c\u200d\ufeff\u00ad")
_BETWEEN = re.compile(r"(?<=[^\x00-\x7f])\s+|\s+(?=[^\x00-\x7f])")
_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_DASHES = re.compile(r"[‐‑‒–—―－~～]")


def plain(text: str) -> str:
    """Full-width forms narrowed, blanks beside Chinese characters and stray quotes removed."""
    narrow = unicodedata.normalize("NFKC", _URL.sub(" ", text))
    narrow = _DASHES.sub("-", narrow.translate(_QUOTES))
    return _BETWEEN.sub("", narrow.strip())


def without_lead(text: str) -> str:
    """The text without punctuation, country, postcode or "地址:" before it."""
    return _LEAD.sub("", text)


def arabic(numeral: str) -> str:
    """Digits for a Chinese numeral (一百二十: 120, 三〇五: 305); anything else unchanged."""
    if not numeral or any(char not in _DIGITS and char not in _UNITS for char in numeral):
        return numeral.upper()
    if not any(char in _UNITS for char in numeral):
        return "".join(str(_DIGITS[char]) for char in numeral)
    total, digit = 0, 0
    for char in numeral:
        if char in _DIGITS:
            digit = _DIGITS[char]
        else:
            total += (digit or 1) * _UNITS[char]
            digit = 0
    return str(total + digit)
