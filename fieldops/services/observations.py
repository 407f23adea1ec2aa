"""Observations recorded by hand: checked for kind, source and lawful basis, and only withdrawn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session
from uuid6 import uuid7

from evidence import trace
from fieldops.domain.errors import Conflict, FieldFault, Forbidden, InvalidInput
from fieldops.domain.facts import ObservationRecorded
from fieldops.domain.lawfulness import THIRD_PARTIES, Basis, SourceClass
from fieldops.domain.permissions import Actor, Permission
from fieldops.models import Address, Case, Contact, Item, Observation, Party
from fieldops.services import observation_values, outbox, scoped
from fieldops.services.trace_model import MODEL
from fieldops.services.visits.leaving import checked_reason


@dataclass(frozen=True, slots=True)
class ObservationReport:
    """What somebody learned: of whom, where or of what asset, when, from whom, on what basis.

    `person_id` is the case's debtor if left out; `data` is that of the observation stream. What
    names other people (telephones, plates, names) belongs into `values`, which are sealed.
    """

    case_id: UUID
    kind: str
    observed_at: datetime
    source_class: SourceClass
    source_id: str
    basis: Basis
    person_id: UUID | None = None
    address_id: UUID | None = None
    asset: str | None = None
    grade: Mapping[str, Any] | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    evidence: Sequence[str] = ()
    contact_id: UUID | None = None
    polarity: str = "affirmed"
    valid_from: date | None = None
    valid_until: date | None = None
    values: Mapping[str, str] = field(default_factory=dict)


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
    return write(session, report, person_id, origin=f"manual:{uuid7()}", actor=actor, now=now)


def _checked(session: Session, report: ObservationReport, *, actor: Actor, now: datetime) -> UUID:
    """The person whom a report is of; raises NotFound, and InvalidInput with every fault."""
    case = scoped.get(session, Case, report.case_id, actor)
    person_id, fault = _person(session, case, report.person_id)
    faults = [*fault, *_faults(session, case, report, actor=actor, now=now)]
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
    row = Observation(
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
        recorded_at=now,
        source_class=report.source_class.value,
        source_id=report.source_id,
        basis=report.basis.value,
        grade=dict(report.grade or {}),
        data=dict(report.data),
        evidence=list(report.evidence),
        origin=origin,
        contact_id=report.contact_id,
        account_id=actor.account_id,
        corrects_id=corrects_id,
    )
    session.add(row)
    session.flush()
    observation_values.keep(session, row)
    fact = ObservationRecorded(observation_id=row.id)
    outbox.record(session, fact, organisation_id=actor.organisation_id, now=now)
    return row


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
    """One page of observations, of a case or recorded since a time if asked, withdrawn included."""
    query = scoped.own(Observation, actor)
    if case_id is not None:
        query = query.where(Observation.case_id == case_id)
    if updated_since is not None:
        query = query.where(
            (Observation.recorded_at >= updated_since) | (Observation.withdrawn_at >= updated_since)
        )
    return scoped.page(session, query, Observation, after=after, limit=limit)


def _person(
    session: Session, case: Case, wanted: UUID | None
) -> tuple[UUID | None, list[FieldFault]]:
    query = select(Party).where(Party.case_id == case.id).order_by(Party.id)
    parties = session.scalars(query).all()
    for party in parties:
        if party.person_id == wanted or (wanted is None and party.role == "debtor"):
            return party.person_id, []
    return None, [FieldFault("person_id", "is no party of the case", "name a party of the case")]


def _faults(
    session: Session, case: Case, report: ObservationReport, *, actor: Actor, now: datetime
) -> list[FieldFault]:
    found = [*_faults_of_content(report), *_faults_of_basis(session, report, actor=actor)]
    if report.observed_at > now:
        found.append(FieldFault("observed_at", "lies in the future", "state when it was seen"))
    if report.address_id is not None:
        address = session.get(Address, report.address_id)
        if address is None or address.case_id != case.id:
            found.append(FieldFault("address_id", "is no address of the case", "name one of it"))
    if report.evidence and _missing_items(session, case, report.evidence):
        cure = "upload the evidence first"
        found.append(FieldFault("evidence", "is not in the custody log of the case", cure))
    return found


def _faults_of_content(report: ObservationReport) -> list[FieldFault]:
    residence = MODEL.residence.knows(report.kind)
    if not residence and report.kind not in trace.known_asset_kinds():
        return [FieldFault("kind", "is not a known kind", "see the vocabulary of observations")]
    faults = observation_values.faults_of(report.values)
    if residence and report.polarity == "denied":
        cure = "take the contrary kind, such as statement.moved_away"
        faults.append(FieldFault("polarity", "is not for residence", cure))
    if residence and report.address_id is None:
        faults.append(FieldFault("address_id", "is missing", "a word on residence needs a place"))
    if trace.names_asset(report.kind) and not report.asset:
        faults.append(
            FieldFault("asset", "is missing", "name the asset, such as its plate, or the company")
        )
    try:
        trace.from_mapping(
            {
                "id": "new",
                "person": "new",
                "kind": report.kind,
                "observed_at": report.observed_at.isoformat(),
                "recorded_at": report.observed_at.isoformat(),
                "source": {"class": report.source_class.value, "id": report.source_id},
                "asset": report.asset,
                "grade": report.grade,
                "data": dict(report.data),
                "evidence": list(report.evidence),
                "polarity": report.polarity,
                "valid_from": report.valid_from.isoformat() if report.valid_from else None,
                "valid_until": report.valid_until.isoformat() if report.valid_until else None,
            }
        )
    except trace.TraceError as wrong:
        name = str(wrong).partition(" ")[0]
        faults.append(FieldFault(name, str(wrong), "write it as the observation stream does"))
    return faults


def _faults_of_basis(
    session: Session, report: ObservationReport, *, actor: Actor
) -> list[FieldFault]:
    is_third = report.source_class in THIRD_PARTIES
    if is_third and report.basis is not Basis.THIRD_PARTY_VOLUNTARY:
        cure = "use THIRD_PARTY_VOLUNTARY and name the contact"
        return [FieldFault("basis", "does not fit a third party's word", cure)]
    if report.basis is not Basis.THIRD_PARTY_VOLUNTARY:
        return []
    contact = session.get(Contact, report.contact_id) if report.contact_id else None
    if (
        contact is None
        or contact.organisation_id != actor.organisation_id
        or contact.case_id != report.case_id
    ):
        cure = "name the contact of the case in which it was said"
        return [FieldFault("contact_id", "names no contact behind a third party's word", cure)]
    return []


def _missing_items(session: Session, case: Case, wanted: Sequence[str]) -> set[str]:
    query = select(Item.sha256).where(Item.case_id == case.id, Item.sha256.in_(set(wanted)))
    return set(wanted) - set(session.scalars(query))
