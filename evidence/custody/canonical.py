"""Canonical JSON: one value has one byte string, so that a hash of it means something.

Keys are sorted by code point, there is no white space, text is UTF-8 as it is. Only text, whole
numbers, true, false, null, lists and objects are allowed. A float has many spellings and is
refused: a position is a decimal text with seven places (`degrees`), money a decimal text.
"""

import json
import math
import re
from typing import Any, NoReturn

LARGEST = 2**53 - 1  # What every JSON reader can hold exactly.
DEEPEST = 32
_HEX = re.compile(r"[0-9a-f]{64}")


class NotCanonicalError(ValueError):
    """The value or the text has no canonical form; the message names the place."""


def canonical(value: object) -> bytes:
    """Canonical bytes of `value`; raises NotCanonicalError naming where it cannot be."""
    _refuse(value, "$", 0)
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise NotCanonicalError("a text holds half of a surrogate pair") from error


def read_canonical(data: bytes) -> Any:
    """The value that `data` spells; raises NotCanonicalError unless these are its only bytes."""
    try:
        value = json.loads(
            data.decode(), object_pairs_hook=_once, parse_float=_float, parse_constant=_float
        )
    except NotCanonicalError:
        raise
    except (ValueError, RecursionError) as error:
        raise NotCanonicalError(f"not JSON in UTF-8: {error}") from error
    if canonical(value) != data:
        raise NotCanonicalError("not the canonical spelling of this JSON")
    return value


def degrees(value: float) -> str:
    """A latitude or longitude in degrees as text with seven places (about a centimetre)."""
    if not math.isfinite(value) or abs(value) > 180:
        raise NotCanonicalError(f"{value!r} is no angle between -180 and 180 degrees")
    text = f"{value:.7f}"
    return "0.0000000" if text == "-0.0000000" else text


def is_sha256(value: object) -> bool:
    """Whether `value` is a SHA-256 in 64 lower-case hexadecimal digits."""
    return isinstance(value, str) and _HEX.fullmatch(value) is not None


def _refuse(value: object, place: str, depth: int) -> None:
    if depth > DEEPEST:
        raise NotCanonicalError(f"{place}: nested deeper than {DEEPEST}")
    if value is None or isinstance(value, str | bool):
        return
    if isinstance(value, int):
        if abs(value) > LARGEST:
            raise NotCanonicalError(f"{place}: {value} is beyond 2^53-1; write it as text")
    elif isinstance(value, list):
        for number, member in enumerate(value):
            _refuse(member, f"{place}[{number}]", depth + 1)
    elif isinstance(value, dict):
        for key, member in value.items():
            if not isinstance(key, str):
                raise NotCanonicalError(f"{place}: the key {key!r} is not text")
            _refuse(member, f"{place}.{key}", depth + 1)
    else:
        raise NotCanonicalError(f"{place}: {type(value).__name__} has no canonical form")


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotCanonicalError("a key stands twice in one object")
    return found


def _float(text: str) -> NoReturn:
    raise NotCanonicalError(f"{text} is not a whole number; write it as text")
