"""What is shown of one event of a timeline: what it is, where it comes from, what rests on it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from fieldops.domain.evidence import position_of
from fieldops.domain.lawfulness import SourceClass
from fieldops.domain.permissions import Actor, Permission
from fieldops.domain.positions import Position
from fieldops.models import (
    Account,
    Address,
    Agent,
    Arrival,
    Flag,
    FlagReview,
    Item,
    Observation,
    Visit,
)
from fieldops.services import provenance, scoped, timeline
from fieldops.services.cases import SEES_PLACES
from fieldops.web.paging import id_in
from fieldops.web.position_drawing import Sketch, Spot, sketch

_MOST = 50


@dataclass(frozen=True, slots=True)
class Opened:
    """An event with all that stands beside it; what does not belong to its kind is empty."""

    event: timeline.Event
    # What the account behind it is called.
    by: str = ""
    door: provenance.AtTheDoor | None = None
    sketch: Sketch | None = None
    steps: Sequence[provenance.Step] = ()
    looks: int = 0
    items: Sequence[Item] = ()
    seen: Sequence[Observation] = ()
    flags: Sequence[Flag] = ()
    more: Mapping[str, Any] = field(default_factory=dict)


def opened(session: Session, event: timeline.Event, *, proving: bool, actor: Actor) -> Opened:
    """The event with what the reader's role reaches of its surroundings."""
    find = _FINDERS.get(event.kind)
    return Opened(event) if find is None else find(session, event, proving, actor)


def _item(session: Session, event: timeline.Event, proving: bool, actor: Actor) -> Opened:
    item: Item = event.row
    door = _door(session, item.visit_id, actor)
    steps, looks = provenance.custody_steps(session, item.id, proving=proving, actor=actor)
    spots = _spots(door, actor)
    if actor.role in SEES_PLACES:
        spots += _of_item(item)
    sender = session.get(Account, item.account_id)
    return Opened(
        event,
        sender.name if sender else "",
        door,
        sketch(spots),
        steps,
        looks,
        seen=_resting_on(session, event, item.sha256) if _traced(actor) else (),
        more={"exif": (item.properties or {}).get("exif", {})},
    )


def _visit(session: Session, event: timeline.Event, proving: bool, actor: Actor) -> Opened:
    visit: Visit = event.row
    door = _door(session, visit.id, actor)
    items: Sequence[Item] = ()
    if actor.may(Permission.READ_EVIDENCE):
        query = scoped.own(Item, actor).where(Item.visit_id == visit.id)
        items = session.scalars(query.order_by(Item.id).limit(_MOST)).all()
    origin = scoped.own(Observation, actor).where(
        Observation.case_id == visit.case_id, Observation.origin == f"visit:{visit.id}"
    )
    seen = session.scalars(origin.order_by(Observation.id).limit(_MOST)).all()
    return Opened(
        event, door=door, sketch=sketch(_spots(door, actor)), items=items,
        seen=seen if _traced(actor) else (),
    )  # fmt: skip


def _observation(session: Session, event: timeline.Event, proving: bool, actor: Actor) -> Opened:
    row: Observation = event.row
    items: Sequence[Item] = ()
    if row.evidence and actor.may(Permission.READ_EVIDENCE):
        query = scoped.own(Item, actor).where(
            Item.case_id == row.case_id, Item.sha256.in_(row.evidence)
        )
        items = session.scalars(query.order_by(Item.id).limit(_MOST)).all()
    recorder = session.get(Account, row.account_id) if row.account_id else None
    flags = session.scalars(scoped.own(Flag, actor).where(Flag.case_id == row.case_id)).all()
    source = _source(session, row)
    return Opened(
        event,
        recorder.name if recorder else "",
        items=items,
        flags=[one for one in flags if str(row.id) in one.grounds],
        more={"source": source},
    )


