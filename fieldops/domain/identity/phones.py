"""Read telephones on `phonenumbers`: lists and extensions are split first, E.164 comes out."""

import re
from dataclasses import dataclass
from typing import Final

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType, ValidationResult

from fieldops.domain.identity.unreadable import Unreadable, unreadable
from fieldops.domain.identity.widths import narrow

MOST_PHONES: Final = 10
LONGEST: Final = 400
_REGION: Final = "CN"
_SEPARATORS: Final = re.compile(r"[/;,、|\n\r或]+|(?<=\d{7})\s+(?=\+?\d{7})")
_EXTENSION: Final = re.compile(
    r"^(.*\d.*?)\s*(?:转|轉|分机|分機|ext\.?|x|#|(?<=\d{7})-(?=\d{1,6}$))\s*[:.]?\s*(\d{1,6})$",
    re.IGNORECASE,
)
_BRACKETS: Final = re.compile(r"(\d)\((\d{1,6})\)$")
_CHARACTERS: Final = re.compile(r"\+?[0-9 ().\-]+")
_SCIENTIFIC: Final = re.compile(r"\d+(\.\d+)?E\+?\d+", re.IGNORECASE)
_MOBILE: Final = re.compile(r"1[3-9]\d{9}")


@dataclass(frozen=True, slots=True)
class Phone:
    """One telephone. `e164` begins with +; `known` is False for a mobile of an unlisted series.

    A series that is newer than the numbering plan we carry must not be refused, only looked at.
    """

    e164: str
    extension: str = ""
    mobile: bool = False
    known: bool = True

    def __str__(self) -> str:
        return f"{self.e164};ext={self.extension}" if self.extension else self.e164


def read_phones(text: str) -> tuple[Phone, ...] | Unreadable:
    """Read a cell with one telephone or a list (`a/b`, `a、b`, two numbers with a blank).

    The first part that cannot be read decides; a number given twice is kept once. Reasons:
    `phone_short`, `phone_long`, `phone_area_missing`, `phone_impossible`, `phone_letters`,
    `phone_damaged`, `phone_many`. The part is named by its place in the list, never by its digits.
    """
    if len(text) > LONGEST:
        return unreadable("phone_many", most=MOST_PHONES)
    parts = [part for part in _SEPARATORS.split(narrow(text)) if part.strip()]
    if len(parts) > MOST_PHONES:
        return unreadable("phone_many", most=MOST_PHONES)
    found: dict[Phone, None] = {}
    for place, part in enumerate(parts, 1):
        phone = read_phone(part)
        if isinstance(phone, Unreadable):
            return Unreadable(phone.reason, (*phone.given, ("place", str(place))))
        found[phone] = None
    return tuple(found)


def read_phone(text: str) -> Phone | Unreadable:
    """Read one telephone, with an extension after 转, 分机, ext, x, # or in brackets."""
    plain = _BRACKETS.sub(r"\1转\2", narrow(text))
    if _SCIENTIFIC.fullmatch(plain):
        return unreadable("phone_damaged")
    split = _EXTENSION.match(plain)
    main, extension = (split[1], split[2]) if split else (plain, "")
    if not _CHARACTERS.fullmatch(main):
        return unreadable("phone_letters")
    try:
        number = phonenumbers.parse(main, _REGION)
    except phonenumbers.NumberParseException:
        return unreadable("phone_short" if len(main) < 7 else "phone_impossible")
    known = phonenumbers.is_valid_number(number)
    if not known:
        fault = _fault(number)
        if fault:
            return fault
    kind = phonenumbers.number_type(number) if known else PhoneNumberType.MOBILE
    return Phone(
        phonenumbers.format_number(number, PhoneNumberFormat.E164),
        extension,
        kind in (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE),
        known,
    )


def _fault(number: phonenumbers.PhoneNumber) -> Unreadable | None:
    """Say why an invalid number is refused; None for a mobile of a series we do not know."""
    digits = phonenumbers.national_significant_number(number)
    chinese = number.country_code == 86
    if chinese and _MOBILE.fullmatch(digits):
        return None
    possible = phonenumbers.is_possible_number_with_reason(number)
    if possible == ValidationResult.TOO_LONG or (chinese and len(digits) > 11):
        return unreadable("phone_long", length=len(digits))
    if chinese and len(digits) in (7, 8) and digits[0] in "2345678":
        return unreadable("phone_area_missing", length=len(digits))
    if len(digits) < 10 and (chinese or possible == ValidationResult.TOO_SHORT):
        return unreadable("phone_short", length=len(digits))
    return unreadable("phone_impossible")
