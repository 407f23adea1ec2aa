"""Entries of a phone taken down and applied, each in a transaction of its own.

They come from the phone itself, or in a rescue file by the office's hand.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import select

from fieldops.api.access import unit
from fieldops.api.problems import language
from fieldops.api.sync_reading import ReadEntry
from fieldops.db import db, reading
from fieldops.domain.errors import FieldopsError
from fieldops.domain.permissions import Actor
from fieldops.domain.phones import AT_ONCE, EntryState, Question
from fieldops.domain.problem_documents import document
from fieldops.models import DeviceEntry
from fieldops.services.phones import devices, journal
from fieldops.wiring import wiring

log = structlog.get_logger(__name__)

# How many entries one call applies: what is left waits for the next.
_AT_A_TIME = 500


@dataclass(frozen=True, slots=True)
class TakenEntry:
    """What was read, and what became of taking it down."""

    read: ReadEntry
    is_known: bool = False
    fault: FieldopsError | None = None


def take(
    device_id: UUID,
    read: Sequence[ReadEntry],
    *,
    ended_too: bool = False,
    actor: Actor,
    now: datetime,
) -> list[TakenEntry]:
    """Take every entry down, each in a transaction of its own, calls for help at once."""
    found: dict[int, TakenEntry] = {}
    numbered = [one for one in read if one.written is not None]
    for one in sorted(numbered, key=lambda each: each.written.sequence if each.written else 0):
        written = one.written
        assert written is not None  # noqa: S101  # Those without a number are left out above.
        with unit() as session:
            taken = journal.take(
                session, device_id, written, ended_too=ended_too, actor=actor, now=now
            )
        found[one.index] = TakenEntry(one, taken.is_known, taken.fault)
        if written.kind in AT_ONCE and taken.row is not None:
            with unit() as session:
                journal.apply_at_once(session, taken.row.id, wiring().means, actor=actor, now=now)
    return [found.get(one.index) or TakenEntry(one, fault=one.fault) for one in read]


def apply(device_id: UUID, *, actor: Actor, now: datetime) -> list[int]:
    """Apply what has its turn; the numbers that were decided."""
    done: list[int] = []
    for _ in range(_AT_A_TIME):
        try:
            with unit() as session:
                row = journal.apply_next(session, device_id, wiring().means, actor=actor, now=now)
                if row is None:
                    return done
                done.append(row.sequence)
        except FieldopsError as wrong:
            if wrong.status < 500:
                raise
            # A part of ours cannot be reached: what is left waits, and nothing is lost.
            return done
        except Exception:
            log.exception("sync.entry-failed", device=str(device_id))
            with unit() as session:
                gone = journal.note_failure(session, device_id, actor=actor, now=now)
            if not gone:
                return done
    return done


def answered(
    device_id: UUID, taken: Sequence[TakenEntry], done: Sequence[int], *, actor: Actor
) -> dict[str, Any]:
    """What became of each entry that was taken, then of those that had waited and were done."""
    with reading():
        session = db.session()
        device = devices.own(session, device_id, actor, ended_too=True)
        sent = {one.read.written.sequence for one in taken if one.read.written is not None}
        rows = _rows(device_id, sent | set(done))
        found = {
            "decided_through": device.decided_through,
            "waiting": journal.waiting(session, device),
            "answers": [
                *(_answer(one, rows) for one in taken),
                *(_of_row(None, rows[number]) for number in done if number not in sent),
            ],
        }
        db.session.rollback()
    return found


def _answer(one: TakenEntry, rows: dict[int, DeviceEntry]) -> dict[str, Any]:
    written = one.read.written
    number = written.sequence if written is not None else None
    if one.fault is not None:
        problem = document(one.fault, language())
        return _line(one.read.index, number, "refused", problem=problem)
    assert number is not None  # noqa: S101  # Without a number there is a fault.
    return _of_row(one.read.index, rows[number], is_known=one.is_known)


def _of_row(index: int | None, row: DeviceEntry, *, is_known: bool = False) -> dict[str, Any]:
    if row.state == EntryState.HELD:
        return _line(index, row.sequence, "held")
    known = is_known or row.state == EntryState.MISSING
    return _line(
        index,
        row.sequence,
        "known" if known else row.state,
        result=row.state if known else None,
        version=row.version,
        overlaps=row.question == Question.OVERLAP,
        problem=row.problem[language()] if row.problem else None,
    )


def _line(index: int | None, sequence: int | None, status: str, **more: Any) -> dict[str, Any]:
    return {
        "index": index, "sequence": sequence, "status": status, "result": None, "version": None,
        "overlaps": False, "problem": None, **more,
    }  # fmt: skip


def _rows(device_id: UUID, numbers: set[int]) -> dict[int, DeviceEntry]:
    query = select(DeviceEntry).where(
        DeviceEntry.device_id == device_id, DeviceEntry.sequence.in_(numbers)
    )
    return {row.sequence: row for row in db.session.scalars(query)}
