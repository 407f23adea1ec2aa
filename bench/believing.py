"""What a belief costs in a database of two years: after one more word, and at night after none.

A drill's world is taken in first, so that everybody has about seventy observations behind him.
"""

import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from bench.rows import Row
from fieldops import settings
from fieldops.app import create_app
from fieldops.cli.schema import migrated
from fieldops.db import db
from fieldops.domain.lawfulness import THIRD_PARTIES, Basis, SourceClass
from fieldops.domain.permissions import Actor, system
from fieldops.drills.world import files, habits
from fieldops.drills.world.stream import World
from fieldops.gateways.spreadsheets import open_rows
from fieldops.models import Address, Case, Party
from fieldops.services import intake, observation_batches, observations, organisations, tracing
from fieldops.services.observation_checks import ObservationReport

START = datetime.fromisoformat("2024-01-01T00:00:00+08:00")
# An office that takes in 200 observations a second on one core.
LIMIT_MS = 5.0
# Whom a night of eight hours must reach on one core, and the gigabytes that this may add in a year.
PERSONS, NIGHT_SECONDS, NIGHTS, YEARLY_BYTES = 100_000, 8 * 3600, 26, 2e9
_AT_ONCE = 20
Places = dict[str, tuple[UUID, UUID]]


def measure(count: int) -> Sequence[Row]:
    """So many debtors; of each one more observation is recorded and believed."""
    world = World(1, habits.usual().changed({"world.persons": count}), START)
    now = START + timedelta(weeks=world.weeks + 1)
    with tempfile.TemporaryDirectory(prefix="fieldops-bench-") as home, _database(home) as session:
        house = organisations.found(session, "Bench", now=START, kind=organisations.DRILL)
        actor = system(house.id)
        places = _cases(session, world, Path(home), actor)
        known = [_report(places, line) for line in world.observations() if _has_basis(line)]
        for first in range(0, len(known), observation_batches.MOST):
            part = known[first : first + observation_batches.MOST]
            observation_batches.record_batch(
                session, part, recorded_at=None, actor=actor, now=now - timedelta(days=1)
            )
        people = [one for (one,) in session.execute(select(Party.person_id).order_by(Party.id))]
        for person_id in people:
            tracing.believe_and_flag(session, person_id, now=now)
        session.flush()
        milliseconds = _one_more(session, known[-1], places, actor, now)
        a_second, size = _nights(session, people, now)
    return [
        Row("one more observation believed and flagged", milliseconds, "limit", LIMIT_MS,
            "ms of CPU", "less"),
        Row("persons evaluated anew", a_second, "limit", PERSONS / NIGHT_SECONDS,
            "persons/s of CPU", "more"),
        Row("kept of each evaluation", size, "limit", YEARLY_BYTES / NIGHTS / PERSONS,
            "bytes", "less"),
    ]  # fmt: skip


def _nights(session: Session, people: Sequence[UUID], now: datetime) -> tuple[float, float]:
    """Persons a second of CPU and bytes a person, over a year in which nothing was heard."""
    before, spent = _bytes(session), 0.0
    for night in range(1, NIGHTS + 1):
        at = now + timedelta(days=14 * night)
        for first in range(0, len(people), _AT_ONCE):
            session.expire_all()
            began = time.process_time()
            part = people[first : first + _AT_ONCE]
            tracing.evaluate(session, part, now=at, since=at, heard=False)
            spent += time.process_time() - began
    evaluated = NIGHTS * len(people)
    return evaluated / max(spent, 1e-9), (_bytes(session) - before) / evaluated


def _bytes(session: Session) -> int:
    connection = session.connection()
    pages, size = (
        connection.exec_driver_sql(f"PRAGMA {what}").scalar_one()
        for what in ("page_count", "page_size")
    )
    return int(pages * size)


def _one_more(
    session: Session, like: ObservationReport, places: Places, actor: Actor, now: datetime
) -> float:
    """Milliseconds of CPU for each; the middle one of all, as the first ones warm up."""
    spent = []
    for case_id, address_id in places.values():
        values = {name: getattr(like, name) for name in like.__slots__}
        values |= {"case_id": case_id, "address_id": address_id, "asset": None, "data": {}}
        values |= {"kind": "visit.no_answer", "source_class": SourceClass.AGENT}
        session.expire_all()
        began = time.process_time()
        row = observations.record_observation(
            session, ObservationReport(**values), actor=actor, now=now
        )
        tracing.believe_and_flag(session, row.person_id, now=now)
        session.flush()
        spent.append(time.process_time() - began)
    return 1000 * sorted(spent)[len(spent) // 2]


@contextmanager
def _database(home: str) -> Iterator[Session]:
    loaded = settings.load({}, data_dir=Path(home))
    migrated(loaded)
    with create_app(loaded, with_edges=False).app_context():
        try:
            yield db.session()
        finally:
            db.session.remove()
            db.engine.dispose()


def _cases(session: Session, world: World, home: Path, actor: Actor) -> Places:
    """The case and the address of everybody, by name."""
    files.write(world, home)
    rows = open_rows(home / files.CASES)
    intake.take_in(
        session, rows, files.CASES, kind="cases", sha256="0" * 64, actor=actor, now=START
    )
    query = select(Case.number, Case.id, Address.id).join(Address, Address.case_id == Case.id)
    found = {
        number: (case_id, address_id) for number, case_id, address_id in session.execute(query)
    }
    return {one.life.person: found[files.case_number(one.life.person)] for one in world.debtors}


def _has_basis(line: dict[str, Any]) -> bool:
    """Third parties are left out: behind their words there would have to be contacts."""
    return SourceClass(line["source"]["class"]) not in THIRD_PARTIES


def _report(places: Places, line: dict[str, Any]) -> ObservationReport:
    case_id, address_id = places[line["person"]]
    asset = line.get("asset")
    return ObservationReport(
        case_id=case_id,
        kind=line["kind"],
        observed_at=datetime.fromisoformat(line["observed_at"]),
        source_class=SourceClass(line["source"]["class"]),
        source_id=line["source"]["id"],
        basis=Basis.OBSERVED_FROM_PUBLIC_PLACE,
        address_id=None if asset else address_id,
        asset=asset,
        data=line.get("data", {}),
    )
