"""Column types: times that keep their zone, sealed text, JSON, and the common annotations."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import JSON, DateTime, Dialect, LargeBinary, Numeric, String, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import mapped_column
from sqlalchemy.types import TypeDecorator
from uuid6 import uuid7

from fieldops.models import key_lookup, sealing


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time, kept in UTC; a naive one is refused because SQLite would forget its zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive times, turn the others into UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give back an aware time on every database."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)

    def result_processor(self, dialect: Dialect, coltype: Any) -> Any:
        """On SQLite, which keeps a text in UTC, the same in one step: lists have many of them."""
        if dialect.name == "sqlite":
            return _read_utc
        return super().result_processor(dialect, coltype)


def _read_utc(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(f"{text}+00:00")


class WrittenId(TypeDecorator[str]):
    """An id as text, for reading many rows of which nobody needs it as anything else."""

    impl = Uuid
    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: Any) -> Any:
        """Put the strokes in where the database keeps the digits alone; nothing stays nothing."""
        made = self.impl_instance.result_processor(dialect, coltype)
        write = str if made is None else _with_strokes
        return lambda value: None if value is None else write(value)


def _with_strokes(digits: str) -> str:
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


class RepeatedJson(TypeDecorator[Any]):
    """How JSON is read of which many rows of one reading have the same: made once, to be read."""

    impl = JSON().with_variant(JSONB, "postgresql")
    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: Any) -> Any:
        """Remember what was made for as long as one reading lasts."""
        own = self.impl_instance.dialect_impl(dialect)
        made = own.result_processor(dialect, coltype)
        return None if made is None else lru_cache(maxsize=5_000)(made)


class RepeatedId(TypeDecorator[UUID]):
    """How an id is read of which many rows of one reading have the same: made once for all."""

    impl = Uuid
    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: Any) -> Any:
        """Remember what was made for as long as one reading lasts."""
        made = self.impl_instance.result_processor(dialect, coltype)
        return None if made is None else lru_cache(maxsize=5_000)(made)


# What stands where a value was whose key is destroyed: blacked out, in every language.
ERASED = "███"


@dataclass(frozen=True, slots=True)
class Under:
    """A value on its way into a sealed column, with the data key under which it is to lie."""

    value: Any
    key_id: UUID
    key: bytes


class SealedText(TypeDecorator[str]):
    """Personal text, encrypted at rest under the key of its kind or the data key of its subject."""

    impl = LargeBinary
    cache_ok = True
    gone: Any = ERASED

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | None:
        """Seal on the way in."""
        if isinstance(value, Under):
            plain = self._plain(value.value)
            if plain is None:
                return None
            return sealing.seal_under(value.key_id, value.key, self.kind, plain)
        plain = self._plain(value)
        return None if plain is None else sealing.current().seal(self.kind, plain)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Any:
        """Open on the way out; raises sealing.SealBroken when the key or the bytes are wrong.

        Where the data key was destroyed, `gone` stands for the value.
        """
        if value is None:
            return None
        try:
            return self._read(key_lookup.unsealed(self.kind, bytes(value)))
        except sealing.KeyDestroyed:
            return self.gone

    def _plain(self, value: Any) -> bytes | None:
        return None if value is None else value.encode()

    def _read(self, plain: bytes) -> Any:
        return plain.decode()


class SealedJson(SealedText):
    """A JSON value that carries personal data, encrypted at rest as one text."""

    cache_ok = True
    gone = None

    def _plain(self, value: Any) -> bytes | None:
        return None if value is None else json.dumps(value, ensure_ascii=False).encode()

    def _read(self, plain: bytes) -> Any:
        return json.loads(plain)


def new_id() -> UUID:
    """An id for a row that is written in bulk, before the database has seen it."""
    # uuid6's class is a subclass that compares unequal in type; plain UUIDs travel better.
    return UUID(int=uuid7().int)


# Ids grow with time, so that a page can be continued after the last id seen.
Id = Annotated[UUID, mapped_column(Uuid, primary_key=True, default=new_id)]
# A word of a closed or growing vocabulary.
Word = Annotated[str, mapped_column(String(40))]
# A name or number given by somebody outside.
Short = Annotated[str, mapped_column(String(200))]
LongText = Annotated[str, mapped_column(Text)]
# A hexadecimal SHA-256, or a blind index of the same length.
Digest = Annotated[str, mapped_column(String(64))]
Money = Annotated[Decimal, mapped_column(Numeric(18, 2))]
Moment = Annotated[datetime, mapped_column(UtcDateTime)]
Json = Annotated[Any, mapped_column(JSON().with_variant(JSONB, "postgresql"))]
Name = Annotated[str, mapped_column(SealedText("name"))]
IdNumber = Annotated[str, mapped_column(SealedText("id-number"))]
Phone = Annotated[str, mapped_column(SealedText("phone"))]
Starred = Annotated[Any, mapped_column(SealedJson("starred"))]
AddressText = Annotated[str, mapped_column(SealedText("address"))]
Note = Annotated[str, mapped_column(SealedText("note"))]
