"""Rulings that were kept before are found and counted by rule afterwards."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import JSON, DateTime, Engine, Uuid, column, create_engine, table, text
from sqlalchemy.orm import Session

from fieldops.db import prepare
from fieldops.gateways import schema
from fieldops.models import Organisation
from fieldops.models.types import new_id
from tests import databases
from tests.conftest import NOW

STEP = "2026_11_30_8_rights"
RULING = table(
    "ruling_record",
    column("id", Uuid()),
    column("organisation_id", Uuid()),
    *(column(name) for name in ("gate", "subject", "allowed", "rule_pack", "inputs_hash")),
    column("violations", JSON()),
    column("at", DateTime(timezone=True)),
)


@pytest.fixture(params=databases.KINDS)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database as it stood before the step."""
    url = databases.fresh(request.param, tmp_path)
    made = prepare(create_engine(url.replace("postgresql://", "postgresql+psycopg://")))
    before = ScriptDirectory.from_config(schema.configuration()).get_revision(STEP)
    schema.upgrade(made, str(before.down_revision))
    yield made
    made.dispose()
    databases.drop(url)


def _keep(engine: Engine, rulings: list[list[str]]) -> None:
    house = new_id()
    with Session(engine) as session:
        session.add(
            Organisation(
                id=house, name="Agency", timezone="Asia/Shanghai", jurisdictions=["CN"],
                kind="agency", wrapped_key=b"wrapped", created_at=NOW,
            )
        )  # fmt: skip
        session.flush()
        for rules in rulings:
            session.execute(
                RULING.insert().values(
                    id=new_id(), organisation_id=house, gate="door", subject="visit:x",
                    allowed=not rules, violations=[{"rule": rule} for rule in rules],
                    rule_pack="cn", inputs_hash="0", at=NOW,
                )
            )  # fmt: skip
        session.commit()


def test_each_rule_of_each_refusal_has_its_row(engine: Engine) -> None:
    # More than are read at once, one that names a rule twice, and one that allowed.
    _keep(engine, [["A"]] * 600 + [["A", "B", "A"], []])
    schema.upgrade(engine, STEP)
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT rule, part FROM ruling_rule"))
        assert Counter(tuple(row) for row in rows) == {("A", "refused"): 601, ("B", "refused"): 1}
