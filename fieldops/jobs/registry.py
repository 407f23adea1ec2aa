"""The jobs by name. A job carries ids, reads the rest anew, and is safe to run twice."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from fieldops import clock
from fieldops.db import db
from fieldops.domain.facts import Fact
from fieldops.domain.permissions import Actor
from fieldops.services import progress
from fieldops.transaction import transaction
from fieldops.wiring import Wiring


@dataclass(frozen=True, slots=True)
class JobContext:
    """What a job is given beside the fact that it follows."""

    job_id: str
    actor: Actor
    wiring: Wiring

    @property
    def session(self) -> Session:
        """The session of this worker."""
        return db.session()

    @property
    def now(self) -> datetime:
        """The working time."""
        return clock.now()

    def unit(self) -> Any:
        """One transaction of the job: commit once, then publish what happened."""
        return transaction(db.session, self.wiring.publish)

    def advance(
        self, done: int, total: int | None, point: tuple[float, int, int] | None = None
    ) -> None:
        """Say how far the job has come, in a transaction of its own."""
        with transaction(db.session, forgets=False) as session:
            progress.advanced(session, self.job_id, done, total, point)


Work = Callable[[JobContext, Any], None]


@dataclass(frozen=True, slots=True)
class Job:
    """One kind of work: its name, its queue, its time limit in seconds, and what it works on.

    `subject` turns the fact into "kind:id", by which people ask for the job's progress.
    """

    name: str
    work: Work
    subject: Callable[[Any], str]
    queue: str = "default"
    timeout: int = 600


JOBS: dict[str, Job] = {}


def job(
    name: str, *, subject: Callable[[Any], str], queue: str = "default", timeout: int = 600
) -> Callable[[Work], Work]:
    """Register a function `(context, fact) -> None` as the job of this name."""

    def decorate(work: Work) -> Work:
        if name in JOBS:
            raise ValueError(f"two jobs are named {name}")
        JOBS[name] = Job(name, work, subject, queue, timeout)
        return work

    return decorate


def subject_of(name: str, fact: Fact) -> str:
    """What a job works on, as "kind:id"."""
    return JOBS[name].subject(fact)
