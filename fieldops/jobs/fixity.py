"""Reading everything that is stored again: paced, in constant memory, a piece at a time.

A job reads for some minutes and then hands the rest to the next, so that no worker is held for the
hours that a whole scan may take.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

import structlog

from fieldops import clock
from fieldops.db import db, reading
from fieldops.domain.blobs import BlobBroken, BlobMissing, BlobStore
from fieldops.domain.facts import FixityScanAsked
from fieldops.jobs.registry import JobContext, job
from fieldops.models import Blob, FixityScan
from fieldops.models.sealing import SealBroken
from fieldops.services import fixity
from fieldops.services.fixity import CHANGED, MISSING, Read
from fieldops.transaction import transaction
from fieldops.wiring import Wiring

log = structlog.get_logger(__name__)

_AT_ONCE = 50
# What was read is noted at the latest after so many bytes.
_NOTED = 256 * 1024 * 1024
_TURN = timedelta(minutes=5)


@dataclass
class Pace:
    """Holds reading back to so many bytes a second; 0 lets it run."""

    bytes_per_second: float
    sleep: Callable[[float], None] = field(default=time.sleep, repr=False)
    monotonic: Callable[[], float] = field(default=time.monotonic, repr=False)

    def __post_init__(self) -> None:
        """Begin to count."""
        self._began, self._bytes = self.monotonic(), 0

    def read(self, count: int) -> None:
        """Say that so many bytes were read; returns when more may be."""
        self._bytes += count
        if self.bytes_per_second > 0:
            ahead = self._bytes / self.bytes_per_second - (self.monotonic() - self._began)
            if ahead > 0:
                self.sleep(ahead)


@job("scan-fixity", subject=lambda fact: f"scan:{fact.scan_id}", timeout=3600)
def scan_fixity(context: JobContext, fact: FixityScanAsked) -> None:
    """Go on with a scan for one turn; what is left is handed on."""
    pace = Pace(context.wiring.settings.fixity_megabytes_per_second * 1e6)
    scan = go_on(context.wiring, fact.scan_id, pace, turn=_TURN)
    context.advance(scan.checked, None)
    if scan.state == fixity.RUNNING:
        with context.unit() as session:
            fixity.ask(session, scan, at=clock.wall_time())


def go_on(
    wiring: Wiring, scan_id: UUID, pace: Pace, *, turn: timedelta | None = None
) -> FixityScan:
    """Read from where the scan stands to its end, or until its turn is over."""
    until = None if turn is None else clock.wall_time() + turn
    while True:
        found = _read_some(wiring.blobs, scan_id, pace)
        with transaction(db.session, wiring.publish) as session:
            scan = fixity.advance(session, scan_id, found, at=clock.wall_time())
        if scan.state != fixity.RUNNING or (until is not None and clock.wall_time() >= until):
            return scan


def _read_some(store: BlobStore, scan_id: UUID, pace: Pace) -> list[Read]:
    with reading(), transaction(db.session) as session:
        scan = session.get_one(FixityScan, scan_id)
        wanted = [(blob, _key(blob)) for blob in fixity.to_read(session, scan, _AT_ONCE)]
    found: list[Read] = []
    size = 0
    # Nobody's transaction waits while gigabytes are read.
    for blob, key in wanted:
        found.append(_read(store, blob, key, pace))
        size += found[-1].size
        if size >= _NOTED:
            break
    return found


def _key(blob: Blob) -> bytes | None:
    try:
        return fixity.key_of(db.session(), blob)
    except SealBroken:
        return None


def _read(store: BlobStore, blob: Blob, key: bytes | None, pace: Pace) -> Read:
    if key is None:
        return _faulty(blob, 0, CHANGED, "its key does not open")
    size = 0
    try:
        for chunk in store.open_chunks(blob.organisation_id, blob.sha256, key):
            size += len(chunk)
            pace.read(len(chunk))
    except BlobMissing as missing:
        return _faulty(blob, size, MISSING, str(missing))
    except (BlobBroken, OSError) as broken:
        return _faulty(blob, size, CHANGED, str(broken))
    return Read(blob.id, size)


def _faulty(blob: Blob, size: int, kind: str, reason: str) -> Read:
    log.error("fixity.broken", blob=str(blob.id), sha256=blob.sha256, kind=kind, reason=reason)
    return Read(blob.id, size, kind, reason)
