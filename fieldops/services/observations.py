"""Observations recorded by hand: checked for kind, source and lawful basis, and only withdrawn."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session
from uuid6 import uuid7

from fieldops.domain.errors import Conflict, FieldFault, Forbidden, InvalidInput, NotFound
from fieldops.domain.facts import ObservationRecorded
from fieldops.domain.permissions import Actor, Permission
from fieldops.models import Case, Observation
from fieldops.models.types import new_id
from fieldops.services import identity, keyset, observation_values, outbox, scoped, writing
from fieldops.services import observation_checks as checking
from fieldops.services.observation_checks import ObservationReport
from fieldops.services.visits.leaving import checked_reason

_BY_RECORD = (keyset.Key(Observation.recorded_at), keyset.Key(Observation.id))
_BY_WITHDRAWAL = (keyset.Key(Observation.withdrawn_at), keyset.Key(Observation.id))


def record_observation(
    session: Session, report: ObservationReport, *, actor: Actor, now: datetime
) -> Observation:
    """Write an observation and have beliefs and flags follow.

    Raises Forbidden, NotFound, and InvalidInput with every fault: an unknown kind, a time to come,
    a third party's word without the contact behind it, evidence that is not in the custody log.
    """
    if not actor.may(Permission.RECORD_OBSERVATIONS):
        raise Forbidden(Permission.RECORD_OBSERVATIONS.value)
    person_id = _checked(session, report, actor=actor, now=now)
    # An origin of its own: nothing can have been written under it before.
    return _add(session, report, person_id, f"manual:{uuid7()}", actor=actor, now=now)


def _checked(session: Session, report: ObservationReport, *, actor: Actor, now: datetime) -> UUID:
    """The person whom a report is of; raises NotFound, and InvalidInput with every fault."""
    known = checking.known_to(session, [report], actor)
    if report.case_id not in known.cases:
        raise NotFound(f"There is no case {report.case_id}.")
    person_id = known.person_of(report)
    faults = checking.faults_of(known, report, now=now)
    if faults or person_id is None:
        raise InvalidInput("The observation cannot be taken so.", faults=faults)
    return person_id


def write(
    session: Session,
    report: ObservationReport,
    person_id: UUID,
    *,
    origin: str,
    actor: Actor,
    now: datetime,
    corrects_id: UUID | None = None,
) -> Observation:
    """Write an observation that was checked, once for its origin and kind, with its fact."""
    query = select(Observation).where(
        Observation.origin == origin,
        Observation.kind == report.kind,
        Observation.person_id == person_id,
    )
    known = session.scalars(query).one_or_none()
    if known is not None:
        return known
    return _add(session, report, person_id, origin, actor=actor, now=now, corrects_id=corrects_id)


def _add(
    session: Session,
    report: ObservationReport,
    person_id: UUID,
    origin: str,
    *,
    actor: Actor,
    now: datetime,
    corrects_id: UUID | None = None,
) -> Observation:
    row = row_of(report, person_id, origin, actor=actor, recorded_at=now)
    row.corrects_id = corrects_id
    fact = ObservationRecorded(observation_id=row.id)
    outbox.record(session, fact, organisation_id=actor.organisation_id, now=now)
    keep(session, [row], now=now)
    return row


def keep(session: Session, rows: Sequence[Observation], *, now: datetime) -> None:
    """Write new observations of one organisation with the keys of what they name.

    Every observation is written here: one by hand, those of a visit, and those of a batch.
    """
    writing.at_once(session, rows)
    observation_values.keep(session, rows)
    identity.mark_for_assets(session, rows, now=now)


def row_of(
    report: ObservationReport,
    person_id: UUID,
    origin: str,
    *,
    actor: Actor,
    recorded_at: datetime,
) -> Observation:
    """The row of a report that was checked."""
    return Observation(
        id=new_id(),
        organisation_id=actor.organisation_id,
        case_id=report.case_id,
        person_id=person_id,
        address_id=report.address_id,
        asset=report.asset,
        kind=report.kind,
        polarity=report.polarity,
        valid_from=report.valid_from,
        valid_until=report.valid_until,
        values=observation_values.tidied(report.values) or None,
        observed_at=report.observed_at,
        recorded_at=recorded_at,
        source_class=report.source_class.value,
        source_id=report.source_id,
        basis=report.basis.value,
        grade=dict(report.grade or {}),
        data=dict(report.data),
        evidence=list(report.evidence),
        origin=origin,
        contact_id=report.contact_id,
        account_id=actor.account_id,
    )


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
    row.withdrawn_at, row.withdrawn_reason, row.withdrawn_by = now, reason, actor.account_id
    identity.mark_for_assets(session, [row], now=now)
    fact = ObservationRecorded(observation_id=row.id)
    outbox.record(session, fact, organisation_id=actor.organisation_id, now=now)
    session.flush()
    return row


def correct(
    session: Session,
    observation_id: UUID,
    report: ObservationReport,
    reason: str,
    *,
    actor: Actor,
    now: datetime,
) -> Observation:
    """Withdraw an observation and write what it should have said, both or neither.

    The old one still counts for dates before. The same correction twice is one. Raises what
    `withdraw` and `record_observation` raise, InvalidInput also for another case.
    """
    if not actor.may(Permission.RECORD_OBSERVATIONS):
        raise Forbidden(Permission.RECORD_OBSERVATIONS.value)
    old = scoped.get(session, Observation, observation_id, actor, lock=True)
    if old.case_id != report.case_id:
        cure = "correct within the case; else withdraw the one and record the other"
        raise InvalidInput(faults=[FieldFault("case_id", "is another case", cure)])
    origin = f"correction:{old.id}"
    if old.withdrawn_at is not None and _of(session, origin) is None:
        raise Conflict("The observation was withdrawn; record what is known as a new one.")
    if old.withdrawn_at is None:
        withdraw(session, old.id, reason, actor=actor, now=now)
    person_id = _checked(session, report, actor=actor, now=now)
    return write(
        session, report, person_id, origin=origin, actor=actor, now=now, corrects_id=old.id
    )


def _of(session: Session, origin: str) -> Observation | None:
    return session.scalars(select(Observation).where(Observation.origin == origin)).first()


def listed(
    session: Session,
    actor: Actor,
    *,
    after: UUID | None,
    limit: int,
    case_id: UUID | None = None,
    updated_since: datetime | None = None,
) -> tuple[Sequence[Observation], UUID | None]:
    """One page of observations, withdrawn ones included: of a case, or what changed since a time.

    By id, or with `updated_since` first those recorded since by the time of their record, then
    those withdrawn since and recorded before by that of their withdrawal. Neither time changes, so
    that nobody who pages misses anything or is shown it twice.
    """
    query = scoped.own(Observation, actor)
    if case_id is not None:
        if session.scalar(scoped.own(Case, actor).where(Case.id == case_id)) is None:
            return [], None
        # Of the organisation nothing is said: else its observations would be gone through instead.
        query = select(Observation).where(Observation.case_id == case_id)
    if updated_since is None:
        return scoped.page(session, query, Observation, after=after, limit=limit)
    return _changed_since(session, query, updated_since, actor, after=after, limit=limit)


def _changed_since(
    session: Session,
    query: Select[Observation],
    since: datetime,
    actor: Actor,
    *,
    after: UUID | None,
    limit: int,
) -> tuple[Sequence[Observation], UUID | None]:
    recorded = query.where(Observation.recorded_at >= since)
    withdrawn = query.where(Observation.recorded_at < since, Observation.withdrawn_at >= since)
    rows: list[Observation] = []
    is_behind = after is not None and _was_recorded_before(session, after, since, actor)
    if not is_behind:
        found, following = keyset.page(
            session, recorded, Observation, _BY_RECORD, beyond=after, limit=limit, actor=actor
        )
        if following is not None:
            return found, following
        rows += found
    found, following = keyset.page(
        session, withdrawn, Observation, _BY_WITHDRAWAL,
        beyond=after if is_behind else None, limit=limit - len(rows), actor=actor,
    )  # fmt: skip
    if following is not None and not found:
        following = rows[-1].id
    return [*rows, *found], following


def _was_recorded_before(
    session: Session, observation_id: UUID, since: datetime, actor: Actor
) -> bool:
    query = select(Observation.recorded_at).where(
        Observation.id == observation_id, Observation.organisation_id == actor.organisation_id
    )
    at = session.scalar(query)
    return at is not None and at < since
