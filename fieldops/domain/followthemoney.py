"""Entities of FollowTheMoney as lines of JSON: an id, a schema, and lists of texts by property.

Source: the data model of followthemoney (MIT); the library is not used, for it needs ICU compiled.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from fieldops.domain.bilingual import Bilingual

MOST_BYTES = 1_000_000
_LONGEST_ID = 300
_AT_ONCE = 65_536


class NotAnEntity(ValueError):
    """A line is no entity, or none that may be taken: what is wrong with it, and its cure."""

    def __init__(self, reason: Bilingual, cure: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.cure = cure


@dataclass(frozen=True, slots=True)
class Entity:
    """One entity; what has no value has no property."""

    id: str
    schema: str
    properties: Mapping[str, Sequence[str]]

    def first(self, name: str) -> str | None:
        """The first value of a property, or None."""
        return next(iter(self.properties.get(name, ())), None)


class Readable(Protocol):
    """Something that bytes come out of, some at a time."""

    def read(self, size: int, /) -> bytes:
        """So many bytes at most; none at the end."""
        ...


def lines_of(source: Readable) -> Iterator[bytes]:
    """The lines of a file, in bounded memory: what is too long comes cut, and is refused so."""
    kept, skipping = b"", False
    while chunk := source.read(_AT_ONCE):
        *whole, kept = (kept + chunk).split(b"\n")
        for line in whole:
            if not skipping:
                yield line
            skipping = False
        if skipping:
            kept = b""
        elif len(kept) > MOST_BYTES:
            yield kept
            kept, skipping = b"", True
    if kept and not skipping:
        yield kept


def write_line(entity: Entity) -> str:
    """The entity as one line, properties in order of name, so that equal ones are equal bytes."""
    told = {
        "id": entity.id,
        "schema": entity.schema,
        "properties": {name: list(entity.properties[name]) for name in sorted(entity.properties)},
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")) + "\n"


def read_line(line: bytes) -> Entity:
    """Read one line; raises NotAnEntity. Further keys, such as `datasets`, are set aside."""
    if len(line) > MOST_BYTES:
        raise NotAnEntity(
            Bilingual(f"is longer than {MOST_BYTES} bytes", f"超过 {MOST_BYTES} 字节"),
            Bilingual("take out what is no record", "请删去不属于记录的内容"),
        )
    try:
        raw = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise NotAnEntity(
            Bilingual("is not JSON", "不是 JSON"),
            Bilingual("it may have been cut: export the file again", "文件可能被截断，请重新导出"),
        ) from None
    if not isinstance(raw, dict):
        raise NotAnEntity(Bilingual("is not an object", "不是 JSON 对象"))
    entity_id, schema, properties = raw.get("id"), raw.get("schema"), raw.get("properties")
    if not isinstance(entity_id, str) or not 0 < len(entity_id) <= _LONGEST_ID:
        raise NotAnEntity(Bilingual("has no id", "缺少 id"))
    if not isinstance(schema, str) or not schema.isidentifier():
        raise NotAnEntity(Bilingual("has no schema", "缺少 schema"))
    if not isinstance(properties, dict):
        raise NotAnEntity(Bilingual("has no properties", "缺少 properties"))
    return Entity(entity_id, schema, {name: _texts(name, properties[name]) for name in properties})


def is_plain(value: Any) -> bool:
    """Whether a text, or every text in a JSON value, is made of characters that text may hold."""
    if isinstance(value, str):
        return "\x00" not in value and (value.isascii() or not _is_broken(value))
    if isinstance(value, dict):
        return all(is_plain(one) for pair in value.items() for one in pair)
    return not isinstance(value, list) or all(map(is_plain, value))


def _texts(name: str, values: object) -> tuple[str, ...]:
    if not isinstance(values, list) or not all(isinstance(one, str) for one in values):
        raise NotAnEntity(Bilingual(f"{name} is not a list of texts", f"{name} 不是文本列表"))
    if not is_plain(values):
        raise NotAnEntity(
            Bilingual(
                f"{name} holds characters that no text may hold", f"{name} 含有文本不允许的字符"
            )
        )
    return tuple(values)


def _is_broken(text: str) -> bool:
    """Whether half of a surrogate pair stands alone in it."""
    return any("\ud800" <= one <= "\udfff" for one in text)
