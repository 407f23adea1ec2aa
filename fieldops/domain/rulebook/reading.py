"""Strict reading of mappings that came from outside: every fault names its field and its cure."""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, NoReturn, TypeVar

from fieldops.domain.bilingual import Bilingual, in_language
from fieldops.domain.errors import FieldFault, FieldopsError, InvalidInput

Word = TypeVar("Word", bound=StrEnum)
Made = TypeVar("Made")
Minutes = tuple[int, int]
"""A window of the day in minutes after midnight, `[from, to)`; it wraps when `to <= from`."""

MOST_ITEMS = 10_000
LONGEST_TEXT = 2_000
DAY_MINUTES = 1_440
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])|24:00", re.ASCII)
_YEARS = range(1970, 2200)
_STATE_IT = Bilingual("state it", "请填写")
_AS_TIME = Bilingual(
    "write it as 2026-03-02T21:40:00+08:00", "请按 2026-03-02T21:40:00+08:00 的格式填写"
)
_AS_DAY = Bilingual("write it as 2026-03-02", "请按 2026-03-02 的格式填写")
NO_OFFSET = Bilingual("has no offset from UTC", "缺少与 UTC 的时差")
ADD_OFFSET = Bilingual("add one, as in +08:00", "请补上,如 +08:00")
_AT_MOST = Bilingual(f"at most {LONGEST_TEXT} signs", f"最多 {LONGEST_TEXT} 字")


def refuse(field: str, message: str, cure: str = "") -> NoReturn:
    """Raise InvalidInput with one fault."""
    told = (
        f"{field}: {in_language(message, language)}"
        + (f"; {in_language(cure, language)}" * bool(cure))
        for language in ("en", "zh")
    )
    raise InvalidInput(Bilingual(*told), faults=(FieldFault(field, message, cure),))


def clock_minutes(value: object, field: str) -> int:
    """Read "HH:MM" (00:00 to 24:00) as minutes after midnight."""
    if not isinstance(value, str) or not (found := _CLOCK.fullmatch(value)):
        cure = Bilingual('write "HH:MM", 00:00 to 24:00', '请按 "HH:MM" 填写,00:00 至 24:00')
        refuse(field, _is_not(value, "a time of day", "一日中的时刻"), cure)
    return DAY_MINUTES if found[1] is None else int(found[1]) * 60 + int(found[2])


def instant(value: object, field: str) -> datetime:
    """Read an ISO 8601 time with its offset, or take an aware datetime."""
    found = value
    if isinstance(value, str):
        try:
            found = datetime.fromisoformat(value[:64])
        except ValueError:
            found = None
    if not isinstance(found, datetime):
        refuse(field, _is_not(value, "a time", "时间"), _AS_TIME)
    if found.utcoffset() is None:
        refuse(field, NO_OFFSET, ADD_OFFSET)
    if found.year not in _YEARS:
        refuse(field, *_out_of_range(found.year))
    return found


def day(value: object, field: str) -> date:
    """Read an ISO date, or take one."""
    if isinstance(value, date) and not isinstance(value, datetime):
        found = value
    else:
        try:
            found = date.fromisoformat(value if isinstance(value, str) else "")
        except ValueError:
            refuse(field, _is_not(value, "a date", "日期"), _AS_DAY)
    if found.year not in _YEARS:
        refuse(field, *_out_of_range(found.year))
    return found


def moment(value: object, field: str) -> datetime | date:
    """Read a time with its offset, or a whole day."""
    is_day = (isinstance(value, str) and len(value) == 10) or (
        isinstance(value, date) and not isinstance(value, datetime)
    )
    return day(value, field) if is_day else instant(value, field)


def _is_not(value: object, what: str, chinese: str) -> Bilingual:
    return Bilingual(f"{_short(value)} is not {what}", f"{_short(value)} 不是{chinese}")


def _out_of_range(year: int) -> tuple[Bilingual, Bilingual]:
    wrong = Bilingual(f"the year {year} is out of range", f"年份 {year} 超出范围")
    return wrong, Bilingual("check the date", "请核对日期")


def _no_text(value: object) -> Bilingual:
    return Bilingual(f"{_short(value)} is not a text", f"{_short(value)} 不是可接受的文字")


