"""Cross-checks at work: an item is held against its visit when either of them changes.

What was found at receipt is sealed in the item's record; the findings beside it are those of today.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain import crosschecks
from fieldops.domain.crosschecks import Checkin, Circumstances
from fieldops.domain.evidence import Claimed, Examined, position_of
from fieldops.domain.fixes import Fix
from fieldops.domain.permissions import Actor
from fieldops.domain.positions import Position
from fieldops.models import Account, Arrival, Device, Item, Organisation, Visit
from fieldops.services import same_photo, scoped
from fieldops.services.phones import nonces

_RECORDINGS = ("audio", "video")
# An agent's way into a visit is looked for within a working day before it.
_BEFORE = timedelta(hours=16)
_AT_ONCE = timedelta(seconds=1)


def found_at_receipt(
    session: Session,
    item: Item,
    claimed: Claimed,
    examined: Examined,
    *,
    radius_metres: int,
    now: datetime,
) -> list[dict[str, Any]]:
    """Every finding of an item that just came in; pictures are compared later, by a job."""
    visit = session.get_one(Visit, item.visit_id)
    around = circumstances(session, item, visit, radius_metres=radius_metres, now=now)
    found = crosschecks.findings(claimed, examined, around)
    return crosschecks.replaced(found, _of_number(session, item, claimed))


def check_visit(session: Session, visit_id: UUID, *, radius_metres: int, actor: Actor) -> None:
    """Hold every item of a visit against it as it stands now; safe to repeat."""
    visit = scoped.get(session, Visit, visit_id, actor)
    for item in _locked(session, select(Item.id).where(Item.visit_id == visit.id)):
        around = circumstances(session, item, visit, radius_metres=radius_metres, now=None)
        after = crosschecks.findings(*_told(item), around)
        _write(item, crosschecks.renewed(item.findings, after))
    session.flush()


def compare_item(session: Session, item_id: UUID, *, actor: Actor) -> None:
    """Seek an item's bytes and picture at other visits, and tell both sides; safe to repeat."""
    item = scoped.get(session, Item, item_id, actor)
    same, seen = same_photo.used_elsewhere(session, item), same_photo.seen_elsewhere(session, item)
    others = {UUID(one) for one in same} | {UUID(one["item"]) for one in seen or ()}
    rows = {row.id: row for row in _locked(session, [item.id, *others])}
    found = [crosschecks.used_elsewhere(same), crosschecks.seen_elsewhere(seen)]
    _write(rows[item.id], crosschecks.replaced(rows[item.id].findings, *found))
    for other in others:
        # Their nearest twenty may have changed as well: each is asked anew.
        row = rows[other]
        found = [
            crosschecks.used_elsewhere(same_photo.used_elsewhere(session, row)),
            crosschecks.seen_elsewhere(same_photo.seen_elsewhere(session, row)),
        ]
        _write(row, crosschecks.replaced(row.findings, *found))
    session.flush()


def circumstances(
    session: Session, item: Item, visit: Visit, *, radius_metres: int, now: datetime | None
) -> Circumstances:
    """What an item is held against; without `now` what only its receipt could tell stays open."""
    arrivals = session.scalars(
        select(Arrival).where(Arrival.visit_id == visit.id).order_by(Arrival.received_at)
    ).all()
    agent_id = session.get_one(Account, item.account_id).agent_id
    own = next((one for one in arrivals if one.agent_id == agent_id), None)
    here, way = _way(session, visit, agent_id, item.account_id)
    address = visit.address
    known = address.lat is not None and address.lon is not None
    organisation = session.get_one(Organisation, item.organisation_id)
    return Circumstances(
        address=Position(address.lat or 0.0, address.lon or 0.0) if known else None,
        arrived_at=visit.arrived_at,
        now=now,
        zone=ZoneInfo(organisation.timezone),
        radius_metres=radius_metres,
        elsewhere=same_photo.used_elsewhere(session, item) if now else (),
        left_at=visit.left_at or visit.recorded_at,
        checkin=_checkin(visit, own, arrivals),
        way=way,
        here=here,
        recorded_seconds=_recorded(session, visit),
    )


