"""Virus scans of what came in: a scanner that is away delays the scan and never the receipt."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain import crosschecks
from fieldops.domain.facts import ScanOwed
from fieldops.domain.permissions import Actor
from fieldops.domain.scanning import WAITING, Verdict
from fieldops.models import Item
from fieldops.services import custody, evidence, outbox, scoped

_AT_ONCE = 50
# How long a job has for what waits before another is asked to look.
_LEASE = timedelta(minutes=5)


def waiting(session: Session, *, actor: Actor, also: UUID | None = None) -> Sequence[UUID]:
    """The items that wait for the scanner, the oldest first, behind the one that just came in."""
    query = scoped.own(Item, actor).where(Item.scan_state == WAITING, Item.id != also)
    found = [item.id for item in session.scalars(query.order_by(Item.id).limit(_AT_ONCE))]
    if also is None:
        return found
    return [also, *found] if _waits(scoped.get(session, Item, also, actor)) else found


def hand_out(session: Session, organisation_id: UUID, *, at: datetime) -> bool:
    """Have what waits scanned, unless that was asked for minutes ago; whether it was asked now."""
    if outbox.was_recorded(session, ScanOwed, organisation_id=organisation_id, since=at - _LEASE):
        return False
    query = select(Item.id).where(
        Item.organisation_id == organisation_id, Item.scan_state == WAITING
    )
    oldest = session.scalar(query.order_by(Item.id).limit(1))
    if oldest is None:
        return False
    outbox.record(session, ScanOwed(oldest), organisation_id=organisation_id, now=at)
    return True


def delay(session: Session, item_id: UUID, reason: str, *, actor: Actor) -> None:
    """Note that an item waits, and why; a person reads it among the findings."""
    item = scoped.get(session, Item, item_id, actor, lock=True)
    if _waits(item):
        _note(item, WAITING, reason)
    session.flush()


def opened(
    session: Session, item_id: UUID, *, actor: Actor, at: datetime
) -> evidence.Opened | None:
    """Open an item for the scanner; that it was read for this is in the custody log.

    None when another job has scanned it meanwhile.
    """
    # The log before the item, as whoever writes an entry about an item locks them.
    custody.ensure_log(session, actor.organisation_id, at=at)
    if not _waits(scoped.get(session, Item, item_id, actor, lock=True)):
        return None
    return evidence.open_item(session, item_id, actor=actor, at=at, what="virus-scan")


def keep(session: Session, item_id: UUID, verdict: Verdict, *, actor: Actor) -> None:
    """Keep what the scanner said; what is infected is quarantined, and is evidence all the same."""
    item = scoped.get(session, Item, item_id, actor, lock=True)
    _note(item, verdict.state, verdict.says)
    session.flush()


def _waits(item: Item) -> bool:
    return item.scan_state in (None, WAITING)


def _note(item: Item, state: str, says: str) -> None:
    item.scan_state, item.scan_says = state, says[:200] or None
    found = crosschecks.scanned(state, item.scan_says)
    item.findings = crosschecks.replaced(item.findings, found)
