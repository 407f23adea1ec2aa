"""Entities of FollowTheMoney as lines of JSON: an id, a schema, and lists of texts by property.

Source: the data model of followthemoney (MIT); the library is not used, for it needs ICU compiled.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

MOST_BYTES = 1_000_000
_LONGEST_ID = 300


class NotAnEntity(ValueError):
    """A line is no entity; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Entity:
    """One entity; what has no value has no property."""

    id: str
    schema: str
    properties: Mapping[str, Sequence[str]]

    def first(self, name: str) -> str | None:
        """The first value of a property, or None."""
        return next(iter(self.properties.get(name, ())), None)


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
        raise NotAnEntity(f"is longer than {MOST_BYTES} bytes")
    try:
        raw = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise NotAnEntity("is not JSON") from None
    if not isinstance(raw, dict):
        raise NotAnEntity("is not an object")
    entity_id, schema, properties = raw.get("id"), raw.get("schema"), raw.get("properties")
    if not isinstance(entity_id, str) or not 0 < len(entity_id) <= _LONGEST_ID:
        raise NotAnEntity("has no id")
    if not isinstance(schema, str) or not schema.isidentifier():
        raise NotAnEntity("has no schema")
    if not isinstance(properties, dict):
        raise NotAnEntity("has no properties")
    return Entity(entity_id, schema, {name: _texts(name, properties[name]) for name in properties})


def _texts(name: str, values: object) -> tuple[str, ...]:
    if not isinstance(values, list) or not all(isinstance(one, str) for one in values):
        raise NotAnEntity(f"{name} is not a list of texts")
    if any("\x00" in one or (not one.isascii() and _is_broken(one)) for one in values):
        raise NotAnEntity(f"{name} holds characters that no text may hold")
    return tuple(values)


def _is_broken(text: str) -> bool:
    """Whether half of a surrogate pair stands alone in it."""
    return any("\ud800" <= one <= "\udfff" for one in text)
