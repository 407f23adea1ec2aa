"""What follows an item where a virus scanner is set: it is scanned, and so is what still waits."""

from uuid import UUID

import structlog

from fieldops import clock
from fieldops.domain.facts import ItemReceived, ScanOwed
from fieldops.domain.scanning import Scanner, ScannerAwayError
from fieldops.jobs.registry import JobContext, job
from fieldops.services import evidence, scanning

log = structlog.get_logger(__name__)


@job("scan-item", subject=lambda fact: f"item:{fact.item_id}", timeout=3600)
def scan_item(context: JobContext, fact: ItemReceived | ScanOwed) -> None:
    """Scan the item and those that waited; a scanner that is away leaves them waiting, and told.

    The next item makes up for it, or the round that asks again every few minutes.
    """
    scanner = context.wiring.scanner
    if scanner is None:
        return
    with context.unit() as session:
        items = scanning.waiting(session, actor=context.actor, also=fact.item_id)
    try:
        for item_id in items:
            scanner.ping()
            _scan(context, scanner, item_id)
    except ScannerAwayError as away:
        log.warning("scan.waits", reason=str(away))
        context.session.rollback()
        with context.unit() as session:
            scanning.delay(session, fact.item_id, str(away), actor=context.actor)


def _scan(context: JobContext, scanner: Scanner, item_id: UUID) -> None:
    with context.unit() as session:
        try:
            opened = scanning.opened(session, item_id, actor=context.actor, at=clock.wall_time())
        except evidence.ContentGone:
            return
        if opened is None:
            return
    # Outside any transaction: a large file is scanned for seconds.
    verdict = scanner.scan(opened.chunks(context.wiring.blobs))
    with context.unit() as session:
        scanning.keep(session, item_id, verdict, actor=context.actor)
