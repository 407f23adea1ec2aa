"""Virus scans of what came in: a scanner that is away delays the scan and never the receipt."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from fieldops.domain import crosschecks
from fieldops.domain.permissions import Actor
from fieldops.domain.scanning import WAITING, Verdict
from fieldops.models import Item
from fieldops.services import evidence, scoped

_AT_ONCE = 50


def waiting(session: Session, *, actor: Actor, also: UUID | None = None) -> Sequence[UUID]:
    """The items that wait for the scanner, the oldest first, behind the one that just came in."""
    query = scoped.own(Item, actor).where(Item.scan_state == WAITING, Item.id != also)
    found = [item.id for item in session.scalars(query.order_by(Item.id).limit(_AT_ONCE))]
    if also is None:
        return found
    fresh = scoped.get(session, Item, also, actor).scan_state in (None, WAITING)
    return [also, *found] if fresh else found


def delay(session: Session, item_id: UUID, reason: str, *, actor: Actor) -> None:
    """Note that an item waits, and why; a person reads it among the findings."""
    item = scoped.get(session, Item, item_id, actor, lock=True)
    if item.scan_state in (None, WAITING):
        _note(item, WAITING, reason)
    session.flush()


def opened(session: Session, item_id: UUID, *, actor: Actor, at: datetime) -> evidence.Opened:
    """Open an item for the scanner; that it was read for this is in the custody log."""
    return evidence.open_item(session, item_id, actor=actor, at=at, what="virus-scan")


def keep(session: Session, item_id: UUID, verdict: Verdict, *, actor: Actor) -> None:
    """Keep what the scanner said; what is infected is quarantined, and is evidence all the same."""
    item = scoped.get(session, Item, item_id, actor, lock=True)
    _note(item, verdict.state, verdict.says)
    session.flush()


def _note(item: Item, state: str, says: str) -> None:
    item.scan_state, item.scan_says = state, says[:200] or None
    found = crosschecks.scanned(state, item.scan_says)
    item.findings = crosschecks.replaced(item.findings, found)
