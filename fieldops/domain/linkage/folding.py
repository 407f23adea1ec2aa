"""Names folded for comparison: traditional to simplified by OpenCC, read aloud by pypinyin.

What is folded is compared and forgotten: no name is stored or shown in this form.
"""

import re
from functools import lru_cache
from itertools import product
from typing import Final

from opencc import OpenCC

from fieldops.domain.identity import normalise_name
from fieldops.domain.identity.names import is_chinese

STAR: Final = "*"
_SIMPLIFY: Final = OpenCC("t2s")
_APART: Final = re.compile(r"[\s·'’`.,-]+")
_LATIN: Final = re.compile(r"[a-zü:]+")
_TONE: Final = re.compile(r"[1-5]")
# A name has few readings; more of them would only make false friends.
_MOST_READINGS: Final = 4
# Legal forms that one register writes and another leaves out, the longest first.
_FORMS: Final = re.compile(
    r"(?:股份有限公司|有限责任公司|有限公司|\(?有限合伙\)?|\(?普通合伙\)?|公司|集团)+$"
)
_FIRM: Final = re.compile(
    r".{3,}(?:公司|集团|厂|商行|经营部|合作社|事务所|合伙\)?|商店|超市|酒楼|餐厅|个体工商户)"
)


@lru_cache(maxsize=200_000)
def folded(name: str) -> str:
    """A name without script, width, dots, blanks and capitals: 歐陽 娜娜 becomes 欧阳娜娜."""
    return str(_SIMPLIFY.convert(_APART.sub("", normalise_name(name)).casefold()))


def is_masked(name: str) -> bool:
    """Whether a lender has starred part of the name."""
    return STAR in name.replace("＊", STAR)


def is_firm(name: str) -> bool:
    """Whether the name is that of a firm rather than of a person."""
    return _FIRM.fullmatch(folded(name)) is not None


def firm_stem(name: str) -> str:
    """A firm's name without brackets and legal form: 成都(蓉)商贸有限公司 becomes 成都蓉商贸."""
    plain = folded(name)
    return re.sub(r"[()\[\]【】]", "", _FORMS.sub("", plain)) or plain


@lru_cache(maxsize=200_000)
def readings(name: str) -> frozenset[str]:
    """How a Chinese name may be said, with tones: {"zhang1wei3"}; empty for other scripts.

    The surname may be read in every way that its character is (单 dan, shan, chan).
    """
    plain = folded(name)
    if not is_chinese(plain) or not all(is_chinese(letter) for letter in plain):
        return frozenset()
    first = _said(plain[0], heteronym=True)[0][:_MOST_READINGS]
    rest = "".join(syllable[0] for syllable in _said(plain[1:], heteronym=False))
    return frozenset(start + rest for start in first)


@lru_cache(maxsize=200_000)
def spellings(name: str) -> frozenset[str]:
    """How a name may be spelled in Latin letters without tones, the surname at either end.

    张伟 gives {"zhangwei"}, Wei ZHANG gives {"weizhang", "zhangwei"}: the two have one in common.
    """
    said = readings(name)
    if said:
        return frozenset(_TONE.sub("", one) for one in said)
    words = _LATIN.findall(normalise_name(name).casefold())
    words = [_passport(word.replace(":", "")) for word in words]
    if not 2 <= len(words) <= 4:
        return frozenset(["".join(words)] if words else [])
    turned = (words, [*words[1:], words[0]], [words[-1], *words[:-1]])
    return frozenset("".join(one) for one in turned)


def _said(text: str, *, heteronym: bool) -> list[list[str]]:
    if not text:
        return []
    from pypinyin import Style, pinyin  # A table of 47,000 phrases, which few processes need.

    return pinyin(text, style=Style.TONE3, heteronym=heteronym)


def _passport(word: str) -> str:
    """Passports write LYU for 吕; pinyin without dots writes lv."""
    return re.sub(r"^([ln])(?:ü|yu)", r"\1v", word)


def one_character_off(left: str, right: str) -> bool:
    """Whether two folded names of one length and surname differ in one character."""
    if len(left) != len(right) or len(left) < 3 or left[0] != right[0]:
        return False
    return sum(a != b for a, b in zip(left, right, strict=True)) == 1


def fits_mask(masked: str, other: str) -> bool:
    """Whether a starred name may be the other, character by character (张*伟 and 张大伟)."""
    left, right = folded(masked), folded(other)
    if len(left) != len(right):
        return False
    pairs = list(zip(left, right, strict=True))
    known = [(a, b) for a, b in pairs if STAR not in (a, b)]
    return bool(known) and all(a == b for a, b in known)


def sounds_alike(left: str, right: str) -> bool:
    """Whether two names can be spelled in the same way, whatever script they are in."""
    return any(a == b for a, b in product(spellings(left), spellings(right)) if a)
