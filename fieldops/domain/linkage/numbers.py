"""Numbers as far as they are shown: telephones, identity numbers, plates and credit codes.

A starred number (138****1234) may be compatible with a whole one. It is never equal to anything,
not even to itself: two people can show the same digits.
"""

import re
from typing import Final, Literal

from rapidfuzz.distance import OSA
from stdnum.cn import uscc

from fieldops.domain.identity import Phone, read_phone
from fieldops.domain.identity.widths import narrow

STAR: Final = "*"
_STARS: Final = str.maketrans({"＊": STAR, "x": STAR, "X": STAR, "·": STAR, "•": STAR, "●": STAR})
_MASKED_PHONE: Final = re.compile(r"(?:\+?86)?(1[3-9][0-9*]{9})")
_LIST: Final = re.compile(r"[/;；,，、|\n\r或]+")
_MASKED_ID: Final = re.compile(r"[0-9*]{17}[0-9X*]")
# What is shown of a telephone and of an identity number when it says anything at all.
LEAST_OF_PHONE: Final = 7
LEAST_OF_ID: Final = 10
_PLATE: Final = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][A-Z0-9]{4,5}[A-Z0-9挂学警港澳]"
)
_JOINTS: Final = re.compile(r"[\s·.\-]+")


def masked_phone(text: str) -> str:
    """A starred mobile as eleven characters, or "" where it is none or shows too little."""
    plain = re.sub(r"[\s-]", "", narrow(text)).translate(_STARS)
    found = _MASKED_PHONE.fullmatch(plain)
    return found[1] if found and STAR in found[1] and _shown(found[1]) >= LEAST_OF_PHONE else ""


def apart_from_starred(text: str) -> tuple[str, tuple[str, ...]]:
    """A list of telephones without the starred ones, and those as they are compared."""
    parts = [part for part in _LIST.split(text) if part.strip()]
    starred = [read for part in parts if (read := masked_phone(part))]
    if not starred:
        return text, ()
    return "/".join(one for one in parts if not masked_phone(one)), tuple(dict.fromkeys(starred))


def masked_id(text: str) -> str:
    """A starred identity number as eighteen characters, or ""."""
    plain = re.sub(r"[\s-]", "", narrow(text)).upper()
    plain = plain[:-1].translate(_STARS) + plain[-1:].replace("＊", STAR)
    is_told = STAR in plain and _shown(plain) >= LEAST_OF_ID
    return plain if is_told and _MASKED_ID.fullmatch(plain) else ""


def _shown(number: str) -> int:
    return len(number) - number.count(STAR)


def national(e164: str) -> str:
    """A Chinese number as it is dialled at home, as lenders star it; other numbers as they are."""
    return e164.split(";")[0].removeprefix("+86")


def compatible(left: str, right: str, least: int) -> bool:
    """Whether two numbers contradict nowhere and both show at least so many digits in common."""
    if len(left) != len(right) or STAR not in left + right:
        return False
    both = [(a, b) for a, b in zip(left, right, strict=True) if STAR not in (a, b)]
    return len(both) >= least and all(a == b for a, b in both)


def slipped(left: str, right: str) -> bool:
    """Whether two telephones differ by one digit or by two neighbours that changed places."""
    return left != right and len(left) == len(right) and OSA.distance(left, right) == 1


def read_asset(text: str) -> tuple[Literal["plate", "uscc"], str] | None:
    """A plate or a unified social credit code (GB 32100, checksum included), or None."""
    plain = _JOINTS.sub("", narrow(text)).upper()
    if _PLATE.fullmatch(plain):
        return "plate", plain
    if len(plain) == 18 and uscc.is_valid(plain):
        return "uscc", str(uscc.compact(plain))
    return None


def whole_phone(text: str) -> str:
    """The E.164 form without extension, or "" where the text is no telephone."""
    read = read_phone(text.split(";")[0])
    return read.e164 if isinstance(read, Phone) else ""
