"""Make text plain: full-width forms to half-width, invisible characters away, blanks trimmed.

Compatibility normalisation (NFKC) is not used: it would replace rare characters in names.
"""

import re
from typing import Final

_NARROW: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {
    0x3000: " ",
    0xA0: " ",
    0xFFE5: "¥",
    0x2018: "'",
    0x2019: "'",
}
# Zero-width marks, direction marks, soft hyphen and BOM: they come with text copied from pages.
_INVISIBLE: Final = dict.fromkeys(
    [0xAD, 0xFEFF, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A)]
)
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_BLANKS: Final = re.compile(r"\s+")


def narrow(text: str) -> str:
    """Turn full-width letters, digits and punctuation into their half-width forms, and trim."""
    if text.isascii():
        return text.strip()
    return text.translate(_NARROW).translate(_INVISIBLE).strip()


def tidy(text: str) -> str:
    """Remove invisible characters and fold every run of blanks and line ends into one blank."""
    if not text.isascii():
        text = text.translate(_INVISIBLE)
    return _BLANKS.sub(" ", text).strip()


def has_control(text: str) -> bool:
    """Whether control characters stand in `text` (tabs and line ends do not count)."""
    return not text.isprintable() and _CONTROL.search(text) is not None


def has_lost_characters(text: str) -> bool:
    """Whether the replacement character shows that a wrong encoding has already lost something."""
    return "\ufffd" in text
