"""Rows as entities of our own schemata and back, column by column, so that nothing is lost.

The columns are those of the tables: one that is added later is carried without a word here.
"""

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import Column, inspect
from sqlalchemy.sql import sqltypes

from fieldops.domain.bilingual import Bilingual
from fieldops.domain.followthemoney import Entity, NotAnEntity, is_plain
from fieldops.models import (
    Address,
    Case,
    Contact,
    LegalEvent,
    Observation,
    Party,
    Person,
    StatedFlag,
    StatedItem,
    StatedReview,
    StatedVisit,
)
from fieldops.models.types import SealedJson, SealedText, UtcDateTime

SCHEMATA: Final[Mapping[str, Any]] = {
    "FieldopsCase": Case,
    "FieldopsPerson": Person,
    "FieldopsParty": Party,
    "FieldopsAddress": Address,
    "FieldopsVisit": StatedVisit,
    "FieldopsItem": StatedItem,
    "FieldopsContact": Contact,
    "FieldopsLegalEvent": LegalEvent,
    "FieldopsObservation": Observation,
    "FieldopsFlag": StatedFlag,
    "FieldopsReview": StatedReview,
}
"""Our schemata in the order in which they are written: each refers to those before it alone."""

# What belongs to one house: its keys and indexes, and when it took something in.
_LEFT_OUT = frozenset(
    {
        "id",
        "organisation_id",
        "id_number_index",
        "phone_index",
        "text_index",
        "number_index",
        "links_due",
        "taken_at",
    }
)
_TABLES = frozenset(model.__tablename__ for model in SCHEMATA.values())
# What refers to another row without the database knowing it.
_REFERS = {("observation", "corrects_id"): "observation"}
_LARGEST, _LARGEST_BIG = 2**31 - 1, 2**53
_MOST_DIGITS = 18


class House(NamedTuple):
    """By whom a row is stated: what the organisation is called, there and here."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class Carried:
    """One column that is carried: its property, and the table that it refers to, if any."""

    prop: str
    column: Column[Any]
    refers_to: str | None


@cache
def carried(model: Any) -> list[Carried]:
    """The columns of a table that are carried, in order of property.

    What refers to a table that is not carried, such as an import or a plan, is left out.
    """
    found = [
        Carried(_camel(column.name), column, _referred(column))
        for column in inspect(model).columns
        if column.name not in _LEFT_OUT
    ]
    kept = [one for one in found if one.refers_to is None or one.refers_to in _TABLES]
    return sorted(kept, key=lambda one: one.prop)


def _referred(column: Column[Any]) -> str | None:
    named = next((key.column.table.name for key in column.foreign_keys), None)
    return named or _REFERS.get((column.table.name, column.name))


def entity_of(schema: str, row: Any, house: House) -> Entity:
    """The row as an entity; what is null has no property. What is ours is stated by `house`."""
    values = {one.prop: getattr(row, one.column.name) for one in carried(SCHEMATA[schema])}
    if "house" in values and values["house"] is None:
        values |= {"house": house.id, "houseName": house.name}
    told = {prop: (_written(value),) for prop, value in values.items() if value is not None}
    return Entity(str(row.id), schema, told)


def values_of(entity: Entity) -> dict[str, Any]:
    """The columns of an entity of our schemata, its id among them; raises NotAnEntity."""
    known = carried(SCHEMATA[entity.schema])
    _refuse_surplus(entity, {one.prop for one in known})
    found: dict[str, Any] = {"id": _read(entity.id, "id", sqltypes.Uuid())}
    for one in known:
        text = entity.first(one.prop)
        if text is not None:
            found[one.column.name] = _read(text, one.prop, one.column.type)
        elif not one.column.nullable and not isinstance(one.column.type, sqltypes.JSON):
            raise NotAnEntity(Bilingual(f"has no {one.prop}", f"缺少 {one.prop}"))
        else:
            found[one.column.name] = None
    return found


def _refuse_surplus(entity: Entity, known: set[str]) -> None:
    """Whatever would be lost without a word is refused instead."""
    if surplus := sorted(entity.properties.keys() - known):
        raise NotAnEntity(
            Bilingual(f"{surplus[0]} is not known here", f"{surplus[0]} 在本系统中没有对应字段"),
            Bilingual(
                "bring this house to the version of the one that wrote it, or take it out",
                "请将本系统升级到导出方的版本，或删去该字段",
            ),
        )
    for prop, values in entity.properties.items():
        if len(values) > 1:
            raise NotAnEntity(
                Bilingual(f"{prop} has several values", f"{prop} 有多个值"),
                Bilingual("keep the one that is true", "请只保留其中正确的一个"),
            )


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
        raise NotAnEntity(Bilingual(f"{prop} cannot be read", f"{prop} 无法读取")) from None
    return value


def _parsed(text: str, kind: Any) -> Any:
    """The value of a column of a kind; raises ValueError or ArithmeticError."""
    if isinstance(kind, UtcDateTime):
        at = datetime.fromisoformat(text)
        return at if at.tzinfo is not None else _refuse()
    if isinstance(kind, SealedJson | sqltypes.JSON):
        found = json.loads(text, parse_constant=lambda _: _refuse(), parse_float=_number)
        return found if is_plain(found) else _refuse()
    if isinstance(kind, SealedText):
        return text
    if isinstance(kind, sqltypes.String):
        return text if kind.length is None or len(text) <= kind.length else _refuse()
    reader = next(read for of, read in _READERS if isinstance(kind, of))
    return reader(text)


def _number(text: str) -> float:
    found = float(text)
    return found if math.isfinite(found) else _refuse()


def _integer(text: str, largest: int = _LARGEST) -> int:
    found = int(text) if len(text) <= _MOST_DIGITS else _refuse()
    return found if abs(found) <= largest else _refuse()


def _big_integer(text: str) -> int:
    return _integer(text, _LARGEST_BIG)


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
    (sqltypes.BigInteger, _big_integer),
    (sqltypes.Integer, _integer),
    (sqltypes.Date, date.fromisoformat),
)
