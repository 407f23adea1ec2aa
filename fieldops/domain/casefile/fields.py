"""Read single cells: numbers, money, dates, times, places and the words of a case file.

Every reader takes the text of a cell (see `cell_text`) or the cell itself and gives a value or an
`Unreadable`; none of them raises.
"""

import re
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Final

from fieldops.domain.casefile.rows import Cell
from fieldops.domain.identity import Unreadable, unreadable
from fieldops.domain.identity.widths import narrow, tidy

EMPTY_WORDS: Final = frozenset({"", "-", "--", "/", "\\", "无", "暂无", "空", "N/A", "n/a", "NULL"})
CELL_ERRORS: Final = frozenset(["#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!"])
_PLAIN: Final = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]{0,18})?")
_GROUPED: Final = re.compile(r"[+-]?[0-9]{1,3}(,[0-9]{3}){1,4}(\.[0-9]{0,18})?")
_CHINESE_GROUPED: Final = re.compile(r"[+-]?[0-9]{1,4}(,[0-9]{4}){1,3}(\.[0-9]{0,18})?")
_IN_WORDS: Final = re.compile(
    r"[零一二两三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟元圆角分整]+"
)
_MONEY: Final = re.compile(
    r"(?P<mark>CNY|RMB|人民币|¥|HKD|HK\$|USD|US\$|\$|EUR|€)?\s*(?P<number>[+-]?[0-9.,]+)\s*"
    r"(?P<scale>万|亿)?\s*(?P<unit>元|圆|CNY|RMB)?",
    re.IGNORECASE,
)
_SCALES: Final = {"万": Decimal(10_000), "亿": Decimal(100_000_000)}
_DATE: Final = re.compile(r"(\d{4})(?:[-/.](\d{1,2})[-/.](\d{1,2})|年(\d{1,2})月(\d{1,2})日?)")
_COMPACT_DATE: Final = re.compile(r"(\d{4})(\d\d)(\d\d)")
_DAY_FIRST: Final = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}")
_MIDNIGHT: Final = re.compile(r"[ T]00:00(:00)?$")
_TIME: Final = re.compile(r"(\d{1,2})(?:[:点时](\d{1,2})分?(?::\d{2})?|点|时)")
_MOST_MONEY: Final = Decimal(10) ** 12
_CENT: Final = Decimal("0.01")


def cell_text(cell: Cell) -> str:
    """The cell as one tidy line of text; a whole float loses its `.0`, a date becomes ISO."""
    if isinstance(cell, str):
        return tidy(cell)
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime | date | time):
        return cell.isoformat()
    return str(cell)


def is_empty(text: str) -> bool:
    """Whether a text stands for nothing: blank, a dash, 无, N/A."""
    return text in EMPTY_WORDS


def read_number(text: str) -> Decimal | Unreadable:
    """Read a decimal number with optional thousands separators; full-width digits are welcome."""
    plain = narrow(text)
    if _PLAIN.fullmatch(plain):
        return Decimal(plain)
    if _GROUPED.fullmatch(plain) or _CHINESE_GROUPED.fullmatch(plain):
        return Decimal(plain.replace(",", ""))
    if _IN_WORDS.fullmatch(plain):
        return unreadable("number_in_words", text=plain)
    if "," in plain:
        return unreadable("number_grouping", text=plain)
    try:
        Decimal(plain)
    except InvalidOperation:
        return unreadable("number_unreadable", text=plain)
    # What is left is what Decimal takes and we do not: NaN, Infinity, 1E+9, numbers without end.
    return unreadable("number_form", text=plain)


def read_money(text: str) -> tuple[Decimal, str] | Unreadable:
    """Read an amount of two decimals and its currency mark ("" where none, ¥ counts as CNY).

    元, 万, 万元 and 亿 after the number are understood. Reasons beyond those of `read_number`:
    `money_negative`, `money_huge`, `money_precision`.
    """
    plain = narrow(text)
    found = _MONEY.fullmatch(plain)
    number = read_number(found["number"] if found else plain)
    if isinstance(number, Unreadable):
        return number
    if not found:
        return unreadable("number_unreadable", text=plain)
    amount = number * _SCALES.get(found["scale"] or "", Decimal(1))
    if amount < 0:
        return unreadable("money_negative", text=plain)
    if amount >= _MOST_MONEY:
        return unreadable("money_huge", text=plain)
    rounded = amount.quantize(_CENT)
    # A spreadsheet's binary fraction (43644.400000000001) is a cent amount; 1.005 is not.
    if abs(rounded - amount) > Decimal("0.000001"):
        return unreadable("money_precision", text=plain)
    return rounded, (found["mark"] or found["unit"] or "").upper()


def read_integer(text: str, low: int, high: int, units: str = "") -> int | Unreadable:
    """Read a whole number between `low` and `high`, with one of `units` (regex) after it."""
    plain = narrow(text)
    if units:
        plain = re.sub(f"\\s*(?:{units})$", "", plain, flags=re.IGNORECASE)
    number = read_number(plain)
    if isinstance(number, Unreadable):
        return number
    if number != number.to_integral_value():
        return unreadable("number_not_whole", text=plain)
    if number < 0 <= low:
        return unreadable("number_negative", text=plain)
    if not low <= number <= high:
        return unreadable("number_range", text=plain, low=low, high=high)
    return int(number)


def read_date(cell: Cell) -> date | Unreadable:
    """Read 2027-03-31, 2027/3/31, 2027.3.31, 2027年3月31日, 20270331 or a date cell."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    plain = _MIDNIGHT.sub("", narrow(cell_text(cell)))
    found = _DATE.fullmatch(plain) or _COMPACT_DATE.fullmatch(plain)
    if not found:
        day_first = _DAY_FIRST.fullmatch(plain)
        return unreadable("date_ambiguous" if day_first else "date_unreadable", text=plain)
    year, month, day = (int(part) for part in found.groups() if part)
    try:
        read = date(year, month, day)
    except ValueError:
        return unreadable("date_impossible", text=plain)
    return read if 1900 <= year <= 2200 else unreadable("date_impossible", text=plain)


def read_time(cell: Cell) -> time | Unreadable:
    """Read 08:30, 8:30:00, 8点30分, a time cell or a spreadsheet's fraction of a day."""
    if isinstance(cell, datetime):
        return cell.time().replace(second=0, microsecond=0)
    if isinstance(cell, time):
        return cell.replace(second=0, microsecond=0)
    if isinstance(cell, float) and 0 <= cell < 1:
        minutes = round(cell * 1440) % 1440
        return time(*divmod(minutes, 60))
    plain = narrow(cell_text(cell))
    found = _TIME.fullmatch(plain)
    if not found:
        return unreadable("time_unreadable", text=plain)
    hour, minute = int(found[1]), int(found[2] or 0)
    if hour > 23 or minute > 59:
        return unreadable("time_impossible", text=plain)
    return time(hour, minute)
