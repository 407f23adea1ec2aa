"""Columns keep time zones and hide personal text."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import create_engine, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import Session

from fieldops.db import prepare
from fieldops.models import Base, Organisation, Person
from fieldops.models.types import UtcDateTime, new_id
from fieldops.services import organisations
from tests.builders.cases import a_person
from tests.conftest import NOW

DIALECT = sqlite.dialect()


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        UtcDateTime().process_bind_param(NOW.replace(tzinfo=None), DIALECT)


def test_a_time_of_another_zone_comes_back_as_the_same_moment(
    session: Session, organisation: Organisation
) -> None:
    local = datetime(2026, 11, 24, 10, 0, tzinfo=timezone(timedelta(hours=8)))
    person = a_person(session, organisation, created_at=local)
    session.commit()
    session.expire_all()
    assert session.get_one(Person, person.id).created_at == local
    assert session.get_one(Person, person.id).created_at.tzinfo is UTC


def test_personal_text_is_not_in_the_file(session: Session, tmp_path: Path) -> None:
    file = tmp_path / "people.sqlite3"
    engine = prepare(create_engine(f"sqlite:///{file}"))
    Base.metadata.create_all(engine)
    with Session(engine) as apart:
        owner = organisations.found(apart, "Agency", now=NOW)
        a_person(apart, owner, name="欧阳某某", phone="13912345678", id_number="11010119900307001X")
        apart.commit()
        assert apart.scalars(select(Person.name)).one() == "欧阳某某"
    engine.dispose()
    kept = b"".join(part.read_bytes() for part in tmp_path.iterdir())
    for plain in ("欧阳某某", "13912345678", "11010119900307001X"):
        assert plain.encode() not in kept


def test_ids_grow_with_time() -> None:
    ids = [new_id() for _ in range(1000)]
    assert ids == sorted(ids)
    assert len(set(ids)) == 1000