def _short(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= 60 else shown[:57] + "..."


class Reader:
    """Takes the known keys out of one mapping; `done` refuses what nobody asked for.

    A key that is absent and a key that is null are the same: left out.
    """

    def __init__(self, value: object, path: str = "") -> None:
        if not isinstance(value, Mapping):
            cure = Bilingual("write {...}", "请填写 {...}")
            refuse(path or "(whole)", _is_not(value, "an object", "对象"), cure)
        self.path = path
        self._left: dict[Any, Any] = dict(value)

    def at(self, key: str) -> str:
        """The dotted path of a key, for messages."""
        return f"{self.path}.{key}" if self.path else key

    def take(self, key: str) -> Any:
        """The raw value, or None."""
        return self._left.pop(key, None)

    def has(self, key: str) -> bool:
        """Whether the key is stated and was not taken yet."""
        return self._left.get(key) is not None

    def need(self, key: str) -> Any:
        """The raw value; refused when left out."""
        if (value := self.take(key)) is None:
            refuse(self.at(key), Bilingual("is missing", "未填写"), _STATE_IT)
        return value

    def done(self) -> None:
        """Refuse any key that was not taken."""
        if self._left:
            key = min(self._left, key=str)
            wrong = Bilingual("is not a known key", "不是已知的字段")
            cure = Bilingual("remove it or mend its spelling", "请删除或改正拼写")
            refuse(self.at(str(key)[:80]), wrong, cure)

    def text(self, key: str, *, required: bool = False) -> str:
        """A text of bounded length; empty when left out."""
        value = self.need(key) if required else self.take(key)
        if value is None:
            return ""
        if not isinstance(value, str) or len(value) > LONGEST_TEXT:
            refuse(self.at(key), _no_text(value), _AT_MOST)
        if required and not value.strip():
            refuse(self.at(key), Bilingual("is empty", "为空"), _STATE_IT)
        return value

    def flag(self, key: str, default: bool = False) -> bool:
        """true or false."""
        found = self.fact(key)
        return default if found is None else found

    def fact(self, key: str) -> bool | None:
        """true, false, or not stated."""
        value = self.take(key)
        if value is not None and not isinstance(value, bool):
            shown = _short(value)
            wrong = Bilingual(f"{shown} is neither true nor false", f"{shown} 既非 true 也非 false")
            refuse(self.at(key), wrong, Bilingual("write true or false", "请填写 true 或 false"))
        return value

    def whole(self, key: str, low: int, high: int, default: int | None = None) -> int:
        """A whole number from low to high."""
        value = self.take(key)
        if value is None and default is not None:
            return default
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            cure = Bilingual(
                f"write a whole number from {low} to {high}", f"请填写 {low} 至 {high} 的整数"
            )
            wrong = Bilingual(f"{_short(value)} does not fit", f"{_short(value)} 不符合要求")
            refuse(self.at(key), wrong, cure)
        return value

    def word(self, key: str, words: type[Word], default: Word | None = None) -> Word:
        """One word of a closed list."""
        value = self.take(key)
        if value is None and default is not None:
            return default
        return _word(value, words, self.at(key))

    def maybe_word(self, key: str, words: type[Word]) -> Word | None:
        """One word of a closed list, or None when left out."""
        value = self.take(key)
        return None if value is None else _word(value, words, self.at(key))

    def words(self, key: str, words: type[Word]) -> frozenset[Word]:
        """Several words of a closed list; none when left out."""
        return frozenset(_word(v, words, f) for v, f in self.items(key))

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts."""
        found = []
        for value, field in self.items(key):
            if not isinstance(value, str) or not 0 < len(value) <= LONGEST_TEXT:
                refuse(field, _no_text(value), Bilingual("write a text", "请填写文字"))
            found.append(value)
        return tuple(found)

    def items(self, key: str) -> Iterator[tuple[Any, str]]:
        """The members of a list, each with its path."""
        value = self.take(key)
        if value is None:
            return
        if not isinstance(value, list) or len(value) > MOST_ITEMS:
            wrong = _is_not(value, "a list that can be taken", "可接受的列表")
            cure = Bilingual(f"write a list of at most {MOST_ITEMS}", f"请填写至多 {MOST_ITEMS} 项")
            refuse(self.at(key), wrong, cure)
        for number, member in enumerate(value):
            yield member, f"{self.at(key)}[{number}]"

    def child(self, key: str) -> "Reader":
        """The object under a key; an empty one when left out."""
        value = self.take(key)
        return Reader({} if value is None else value, self.at(key))

    def children(self, key: str) -> Iterator["Reader"]:
        """The objects of a list."""
        return (Reader(value, field) for value, field in self.items(key))

    def window(self, key: str) -> Minutes | None:
        """A window of the day, ["HH:MM", "HH:MM"]."""
        value = self.take(key)
        return None if value is None else _window(value, self.at(key))

    def windows(self, key: str) -> tuple[Minutes, ...]:
        """A list of windows of the day."""
        return tuple(_window(value, field) for value, field in self.items(key))

    def maybe(self, key: str, read: Callable[[object, str], Any]) -> Any:
        """What `read` (instant, day or moment) makes of the value, or None when left out."""
        value = self.take(key)
        return None if value is None else read(value, self.at(key))


def from_toml(
    content: str, name: str, invalid: type[FieldopsError], make: Callable[[Reader], Made]
) -> Made:
    """What `make` takes out of the text of a TOML file, and nothing may be left.

    Raises `invalid` naming the file, the field and the cure.
    """
    with naming(name, invalid):
        reader = Reader(tomllib.loads(content))
        found = make(reader)
        reader.done()
        return found


@contextmanager
def naming(name: str, invalid: type[FieldopsError]) -> Iterator[None]:
    """Whatever is wrong in a file is raised as `invalid`, with the name of the file before it."""
    try:
        yield
    except tomllib.TOMLDecodeError as wrong:
        raise invalid(f"{name}: is not TOML: {wrong}") from wrong
    except InvalidInput as wrong:
        raise invalid(f"{name}: {wrong.detail}", faults=wrong.faults) from wrong


def _word(value: object, words: type[Word], field: str) -> Word:
    for word in words:
        if word == value:
            return word
    known = ", ".join(words)
    wrong = Bilingual(f"{_short(value)} is not known", f"{_short(value)} 不在可选之列")
    refuse(field, wrong, Bilingual(f"write one of {known}", f"请填写 {known} 之一"))


def _window(value: object, field: str) -> Minutes:
    if not isinstance(value, list) or len(value) != 2:
        cure = Bilingual('write ["HH:MM", "HH:MM"]', '请填写 ["HH:MM", "HH:MM"]')
        refuse(field, _is_not(value, "a window", "时段"), cure)
    start, end = (clock_minutes(part, f"{field}[{i}]") for i, part in enumerate(value))
    if start == end:
        cure = Bilingual("let it end after it begins", "结束须晚于开始")
        refuse(field, Bilingual("is empty", "为空"), cure)
    return start, end


def as_utc(value: datetime) -> datetime:
    """The same instant in UTC, so that arithmetic and comparison count elapsed time."""
    return value.astimezone(UTC)
