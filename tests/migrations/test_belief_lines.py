"""Beliefs that were kept with all their lines keep them, forward and back."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    Uuid,
    column,
    create_engine,
    select,
    table,
)

from fieldops.db import prepare
from fieldops.gateways import schema
from fieldops.models.types import new_id
from tests import databases
from tests.conftest import NOW

STEP = "2026_11_30_b_belief_lines"
PERSON, PARTY, PLACE, HOUSE, CASE, SEEN = (new_id() for _ in range(6))
BELIEF = table(
    "belief",
    *(column(name, Uuid()) for name in ("id", "organisation_id", "person_id", "address_id")),
    column("case_id", Uuid()),
    column("as_of", DateTime(timezone=True)),
    *(column(name) for name in ("p_home", "p_away", "p_moved", "model_version", "prior", "drift")),
    column("lines", JSON()),
    column("whole_at", DateTime(timezone=True)),
)
AGENT = "agent:a1 said so before / 同一来源重复; grade keeps 85% / 按来源等级折减"
LINES: list[dict[str, Any]] = [
    {"kind": "prior", "decibans": -7.533},
    {"kind": "drift", "decibans": 0.25},
    {
        "kind": "visit.vacant", "decibans": 3.125, "share": 0.35, "claim": "moved", "reason": AGENT,
        "observation_id": str(SEEN), "source_class": "agent", "observed_at": NOW.isoformat(),
    },
]  # fmt: skip


@pytest.fixture(params=databases.KINDS)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database as it stood before the step, with two beliefs about one place."""
    url = databases.fresh(request.param, tmp_path)
    made = prepare(create_engine(url.replace("postgresql://", "postgresql+psycopg://")))
    before = ScriptDirectory.from_config(schema.configuration()).get_revision(STEP)
    schema.upgrade(made, str(before.down_revision))
    _keep(made)
    yield made
    made.dispose()
    databases.drop(url)


def _keep(engine: Engine) -> None:
    known = MetaData()
    known.reflect(engine)
    rows = {
        "organisation": {"id": HOUSE},
        "person": {"id": PERSON},
        "case": {"id": CASE},
        "party": {"id": PARTY, "person_id": PERSON},
        "address": {"id": PLACE, "party_id": PARTY},
        "observation": {
            "id": SEEN, "person_id": PERSON, "kind": "visit.vacant",
            "source_class": "agent", "source_id": "a1",
        },
    }  # fmt: skip
    for name, given in rows.items():
        made = known.tables[name]
        told = {"organisation_id": HOUSE, "case_id": CASE, **given}
        wanted = [one for one in made.columns if not one.nullable or one.name in given]
        values = {one.name: told.get(one.name, _anything(one)) for one in wanted}
        plain = {key: _as_kept(value, engine) for key, value in values.items()}
        with engine.begin() as connection:
            connection.execute(made.insert().values(plain))
    with engine.begin() as connection:
        for days, lines in enumerate((LINES[:2], LINES)):
            connection.execute(
                BELIEF.insert().values(
                    id=new_id(), organisation_id=HOUSE, person_id=PERSON, address_id=PLACE,
                    case_id=CASE, as_of=NOW + timedelta(days=days), p_home=0.5, p_away=0.2,
                    p_moved=0.3, model_version="trace-0", lines=lines,
                )
            )  # fmt: skip


def _anything(column: Column[Any]) -> Any:
    """A value of the type of a column that must have one."""
    kind = column.type.as_generic()
    of = {LargeBinary: b"x", DateTime: NOW, JSON: {}, Boolean: False, Integer: 1, Numeric: 1}
    return next((value for type_, value in of.items() if isinstance(kind, type_)), "x")


def _as_kept(value: Any, engine: Engine) -> Any:
    # SQLite's column of an id is seen as one of 32 letters.
    return value.hex if isinstance(value, UUID) and engine.name == "sqlite" else value


def _lines(engine: Engine) -> list[Any]:
    with engine.connect() as connection:
        return list(connection.scalars(select(BELIEF.c.lines).order_by(BELIEF.c.as_of)))


def test_lines_go_by_reference_and_come_back_in_full(engine: Engine) -> None:
    schema.upgrade(engine, STEP)
    assert _lines(engine) == [[], [[str(SEEN), 3.125, 0.35, "moved", False, 85]]]
    with engine.connect() as connection:
        rows = connection.execute(select(BELIEF.c.prior, BELIEF.c.drift)).all()
    assert [tuple(row) for row in rows] == [(-7.533, 0.25)] * 2
    before = ScriptDirectory.from_config(schema.configuration()).get_revision(STEP)
    schema.downgrade(engine, str(before.down_revision))
    assert _lines(engine) == [LINES[:2], LINES]
