"""Observations recorded by hand: checked for kind, source and lawful basis, and only withdrawn."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session
from uuid6 import uuid7

from fieldops.domain.errors import Conflict, Forbidden, InvalidInput, NotFound
from fieldops.domain.facts import ObservationRecorded
from fieldops.domain.permissions import Actor, Permission
from fieldops.models import Observation
from fieldops.services import identity, outbox, scoped
from fieldops.services import observation_checks as checking
from fieldops.services.observation_checks import ObservationReport
from fieldops.services.visits.leaving import checked_reason


def record_observation(
    session: Session, report: ObservationReport, *, actor: Actor, now: datetime
) -> Observation:
    """Write an observation and have beliefs and flags follow.

    Raises Forbidden, NotFound, and InvalidInput with every fault: an unknown kind, a time to come,
    a third party's word without the contact behind it, evidence that is not in the custody log.
    """
    if not actor.may(Permission.RECORD_OBSERVATIONS):
        raise Forbidden(Permission.RECORD_OBSERVATIONS.value)
    known = checking.known_to(session, [report], actor)
    if report.case_id not in known.cases:
        raise NotFound(f"There is no case {report.case_id}.")
    person_id = known.person_of(report)
    faults = checking.faults_of(known, report, now=now)
    if faults or person_id is None:
        raise InvalidInput("The observation cannot be taken so.", faults=faults)
    # An origin of its own: nothing can have been written under it before.
    return _add(session, report, person_id, f"manual:{uuid7()}", actor=actor, now=now)


def write(
    session: Session,
    report: ObservationReport,
    person_id: UUID,
    *,
    origin: str,
    actor: Actor,
    now: datetime,
) -> Observation:
    """Write an observation that was checked, once for its origin and kind, with its fact."""
    query = select(Observation).where(Observation.origin == origin, Observation.kind == report.kind)
    known = session.scalars(query).one_or_none()
    if known is not None:
        return known
    return _add(session, report, person_id, origin, actor=actor, now=now)


def _add(
    session: Session,
    report: ObservationReport,
    person_id: UUID,
    origin: str,
    *,
    actor: Actor,
    now: datetime,
) -> Observation:
    row = Observation(**columns(report, person_id, origin, actor=actor, recorded_at=now))
    session.add(row)
    session.flush()
    fact = ObservationRecorded(observation_id=row.id)
    outbox.record(session, fact, organisation_id=actor.organisation_id, now=now)
    identity.mark_for_asset(session, row, now=now)
    return row


def columns(
    report: ObservationReport,
    person_id: UUID,
    origin: str,
    *,
    actor: Actor,
    recorded_at: datetime,
) -> dict[str, Any]:
    """The row of a report that was checked."""
    return {
        "organisation_id": actor.organisation_id,
        "case_id": report.case_id,
        "person_id": person_id,
        "address_id": report.address_id,
        "asset": report.asset,
        "kind": report.kind,
        "observed_at": report.observed_at,
        "recorded_at": recorded_at,
        "source_class": report.source_class.value,
        "source_id": report.source_id,
        "basis": report.basis.value,
        "grade": dict(report.grade or {}),
        "data": dict(report.data),
        "evidence": list(report.evidence),
        "origin": origin,
        "contact_id": report.contact_id,
        "account_id": actor.account_id,
    }


def withdraw(
    session: Session, observation_id: UUID, reason: str, *, actor: Actor, now: datetime
) -> Observation:
    """Withdraw an observation with its reason; it still counts for dates before the withdrawal."""
    if not actor.may(Permission.RECORD_OBSERVATIONS):
        raise Forbidden(Permission.RECORD_OBSERVATIONS.value)
    reason = checked_reason(reason)
    row = scoped.get(session, Observation, observation_id, actor, lock=True)
    if row.withdrawn_at is not None:
        if row.withdrawn_reason == reason:
            return row
        raise Conflict("The observation was withdrawn before, for another reason.")
    row.withdrawn_at, row.withdrawn_reason = now, reason
    identity.mark_for_asset(session, row, now=now)
    fact = ObservationRecorded(observation_id=row.id)
    outbox.record(session, fact, organisation_id=actor.organisation_id, now=now)
    session.flush()
    return row


def listed(
    session: Session,
    actor: Actor,
    *,
    after: UUID | None,
    limit: int,
    case_id: UUID | None = None,
    updated_since: datetime | None = None,
) -> tuple[Sequence[Observation], UUID | None]:
    """One page of observations, of a case or recorded since a time if asked, withdrawn included."""
    query = scoped.own(Observation, actor)
    if case_id is not None:
        query = query.where(Observation.case_id == case_id)
    if updated_since is not None:
        query = query.where(
            (Observation.recorded_at >= updated_since) | (Observation.withdrawn_at >= updated_since)
        )
    return scoped.page(session, query, Observation, after=after, limit=limit)
