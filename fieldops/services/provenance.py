"""Where evidence comes from: who stood where with which fix, each step of custody, each ruling."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, joinedload

from evidence.custody.entry import READ, Entry
from evidence.custody.merkle import prove, verify_inclusion
from fieldops.domain.permissions import Actor
from fieldops.models import (
    Account,
    Agent,
    Arrival,
    Checkpoint,
    CustodyEntry,
    Item,
    RulingRecord,
    Stop,
    Visit,
)
from fieldops.services import custody, scoped

_MOST_STEPS = 100


@dataclass(frozen=True, slots=True)
class Step:
    """One step of custody, the first signed head over it, and when a head over it was stamped.

    `proved` is whether its place under the newest head was proved just now; None where not asked.
    """

    row: CustodyEntry
    entry: Entry
    by: str
    size: int | None
    signed_at: datetime | None
    stamped_at: datetime | None
    proved: bool | None = None


@dataclass(frozen=True, slots=True)
class AtTheDoor:
    """A visit as it went: its crew, who said when and where that he stood there, the rulings."""

    visit: Visit
    crew: Sequence[Agent]
    arrivals: Sequence[Arrival]
    rulings: Sequence[RulingRecord]


def at_the_door(session: Session, visit_id: UUID, *, actor: Actor) -> AtTheDoor:
    """The visit with what let it through; raises NotFound."""
    visit = session.scalars(
        scoped.own(Visit, actor).where(Visit.id == visit_id).options(joinedload(Visit.address))
    ).one_or_none()
    if visit is None:
        raise scoped.missing(Visit, visit_id)
    crew = scoped.own(Agent, actor).where(Agent.id.in_((visit.agent_id, visit.partner_id)))
    arrivals = scoped.own(Arrival, actor).where(Arrival.visit_id == visit.id)
    return AtTheDoor(
        visit,
        session.scalars(crew.order_by(Agent.id != visit.agent_id)).all(),
        session.scalars(arrivals.order_by(Arrival.received_at, Arrival.id)).all(),
        _rulings(session, visit, actor),
    )


def custody_steps(
    session: Session, item_id: UUID, *, proving: bool, actor: Actor
) -> tuple[Sequence[Step], int]:
    """The steps of an item's custody, oldest first, and how often it was looked at.

    With `proving` each step is proved to stand in the log under its newest signed head. That
    reads the hash of every entry of the log, so that it is done only when somebody asks.
    """
    scoped.get(session, Item, item_id, actor)
    own = CustodyEntry.organisation_id == actor.organisation_id
    of_item = (own, CustodyEntry.item_id == item_id)
    looks = session.scalar(
        select(func.count(CustodyEntry.id)).where(*of_item, CustodyEntry.action == READ)
    )
    query = (
        select(CustodyEntry, _first(), _first(Checkpoint.stamped_at.is_not(None)))
        .where(*of_item, CustodyEntry.action != READ)
        .order_by(CustodyEntry.position)
        .limit(_MOST_STEPS)
    )
    found = session.execute(query).all()
    steps = _steps(session, found, actor)
    return (_proved(session, steps, actor) if proving else steps), looks or 0


def step_of(session: Session, row: CustodyEntry, *, actor: Actor) -> Step:
    """One entry of the log with the head over it."""
    query = select(CustodyEntry, _first(), _first(Checkpoint.stamped_at.is_not(None)))
    found = session.execute(query.where(CustodyEntry.id == row.id)).all()
    return _steps(session, found, actor)[0]


def actors(session: Session, labels: Collection[str], actor: Actor) -> Mapping[str, str]:
    """What the people behind labels of the log are called; the label itself for all others."""
    ids = {label: _account(label) for label in labels}
    query = scoped.own(Account, actor).where(Account.id.in_([one for one in ids.values() if one]))
    names = {one.id: one.name for one in session.scalars(query)}
    return {label: names.get(one, label) if one else label for label, one in ids.items()}


def _account(label: str) -> UUID | None:
    try:
        return UUID(label.partition(":")[2])
    except ValueError:
        return None


def _first(*conditions: ColumnElement[bool]) -> Any:
    """The size of the first checkpoint over an entry that is as asked."""
    return (
        select(func.min(Checkpoint.size))
        .where(
            Checkpoint.organisation_id == CustodyEntry.organisation_id,
            Checkpoint.size > CustodyEntry.position,
            *conditions,
        )
        .scalar_subquery()
    )


def _steps(session: Session, found: Sequence[Any], actor: Actor) -> list[Step]:
    sizes = {size for _, *heads in found for size in heads if size is not None}
    query = scoped.own(Checkpoint, actor).where(Checkpoint.size.in_(sizes))
    heads = {one.size: one for one in session.scalars(query)}
    entries = [custody.entry_of(row) for row, _, _ in found]
    names = actors(session, {one.actor for one in entries}, actor)
    return [
        Step(
            row,
            entry,
            names[entry.actor],
            signed,
            heads[signed].signed_at if signed is not None else None,
            heads[stamped].stamped_at if stamped is not None else None,
        )
        for (row, signed, stamped), entry in zip(found, entries, strict=True)
    ]


def _proved(session: Session, steps: Sequence[Step], actor: Actor) -> list[Step]:
    newest = scoped.own(Checkpoint, actor).order_by(Checkpoint.size.desc()).limit(1)
    head = session.scalars(newest).one_or_none()
    covered = [one for one in steps if head is not None and one.row.position < head.size]
    if head is None or not covered:
        return list(steps)
    leaves = custody.leaf_hashes(session, actor.organisation_id, head.size)
    paths, _ = prove(leaves, head.size, [one.row.position for one in covered])
    root = bytes.fromhex(head.root)
    proofs = {
        one.row.id: verify_inclusion(one.entry.hash(), one.row.position, head.size, path, root)
        for one, path in zip(covered, paths, strict=True)
    }
    return [replace(one, proved=proofs.get(one.row.id)) for one in steps]


def _rulings(session: Session, visit: Visit, actor: Actor) -> Sequence[RulingRecord]:
    """What the rulebook said at each gate through which the visit came, oldest first."""
    stops = select(Stop.id).where(
        Stop.plan_id == visit.plan_id, Stop.address_id == visit.address_id
    )
    subjects = [f"visit:{visit.id}", *(f"stop:{one}" for one in session.scalars(stops))]
    query = scoped.own(RulingRecord, actor).where(
        RulingRecord.case_id == visit.case_id, RulingRecord.subject.in_(subjects)
    )
    return session.scalars(query.order_by(RulingRecord.at, RulingRecord.id).limit(20)).all()
