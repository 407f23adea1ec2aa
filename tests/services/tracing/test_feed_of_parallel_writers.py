"""Readers of the feed miss nothing while writers commit side by side."""

from threading import Thread
from time import sleep
from uuid import UUID

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from fieldops.domain.permissions import Actor, system
from fieldops.services import observation_feed, observations, organisations
from fieldops.services.observation_checks import ObservationReport
from tests.builders.doors import a_door
from tests.conftest import NOW
from tests.services.tracing.test_observation_store import a_report

WRITERS, EACH = 4, 12


def _write(engine: Engine, actor: Actor, report: ObservationReport) -> None:
    for number in range(EACH):
        with Session(engine) as session:
            observations.record_observation(session, report, actor=actor, now=NOW)
            # Whoever took an earlier number commits later: the case in which readers lose rows.
            sleep(0.002 * (number % 3))
            session.commit()


def _read(engine: Engine, actor: Actor, after: int) -> list[tuple[int, UUID]]:
    with Session(engine) as session:
        told, _ = observation_feed.changes(session, actor, after=after, limit=500)
        return [(one.seq, one.observation.id) for one in told]


def test_a_reader_beside_writers_misses_nothing(engine: Engine) -> None:
    with Session(engine, expire_on_commit=False) as session:
        organisation = organisations.found(session, "Agency", now=NOW)
        report = a_report(a_door(session, organisation))
        session.commit()
    actor = system(organisation.id)
    writers = [Thread(target=_write, args=(engine, actor, report)) for _ in range(WRITERS)]
    for writer in writers:
        writer.start()
    seen: list[tuple[int, UUID]] = []
    while len(seen) < WRITERS * EACH:
        was_running = any(writer.is_alive() for writer in writers)
        more = _read(engine, actor, seen[-1][0] if seen else 0)
        assert more or was_running, "the feed ended early"
        seen += more
    for writer in writers:
        writer.join()
    assert [seq for seq, _ in seen] == list(range(1, WRITERS * EACH + 1))
    assert len({found for _, found in seen}) == WRITERS * EACH
