"""Incidents in the field: kept as told, acted on at once, looked at by a manager within a day.

Whoever reviews them finds those at the door of somebody restricted too, and nothing else of him.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain import alerting
from fieldops.domain.errors import Conflict, FieldFault, Forbidden, InvalidInput
from fieldops.domain.permissions import Actor, Permission, Role
from fieldops.domain.rights.tables import Rights
from fieldops.domain.rulebook.vocabulary import HoldKind, HoldScope
from fieldops.domain.safety import SafetyPolicy
from fieldops.models import Incident, Organisation, Visit
from fieldops.models import restriction as restricted
from fieldops.services import holds, notices, scoped
from fieldops.services.visits.access import visible

LONGEST = 2000
_AHEAD = timedelta(minutes=5)
_BEHIND = timedelta(days=31)
_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class IncidentReport:
    """What happened; `key` makes it one incident however often it is sent."""

    key: str
    kind: str
    words: str
    happened_at: datetime
    visit_id: UUID | None = None


def report(
    session: Session,
    told: IncidentReport,
    *,
    policy: SafetyPolicy,
    rights: Rights,
    actor: Actor,
    now: datetime,
) -> Incident:
    """Keep an incident, place the hold that its kind asks for, and tell compliance.

    The same report twice is one. Raises Forbidden, NotFound for a visit out of reach, InvalidInput.
    """
    if not actor.may(Permission.REPORT_INCIDENTS):
        raise Forbidden(Permission.REPORT_INCIDENTS.value)
    if faults := _faults(told, policy, now):
        raise InvalidInput("The incident cannot be taken so.", faults=faults)
    # One at a time: the same report sent twice at once would find neither.
    session.get_one(Organisation, actor.organisation_id, with_for_update={"key_share": True})
    key = f"{actor.account_id}:{told.key}"
    known = session.scalars(scoped.own(Incident, actor).where(Incident.key == key)).one_or_none()
    if known is not None:
        return known
    visit = visible(session, told.visit_id, actor=actor, now=now) if told.visit_id else None
    hold = policy.incidents[told.kind]
    incident = Incident(
        organisation_id=actor.organisation_id,
        key=key,
        kind=told.kind,
        visit_id=visit.id if visit else None,
        case_id=visit.case_id if visit else None,
        address_id=visit.address_id if visit else None,
        agent_id=actor.agent_id,
        account_id=actor.account_id,
        words=told.words.strip(),
        happened_at=told.happened_at,
        recorded_at=now,
        review_due_at=now + policy.review_within,
        hold_id=_held(session, hold, visit, rights, actor=actor, now=now),
    )
    session.add(incident)
    session.flush()
    _tell(session, incident, alerting.INCIDENT, now)
    return incident


def review(
    session: Session,
    incident_id: UUID,
    measures: str,
    *,
    warns: bool,
    actor: Actor,
    now: datetime,
) -> Incident:
    """Say what was done about an incident, and whether the next crew is warned; once.

    Raises Forbidden, also for whoever reported it, NotFound, InvalidInput, Conflict.
    """
    if not actor.may(Permission.REVIEW_INCIDENTS):
        raise Forbidden(Permission.REVIEW_INCIDENTS.value)
    with desk(session, actor):
        incident = scoped.get(session, Incident, incident_id, actor, lock=True)
    if incident.account_id == actor.account_id:
        raise Forbidden("Whoever reported an incident does not review it.")
    measures = measures.strip()
    if not 1 <= len(measures) <= LONGEST:
        cure = f"say what was done in 1 to {LONGEST} characters"
        raise InvalidInput(faults=[FieldFault("measures", "is empty or too long", cure)])
    if incident.reviewed_at is not None:
        if (incident.measures, incident.warns) == (measures, warns):
            return incident
        raise Conflict("The incident was reviewed before.")
    incident.reviewed_at, incident.reviewed_by = now, actor.account_id
    incident.measures, incident.warns = measures, warns
    session.flush()
    return incident


def go_round(
    session: Session, organisation_id: UUID, *, policy: SafetyPolicy, at: datetime
) -> None:
    """Tell of reviews that are nearly due, and once more when they are over."""
    query = select(Incident).where(
        Incident.organisation_id == organisation_id,
        Incident.reviewed_at.is_(None),
        Incident.review_due_at <= at + policy.review_near,
    )
    with restricted.seeing(session, Incident):
        due = session.scalars(query.order_by(Incident.review_due_at).limit(_AT_ONCE)).all()
    for incident in due:
        _tell(session, incident, alerting.REVIEW, at, late=incident.review_due_at <= at)


def listed(
    session: Session,
    actor: Actor,
    *,
    after: UUID | None,
    limit: int,
    reviewed: bool | None = None,
) -> tuple[Sequence[Incident], UUID | None]:
    """One page of the incidents in the order of ids; who may not review sees his own."""
    query = scoped.own(Incident, actor, {Incident.reviewed_at.is_not(None): reviewed})
    if not actor.may(Permission.READ_INCIDENTS):
        query = query.where(Incident.account_id == actor.account_id)
    with desk(session, actor):
        return scoped.page(session, query, Incident, after=after, limit=limit)


def desk(session: Session, actor: Actor) -> AbstractContextManager[None]:
    """Readings of incidents inside are those of somebody who reviews them, if the actor does."""
    if actor.may(Permission.REVIEW_INCIDENTS):
        return restricted.seeing(session, Incident)
    return nullcontext()


def _held(
    session: Session,
    hold: HoldKind | None,
    visit: Visit | None,
    rights: Rights,
    *,
    actor: Actor,
    now: datetime,
) -> UUID | None:
    if hold is None or visit is None:
        return None
    order = holds.HoldOrder(
        kind=hold,
        scope=HoldScope.PERSON,
        case_id=visit.case_id,
        reason="incident",
        person_id=visit.debtor_id,
    )
    return holds.place(session, order, rights=rights, actor=actor, now=now).hold.id


def _tell(
    session: Session, incident: Incident, occasion: str, at: datetime, *, late: bool = False
) -> None:
    rests = incident.case_id is not None and restricted.resting(session, incident.case_id)
    word = notices.Word(
        about=f"incidents/{incident.id}",
        code=f"incident.{incident.kind}",
        occasion=occasion,
        role=Role.COMPLIANCE.value,
        version=("incident", incident.id, occasion, late),
        case_id=None if rests else incident.case_id,
        way=alerting.NOW if occasion == alerting.INCIDENT or late else alerting.TODAY,
        deadline_at=incident.review_due_at,
    )
    notices.tell(session, incident.organisation_id, [word], at=at)


def _faults(told: IncidentReport, policy: SafetyPolicy, now: datetime) -> list[FieldFault]:
    faults = []
    if told.kind not in policy.incidents:
        faults.append(FieldFault("kind", "is not known", ", ".join(policy.incidents)))
    if not 1 <= len(told.words.strip()) <= LONGEST:
        cure = f"say what happened in 1 to {LONGEST} characters"
        faults.append(FieldFault("words", "is empty or too long", cure))
    if not now - _BEHIND <= told.happened_at <= now + _AHEAD:
        cure = "state when it happened, within the last 31 days"
        faults.append(FieldFault("happened_at", "lies ahead or too far behind", cure))
    if not 1 <= len(told.key) <= 64 or not told.key.isascii():
        faults.append(FieldFault("key", "is not 1 to 64 plain characters", "send a fresh one"))
    return faults
