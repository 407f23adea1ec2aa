"""Many observations at once: each judged by itself, those that are sound written together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from fieldops.domain.errors import FieldFault, Forbidden, InvalidInput
from fieldops.domain.facts import BatchRecorded
from fieldops.domain.permissions import Actor, Permission
from fieldops.models import Observation
from fieldops.models.types import new_id
from fieldops.services import observation_checks as checking
from fieldops.services import observations, organisations, outbox
from fieldops.services.observation_checks import ObservationReport

MOST = 2_000


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one report: the observation's id, or the faults for which it was refused."""

    index: int
    id: UUID | None
    errors: Sequence[FieldFault]


@dataclass(frozen=True, slots=True)
class Batch:
    """What became of all of them; without a sound report nothing was written."""

    id: UUID
    recorded: int
    refused: int
    items: Sequence[Answer]


def record_batch(
    session: Session,
    reports: Sequence[ObservationReport],
    *,
    recorded_at: datetime | None,
    actor: Actor,
    now: datetime,
) -> Batch:
    """Write the sound ones of these reports and have beliefs and flags follow from them all.

    `recorded_at` is a played time, for the organisation of a drill alone: everywhere else only the
    service says when something was recorded. Raises Forbidden, and InvalidInput for that time.
    """
    if not actor.may(Permission.RECORD_OBSERVATIONS):
        raise Forbidden(Permission.RECORD_OBSERVATIONS.value)
    at = _checked_time(session, recorded_at, actor=actor, now=now)
    batch_id = new_id()
    known = checking.known_to(session, reports, actor)
    rows: list[Observation] = []
    answers = []
    for index, report in enumerate(reports):
        person_id = known.person_of(report)
        faults = checking.faults_of(known, report, now=at)
        if faults or person_id is None:
            answers.append(Answer(index, None, faults))
            continue
        origin = f"{_prefix(batch_id)}{index}"
        row = observations.row_of(report, person_id, origin, actor=actor, recorded_at=at)
        rows.append(row)
        answers.append(Answer(index, row.id, ()))
    if rows:
        observations.keep(session, rows, now=now)
        fact = BatchRecorded(batch_id=batch_id)
        outbox.record(session, fact, organisation_id=actor.organisation_id, now=now)
    return Batch(batch_id, len(rows), len(reports) - len(rows), answers)


def persons_of(session: Session, batch_id: UUID, actor: Actor) -> Sequence[UUID]:
    """Everybody of whom a batch tells."""
    query = _rows(batch_id, actor, Observation.person_id)
    return session.scalars(query.distinct().order_by(Observation.person_id)).all()


def working_time(session: Session, batch_id: UUID, *, actor: Actor, now: datetime) -> datetime:
    """When what follows from a batch happens: now, in a drill the played time of the batch."""
    if organisations.of(session, actor).kind != organisations.DRILL:
        return now
    return session.scalar(_rows(batch_id, actor, func.max(Observation.recorded_at))) or now


def _rows(batch_id: UUID, actor: Actor, column: Any) -> Select[Any]:
    prefix = _prefix(batch_id)
    # As a range of the unique index: LIKE reads the whole table where case is ignored.
    return select(column).where(
        Observation.organisation_id == actor.organisation_id,
        Observation.origin >= prefix,
        Observation.origin < prefix[:-1] + chr(ord(prefix[-1]) + 1),
    )


def _prefix(batch_id: UUID) -> str:
    return f"batch:{batch_id}#"


def _checked_time(
    session: Session, recorded_at: datetime | None, *, actor: Actor, now: datetime
) -> datetime:
    if recorded_at is None:
        return now
    if organisations.of(session, actor).kind != organisations.DRILL:
        cure = "leave it out; only a drill plays its own time"
        raise InvalidInput(faults=[FieldFault("recorded_at", "is said by the service", cure)])
    if recorded_at > now:
        cure = "play a world that has ended by now"
        raise InvalidInput(faults=[FieldFault("recorded_at", "lies in the future", cure)])
    return recorded_at