def _flag(session: Session, event: timeline.Event, proving: bool, actor: Actor) -> Opened:
    flag_id = event.row.flag_id if isinstance(event.row, FlagReview) else event.row.id
    query = select(Flag).where(Flag.id == flag_id).options(selectinload(Flag.reviews))
    flag = session.scalars(query).one()
    grounds = [one for one in map(id_in, flag.grounds) if one is not None]
    seen = scoped.own(Observation, actor).where(Observation.id.in_(grounds))
    by = session.get(Account, event.row.account_id) if isinstance(event.row, FlagReview) else None
    return Opened(
        event, by.name if by else "", flags=[flag],
        seen=session.scalars(seen.order_by(Observation.observed_at)).all(),
    )  # fmt: skip


def _custody(session: Session, event: timeline.Event, proving: bool, actor: Actor) -> Opened:
    step = provenance.step_of(session, event.row, actor=actor)
    item = session.get(Item, event.row.item_id) if event.row.item_id else None
    return Opened(event, step.by, steps=[step], items=[item] if item else [])


def _told(session: Session, event: timeline.Event, proving: bool, actor: Actor) -> Opened:
    """A row that says by whom it was recorded, and of which visit, where it says so at all."""
    account_id = getattr(event.row, "account_id", None) or getattr(event.row, "placed_by", None)
    account = session.get(Account, account_id) if account_id else None
    visit_id = getattr(event.row, "visit_id", None)
    door = _door(session, visit_id, actor) if visit_id else None
    return Opened(event, account.name if account else "", door)


_FINDERS = {
    "item": _item,
    "visit": _visit,
    "observation": _observation,
    "flag": _flag,
    "review": _flag,
    "custody": _custody,
    "look": _custody,
    "promise": _told,
    "payment": _told,
    "contact": _told,
    "legal_event": _told,
    "hold": _told,
    "pack": _told,
}


def _source(session: Session, row: Observation) -> str:
    """What the source is called; the id of a row says nothing to a reader."""
    source_id = id_in(row.source_id)
    if source_id is None:
        return row.source_id
    agent = session.get(Agent, source_id) if row.source_class == SourceClass.AGENT else None
    return agent.name if agent else ""


def _door(session: Session, visit_id: UUID, actor: Actor) -> provenance.AtTheDoor | None:
    if not actor.may(Permission.READ_VISITS):
        return None
    return provenance.at_the_door(session, visit_id, actor=actor)


def _traced(actor: Actor) -> bool:
    return actor.may(Permission.READ_TRACE)


def _spots(door: provenance.AtTheDoor | None, actor: Actor) -> list[Spot]:
    """The address, then where each of the crew said that he stood; nothing for who sees none."""
    if door is None or actor.role not in SEES_PLACES:
        return []
    place = _address_spot(door.visit.address)
    return [*place, *(spot for one in door.arrivals for spot in _arrival_spot(one))]


def _address_spot(address: Address) -> list[Spot]:
    if address.lat is None or address.lon is None:
        return []
    return [Spot("address", Position(address.lat, address.lon))]


def _arrival_spot(one: Arrival) -> list[Spot]:
    # A track is kept for days only; the distance stays.
    if one.lat is None or one.lon is None:
        return []
    return [Spot("arrival", Position(one.lat, one.lon), one.accuracy_metres)]


def _of_item(item: Item) -> list[Spot]:
    found = []
    fix, exif = position_of(item.fix), position_of((item.properties or {}).get("exif"))
    if fix is not None and item.fix is not None:
        found.append(Spot("fix", fix.as_wgs84(), float(item.fix.get("accuracy_metres") or 0)))
    if exif is not None:
        found.append(Spot("exif", exif.as_wgs84()))
    return found


def _resting_on(session: Session, event: timeline.Event, sha256: str) -> Sequence[Observation]:
    """What was observed at the item's visit and names the item as its evidence."""
    query = select(Observation).where(
        Observation.case_id == event.row.case_id,
        Observation.origin == f"visit:{event.row.visit_id}",
    )
    rows = session.scalars(query.order_by(Observation.id).limit(_MOST)).all()
    return [row for row in rows if sha256 in (row.evidence or ())]
