"""The basket: which items of a case are submitted, in which order, as what, and to prove what."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any
from uuid import UUID

from fieldops.domain.bilingual import Bilingual
from fieldops.domain.errors import FieldFault, InvalidInput
from fieldops.domain.rulebook.reading import Reader

LONGEST = {"exhibit": 40, "proves": 1000, "note": 200, "court": 200, "submitter": 200}
MOST_LINES = 5000


class Reason(StrEnum):
    """Why counsel leaves an item out; the word stands in the custody log and names nobody."""

    NOT_SUBMITTED = "not-submitted"
    UNRELATED = "unrelated"
    DUPLICATE = "duplicate"
    THIRD_PERSON = "third-person"
    PRIVILEGED = "privileged"


@dataclass(frozen=True, slots=True)
class Line:
    """One item: submitted as an exhibit, or left out for a `reason` (None when submitted)."""

    item: UUID
    exhibit: str = ""
    proves: str = ""
    reason: Reason | None = None
    note: str = ""

    def to_json(self) -> dict[str, Any]:
        """Plain data; `basket_of` reads it again."""
        told = {"item": str(self.item), "exhibit": self.exhibit, "proves": self.proves}
        return {**told, "reason": self.reason and self.reason.value, "note": self.note}


@dataclass(frozen=True, slots=True)
class Basket:
    """Lines in the order of submission; empty `court` and `submitter` are left to the usual."""

    lines: tuple[Line, ...] = ()
    court: str = ""
    submitter: str = ""

    @property
    def chosen(self) -> list[Line]:
        """What is submitted."""
        return [line for line in self.lines if line.reason is None]

    def to_json(self) -> dict[str, Any]:
        """Plain data; `basket_of` reads it again."""
        lines = [line.to_json() for line in self.lines]
        return {"lines": lines, "court": self.court, "submitter": self.submitter}


_NOT_AS_IT_STANDS = Bilingual("The basket cannot be kept as it stands.", "证据清单有误,无法保存。")
_NO_ID = Bilingual("is no id", "不是证据编号")
_NAME_AN_ITEM = Bilingual("name an item of the case", "请指明本案的一件证据")
_TOO_LONG = Bilingual("is too long or odd", "过长或含有无法显示的字符")
_NOTHING = Bilingual("submit nothing", "未提交任何证据")
_AT_LEAST_ONE = Bilingual("submit at least one item", "请至少提交一件证据")
_OF_ANOTHER_CASE = Bilingual("is no item of this case", "不是本案证据")
_LEAVE_AWAY = Bilingual("leave the line away", "请删去该行")
_KEEP_ONE = Bilingual("keep one line of it", "请只保留一行")
_OWN_NUMBER = Bilingual(
    "give each exhibit a number of its own, or leave it empty", "请为每件证据单独编号,或留空"
)


def basket_of(raw: Mapping[str, Any]) -> Basket:
    """The basket that a caller or the store states; raises InvalidInput with what is wrong."""
    reader = Reader(raw)
    lines = tuple(_line(one) for one in reader.children("lines"))
    basket = Basket(lines, _text(reader, "court"), _text(reader, "submitter"))
    reader.done()
    return basket


def checked(basket: Basket, known: Iterable[UUID], language: str) -> Basket:
    """The basket with a number for every exhibit that has none; raises InvalidInput.

    `known` are the case's items. Numbers go on in order, past those that counsel gave.
    """
    faults = list(_faults(basket, set(known)))
    if faults:
        raise InvalidInput(_NOT_AS_IT_STANDS, faults=faults)
    return replace(basket, lines=tuple(_numbered(basket, language)))


def completed(basket: Basket | None, items: Sequence[UUID], language: str) -> Basket:
    """A line for every item: what the basket does not name is not submitted.

    Without a basket everything is submitted, in the order in which it came.
    """
    if basket is None:
        return checked(Basket(tuple(Line(item) for item in items)), items, language)
    named = {line.item for line in basket.lines}
    late = [Line(item, reason=Reason.NOT_SUBMITTED) for item in items if item not in named]
    # What is submitted comes first, so that its numbers in the pack are those of its order.
    lines = sorted((*basket.lines, *late), key=lambda line: line.reason is not None)
    return replace(basket, lines=tuple(lines))


def exhibit(number: int, language: str) -> str:
    """How an exhibit is called where counsel gave it no name of its own."""
    return f"Exhibit {number}" if language == "en" else f"证据{number}"


def _line(reader: Reader) -> Line:
    item = reader.text("item", required=True)
    try:
        found = UUID(item)
    except ValueError as wrong:
        fault = FieldFault(reader.at("item"), _NO_ID, _NAME_AN_ITEM)
        raise InvalidInput(faults=[fault]) from wrong
    reason = reader.maybe_word("reason", Reason)
    proves, note = _text(reader, "proves"), _text(reader, "note")
    named = _text(reader, "exhibit")
    reader.done()
    # What is left out has no number.
    return Line(found, named if reason is None else "", proves, reason, note)


def _text(reader: Reader, key: str) -> str:
    text = reader.text(key).strip()
    # Lines may be broken where somebody explains; nowhere else, and no other sign is hidden.
    if len(text) > LONGEST[key] or not text.replace("\n", "").replace("\r", "").isprintable():
        most = LONGEST[key]
        cure = Bilingual(f"at most {most} signs that can be printed", f"最多 {most} 个可显示的字符")
        raise InvalidInput(faults=[FieldFault(reader.at(key), _TOO_LONG, cure)])
    return " ".join(text.split()) if key != "proves" else text.replace("\r\n", "\n")


def _faults(basket: Basket, known: set[UUID]) -> Iterator[FieldFault]:
    seen: set[UUID] = set()
    called: dict[str, int] = {}
    if len(basket.lines) > MOST_LINES:
        most = Bilingual(f"at most {MOST_LINES}", f"最多 {MOST_LINES} 行")
        yield FieldFault("lines", Bilingual("are too many", "过多"), most)
    if not basket.chosen:
        yield FieldFault("lines", _NOTHING, _AT_LEAST_ONE)
    for number, line in enumerate(basket.lines):
        at = f"lines[{number}]"
        if line.item not in known:
            yield FieldFault(f"{at}.item", _OF_ANOTHER_CASE, _LEAVE_AWAY)
        if line.item in seen:
            twice = Bilingual("stands twice", "重复出现")
            yield FieldFault(f"{at}.item", twice, _KEEP_ONE)
        seen.add(line.item)
        name = line.exhibit.casefold()
        if name and name in called:
            twice = Bilingual(f"{line.exhibit} stands twice", f"{line.exhibit} 重复出现")
            yield FieldFault(f"{at}.exhibit", twice, _OWN_NUMBER)
        called[name] = number


def _numbered(basket: Basket, language: str) -> Iterator[Line]:
    taken = {line.exhibit.casefold() for line in basket.chosen}
    number = 0
    for line in basket.lines:
        if line.reason is not None or line.exhibit:
            yield line
            continue
        number += 1
        while exhibit(number, language).casefold() in taken:
            number += 1
        yield replace(line, exhibit=exhibit(number, language))
