"""Reads single JSON values strictly; a value that is wrong is refused with the path to it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TypeVar, cast

T = TypeVar("T")

MAX_SECONDS = 10**9
MAX_METRES = 10**9
MAX_TEXT = 200


class ProblemError(ValueError):
    """A value that cannot be taken: `path` says where it stands, `message` what to do."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path}: {message}")
        self.path = path
        self.message = message


class Fields:
    """One JSON object under a path. Every key must be asked for; `close` refuses the rest."""

    def __init__(self, value: object, path: str) -> None:
        if not isinstance(value, Mapping):
            raise ProblemError(path, "must be a JSON object")
        self._value = cast("Mapping[str, object]", value)
        self._asked: set[str] = set()
        self.path = path

    def at(self, key: str) -> str:
        """The path to one key."""
        return f"{self.path}.{key}"

    def has(self, key: str) -> bool:
        """Whether the key is present and not null; asking counts as knowing the key."""
        self._asked.add(key)
        return self._value.get(key) is not None

    def raw(self, key: str) -> object:
        """The value itself, which must be present and not null."""
        if not self.has(key):
            raise ProblemError(self.at(key), "is missing")
        return self._value[key]

    def get(self, key: str, read: Callable[[object, str], T], default: T) -> T:
        """The value read by `read`, or the default when it is absent or null."""
        return read(self._value[key], self.at(key)) if self.has(key) else default

    def need(self, key: str, read: Callable[[object, str], T]) -> T:
        """The value read by `read`; refused when it is absent or null."""
        return read(self.raw(key), self.at(key))

    def close(self) -> None:
        """Refuses keys that nobody asked for, so that a misspelt one is not lost in silence."""
        unknown = sorted(str(key) for key in self._value if key not in self._asked)
        if unknown:
            known = ", ".join(sorted(self._asked))
            raise ProblemError(self.at(unknown[0][:MAX_TEXT]), f"is not known here; use {known}")


def text(value: object, path: str) -> str:
    """A short non-empty string."""
    if not isinstance(value, str) or not value.strip():
        raise ProblemError(path, "must be a text that is not empty")
    if len(value) > MAX_TEXT:
        raise ProblemError(path, f"is longer than {MAX_TEXT} characters")
    return value


def number(low: float, high: float) -> Callable[[object, str], float]:
    """A reader of finite numbers within limits."""

    def read(value: object, path: str) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ProblemError(path, "must be a number")
        if isinstance(value, float) and not math.isfinite(value):
            raise ProblemError(path, "must be a finite number, not NaN or infinity")
        if not low <= value <= high:
            raise ProblemError(path, f"must lie between {low:g} and {high:g}")
        return float(value)

    return read


def whole(low: int, high: int) -> Callable[[object, str], int]:
    """A reader of whole numbers within limits; 3.0 counts as whole, 3.5 and true do not."""

    def read(value: object, path: str) -> int:
        if isinstance(value, float) and math.isfinite(value) and value.is_integer():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int):
            raise ProblemError(path, "must be a whole number")
        if not low <= value <= high:
            raise ProblemError(path, f"must lie between {low} and {high}")
        return value

    return read


seconds = whole(0, MAX_SECONDS)
metres = whole(0, MAX_METRES)


def sequence(value: object, path: str, limit: int) -> list[object]:
    """A JSON array of at most `limit` values."""
    if not isinstance(value, list | tuple):
        raise ProblemError(path, "must be a JSON array")
    if len(value) > limit:
        raise ProblemError(path, f"has {len(value)} entries; at most {limit} are taken")
    return list(value)


def each(value: object, path: str, limit: int, read: Callable[[object, str], T]) -> tuple[T, ...]:
    """Every entry of an array, read with its own path."""
    entries = sequence(value, path, limit)
    return tuple(read(entry, f"{path}[{at}]") for at, entry in enumerate(entries))


def window(value: object, path: str) -> tuple[int, int]:
    """A pair of seconds that does not close before it opens."""
    pair = each(value, path, 2, seconds)
    if len(pair) != 2:
        raise ProblemError(path, "must be a pair [opens, closes]")
    if pair[1] < pair[0]:
        raise ProblemError(path, f"closes ({pair[1]}) before it opens ({pair[0]})")
    return pair[0], pair[1]


def names(value: object, path: str) -> frozenset[str]:
    """An array of texts, as a set."""
    return frozenset(each(value, path, 1_000, text))
