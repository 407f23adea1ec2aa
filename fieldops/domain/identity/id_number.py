"""Read Chinese identity numbers: length, date and checksum decide, the county is only noted.

GB 11643-1999 gives the 18 digits; numbers of 15 digits from before 1999 are upgraded. Residence
permits (81 Hong Kong, 82 Macau, 83 Taiwan) and the foreigners' card that begins with 9 carry the
same date and the same checksum.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from fieldops.domain.identity.unreadable import Unreadable, unreadable
from fieldops.domain.identity.widths import narrow

Kind = Literal["resident", "residence_permit", "foreign_card"]

_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK: Final = "10X98765432"
_SHAPE: Final = re.compile(r"[0-9]{17}[0-9X]|[0-9]{15}")
_SCIENTIFIC: Final = re.compile(r"[0-9]+(?:\.[0-9]+)?E\+?[0-9]+", re.IGNORECASE)
_JOINTS: Final = str.maketrans("", "", " -'\t")
_PERMITS: Final = frozenset({"81", "82", "83"})
# The provinces of GB/T 2260; which counties existed in which year is deliberately not asked here.
_PROVINCE_CODES: Final = (
    "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 "
    "50 51 52 53 54 61 62 63 64 65 71 81 82 83"
)
_PROVINCES: Final = frozenset(_PROVINCE_CODES.split())
_EARLIEST: Final = 1880
# Under the 15-digit standard the sequence numbers from 996 were kept for people over a hundred.
_CENTENARIAN: Final = "996"


@dataclass(frozen=True, slots=True)
class IdNumber:
    """An identity number of 18 characters whose date and checksum hold.

    `county_known` is False where the area code is unknown: something to look at, not a fault.
    `upgraded` says that fifteen digits were given.
    """

    value: str
    born: date
    sex: Literal["female", "male"]
    kind: Kind
    county_known: bool
    upgraded: bool

    @property
    def county(self) -> str:
        """The six-digit area code of first registration."""
        return self.value[:6]


def check_character(first_seventeen: str) -> str:
    """Give the 18th character that belongs to seventeen digits (ISO 7064 MOD 11-2)."""
    total = sum(w * int(d) for w, d in zip(_WEIGHTS, first_seventeen, strict=True))
    return _CHECK[total % 11]


def read_id_number(
    text: str, *, counties: Collection[str] = (), today: date | None = None
) -> IdNumber | Unreadable:
    """Read an identity number of 18 or 15 digits.

    `counties`: six-digit codes to know counties by; without them only the province is looked at.
    `today`: refuse births after this day. Reasons: `id_damaged`, `id_length`, `id_letters`,
    `id_date`, `id_future`, `id_checksum`.
    """
    plain = narrow(text).translate(_JOINTS).upper()
    fault = _shape_fault(plain)
    if fault:
        return fault
    upgraded = len(plain) == 15
    if upgraded:
        century = "18" if plain[12:] >= _CENTENARIAN else "19"
        plain = plain[:6] + century + plain[6:]
        plain += check_character(plain)
    born = _birth(plain)
    if born is None:
        return unreadable("id_date", date=plain[6:14])
    if today is not None and born > today:
        return unreadable("id_future", date=plain[6:14])
    if check_character(plain[:17]) != plain[17]:
        # A spreadsheet keeps fifteen digits: three noughts at the end betray what happened.
        return unreadable("id_damaged" if plain.endswith("000") else "id_checksum")
    return IdNumber(
        value=plain,
        born=born,
        sex="male" if int(plain[16]) % 2 else "female",
        kind=_kind(plain),
        county_known=_county_known(plain, counties),
        upgraded=upgraded,
    )


def _shape_fault(plain: str) -> Unreadable | None:
    if _SHAPE.fullmatch(plain):
        return None
    if _SCIENTIFIC.fullmatch(plain):
        return unreadable("id_damaged")
    if len(plain) not in (15, 18):
        return unreadable("id_length", length=len(plain))
    return unreadable("id_letters")


def _birth(plain: str) -> date | None:
    try:
        born = date(int(plain[6:10]), int(plain[10:12]), int(plain[12:14]))
    except ValueError:
        return None
    return born if born.year >= _EARLIEST else None


def _kind(plain: str) -> Kind:
    if plain[0] == "9":
        return "foreign_card"
    return "residence_permit" if plain[:2] in _PERMITS else "resident"


def _county_known(plain: str, counties: Collection[str]) -> bool:
    if plain[0] == "9":
        return plain[1:3] in _PROVINCES
    if plain[:2] in _PERMITS:
        return plain[2:6] == "0000"
    return plain[:6] in counties if counties else plain[:2] in _PROVINCES
