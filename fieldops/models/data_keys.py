"""Data keys: one for each person and each case, under which everything personal of them is sealed.

The key lies wrapped by the organisation's key. To erase somebody is to destroy his key: what was
sealed under it cannot be read any more, wherever a copy of it lies. A mapper event gives every row
that is written the key of its subject, so that no service can forget it.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, LargeBinary, Table, event, inspect, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import (
    Mapped,
    Mapper,
    Session,
    SessionTransaction,
    mapped_column,
    object_session,
)

from fieldops import clock
from fieldops.models import key_lookup, sealing
from fieldops.models.base import Base, Owned
from fieldops.models.types import Moment, SealedText, Under, UtcDateTime, Word, new_id

PERSON, CASE = "person", "case"
_MEMO = "data_keys"
# Columns that can lead to a subject.
_LEADING = ("id", "person_id", "case_id", "party_id", "flag_id", "pair_id", "item_id")


class DataKey(Owned, Base):
    """The key of one person or case, by the id of its subject; emptied when it is destroyed."""

    __tablename__ = "data_key"

    # person or case
    kind: Mapped[Word]
    wrapped_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    made_at: Mapped[Moment]
    destroyed_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose key a row's sealed columns lie under: the id in `column`, or what it leads to.

    `through` is a table and its column, to be looked up by the id in `column`.
    """

    kind: str
    column: str
    through: tuple[str, str] | None = None


SUBJECTS: Mapping[str, Subject] = {
    "person": Subject(PERSON, "id"),
    "address": Subject(PERSON, "party_id", ("party", "person_id")),
    "observation": Subject(PERSON, "person_id"),
    "flag_review": Subject(PERSON, "flag_id", ("flag", "person_id")),
    "identity_judgement": Subject(PERSON, "pair_id", ("identity_pair", "low_id")),
    "data_request": Subject(PERSON, "person_id"),
    "restriction": Subject(PERSON, "person_id"),
    "correction": Subject(PERSON, "person_id"),
    "case": Subject(CASE, "id"),
    "visit": Subject(CASE, "case_id"),
    "legal_event": Subject(CASE, "case_id"),
    "pack": Subject(CASE, "case_id"),
    "basket": Subject(CASE, "case_id"),
    "complaint": Subject(CASE, "case_id"),
    "dispute": Subject(CASE, "case_id"),
    "contact_request": Subject(PERSON, "person_id"),
    "incident": Subject(CASE, "case_id"),
    "redaction": Subject(CASE, "item_id", ("item", "case_id")),
}
"""By table. A hold is of a person or of a debt: see `subject_of`. What is of the house itself, such
as the names of its people, lies under the key of its kind."""


@cache
def sealed_columns(mapper: Mapper[Any]) -> tuple[str, ...]:
    """The attributes of a model that are sealed under the key of a subject."""
    if _table(mapper) != "hold" and _table(mapper) not in SUBJECTS:
        return ()
    return tuple(
        attribute.key
        for attribute in mapper.column_attrs
        if isinstance(attribute.columns[0].type, SealedText)
    )


def subject_of(
    connection: Connection, name: str, row: Mapping[str, Any]
) -> tuple[str, UUID] | None:
    """Kind and id of the subject of a row of this table, or None where there is none."""
    if name == "hold":
        person_id = row.get("person_id")
        kind, found = (PERSON, person_id) if person_id else (CASE, row.get("case_id"))
        return None if found is None else (kind, found)
    declared = SUBJECTS.get(name)
    if declared is None:
        return None
    found = row.get(declared.column)
    if declared.through is not None and found is not None:
        table: Table = Base.metadata.tables[declared.through[0]]
        query = select(table.c[declared.through[1]]).where(table.c.id == found)
        found = connection.scalar(query)
    return None if found is None else (declared.kind, found)


