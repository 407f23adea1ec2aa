"""Facts go to the queue once, and what fails is noted without harm to the others."""

from uuid import UUID

import pytest
from redis.exceptions import RedisError
from rq import Queue
from rq.serializers import JSONSerializer
from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.jobs import follow, publishing
from fieldops.models import JobRun, Organisation, OutboxFact
from fieldops.models.types import new_id
from fieldops.services import outbox
from fieldops.wiring import Wiring
from tests.conftest import NOW
from tests.jobs.work import BROKEN, DONE, Happened


def _happen(session: Session, organisation: Organisation, thing: UUID | None = None) -> OutboxFact:
    fact = Happened(thing or new_id())
    fact_id = outbox.record(session, fact, organisation_id=organisation.id, now=NOW)
    session.commit()
    return session.get_one(OutboxFact, fact_id)


def _waiting(parts: Wiring) -> list[str]:
    queue = Queue("default", connection=parts.redis, serializer=JSONSerializer)
    return queue.get_job_ids()


def _runs(session: Session) -> dict[str, str]:
    session.expire_all()
    return {run.subject: run.state for run in session.scalars(select(JobRun))}


def test_a_fact_is_queued_and_marked(
    parts: Wiring, session: Session, organisation: Organisation
) -> None:
    row = _happen(session, organisation)
    assert publishing.publish(parts) == 1
    assert _waiting(parts) == [f"{row.id}_note-it"]
    assert list(_runs(session).values()) == ["queued"]
    assert publishing.publish(parts) == 0


def test_a_fact_published_twice_is_queued_once(
    parts: Wiring, session: Session, organisation: Organisation
) -> None:
    row = _happen(session, organisation)
    publishing.publish(parts)
    session.merge(row).published_at = None
    session.commit()
    assert publishing.publish(parts) == 1
    assert len(_waiting(parts)) == 1


def test_a_dead_queue_keeps_the_fact(
    dead_parts: Wiring, session: Session, organisation: Organisation
) -> None:
    _happen(session, organisation)
    with pytest.raises((RedisError, OSError)):
        publishing.publish(dead_parts)
    publishing.safely(dead_parts)
    assert len(outbox.unpublished(session, 9)) == 1


def test_inline_jobs_run_at_once(
    dead_parts: Wiring, session: Session, organisation: Organisation
) -> None:
    DONE.clear()
    thing = new_id()
    _happen(session, organisation, thing)
    assert publishing.publish(dead_parts, inline=True) == 1
    assert [thing] == DONE
    assert _runs(session) == {f"thing:{thing}": "done"}


def test_a_job_that_fails_is_noted_with_its_reason_and_the_others_run(
    parts: Wiring, session: Session, organisation: Organisation
) -> None:
    other = new_id()
    _happen(session, organisation, BROKEN)
    _happen(session, organisation, other)
    with pytest.raises(LookupError):
        publishing.publish(parts, inline=True)
    assert _runs(session) == {f"thing:{BROKEN}": "failed", f"thing:{other}": "done"}
    failed = session.scalars(select(JobRun).where(JobRun.state == "failed")).one()
    assert failed.message == "LookupError: the thing is broken"
    assert not outbox.unpublished(session, 9)


def test_a_job_that_this_version_does_not_know_holds_nothing_up(
    parts: Wiring,
    session: Session,
    organisation: Organisation,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(follow.FOLLOWS, Happened, ("unknown-job", "note-it"))
    thing = new_id()
    row = _happen(session, organisation, thing)
    with pytest.raises(KeyError):
        publishing.publish(parts, inline=True)
    assert _runs(session) == {f"fact:{row.id}": "failed", f"thing:{thing}": "done"}


def test_a_fact_that_this_version_does_not_know_holds_nothing_up(
    parts: Wiring, session: Session, organisation: Organisation
) -> None:
    _happen(session, organisation).name = "of-another-version"
    session.commit()
    thing = new_id()
    _happen(session, organisation, thing)
    assert publishing.publish(parts, inline=True) == 2
    assert [thing] == DONE
