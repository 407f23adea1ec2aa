"""What the page of phones shows: who has which, and what a person must look at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from fieldops.domain.permissions import Actor, Role
from fieldops.domain.phones import EntryState
from fieldops.models import Account, Agent, Device, DeviceEntry, Visit
from fieldops.services import scoped
from fieldops.services.phones import settling, tracking
from fieldops.services.visits.access import local_day

_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Phones:
    """The phones in use and those that ended, with how many entries of each wait for others."""

    used: Sequence[Device]
    ended: Sequence[Device]
    waiting: Mapping[UUID, int]


@dataclass(frozen=True, slots=True)
class ToSettle:
    """An entry beside the visit that it is about, if that is one of the house."""

    entry: DeviceEntry
    visit: Visit | None


def phones(session: Session, actor: Actor) -> Phones:
    """All phones of the organisation, whoever was seen last first."""
    query = (
        scoped.own(Device, actor)
        .options(joinedload(Device.agent))
        .order_by(Device.last_seen_at.desc(), Device.id)
    )
    found = session.scalars(query).all()
    held = (
        select(DeviceEntry.device_id, func.count())
        .where(
            DeviceEntry.organisation_id == actor.organisation_id,
            DeviceEntry.state == EntryState.HELD,
        )
        .group_by(DeviceEntry.device_id)
    )
    return Phones(
        [one for one in found if one.revoked_at is None],
        [one for one in found if one.revoked_at is not None][:_SHOWN],
        dict(session.execute(held).all()),
    )


def ways(session: Session, actor: Actor, now: datetime) -> Mapping[UUID, int]:
    """The metres that each agent's tracker measured in the last seven days, today among them."""
    today = local_day(session, actor, now)
    found: dict[UUID, int] = {}
    for row in tracking.driven(session, actor, first=today - timedelta(days=6), last=today):
        found[row.agent_id] = found.get(row.agent_id, 0) + row.metres
    return found


def agents_to_enrol(session: Session, actor: Actor) -> Sequence[Agent]:
    """The agents who can sign in, in the order of their codes."""
    accounts = scoped.own(Account, actor).where(
        Account.role == Role.AGENT, Account.disabled_at.is_(None)
    )
    ids = {account.agent_id for account in session.scalars(accounts)}
    query = scoped.own(Agent, actor).where(Agent.retired_at.is_(None)).order_by(Agent.code)
    return [agent for agent in session.scalars(query) if agent.id in ids]


def to_settle(session: Session, actor: Actor) -> Sequence[ToSettle]:
    """The entries that wait for a person, the oldest first."""
    query = settling.doubtful(actor).where(DeviceEntry.settled_at.is_(None))
    entries = session.scalars(query.order_by(DeviceEntry.id).limit(_SHOWN)).all()
    return _beside_visits(session, actor, entries)


def settled_since(session: Session, actor: Actor, since: datetime) -> Sequence[ToSettle]:
    """Those that were settled of late, the latest first."""
    query = (
        settling.doubtful(actor)
        .where(DeviceEntry.settled_at >= since)
        .order_by(DeviceEntry.settled_at.desc(), DeviceEntry.id)
        .limit(_SHOWN)
    )
    return _beside_visits(session, actor, session.scalars(query).all())


def _beside_visits(
    session: Session, actor: Actor, entries: Sequence[DeviceEntry]
) -> Sequence[ToSettle]:
    ids = {entry.visit_id for entry in entries if entry.visit_id}
    query = scoped.own(Visit, actor).where(Visit.id.in_(ids)).options(joinedload(Visit.case))
    found = {visit.id: visit for visit in session.scalars(query)}
    return [
        ToSettle(entry, found.get(entry.visit_id) if entry.visit_id else None) for entry in entries
    ]
