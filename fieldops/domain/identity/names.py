"""Bring a person's or a firm's name into one written form without changing any character of it."""

import re
from typing import Final

from fieldops.domain.identity.unreadable import Unreadable, unreadable
from fieldops.domain.identity.widths import has_control, has_lost_characters, narrow, tidy

LONGEST_NAME: Final = 100
_HAN: Final = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_ANY_HAN: Final = re.compile(f"[{_HAN}]")
_BLANK_AT_HAN: Final = re.compile(f"(?<=[{_HAN}·]) (?=[{_HAN}·])")
# The many dots that stand between the parts of a Uyghur or a foreign name; GB uses U+00B7.
_DOTS: Final = re.compile(f"(?<=[{_HAN}]) ?[.·•‧∙⋅・･᛫●▪] ?(?=[{_HAN}])")
_PRIVATE: Final = re.compile(r"[\ue000-\uf8ff]")


def normalise_name(text: str) -> str:
    """Half-width letters, one kind of middle dot, no blanks between Chinese characters."""
    plain = tidy(narrow(text))
    if plain.isascii():
        return plain
    return _BLANK_AT_HAN.sub("", _DOTS.sub("·", plain))


def read_name(text: str) -> str | Unreadable:
    """Read a name. Reasons: `name_empty`, `name_long`, `characters_lost`, `name_not_a_name`."""
    name = normalise_name(text)
    if not name:
        return unreadable("name_empty")
    if len(name) > LONGEST_NAME:
        return unreadable("name_long", length=len(name), most=LONGEST_NAME)
    if has_lost_characters(name):
        return unreadable("characters_lost")
    if has_control(name) or not any(letter.isalpha() or letter == "〇" for letter in name):
        # Digits alone in the name column mean that the columns have slipped.
        return unreadable("name_not_a_name")
    return name


def name_doubts(name: str) -> tuple[str, ...]:
    """What a person should look at: `name_question_mark`, `name_private_character`, `name_digits`.

    A question mark or a private-use character is what is left of a rare character that an older
    system could not write.
    """
    doubts = []
    if "?" in name:
        doubts.append("name_question_mark")
    if _PRIVATE.search(name):
        doubts.append("name_private_character")
    if any(letter.isdigit() for letter in name):
        doubts.append("name_digits")
    return tuple(doubts)


def is_chinese(name: str) -> bool:
    """Whether any Chinese character stands in the name."""
    return _ANY_HAN.search(name) is not None
