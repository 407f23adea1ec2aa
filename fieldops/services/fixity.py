"""Fixity: what is stored is read and hashed again, and what is changed or missing is named.

A scan goes through the blobs in the order of their ids and notes how far it came, so that it goes
on there after a crash. What is found is a custody entry and a finding of every item whose bytes
they are, and stays open before compliance until a later scan finds the blob whole again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from evidence.custody.entry import CHECKED
from evidence.custody.instants import format_instant
from fieldops.domain.facts import FixityScanAsked
from fieldops.models import Blob, BlobFault, FixityScan, Item, restriction
from fieldops.services import custody, outbox
from fieldops.services.organisations import keyring_of
from fieldops.services.uploads import KEY_KIND

RUNNING, DONE = "running", "done"
CHANGED, MISSING = "changed", "missing"
# A scan that did not advance for so long has lost its worker.
_LOST = timedelta(minutes=20)


@dataclass(frozen=True, slots=True)
class Read:
    """What came of reading one blob: its bytes, and what is wrong with it, if anything."""

    blob_id: UUID
    size: int
    fault: str | None = None
    reason: str = ""


def begin(session: Session, organisation_id: UUID, *, at: datetime) -> FixityScan:
    """The scan that is running, or a new one; the caller has it carried out."""
    custody.ensure_log(session, organisation_id, at=at)
    if found := running(session, organisation_id):
        return found
    scan = FixityScan(
        organisation_id=organisation_id, state=RUNNING, after_id=None, started_at=at, advanced_at=at
    )
    session.add(scan)
    session.flush()
    return scan


def hand_out(session: Session, organisation_id: UUID, *, days: int, at: datetime) -> bool:
    """Have a scan made when the last began so many days ago, or taken up when its worker died."""
    last = session.scalars(_scans(organisation_id).limit(1)).one_or_none()
    if last is not None and last.state == RUNNING:
        if last.advanced_at > at - _LOST:
            return False
        last.advanced_at = at
    elif days <= 0 or (last is not None and last.started_at > at - timedelta(days=days)):
        return False
    ask(session, begin(session, organisation_id, at=at), at=at)
    return True


def ask(session: Session, scan: FixityScan, *, at: datetime) -> None:
    """Have a scan gone on with by a worker."""
    fact = FixityScanAsked(scan.id)
    outbox.record(session, fact, organisation_id=scan.organisation_id, now=at)


def running(session: Session, organisation_id: UUID) -> FixityScan | None:
    """The scan that is not at its end, if there is one."""
    query = _scans(organisation_id).where(FixityScan.state == RUNNING)
    return session.scalars(query.limit(1)).one_or_none()


def latest(session: Session, organisation_id: UUID, limit: int = 12) -> Sequence[FixityScan]:
    """The last scans, the newest first."""
    return session.scalars(_scans(organisation_id).limit(limit)).all()


def to_read(session: Session, scan: FixityScan, limit: int) -> Sequence[Blob]:
    """The next blobs of a scan; what was destroyed as the law asks is not looked for."""
    query = select(Blob).where(
        Blob.organisation_id == scan.organisation_id, Blob.wrapped_key.is_not(None)
    )
    if scan.after_id is not None:
        query = query.where(Blob.id > scan.after_id)
    return session.scalars(query.order_by(Blob.id).limit(limit)).all()


def key_of(session: Session, blob: Blob) -> bytes:
    """The key of a blob's bytes; raises SealBroken when it does not open."""
    keyring = keyring_of(session, blob.organisation_id)
    return keyring.open(KEY_KIND, bytes(blob.wrapped_key or b""))


def advance(session: Session, scan_id: UUID, found: Sequence[Read], *, at: datetime) -> FixityScan:
    """Note what was read, in the order of `to_read`; nothing read means that the scan is done."""
    custody.ensure_log(session, _organisation_of(session, scan_id), at=at)
    scan = session.get_one(FixityScan, scan_id, with_for_update=True)
    scan.advanced_at = at
    if not found and scan.state == RUNNING:
        scan.state, scan.finished_at = DONE, at
    for one in found:
        if scan.after_id is not None and one.blob_id <= scan.after_id:
            continue  # Another worker has noted it.
        scan.after_id = one.blob_id
        scan.checked += 1
        scan.bytes_read += one.size
        _judge(session, scan, one, at)
    session.flush()
    return scan


def open_faults(session: Session, organisation_id: UUID) -> Sequence[BlobFault]:
    """Blobs that are changed or missing now, oldest first."""
    query = select(BlobFault).where(
        BlobFault.organisation_id == organisation_id, BlobFault.mended_at.is_(None)
    )
    return session.scalars(query.order_by(BlobFault.id)).all()


def any_broken(session: Session) -> bool:
    """Whether anything stored is changed or missing, in any organisation."""
    query = select(BlobFault.id).where(BlobFault.mended_at.is_(None))
    return session.scalar(query.limit(1)) is not None


def items_of(session: Session, blob_ids: Sequence[UUID]) -> Sequence[Item]:
    """The items whose bytes these blobs are."""
    query = select(Item).where(Item.blob_id.in_(blob_ids))
    return session.scalars(query.order_by(Item.id)).all()


def _judge(session: Session, scan: FixityScan, read: Read, at: datetime) -> None:
    query = select(BlobFault).where(
        BlobFault.blob_id == read.blob_id, BlobFault.mended_at.is_(None)
    )
    known = session.scalars(query).one_or_none()
    if read.fault is None:
        if known is not None:
            known.mended_at = at
            _tell(session, scan, read, "whole-again", at)
        return
    scan.broken += 1
    if known is not None and known.kind == read.fault:
        return
    if known is not None:
        known.mended_at = at  # It is broken in another way now; the new fault says how.
    session.add(
        BlobFault(
            organisation_id=scan.organisation_id,
            blob_id=read.blob_id,
            scan_id=scan.id,
            kind=read.fault,
            reason=read.reason[:200],
            found_at=at,
        )
    )
    _tell(session, scan, read, read.fault, at)


def _tell(session: Session, scan: FixityScan, read: Read, result: str, at: datetime) -> None:
    with restriction.seeing(session):
        items = items_of(session, [read.blob_id])
    for item in items:
        custody.append(
            session, item.case_id, CHECKED, item,
            organisation_id=scan.organisation_id, by="system", at=at,
            detail={"result": result, "scan": str(scan.id)},
        )  # fmt: skip
        # A new list: a change inside the old one would not be seen as one.
        item.findings = [*item.findings, _finding(item, result, at)]


def _finding(item: Item, result: str, at: datetime) -> dict[str, object]:
    return {
        "check": "fixity",
        "holds": result == "whole-again",
        "value": result,
        "threshold": item.sha256,
        "unit": "sha256",
        "at": format_instant(at),
    }


def _organisation_of(session: Session, scan_id: UUID) -> UUID:
    return session.get_one(FixityScan, scan_id).organisation_id


def _scans(organisation_id: UUID) -> Select[FixityScan]:
    query = select(FixityScan).where(FixityScan.organisation_id == organisation_id)
    return query.order_by(FixityScan.id.desc())
