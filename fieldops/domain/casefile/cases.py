"""One line of a case file, read into a `CaseRow` or refused with all that is wrong with it."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from fieldops.domain.casefile.cells import RowCells
from fieldops.domain.casefile.fields import read_integer, read_money
from fieldops.domain.casefile.rows import Cell, Fault, Refusal
from fieldops.domain.casefile.terms import (
    Point,
    read_coordinates,
    read_currency,
    read_role,
    read_skills,
)
from fieldops.domain.identity import (
    IdNumber,
    Phone,
    Unreadable,
    name_doubts,
    read_id_number,
    read_name,
    read_phones,
    unreadable,
)
from fieldops.domain.identity.widths import narrow
from fieldops.domain.linkage.numbers import apart_from_starred, masked_id

_NUMBER: Final = re.compile(r"[^\s'\"<>\\]{1,64}")
_DAMAGED: Final = re.compile(r"\d(\.\d+)?E\+\d+", re.IGNORECASE)
_ANY_DIGIT: Final = re.compile(r"[0-9０-９一二三四五六七八九十百]")
_MOST_DAYS: Final = 36_500
DEFAULT_PRIORITY: Final = 3


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case as the file gives it. `position` keeps the datum it came in; money is Decimal.

    Numbers that the lender starred stand apart (138****8000): they are compared and never dialled.
    `amount` and `days_overdue` are None where blank; `skills` are what an agent needs who goes
    there; `notes` are for a person to look at.
    """

    line: int
    case_number: str
    name: str
    role: str
    address: str
    id_number: IdNumber | None
    phones: tuple[Phone, ...]
    position: Point | None
    days_overdue: int | None
    amount: Decimal | None
    currency: str
    priority: int
    client: str
    product: str
    remark: str
    skills: tuple[str, ...] = ()
    starred_id: str = ""
    starred_phones: tuple[str, ...] = ()
    notes: tuple[Fault, ...] = ()


def read_case(
    cells: RowCells, *, counties: Collection[str] = (), today: date | None = None
) -> CaseRow | Refusal:
    """Read one row. All its faults are listed in the refusal, not only the first."""
    number = narrow(cells.required("case_number", 64))
    if number and (_DAMAGED.fullmatch(number) or not _NUMBER.fullmatch(number)):
        cells.refuse("case_number", unreadable("case_number_form", text=number))
    name = _name(cells)
    amount, currency = _money(cells)
    parts = {
        "role": _role(cells),
        "address": _address(cells),
        "client": cells.text("client", 200),
        "product": cells.text("product", 200),
        "remark": cells.text("remark"),
    }
    starred_id = masked_id(cells.text("id_number"))
    id_number = None if starred_id else _id_number(cells, counties, today)
    phones, starred_phones = _phones(cells)
    if starred_id:
        cells.note("id_number", "number_starred")
    place = read_position(cells)
    days = cells.read("days_overdue", _days)
    priority = cells.read("priority", _priority)
    skills = cells.read("skills", read_skills)
    if cells.faults:
        return Refusal(cells.line, number, tuple(cells.faults))
    return CaseRow(
        line=cells.line,
        case_number=number,
        name=name,
        id_number=id_number,
        phones=phones,
        position=place,
        days_overdue=days,
        amount=amount,
        currency=currency,
        priority=DEFAULT_PRIORITY if priority is None else priority,
        skills=skills or (),
        starred_id=starred_id,
        starred_phones=starred_phones,
        notes=tuple(cells.notes),
        **parts,
    )


def read_position(cells: RowCells) -> Point | None:
    """Read the coordinates of a row; used for agents' starting places as well."""
    datum = cells.text("datum")
    found = read_coordinates(cells.text("longitude"), cells.text("latitude"), datum)
    if not isinstance(found, list):
        return found
    for field, problem in found:
        cells.refuse(field, problem)
    return None


def _name(cells: RowCells) -> str:
    text = cells.required("name", 400)
    name = cells.keep("name", read_name(text)) if text else None
    for doubt in name_doubts(name or ""):
        cells.note("name", doubt)
    return name or ""


def _role(cells: RowCells) -> str:
    """Without a column every line is a debtor; a blank in the column is never guessed.

    Taking a relative for the debtor would mean telling a stranger of somebody's debt.
    """
    text = cells.text("role")
    if text:
        return cells.keep("role", read_role(text)) or ""
    if cells.has_column("role"):
        cells.refuse("role", unreadable("role_missing"))
    return "debtor"


def _address(cells: RowCells) -> str:
    address = cells.required("address", 300)
    if address and not _ANY_DIGIT.search(address):
        cells.note("address", "address_without_number")
    return address


def _id_number(cells: RowCells, counties: Collection[str], today: date | None) -> IdNumber | None:
    text = cells.text("id_number")
    if not text:
        return None
    if _loses_digits(cells.cell("id_number")):
        cells.refuse("id_number", unreadable("id_damaged"))
        return None
    read = cells.keep("id_number", read_id_number(text, counties=counties, today=today))
    if read and not read.county_known:
        cells.note("id_number", "id_county_unknown", county=read.county)
    if read and read.upgraded:
        cells.note("id_number", "id_upgraded")
    return read


def _loses_digits(cell: Cell) -> bool:
    """Whether a number cell cannot have kept all its digits: a double holds fifteen."""
    if isinstance(cell, float):
        return abs(cell) >= 1e15
    return isinstance(cell, int) and cell >= 10**15 and cell % 1000 == 0


def _phones(cells: RowCells) -> tuple[tuple[Phone, ...], tuple[str, ...]]:
    """The telephones that can be called, and those that the lender starred."""
    if not cells.text("phone", 400):
        return (), ()
    text, starred = apart_from_starred(cells.texts("phone"))
    if starred:
        cells.note("phone", "number_starred")
    phones = (cells.keep("phone", read_phones(text)) or ()) if text or not starred else ()
    if len(phones) > 1:
        cells.note("phone", "phone_several", count=len(phones))
    if not all(phone.known for phone in phones):
        cells.note("phone", "phone_series_unknown")
    return phones, starred


def _money(cells: RowCells) -> tuple[Decimal | None, str]:
    currency = cells.read("currency", read_currency)
    money = cells.read("amount", read_money)
    if money is None:
        return None, currency or "CNY"
    amount, mark = money
    marked = read_currency(mark) if mark else None
    if currency and isinstance(marked, str) and marked != currency:
        cells.refuse("currency", unreadable("currency_conflict", mark=mark, currency=currency))
    if isinstance(marked, Unreadable):
        cells.refuse("amount", marked)
        marked = None
    return amount, currency or marked or "CNY"


def _days(text: str) -> int | Unreadable:
    return read_integer(text, 0, _MOST_DAYS, "天|日|days?")


def _priority(text: str) -> int | Unreadable:
    return read_integer(text.removeprefix("P").removeprefix("p"), 1, 5, "级")
