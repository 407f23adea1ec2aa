"""What a pack says beside the originals: catalogue, findings, the trace record, the system."""

import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from evidence.custody import disclosure
from evidence.custody.instants import format_instant
from fieldops.models import Base, Belief, BlobFault, CustodyLog, Flag, Item, Observation
from fieldops.services import beliefs, fixity, stamps

_KINDS = {
    "photo": "照片 Photo",
    "video": "视频 Video",
    "audio": "录音 Recording",
    "document": "文件 Document",
    "other": "其他 Other",
}
_SOURCES = {
    "camera": "外访现场拍摄 Taken on the visit",
    "recorder": "外访现场录制 Recorded on the visit",
    "gallery": "外访员相册上传 From the agent's gallery",
    "unknown": "外访员上传 Sent in by the agent",
}
# What belongs to the database and not to the record.
_UNSAID = frozenset({"organisation_id", "prior", "drift", "whole_at"})


def catalogue(
    item: Item, zone: ZoneInfo, *, proves: str = "", hidden: Collection[str] = ()
) -> dict[str, str]:
    """An item's row in the catalogue: name, source, what it is to prove, pages, date.

    Nothing stands there that is `hidden` in the item's record.
    """
    device_at = None if "device_at" in hidden else item.device_at
    made = device_at or item.received_at
    name = "" if "filename" in hidden else item.filename
    return {
        "name": f"{_KINDS[item.kind]} {name}".strip(),
        "source": "-" if "capture" in hidden else _SOURCES[item.capture],
        "proves": proves or f"外访时的现场情况 What was met on visit {item.visit_id}",
        "pages": "1" if item.kind == "photo" else "-",
        "date": made.astimezone(zone).date().isoformat(),
    }


def findings(items: Sequence[Item]) -> list[dict[str, Any]]:
    """Every cross-check of every item, with its threshold."""
    return [{"item": str(item.id), **found} for item in items for found in item.findings]


def trace(
    session: Session, case_id: UUID, people: Collection[UUID] | None = None
) -> list[dict[str, Any]]:
    """The asset-trace record of a case: observations, beliefs, then flags with their reviews.

    With `people` only what is recorded of these persons.
    """
    observations = select(Observation).where(Observation.case_id == case_id)
    held = select(Belief).where(Belief.case_id == case_id)
    flagged = select(Flag).where(Flag.case_id == case_id)
    if people is not None:
        observations = observations.where(Observation.person_id.in_(people))
        held = held.where(Belief.person_id.in_(people))
        flagged = flagged.where(Flag.person_id.in_(people))
    flags = session.scalars(flagged.order_by(Flag.id)).all()
    return [
        *_rows("observation", session.scalars(observations.order_by(Observation.id))),
        *_beliefs(session, session.scalars(held.order_by(Belief.id))),
        *_rows("flag", flags),
        *_rows("flag-review", [review for flag in flags for review in flag.reviews]),
    ]


def withhold(
    records: Sequence[Mapping[str, Any]], names: Collection[str]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The records with these fields reduced to commitments, and what opens each commitment.

    A commitment is that of a withheld field of an item; the opening is
    `{"record", "name", "salt", "value"}`, with the number of the record from 0.
    """
    shown: list[dict[str, Any]] = []
    opened: list[dict[str, Any]] = []
    for number, record in enumerate(records):
        hidden = {name: record[name] for name in sorted(set(record) & set(names))}
        covered = disclosure.cover(hidden, lambda: secrets.token_hex(16))
        opened += [{"record": number, "name": name, **one} for name, one in covered.items()]
        rest = {name: value for name, value in record.items() if name not in hidden}
        stubs = disclosure.withhold(covered, hidden)
        shown.append({**rest, "withheld": stubs} if stubs else rest)
    return shown, opened


def system(
    session: Session, log: CustodyLog, blob_ids: Sequence[UUID], *, version: str,
    is_rehearsal: bool, size: int | None = None,
) -> list[dict[str, Any]]:  # fmt: skip
    """What art. 93 (1)-(3) asks of the system, and plainly what is not known of it.

    `size` is that of the log with the pack's cut in it; the present one when none is given.
    """
    return [
        {"record": "service", "name": "fieldops", "version": version},
        {
            "record": "clock",
            "is_rehearsal": is_rehearsal,
            "custody_times": "the machine's true clock, also during a rehearsal",
            "offset_seconds": None,
            "note": "the offset against an outside clock was not measured; "
            "see the timestamps of the authority",
        },
        {
            "record": "storage",
            "hash": "SHA-256 of the plain bytes, computed from what the disk holds",
            "encryption": "AES-256-GCM, a key for each file",
            "writing": "once; originals are never rewritten",
        },
        {
            "record": "fixity",
            "scan": "every original was read and hashed again while this pack was written",
        },
        {"record": "outages", "known": None, "note": "outages are not recorded by this service"},
        {"record": "log", "origin": log.origin, "size": size or log.size},
        *_fixity(session, log.organisation_id, blob_ids),
        *_authorities(session, log.organisation_id),
    ]


def _fixity(
    session: Session, organisation_id: UUID, blob_ids: Sequence[UUID]
) -> list[dict[str, Any]]:
    """The last scans of everything that is stored, and what any scan found of these blobs."""
    scans = [
        {
            "record": "fixity-scan",
            "scan": str(scan.id),
            "state": scan.state,
            "started_at": format_instant(scan.started_at),
            "finished_at": plain(scan.finished_at),
            "checked": scan.checked,
            "bytes": scan.bytes_read,
            "broken": scan.broken,
        }
        for scan in fixity.latest(session, organisation_id)
    ]
    query = select(BlobFault).where(BlobFault.blob_id.in_(blob_ids)).order_by(BlobFault.id)
    faults = [
        {
            "record": "fixity-fault",
            "scan": str(fault.scan_id),
            "sha256": fault.blob.sha256,
            "kind": fault.kind,
            "found_at": format_instant(fault.found_at),
            "mended_at": plain(fault.mended_at),
        }
        for fault in session.scalars(query)
    ]
    return [*scans, *faults]


def _authorities(session: Session, organisation_id: UUID) -> list[dict[str, Any]]:
    """What timestamp authorities failed to give when the pack was cut."""
    return [
        {
            "record": "stamp-owed",
            "authority": owed.authority,
            "size": owed.checkpoint.size,
            "asked_at": format_instant(owed.asked_at),
            "attempts": owed.attempts,
            "reason": owed.reason,
        }
        for owed in stamps.overdue(session, organisation_id)
    ]


def plain(value: Any) -> Any:
    """A value of a column in the form that canonical JSON takes: no floats, times in UTC."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return f"{value:.9g}"
    if isinstance(value, datetime):
        return format_instant(value)
    if isinstance(value, UUID | Decimal | date):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): plain(member) for key, member in value.items()}
    if isinstance(value, list | tuple):
        return [plain(member) for member in value]
    raise TypeError(f"{type(value).__name__} has no place in a record")


def _rows(kind: str, rows: Iterable[Base]) -> list[dict[str, Any]]:
    return [{"record": kind, **_columns(row)} for row in rows]


def _beliefs(session: Session, rows: Iterable[Belief]) -> list[dict[str, Any]]:
    """Beliefs with all their lines, as they were when written."""
    return [
        {"record": "belief", **_columns(one.row), "lines": plain(one.lines)}
        for one in beliefs.held(session, rows)
    ]


def _columns(row: Base) -> dict[str, Any]:
    names = inspect(type(row)).column_attrs.keys()
    return {name: plain(getattr(row, name)) for name in names if name not in _UNSAID}
