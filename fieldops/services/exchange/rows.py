"""Rows as entities of our own schemata and back, column by column, so that nothing is lost.

The columns are those of the tables: one that is added later is carried without a word here.
"""

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Column, inspect
from sqlalchemy.sql import sqltypes

from fieldops.domain.followthemoney import Entity, NotAnEntity
from fieldops.models import Address, Case, Contact, LegalEvent, Observation, Party, Person
from fieldops.models.types import SealedJson, SealedText, UtcDateTime

SCHEMATA: Final[Mapping[str, Any]] = {
    "FieldopsCase": Case,
    "FieldopsPerson": Person,
    "FieldopsParty": Party,
    "FieldopsAddress": Address,
    "FieldopsContact": Contact,
    "FieldopsLegalEvent": LegalEvent,
    "FieldopsObservation": Observation,
}
"""Our schemata in the order in which they are written: each refers to those before it alone."""

# What belongs to one house (keys, indexes) or to what is not carried (imports, visits).
_LEFT_OUT = frozenset(
    {
        "id",
        "organisation_id",
        "id_number_index",
        "phone_index",
        "text_index",
        "number_index",
        "import_id",
        "visit_id",
        "links_due",
    }
)
_LARGEST = 2**31 - 1
_MOST_DIGITS = 18


@dataclass(frozen=True, slots=True)
class Carried:
    """One column that is carried: its property, and the table that it refers to, if any."""

    prop: str
    column: Column[Any]
    refers_to: str | None


def carried(model: Any) -> list[Carried]:
    """The columns of a table that are carried, in order of property."""
    found = [
        Carried(
            _camel(column.name),
            column,
            next((key.column.table.name for key in column.foreign_keys), None),
        )
        for column in inspect(model).columns
        if column.name not in _LEFT_OUT
    ]
    return sorted(found, key=lambda one: one.prop)


def entity_of(schema: str, row: Any) -> Entity:
    """The row as an entity; what is null has no property."""
    values = ((one.prop, getattr(row, one.column.name)) for one in carried(SCHEMATA[schema]))
    told = {prop: (_written(value),) for prop, value in values if value is not None}
    return Entity(str(row.id), schema, told)


def values_of(entity: Entity) -> dict[str, Any]:
    """The columns of an entity of our schemata, its id among them; raises NotAnEntity."""
    found: dict[str, Any] = {"id": _read(entity.id, "id", sqltypes.Uuid())}
    for one in carried(SCHEMATA[entity.schema]):
        text = entity.first(one.prop)
        if text is not None:
            found[one.column.name] = _read(text, one.prop, one.column.type)
        elif not one.column.nullable and not isinstance(one.column.type, sqltypes.JSON):
            raise NotAnEntity(f"has no {one.prop}")
        else:
            found[one.column.name] = None
    return found


def references(entity: Entity, values: Mapping[str, Any]) -> Iterator[tuple[str, str, UUID]]:
    """What an entity refers to: property, table and id."""
    for one in carried(SCHEMATA[entity.schema]):
        if one.refers_to is not None and values[one.column.name] is not None:
            yield one.prop, one.refers_to, values[one.column.name]


def _camel(name: str) -> str:
    head, *rest = name.removesuffix("_id").split("_")
    return head + "".join(part.capitalize() for part in rest)


def _written(value: Any) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return repr(value) if isinstance(value, float) else str(value)


def _read(text: str, prop: str, kind: Any) -> Any:
    try:
        value = _parsed(text, kind)
    except (ValueError, ArithmeticError, RecursionError):
        raise NotAnEntity(f"{prop} cannot be read") from None
    return value


def _parsed(text: str, kind: Any) -> Any:
    """The value of a column of a kind; raises ValueError or ArithmeticError."""
    if isinstance(kind, UtcDateTime):
        at = datetime.fromisoformat(text)
        return at if at.tzinfo is not None else _refuse()
    if isinstance(kind, SealedJson | sqltypes.JSON):
        return json.loads(text, parse_constant=lambda _: _refuse())
    if isinstance(kind, SealedText):
        return text
    if isinstance(kind, sqltypes.String):
        return text if kind.length is None or len(text) <= kind.length else _refuse()
    reader = next(read for of, read in _READERS if isinstance(kind, of))
    return reader(text)


def _number(text: str) -> float:
    found = float(text)
    return found if math.isfinite(found) else _refuse()


def _integer(text: str) -> int:
    found = int(text) if len(text) <= _MOST_DIGITS else _refuse()
    return found if abs(found) <= _LARGEST else _refuse()


def _money(text: str) -> Decimal:
    found = Decimal(text)
    return found if found.is_finite() and len(text) <= _MOST_DIGITS else _refuse()


def _truth(text: str) -> bool:
    return {"true": True, "false": False}[text] if text in ("true", "false") else _refuse()


def _refuse() -> Any:
    raise ValueError


# Numbers that are floats are a kind of numeric to the database library: they are asked first.
_READERS: Final[tuple[tuple[Any, Any], ...]] = (
    (sqltypes.Uuid, UUID),
    (sqltypes.Boolean, _truth),
    (sqltypes.Float, _number),
    (sqltypes.Numeric, _money),
    (sqltypes.Integer, _integer),
    (sqltypes.Date, date.fromisoformat),
)
