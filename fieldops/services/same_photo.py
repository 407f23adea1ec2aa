"""The same photo at another visit: every photo's hashes are kept in blocks and all are compared.

A million photos are 24 MB in about a thousand blocks: read whole and compared in one pass, which
no index over bits that may differ does better.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from evidence.custody.entry import RECEIVED
from fieldops.domain.permissions import Actor
from fieldops.domain.prints import ROW, Match, Prints, matches
from fieldops.models import CustodyEntry, Item, PrintBlock
from fieldops.services import custody, scoped

MOST_NAMED = 20
# Photos in a block; the last one is written anew with each photo.
BLOCK = 1024
_MOST_MATCHES = 500
_AT_ONCE = 20


def keep(session: Session, item: Item, position: int) -> None:
    """Keep a photo's hashes under its place in the log; the caller holds the log's lock."""
    prints = Prints.from_json(item.properties.get("prints"))
    if prints is None:
        return
    query = select(PrintBlock).where(PrintBlock.organisation_id == item.organisation_id)
    last = session.scalars(query.order_by(PrintBlock.number.desc()).limit(1)).one_or_none()
    row = prints.row(position)
    if last is not None and len(last.rows) < BLOCK * ROW.itemsize:
        last.rows = bytes(last.rows) + row
        return
    number = 0 if last is None else last.number + 1
    session.add(PrintBlock(organisation_id=item.organisation_id, number=number, rows=row))


def without_prints(session: Session, organisation_id: UUID) -> Sequence[UUID]:
    """The oldest photos that were never asked for their hashes; a few of them."""
    query = select(Item.id).where(
        Item.organisation_id == organisation_id,
        Item.kind == "photo",
        Item.properties["prints"].as_string().is_(None),
        Item.properties["quarantined"].as_string().is_(None),
    )
    return session.scalars(query.order_by(Item.id).limit(_AT_ONCE)).all()


def fill(
    session: Session, item_id: UUID, prints: dict[str, list[str]], *, actor: Actor, at: datetime
) -> None:
    """Keep the hashes of a photo that came in without, empty where it has none; once."""
    custody.ensure_log(session, actor.organisation_id, at=at)
    item = scoped.get(session, Item, item_id, actor, lock=True)
    if "prints" in item.properties:
        return
    item.properties = {**item.properties, "prints": prints}
    query = select(CustodyEntry.position).where(
        CustodyEntry.item_id == item.id, CustodyEntry.action == RECEIVED
    )
    keep(session, item, session.scalars(query).one())
    session.flush()


def used_elsewhere(session: Session, item: Item) -> list[str]:
    """The ids of items at other visits with the same bytes."""
    query = select(Item.id).where(
        Item.organisation_id == item.organisation_id,
        Item.sha256 == item.sha256,
        Item.visit_id != item.visit_id,
    )
    return [str(found) for found in session.scalars(query.order_by(Item.id).limit(MOST_NAMED))]


def seen_elsewhere(session: Session, item: Item) -> list[dict[str, Any]] | None:
    """The photos at other visits that show the same, the nearest first; None for no such photo."""
    prints = Prints.from_json(item.properties.get("prints"))
    if prints is None:
        return None
    query = select(PrintBlock.rows).where(PrintBlock.organisation_id == item.organisation_id)
    blocks = session.scalars(query.order_by(PrintBlock.number))
    found = matches(b"".join(bytes(one) for one in blocks), prints, _MOST_MATCHES)
    items = _items(session, item, found)
    named = [(items[match.position], match) for match in found if match.position in items]
    return [
        {
            "item": str(other),
            "turn": match.turn,
            "phash_bits": match.phash_bits,
            "dhash_bits": match.dhash_bits,
        }
        for other, match in named[:MOST_NAMED]
    ]


def _items(session: Session, item: Item, found: Sequence[Match]) -> dict[int, UUID]:
    """The items of other visits that were received at these places in the log."""
    query = (
        select(CustodyEntry.position, Item.id)
        .join(Item, Item.id == CustodyEntry.item_id)
        .where(
            CustodyEntry.organisation_id == item.organisation_id,
            CustodyEntry.position.in_([match.position for match in found]),
            CustodyEntry.action == RECEIVED,
            Item.visit_id != item.visit_id,
        )
    )
    return {row.position: row.id for row in session.execute(query)}
