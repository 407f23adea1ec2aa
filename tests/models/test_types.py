"""Columns keep time zones and hide personal text."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import create_engine, select, type_coerce
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import Session

from fieldops.db import prepare
from fieldops.domain.facts import LinksDue
from fieldops.models import Base, Organisation, OutboxFact, Person
from fieldops.models.types import RepeatedJson, UtcDateTime, WrittenId, new_id
from fieldops.services import organisations, outbox
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


@pytest.mark.parametrize("at", [NOW, NOW.replace(microsecond=0), NOW.replace(microsecond=7)])
def test_a_time_is_read_in_utc(session: Session, organisation: Organisation, at: datetime) -> None:
    person = a_person(session, organisation, created_at=at)
    read = session.execute(select(Person.created_at).where(Person.id == person.id)).scalar_one()
    assert (read, read.tzinfo) == (at, UTC)


def test_an_id_is_read_as_it_is_written(session: Session, organisation: Organisation) -> None:
    person = a_person(session, organisation)
    query = select(type_coerce(Person.id, WrittenId)).where(Person.id == person.id)
    assert session.scalar(query) == str(person.id)


def test_json_that_many_rows_have_is_read_of_each(
    session: Session, organisation: Organisation
) -> None:
    first, second = new_id(), new_id()
    causes = [first, second, first]
    for cause in causes:
        outbox.record(session, LinksDue(cause), organisation_id=organisation.id, now=NOW)
    session.flush()
    query = select(type_coerce(OutboxFact.payload, RepeatedJson)).order_by(OutboxFact.id)
    found = session.scalars(query.where(OutboxFact.name == LinksDue.name)).all()
    assert found == [{"cause_id": str(cause)} for cause in causes]


def test_ids_grow_with_time() -> None:
    ids = [new_id() for _ in range(1000)]
    assert ids == sorted(ids)
    assert len(set(ids)) == 1000
