"""The asset-trace record of a case as it stood at a date: beliefs, flags and observations."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from evidence import trace
from fieldops.domain.errors import FieldFault, InvalidInput
from fieldops.domain.permissions import Actor
from fieldops.models import Case, Flag, Observation, Party
from fieldops.services import households, identity, observed, organisations, scoped, tracing
from fieldops.services.asset_record import AssetStanding, assets_at


@dataclass(frozen=True, slots=True)
class TraceRecord:
    """What is held of the debtor of a case; `flags` are those raised by `as_of`.

    `shared` are his telephones, doors, vehicles and firms that others had by then as well.
    """

    case_id: UUID
    person_id: UUID
    as_of: datetime
    beliefs: Sequence[trace.Belief]
    assets: Sequence[AssetStanding]
    flags: Sequence[Flag]
    observations: Sequence[Observation]
    shared: Sequence[identity.Shared]


def trace_of(
    session: Session, case_id: UUID, *, as_of: datetime | None, actor: Actor, now: datetime
) -> TraceRecord:
    """The record as it was shown at `as_of`, now if left out.

    Raises NotFound for another's case, InvalidInput for a date to come.
    """
    case = scoped.get(session, Case, case_id, actor)
    at = past(as_of, "as_of", now)
    person_id = debtor_of(session, case)
    query = scoped.own(Observation, actor).where(
        Observation.person_id == person_id, Observation.recorded_at <= at
    )
    rows = session.scalars(query.order_by(Observation.id)).all()
    zone = organisations.zone_of(session, case.organisation_id)
    told = observed.as_read(person_id, rows, at, zone)
    seen = households.with_links(session, person_id, told, at)
    beliefs = tracing.beliefs_at(session, person_id, seen, at)
    dates = tracing.dates_at(session, person_id, zone, at)
    flags = scoped.own(Flag, actor).where(Flag.case_id == case.id, Flag.raised_at <= at)
    return TraceRecord(
        case_id=case.id,
        person_id=person_id,
        as_of=at,
        beliefs=list(beliefs.values()),
        assets=assets_at(seen, beliefs.values(), at, dates),
        flags=session.scalars(flags.order_by(Flag.id)).all(),
        observations=rows,
        shared=identity.shared_things(session, person_id, as_of=at, actor=actor),
    )


def past(asked: datetime | None, name: str, now: datetime) -> datetime:
    """A date that was asked for, or now; raises InvalidInput for one to come."""
    if asked is not None and asked > now:
        fault = FieldFault(name, "lies in the future", "name a date up to now")
        raise InvalidInput(faults=[fault])
    return asked or now


def debtor_of(session: Session, case: Case) -> UUID:
    """The person whom the record of a case is about."""
    query = select(Party).where(Party.case_id == case.id).order_by(Party.role != "debtor", Party.id)
    return session.scalars(query.limit(1)).one().person_id
