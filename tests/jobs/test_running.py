"""A job that had to give way to another transaction is done again."""

from dataclasses import replace

import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from fieldops.jobs import publishing, registry, running
from fieldops.models import JobRun, Organisation
from fieldops.models.types import new_id
from fieldops.services import outbox
from fieldops.wiring import Wiring
from tests.conftest import NOW
from tests.jobs.work import DONE, Happened, note


class GaveWay(Exception):  # It stands for the driver's own.
    """What the driver raises."""

    def __init__(self, sqlstate: str) -> None:
        self.sqlstate = sqlstate


@pytest.mark.parametrize(
    ("sqlstate", "times", "state"),
    [("40P01", 1, "done"), ("40001", 3, "done"), ("40P01", 4, "failed"), ("53300", 1, "failed")],
)
def test_a_job_is_done_again_where_it_gave_way_and_only_then(
    parts: Wiring,
    session: Session,
    organisation: Organisation,
    monkeypatch: pytest.MonkeyPatch,
    sqlstate: str,
    times: int,
    state: str,
) -> None:
    left = [OperationalError("SELECT 1", {}, GaveWay(sqlstate)) for _ in range(times)]

    def work(context: registry.JobContext, fact: Happened) -> None:
        if left:
            raise left.pop()
        note(context, fact)

    job = replace(registry.JOBS["note-it"], work=work)
    monkeypatch.setitem(registry.JOBS, "note-it", job)
    fact = Happened(new_id())
    fact_id = outbox.record(session, fact, organisation_id=organisation.id, now=NOW)
    session.commit()
    publishing.publish(parts)
    job_id = f"{fact_id}_note-it"
    told = (
        "note-it",
        job_id,
        str(organisation.id),
        Happened.name,
        {"thing_id": str(fact.thing_id)},
    )
    if state == "failed":
        with pytest.raises(OperationalError):
            running.run(*told)
    else:
        running.run(*told)
    session.expire_all()
    assert session.get_one(JobRun, job_id).state == state
    assert ([fact.thing_id] if state == "done" else []) == DONE
