"""The steps of the schema make what the models say, go back, and keep what is there."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, inspect, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from fieldops.db import prepare
from fieldops.domain.visiting import VisitState
from fieldops.gateways import schema
from fieldops.models import Base, Organisation
from fieldops.models.types import new_id
from tests import databases
from tests.conftest import NOW


@pytest.fixture(params=databases.KINDS)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An empty database."""
    url = databases.fresh(request.param, tmp_path)
    made = prepare(create_engine(url.replace("postgresql://", "postgresql+psycopg://")))
    yield made
    made.dispose()
    databases.drop(url)


def _steps() -> list[str]:
    """All revisions, the first one first."""
    scripts = ScriptDirectory.from_config(schema.configuration())
    return [script.revision for script in scripts.walk_revisions()][::-1]


def _tables(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names()) - {"alembic_version"}


def _differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, Base.metadata))


def _found_organisation(engine: Engine) -> None:
    with Session(engine) as session:
        session.add(
            Organisation(
                id=new_id(),
                name="Agency",
                timezone="Asia/Shanghai",
                jurisdictions=["CN"],
                kind="agency",
                wrapped_key=b"wrapped",
                created_at=NOW,
            )
        )
        session.commit()


def _organisations(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return list(connection.scalars(text("SELECT name FROM organisation")))


def test_the_last_step_is_what_the_models_say(engine: Engine) -> None:
    schema.upgrade(engine)
    with engine.connect() as connection:
        assert _differences(connection) == []
    assert _tables(engine) == set(Base.metadata.tables)


def test_doing_it_again_changes_nothing(engine: Engine) -> None:
    schema.upgrade(engine)
    _found_organisation(engine)
    schema.upgrade(engine)
    assert schema.current(engine) == schema.head()
    assert _organisations(engine) == ["Agency"]


def test_back_to_nothing_and_forward_again(engine: Engine) -> None:
    schema.upgrade(engine)
    schema.downgrade(engine, "base")
    assert _tables(engine) == set()
    assert schema.current(engine) is None
    schema.upgrade(engine)
    assert _tables(engine) == set(Base.metadata.tables)


def test_every_step_goes_back_and_forth_and_keeps_what_was_there(engine: Engine) -> None:
    first, *rest = _steps()
    schema.upgrade(engine, first)
    _found_organisation(engine)
    before = first
    for step in rest:
        tables = _tables(engine)
        schema.upgrade(engine, step)
        schema.downgrade(engine, before)
        assert (schema.current(engine), _tables(engine)) == (before, tables)
        schema.upgrade(engine, step)
        before = step
    assert _organisations(engine) == ["Agency"]
    with engine.connect() as connection:
        assert _differences(connection) == []


def test_there_is_one_line_of_steps() -> None:
    scripts = ScriptDirectory.from_config(schema.configuration())
    assert len(scripts.get_heads()) == 1
    assert len(scripts.get_bases()) == 1


def test_the_database_knows_exactly_the_states_of_a_visit(engine: Engine) -> None:
    schema.upgrade(engine)
    checks = inspect(engine).get_check_constraints("visit")
    (stated,) = [c["sqltext"] for c in checks if "planned" in c["sqltext"]]
    words = set(stated.split("'")[1::2])
    assert words == {state.value for state in VisitState}


def test_the_database_refuses_a_state_that_no_visit_has(engine: Engine) -> None:
    schema.upgrade(engine)
    with engine.connect() as connection:
        columns = {c["name"]: c for c in inspect(connection).get_columns("visit")}
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA ignore_check_constraints = OFF")
        names = [name for name, c in columns.items() if not c["nullable"]]
        values = ", ".join("'lost'" if n == "state" else _value(columns[n]["type"]) for n in names)
        insert = f"INSERT INTO visit ({', '.join(names)}) VALUES ({values})"
        with pytest.raises(IntegrityError, match=r"(?i)check"):
            connection.execute(text(insert))


def _value(kind: object) -> str:
    """Any value that fits a column of this type."""
    word = str(kind).split("(")[0].upper()
    if word in ("UUID",):
        return "'00000000-0000-0000-0000-000000000001'"
    if word in ("CHAR", "VARCHAR", "TEXT"):
        return "'x'"
    if word in ("JSON", "JSONB"):
        return "'{}'"
    if word == "DATE":
        return "'2026-11-24'"
    if word in ("DATETIME", "TIMESTAMP"):
        return "'2026-11-24 10:00:00'"
    if word == "BOOLEAN":
        return "false"
    return "1"
