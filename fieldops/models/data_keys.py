"""Data keys: one for each person and each case, under which everything personal of them is sealed.

The key lies wrapped by the organisation's key. To erase somebody is to destroy his key: what was
sealed under it cannot be read any more, wherever a copy of it lies. A mapper event gives every row
that is written the key of its subject, so that no service can forget it.
"""

import secrets
from collections import defaultdict
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
_AT_ONCE = 1_000
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
    "stated_review": Subject(PERSON, "person_id"),
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
    "case_closing": Subject(CASE, "case_id"),
    "rule_override": Subject(CASE, "case_id"),
    "arrangement": Subject(CASE, "case_id"),
    "promise": Subject(CASE, "case_id"),
    # A view that serves every case lies under the key of its kind.
    "saved_view": Subject(CASE, "case_id"),
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
    return _led_to(connection, name, [row])[0]


def put_under(session: Session, model: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    """Have rows that are inserted in bulk lie under the keys of their subjects."""
    mapper: Mapper[Any] = inspect(model)
    names, table = sealed_columns(mapper), _table(mapper)
    led = _led_to(session.connection(), table, rows)
    subjects: defaultdict[UUID, dict[UUID, str]] = defaultdict(dict)
    for row, subject in zip(rows, led, strict=True):
        if subject is not None:
            subjects[row["organisation_id"]][subject[1]] = subject[0]
    for owner, of_owner in subjects.items():
        make_ready(session, of_owner, owner)
    for row, subject in zip(rows, led, strict=True):
        if subject is not None:
            key = key_for(session, *subject, row["organisation_id"])
            present = ((name, row[name]) for name in names if row.get(name) is not None)
            row.update({name: Under(value, subject[1], key) for name, value in present})


def make_ready(session: Session, subjects: Mapping[UUID, str], organisation_id: UUID) -> None:
    """Have the keys of many subjects (id to kind) at hand, in a fixed number of statements.

    Those that have none are given one; a key that was destroyed is left to `key_for` to refuse.
    """
    memo: dict[UUID, bytes] = session.info.setdefault(_MEMO, {})
    wanted = sorted(one for one in subjects if one not in memo)
    connection = session.connection()
    for at in range(0, len(wanted), _AT_ONCE):
        part = wanted[at : at + _AT_ONCE]
        outer = _outer(connection, organisation_id)
        ring = key_lookup.ring_of(outer)
        known = _known(connection, part)
        if lacking := [one for one in part if one not in known]:
            rows = [_fresh(one, subjects[one], organisation_id, ring) for one in lacking]
            _insert(connection, rows)
            # Another transaction may have been quicker; then its key is the key.
            known |= _known(connection, lacking)
        for one, wrapped in known.items():
            if wrapped is not None:
                memo[one] = ring.open(key_lookup.WRAP, bytes(wrapped))


def _led_to(
    connection: Connection, name: str, rows: Sequence[Mapping[str, Any]]
) -> list[tuple[str, UUID] | None]:
    """The subject of each row, with one look for all that lead there through another table."""
    if name == "hold":
        return [_of_hold(row) for row in rows]
    declared = SUBJECTS.get(name)
    if declared is None:
        return [None] * len(rows)
    ids = [row.get(declared.column) for row in rows]
    if declared.through is not None:
        table: Table = Base.metadata.tables[declared.through[0]]
        column, found = table.c[declared.through[1]], dict[UUID, UUID]()
        wanted = sorted({one for one in ids if one is not None})
        for at in range(0, len(wanted), _AT_ONCE):
            query = select(table.c.id, column).where(table.c.id.in_(wanted[at : at + _AT_ONCE]))
            found.update((one, subject) for one, subject in connection.execute(query))
        ids = [None if one is None else found.get(one) for one in ids]
    return [None if one is None else (declared.kind, one) for one in ids]


def _of_hold(row: Mapping[str, Any]) -> tuple[str, UUID] | None:
    """A hold is of a person, or else of a debt."""
    kind, column = (PERSON, "person_id") if row.get("person_id") else (CASE, "case_id")
    found = row.get(column)
    return None if found is None else (kind, found)


def key_for(session: Session, kind: str, subject_id: UUID, organisation_id: UUID) -> bytes:
    """The key of a subject, made if there is none; raises KeyDestroyed.

    Always as the database has it: a key that was only remembered could be one that a rollback
    undid.
    """
    memo: dict[UUID, bytes] = session.info.setdefault(_MEMO, {})
    if subject_id not in memo:
        make_ready(session, {subject_id: kind}, organisation_id)
    if subject_id not in memo:
        raise sealing.KeyDestroyed(str(subject_id))
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


def _known(connection: Connection, subject_ids: Sequence[UUID]) -> dict[UUID, bytes | None]:
    keys = Base.metadata.tables["data_key"]
    query = select(keys.c.id, keys.c.wrapped_key).where(keys.c.id.in_(subject_ids))
    return dict(connection.execute(query).all())


def _outer(connection: Connection, organisation_id: UUID) -> bytes:
    houses = Base.metadata.tables["organisation"]
    query = select(houses.c.wrapped_key).where(houses.c.id == organisation_id)
    return bytes(connection.execute(query).scalar_one())


def _fresh(
    subject_id: UUID, kind: str, organisation_id: UUID, ring: sealing.Keyring
) -> dict[str, Any]:
    return {
        "id": subject_id,
        "organisation_id": organisation_id,
        "kind": kind,
        "wrapped_key": ring.seal(key_lookup.WRAP, secrets.token_bytes(32)),
        "made_at": clock.wall_time(),
    }


def _insert(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    connection.execute(dialect.insert(DataKey).on_conflict_do_nothing(), rows)


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


@event.listens_for(Session, "before_flush")
def _before_flush(session: Session, context: object, instances: object) -> None:
    """The keys of all that is new are looked up together, not one by one as each is written."""
    subjects: defaultdict[UUID, dict[UUID, str]] = defaultdict(dict)
    for target in session.new:
        declared = SUBJECTS.get(getattr(target, "__tablename__", ""))
        if declared is None or declared.through is not None:
            continue
        if declared.column == "id" and target.id is None:
            target.id = new_id()
        subject_id = getattr(target, declared.column)
        if subject_id is not None and target.organisation_id is not None:
            subjects[target.organisation_id][subject_id] = declared.kind
    for owner, of_owner in subjects.items():
        if len(of_owner) > 1:
            make_ready(session, of_owner, owner)


@event.listens_for(Session, "after_transaction_end")
def _forget(session: Session, transaction: SessionTransaction) -> None:
    # What was made in a transaction that is undone is no key; a flush undoes nothing by itself.
    if transaction.parent is None or transaction.nested:
        session.info.pop(_MEMO, None)