def put_under(session: Session, model: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    """Have rows that are inserted in bulk lie under the keys of their subjects."""
    mapper: Mapper[Any] = inspect(model)
    names = sealed_columns(mapper)
    for row in rows:
        present = {name: row[name] for name in names if row.get(name) is not None}
        row.update(_wrapped(session, _table(mapper), row, row["organisation_id"], present))


def key_for(session: Session, kind: str, subject_id: UUID, organisation_id: UUID) -> bytes:
    """The key of a subject, made if there is none; raises KeyDestroyed.

    Always as the database has it: a key that was only remembered could be one that a rollback
    undid.
    """
    memo: dict[UUID, bytes] = session.info.setdefault(_MEMO, {})
    if subject_id not in memo:
        connection = session.connection()
        wrapped, outer = _stored(connection, subject_id, organisation_id)
        if wrapped is None:
            _make(connection, kind, subject_id, organisation_id, outer)
            wrapped, outer = _stored(connection, subject_id, organisation_id)
        memo[subject_id] = key_lookup.ring_of(outer).open(key_lookup.WRAP, bytes(wrapped or b""))
    return memo[subject_id]


def destroy(
    session: Session, kind: str, subject_ids: Iterable[UUID], organisation_id: UUID, *, at: datetime
) -> list[UUID]:
    """Destroy the keys of these subjects; gives back those that could be written until now.

    A subject that never had a key is marked too, so that nobody makes one for it.
    """
    wanted = sorted(subject_ids)
    query = select(DataKey).where(DataKey.id.in_(wanted)).order_by(DataKey.id).with_for_update()
    found = {row.id: row for row in session.scalars(query)}
    gone = []
    for subject_id in wanted:
        row = found.get(subject_id)
        if row is None:
            row = DataKey(
                id=subject_id, organisation_id=organisation_id, kind=kind, wrapped_key=None,
                made_at=at,
            )  # fmt: skip
            session.add(row)
        elif row.wrapped_key is None:
            continue
        row.wrapped_key, row.destroyed_at = None, at
        gone.append(subject_id)
    session.flush()
    key_lookup.forget(*wanted)
    session.info.pop(_MEMO, None)
    return gone


def _stored(
    connection: Connection, subject_id: UUID, organisation_id: UUID
) -> tuple[bytes | None, bytes]:
    houses, keys = Base.metadata.tables["organisation"], Base.metadata.tables["data_key"]
    query = (
        select(keys.c.id, keys.c.wrapped_key, houses.c.wrapped_key)
        .select_from(houses.outerjoin(keys, keys.c.id == subject_id))
        .where(houses.c.id == organisation_id)
    )
    found, wrapped, outer = connection.execute(query).one()
    if found is not None and wrapped is None:
        raise sealing.KeyDestroyed(str(subject_id))
    return wrapped, outer


def _make(
    connection: Connection, kind: str, subject_id: UUID, organisation_id: UUID, outer: bytes
) -> None:
    ring = key_lookup.ring_of(outer)
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    row = {
        "id": subject_id,
        "organisation_id": organisation_id,
        "kind": kind,
        "wrapped_key": ring.seal(key_lookup.WRAP, secrets.token_bytes(32)),
        "made_at": clock.wall_time(),
    }
    # Another transaction may have been quicker; then its key is the key.
    connection.execute(dialect.insert(DataKey).values(row).on_conflict_do_nothing())


def _wrapped(
    session: Session, name: str, row: Mapping[str, Any], owner: UUID, values: Mapping[str, Any]
) -> dict[str, Under]:
    plain = {each: value for each, value in values.items() if not isinstance(value, Under)}
    subject = subject_of(session.connection(), name, row) if plain else None
    if subject is None:
        return {}
    key = key_for(session, *subject, owner)
    return {each: Under(value, subject[1], key) for each, value in plain.items()}


def _before(mapper: Mapper[Any], target: Any, names: Iterable[str]) -> None:
    session, held = object_session(target), inspect(target).dict
    present = {name: held[name] for name in names if held.get(name) is not None}
    if session is not None and present:
        row = {name: getattr(target, name) for name in _LEADING if name in mapper.attrs}
        held.update(_wrapped(session, _table(mapper), row, target.organisation_id, present))


def _table(mapper: Mapper[Any]) -> str:
    return str(mapper.class_.__tablename__)


@event.listens_for(Base, "before_insert", propagate=True)
def _before_insert(mapper: Mapper[Any], connection: Connection, target: Any) -> None:
    if names := sealed_columns(mapper):
        if getattr(target, "id", None) is None:
            target.id = new_id()
        _before(mapper, target, names)


@event.listens_for(Base, "before_update", propagate=True)
def _before_update(mapper: Mapper[Any], connection: Connection, target: Any) -> None:
    changed = inspect(target).committed_state
    if names := [name for name in sealed_columns(mapper) if name in changed]:
        _before(mapper, target, names)


@event.listens_for(Base, "after_insert", propagate=True)
@event.listens_for(Base, "after_update", propagate=True)
def _after(mapper: Mapper[Any], connection: Connection, target: Any) -> None:
    held = inspect(target).dict
    held.update({n: v.value for n, v in held.items() if isinstance(v, Under)})


@event.listens_for(Session, "after_transaction_end")
def _forget(session: Session, transaction: SessionTransaction) -> None:
    # What was made in a transaction that is undone is no key.
    session.info.pop(_MEMO, None)