def _of_number(session: Session, item: Item, claimed: Claimed) -> dict[str, Any]:
    """Whether the camera's number is ours, was this account's phone's, and how old it was."""
    if claimed.nonce is None:
        return crosschecks.fresh_number(None, None)
    nonce = nonces.read(claimed.nonce)
    device = session.get(Device, nonce.device_id) if nonce is not None else None
    if nonce is None or device is None or device.account_id != item.account_id:
        return crosschecks.fresh_number(False, None)
    seconds = None
    if claimed.device_at is not None:
        seconds = round((claimed.device_at - nonce.issued_at).total_seconds())
    return crosschecks.fresh_number(True, seconds, str(device.id))


def _told(item: Item) -> tuple[Claimed, Examined]:
    """What the sender and the bytes said, as it is kept with the item."""
    claimed = Claimed(
        item.visit_id,
        filename=item.filename,
        media_type=item.media_type,
        capture=item.capture,
        device_at=item.device_at,
        fix=item.fix,
    )
    quarantined = str(item.properties.get("quarantined", ""))
    return claimed, Examined(
        item.sha256, item.size, item.kind, item.media_type, quarantined, item.properties
    )


def _checkin(visit: Visit, own: Arrival | None, arrivals: Sequence[Arrival]) -> Checkin | None:
    if own is None or own.lat is None or own.lon is None:
        return None  # His track is kept for days only.
    # An arrival that was handed in later says nothing of the clock: it was under way for hours.
    live = visit.arrived_at is not None and (arrivals[0].received_at - visit.arrived_at <= _AT_ONCE)
    skew = round((own.device_at - own.received_at).total_seconds())
    return Checkin(
        Position(own.lat, own.lon), f"{own.accuracy_metres:g}", own.is_mock, skew if live else None
    )


def _way(
    session: Session, visit: Visit, agent_id: UUID | None, account_id: UUID
) -> tuple[list[Fix], list[Fix]]:
    """The agent's fixes at this visit, and the same behind his last one elsewhere."""
    began = visit.arrived_at or visit.planned_start
    since, until = began - _BEFORE, began + _BEFORE
    arrivals = session.scalars(
        select(Arrival).where(
            Arrival.agent_id == agent_id,
            Arrival.organisation_id == visit.organisation_id,
            Arrival.device_at.between(since, until),
        )
    )
    items = session.scalars(
        select(Item).where(
            Item.account_id == account_id,
            Item.device_at.between(since, until),
            Item.fix.is_not(None),
        )
    )
    fixes = [*_of_arrivals(arrivals), *_of_items(items)]
    here = sorted((fix for at, fix in fixes if at == visit.id), key=lambda fix: fix.at)
    if not here:
        return [], []
    before = [fix for at, fix in fixes if at != visit.id and fix.at <= here[0].at]
    return here, [*sorted(before, key=lambda fix: fix.at)[-1:], *here]


def _of_arrivals(arrivals: Iterable[Arrival]) -> list[tuple[UUID, Fix]]:
    return [
        (one.visit_id, Fix(one.device_at, Position(one.lat, one.lon), one.accuracy_metres))
        for one in arrivals
        if one.lat is not None and one.lon is not None
    ]


def _of_items(items: Iterable[Item]) -> list[tuple[UUID, Fix]]:
    found = []
    for item in items:
        given, told = position_of(item.fix), item.fix or {}
        if given is None or item.device_at is None:
            continue
        accuracy = told.get("accuracy_metres")
        known = None if accuracy is None else float(accuracy)
        found.append((item.visit_id, Fix(item.device_at, given.as_wgs84(), known)))
    return found


def _recorded(session: Session, visit: Visit) -> int:
    query = select(Item.properties).where(Item.visit_id == visit.id, Item.kind.in_(_RECORDINGS))
    lengths = (one.get("duration_milliseconds", 0) for one in session.scalars(query))
    return int(sum(lengths)) // 1000


def _locked(session: Session, ids: Any) -> Sequence[Item]:
    """These items, locked in one order, so that two jobs never wait for each other."""
    query = select(Item).where(Item.id.in_(ids)).order_by(Item.id)
    query = query.with_for_update(of=Item).execution_options(populate_existing=True)
    return session.scalars(query).all()


def _write(item: Item, found: list[dict[str, Any]]) -> None:
    if item.findings != found:
        item.findings = found
