"""The records of a large house after two years: so many visits, and all else in proportion.

Rows are made from their number alone, so that two archives of one size are the same.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, Table
from sqlalchemy.schema import CreateIndex, DropIndex

from bench.archive_papers import Rows
from bench.bulk import Row, fill
from fieldops.models import Base

_TABLES = (
    "agent",
    "account",
    "person",
    "data_key",
    "import",
    "case",
    "party",
    "address",
    "plan",
    "shift",
    "route",
    "stop",
    "visit",
    "contact",
    "promise",
    "payment",
    "blob",
    "item",
    "custody_entry",
    "observation",
    "observation_change",
    "flag",
    "deadline",
    "notice",
    "alert_channel",
    "notice_sending",
    "hold",
    "complaint",
    "dispute",
    "contact_request",
    "data_request",
    "rule_override",
    "ruling_record",
    "ruling_rule",
    "access_record",
    "job_run",
    "import_line",
    "identity_pair",
    "pack",
    "device",
    "device_entry",
    "alarm",
    "incident",
    "day_change",
    "legal_event",
)
# An id begins with a time and ends with its table and its number.
_BEGAN = 0x0190_0000_0000
_LOW = {name: 0x2 << 62 | place << 40 for place, name in enumerate(_TABLES, 1)}
_A_CASE, _A_ROUTE, _LARGEST_DAY = 5, 8, 1_600
# What a column is without a word about it, where it may not be null.
_PLAIN: dict[str, Any] = {
    "JSON": [], "INTEGER": 0, "BIGINT": 0, "FLOAT": 0.0, "BOOLEAN": False, "VARCHAR": "",
    "TEXT": "",
}  # fmt: skip
# As in a load from a backup: references were checked where the rows come from.
_BEFORE = {
    "postgresql": ("SET session_replication_role = replica", "SET synchronous_commit = off"),
    "sqlite": (
        *("PRAGMA foreign_keys = OFF", "PRAGMA journal_mode = OFF", "PRAGMA synchronous = OFF"),
        *("PRAGMA cache_size = -500000", "BEGIN"),
    ),
}


@dataclass(frozen=True)
class Archive:
    """An archive of so many visits that ends on a day."""

    visits: int
    organisation_id: UUID
    account_id: UUID
    ends: datetime

    @cached_property
    def cases(self) -> int:
        """How many cases there are."""
        return max(16, self.visits // _A_CASE)

    @cached_property
    def a_day(self) -> int:
        """How many visits are made on a day: no address twice."""
        return min(_LARGEST_DAY, self.cases) // _A_ROUTE * _A_ROUTE

    @cached_property
    def crews(self) -> int:
        """How many crews of two work on a day."""
        return self.a_day // _A_ROUTE

    @cached_property
    def plans(self) -> int:
        """One a day."""
        return max(1, self.visits // self.a_day)

    def day(self, plan: int) -> date:
        """The day of a plan; the last one is that of the end."""
        return self.ends.date() - timedelta(days=self.plans - 1 - plan)

    def plan_of(self, visit: int) -> int:
        """The plan to which a visit belongs."""
        return min(visit // self.a_day, self.plans - 1)

    def at(self, number: int, count: int) -> datetime:
        """When the number-th of so many things happened: evenly until the end."""
        return self.ends - timedelta(days=self.plans) * ((count - 1 - number) / max(1, count))

    def id_of(self, table: str, number: int) -> UUID:
        """The id of a row; it grows with the number, as those of the service grow with time."""
        return UUID(self.key(table, number))

    def key(self, table: str, number: int) -> str:
        """The same id as its 32 digits, in which ten million are written sooner."""
        return f"{_BEGAN + number:012x}7000{_LOW[table] + number:016x}"

    def middle(self, table: str) -> int:
        """The number of a row in the middle of a table."""
        return Rows(self, None).of(table)[0] // 2

    def write(self, engine: Engine) -> None:
        """Write everything, then the indexes, with the statistics that the database plans by."""
        rows, raw = Rows(self, engine), engine.raw_connection()
        cursor, tables = raw.cursor(), [Base.metadata.tables[name] for name in _TABLES]
        for line in _BEFORE[engine.dialect.name]:
            cursor.execute(line)
        # An index is written in one go afterwards, as a restored backup has it.
        indexes = [index for table in tables for index in table.indexes]
        for index in indexes:
            cursor.execute(str(DropIndex(index).compile(dialect=engine.dialect)))
        for table in tables:
            if table.name == "observation_change" and engine.dialect.name == "sqlite":
                # There the triggers, which nothing leaves aside, have written it.
                continue
            count, make = rows.of(table.name)
            if count:
                fill(
                    cursor, engine.dialect, table, self._same(table), self._rows(table, count, make)
                )
        for index in indexes:
            cursor.execute(str(CreateIndex(index).compile(dialect=engine.dialect)))
        raw.commit()
        if engine.dialect.name == "postgresql":
            # It does so by itself within a minute of such a load; outside of a transaction alone.
            driver: Any = raw.driver_connection
            driver.autocommit = True
            cursor.execute("VACUUM")
        cursor.execute("ANALYZE")
        raw.commit()
        # What was set for the load holds no longer than its connection.
        raw.invalidate()

    def _same(self, table: Table) -> Row:
        """What stands in every row of a table unless the row says otherwise."""
        plain = {
            column.name: _PLAIN[kind]
            for column in table.columns
            if not column.nullable and (kind := _kind(column)) in _PLAIN
        }
        return {**plain, "organisation_id": self.organisation_id}

    def _rows(self, table: Table, count: int, make: Callable[[int], Row]) -> Iterator[Row]:
        name, key = table.name, self.key
        if "id" not in table.columns:
            return (make(number) for number in range(count))
        return ({"id": key(name, number), **make(number)} for number in range(count))


def _kind(column: Any) -> str:
    return str(getattr(column.type, "impl", column.type)).partition("(")[0]
