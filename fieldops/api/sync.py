"""Sync: a phone hands in what it wrote offline, and is told what changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from flask.views import MethodView
from flask_smorest import Blueprint
from sqlalchemy import select

from fieldops import clock
from fieldops.api import sync_schemas as schemas
from fieldops.api.access import allow, current_actor, shows_nobody, unit
from fieldops.api.problems import language
from fieldops.api.sync_reading import ReadEntry, read_entry
from fieldops.api.sync_telling import changes, read_cursor
from fieldops.db import db, reading
from fieldops.domain.errors import FieldopsError
from fieldops.domain.permissions import Permission
from fieldops.domain.phones import AT_ONCE, EntryState, Question
from fieldops.domain.problem_documents import document
from fieldops.models import DeviceEntry
from fieldops.services.phones import devices, journal
from fieldops.services.phones.acts import Means
from fieldops.services.planning.living import telling
from fieldops.services.visits import within_reach
from fieldops.wiring import wiring

blp = Blueprint("sync", __name__, url_prefix="/api/v1", description="Phones that were offline")
log = structlog.get_logger(__name__)

# How many entries one call applies: what is left waits for the next.
_AT_A_TIME = 500


@blp.route("/sync")
class Sync(MethodView):
    """One phone's exchange."""

    @allow(Permission.WORK_VISITS, reads="day")
    @blp.arguments(schemas.SinceCursorQuery, location="query")
    @blp.response(200, schemas.ChangesOut)
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """What changed since the cursor; without one, or with one of another day, all of it."""
        told = changes(**query)
        if not told["visits"]:
            # Phones ask often and mostly in vain: that is no reading of anybody's data.
            shows_nobody()
        return told

    @allow(Permission.WORK_VISITS, offline=False)
    @blp.arguments(schemas.SyncIn)
    @blp.response(200, schemas.SyncOut)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Take a batch down, and apply each entry in its turn, once; the answer names each."""
        device_id, now = body["device_id"], clock.now()
        _note(body, now)
        read = [
            read_entry(index, raw, sent_at=body["sent_at"], now=now)
            for index, raw in enumerate(body["entries"])
        ]
        taken = _take(device_id, read, now)
        if body["oldest"] is not None:
            with unit() as session:
                journal.give_up_before(
                    session, device_id, body["oldest"], actor=current_actor(), now=now
                )
        done = _apply(device_id, now)
        return _answered(device_id, taken, done, body["cursor"])


@dataclass(frozen=True, slots=True)
class _Taken:
    """What was read, and what became of taking it down."""

    read: ReadEntry
    is_known: bool = False
    fault: FieldopsError | None = None


def _note(body: dict[str, Any], now: datetime) -> None:
    said = devices.Report(body["app_version"], body["pending"], body["storage_persisted"])
    cursor, actor = read_cursor(body["cursor"]), current_actor()
    with unit() as session:
        devices.note(session, body["device_id"], said, actor=actor, at=clock.wall_time())
        # A phone that was away for weeks still hands in: its old day is nobody's question any more.
        if cursor is not None and within_reach(session, cursor.day, actor=actor, now=now):
            telling.seen(session, actor, cursor.day, until=cursor.at, now=now)


def _take(device_id: UUID, read: Sequence[ReadEntry], now: datetime) -> list[_Taken]:
    """Take every entry down, each in a transaction of its own, calls for help at once."""
    found: dict[int, _Taken] = {}
    numbered = [one for one in read if one.written is not None]
    for one in sorted(numbered, key=lambda each: each.written.sequence if each.written else 0):
        written = one.written
        assert written is not None  # noqa: S101  # Those without a number are left out above.
        with unit() as session:
            taken = journal.take(session, device_id, written, actor=current_actor(), now=now)
        found[one.index] = _Taken(one, taken.is_known, taken.fault)
        if written.kind in AT_ONCE and taken.row is not None:
            with unit() as session:
                journal.apply_at_once(
                    session, taken.row.id, means(), actor=current_actor(), now=now
                )
    return [found.get(one.index) or _Taken(one, fault=one.fault) for one in read]


def _apply(device_id: UUID, now: datetime) -> list[int]:
    """Apply what has its turn; the numbers that were decided."""
    done: list[int] = []
    for _ in range(_AT_A_TIME):
        try:
            with unit() as session:
                row = journal.apply_next(
                    session, device_id, means(), actor=current_actor(), now=now
                )
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
                gone = journal.note_failure(session, device_id, actor=current_actor(), now=now)
            if not gone:
                return done
    return done


def _answered(
    device_id: UUID, taken: Sequence[_Taken], done: Sequence[int], cursor: str | None
) -> dict[str, Any]:
    with reading():
        session = db.session()
        device = devices.own(session, device_id, current_actor())
        sent = {one.read.written.sequence for one in taken if one.read.written is not None}
        rows = _rows(device_id, sent | set(done))
        found = {
            "cursor": cursor,
            "decided_through": device.decided_through,
            "waiting": journal.waiting(session, device),
            "answers": [
                *(_answer(one, rows) for one in taken),
                *(_of_row(None, rows[number]) for number in done if number not in sent),
            ],
        }
        db.session.rollback()
    return found


def _answer(one: _Taken, rows: dict[int, DeviceEntry]) -> dict[str, Any]:
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


def means() -> Means:
    """What the acts of entries need of this installation."""
    parts = wiring()
    radius = parts.settings.arrival_radius_metres
    return Means(parts.rulebook, parts.rights, parts.safety, radius, parts.together)
