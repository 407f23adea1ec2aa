"""What phones wrote offline: each entry is kept, waits for its turn, and is applied once.

    taken down -> held until every earlier one is decided -> applied, conflict or refused

What is refused for ever does not keep those after it, and what a fault of ours keeps from being
done is tried some times and then goes to a person. The caller commits after each entry.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fieldops.domain import phones
from fieldops.domain.bilingual import Bilingual
from fieldops.domain.errors import (
    Conflict,
    FieldFault,
    FieldopsError,
    InvalidInput,
    NotFound,
    PreconditionFailed,
)
from fieldops.domain.permissions import Actor, Role
from fieldops.domain.phones import EntryKind, EntryState, Question
from fieldops.domain.problem_documents import document
from fieldops.models import Device, DeviceEntry, Visit
from fieldops.models import restriction as restricted
from fieldops.services import scoped
from fieldops.services.phones import devices
from fieldops.services.phones.acts import Act, Done, Means, perform
from fieldops.services.phones.versions import was_changed_meanwhile
from fieldops.services.rulings import ContactForbidden

_TOO_FAR = Bilingual("lies too far ahead of its turn", "序号超前过多")
_SEND_EARLIER = Bilingual("send the earlier entries first", "请先提交之前的记录")


class EntryReused(InvalidInput):
    """The sequence number or the key came before, with another content."""

    slug = "entry-reused"
    title_en = "This number or key belongs to another entry"
    title_zh = "该序号或标识已用于其他记录"


class EntryLost(FieldopsError):
    """The phone has lost this entry: its number was never sent, and never will be."""

    slug = "entry-lost"
    status = 410
    title_en = "The phone has lost this entry"
    title_zh = "手机已丢失该条记录"


class EntryLate(Conflict):
    """The entry came after it had been given up for lost, and later ones are done."""

    slug = "entry-late"
    title_en = "The entry came after it was given up; the office decides"
    title_zh = "该条记录补交过迟，由内勤处理"


class EntryFailed(FieldopsError):
    """A fault of ours keeps the entry from being applied; a person looks at it."""

    slug = "entry-failed"
    status = 500
    title_en = "The entry could not be applied; the office looks at it"
    title_zh = "该条记录暂时无法处理，已转内勤核查"


@dataclass(frozen=True, slots=True)
class Written:
    """An entry as it came: `fault` says what its form lacks, so that it can only be refused."""

    sequence: int
    key: str
    kind: str
    visit_id: UUID | None
    based_on: int | None
    device_at: datetime | None
    happened: datetime
    body: Mapping[str, Any]
    fault: FieldopsError | None = None

    @property
    def content_hash(self) -> str:
        """A name for exactly this content, whatever clock it is sent by."""
        at = self.device_at.isoformat() if self.device_at else None
        told = [self.key, self.kind, str(self.visit_id), self.based_on, at, self.body]
        text = json.dumps(told, sort_keys=True, ensure_ascii=False, default=str)
        return sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Taken:
    """The row of an entry; `is_known` when it had come before; `fault` where none was kept."""

    row: DeviceEntry | None
    is_known: bool = False
    fault: FieldopsError | None = None


def take(
    session: Session,
    device_id: UUID,
    written: Written,
    *,
    ended_too: bool = False,
    actor: Actor,
    now: datetime,
) -> Taken:
    """Take an entry down, durably; what came before is the one that is there.

    Raises NotFound, DeviceRevoked unless `ended_too`.
    """
    device = devices.own(session, device_id, actor, lock=True, ended_too=ended_too)
    known = _of_number(session, device, written.sequence)
    if known is not None and known.content_hash == written.content_hash:
        return Taken(known, is_known=True)
    if known is not None and known.state != EntryState.MISSING:
        return Taken(None, fault=EntryReused(sequence=written.sequence))
    if written.sequence > device.decided_through + phones.FARTHEST_AHEAD:
        too_far = FieldFault("sequence", _TOO_FAR, _SEND_EARLIER)
        return Taken(None, fault=InvalidInput(faults=[too_far]))
    fault = written.fault or _of_key(session, device, written.key)
    if known is not None:
        # Its turn is over, and what came after it is done: a person says what becomes of it.
        row, fault = known, fault or EntryLate()
        row.question = row.settlement = row.settled_at = None
    else:
        row = DeviceEntry(
            organisation_id=device.organisation_id, device_id=device.id, sequence=written.sequence
        )
        session.add(row)
    row.key, row.kind, row.visit_id = written.key, written.kind, written.visit_id
    row.based_on, row.device_at = written.based_on, written.device_at
    row.happened_at, row.received_at = written.happened, now
    row.content_hash, row.body = written.content_hash, dict(written.body)
    row.state = EntryState.HELD.value
    if fault is not None:
        _refuse(session, row, fault, now=now)
    session.flush()
    return Taken(row)


def apply_next(
    session: Session, device_id: UUID, means: Means, *, actor: Actor, now: datetime
) -> DeviceEntry | None:
    """Apply the entry whose turn it is; None when that one has not come yet."""
    device = devices.own(session, device_id, actor, lock=True)
    row = _of_number(session, device, device.decided_through + 1)
    if row is None:
        return None
    if row.state == EntryState.HELD:
        _decide(session, row, means, actor=actor, now=now)
    device.decided_through = row.sequence
    session.flush()
    return row


def apply_at_once(
    session: Session, entry_id: UUID, means: Means, *, actor: Actor, now: datetime
) -> None:
    """Apply an entry before its turn, of a kind that waits for nobody."""
    row = scoped.get(session, DeviceEntry, entry_id, actor, lock=True)
    if row.state == EntryState.HELD and row.kind in phones.AT_ONCE:
        _decide(session, row, means, actor=actor, now=now)
    session.flush()


def note_failure(session: Session, device_id: UUID, *, actor: Actor, now: datetime) -> bool:
    """Count that the entry whose turn it is met a fault of ours; true when it was given up.

    A person looks at it then, and those after it go on.
    """
    device = devices.own(session, device_id, actor, lock=True)
    row = _of_number(session, device, device.decided_through + 1)
    if row is None or row.state != EntryState.HELD:
        return True
    row.tries += 1
    if row.tries < phones.MOST_TRIES:
        return False
    _refuse(session, row, EntryFailed(), now=now)
    row.question = Question.FAULT.value
    device.decided_through = row.sequence
    session.flush()
    return True


def give_up_before(
    session: Session, device_id: UUID, oldest: int, *, actor: Actor, now: datetime
) -> None:
    """The phone has nothing left below this number: what never came is lost, and is written down.

    One number at most is filled for each that is waited for, so that the queue goes on.
    """
    device = devices.own(session, device_id, actor, lock=True)
    last = min(oldest, _highest(session, device) + 1)
    here = set(
        session.scalars(
            select(DeviceEntry.sequence).where(
                DeviceEntry.device_id == device.id,
                DeviceEntry.sequence > device.decided_through,
                DeviceEntry.sequence < last,
            )
        )
    )
    for number in range(device.decided_through + 1, last):
        if number not in here:
            session.add(_lost(device, number, now))
    session.flush()


def waiting(session: Session, device: Device) -> list[int]:
    """The numbers that are held, the lowest first."""
    query = select(DeviceEntry.sequence).where(
        DeviceEntry.device_id == device.id,
        DeviceEntry.sequence > device.decided_through,
        DeviceEntry.state == EntryState.HELD,
    )
    return list(session.scalars(query.order_by(DeviceEntry.sequence)))


def agent_of(device: Device) -> Actor:
    """The agent whose phone it is, as he acts."""
    return Actor(
        organisation_id=device.organisation_id,
        role=Role.AGENT,
        account_id=device.account_id,
        agent_id=device.agent_id,
        name=device.account.name,
    )


def leave_to_a_person(session: Session, device: Device, *, now: datetime) -> None:
    """The phone will send no more: what still waits for others is left to a person."""
    query = select(DeviceEntry).where(
        DeviceEntry.device_id == device.id, DeviceEntry.state == EntryState.HELD
    )
    for row in session.scalars(query):
        _refuse(session, row, EntryLate(), now=now)
    session.flush()


def do(session: Session, row: DeviceEntry, means: Means, *, actor: Actor, now: datetime) -> Done:
    """What the entry says, done as its agent; raises what the act raises."""
    offset = row.happened_at - row.device_at if row.device_at else timedelta(0)
    act = Act(
        row.visit_id, row.body or {}, row.happened_at, offset, actor, now, row.device_id
    )  # fmt: skip
    return perform(session, EntryKind(row.kind), act, means)


def _decide(
    session: Session, row: DeviceEntry, means: Means, *, actor: Actor, now: datetime
) -> None:
    before = _version(session, row, actor)
    row.version_before = before
    try:
        with session.begin_nested():
            done = do(session, row, means, actor=actor, now=now)
    except FieldopsError as wrong:
        if wrong.status >= 500:
            raise
        _refuse(session, row, wrong, now=now)
        return
    if isinstance(done, ContactForbidden):
        _refuse(session, row, done, now=now)
        return
    row.version = done.version if done is not None else None
    row.state, row.decided_at = EntryState.APPLIED.value, now
    if before is not None and was_changed_meanwhile(session, row, before):
        row.question = Question.OVERLAP.value
    else:
        # Where it is applied it has become part of the record: no second copy of a track stays.
        row.body = None


def _refuse(session: Session, row: DeviceEntry, wrong: FieldopsError, *, now: datetime) -> None:
    clash = isinstance(wrong, Conflict | PreconditionFailed)
    row.state = (EntryState.CONFLICT if clash else EntryState.REFUSED).value
    row.problem = {language: _plain(document(wrong, language)) for language in ("en", "zh")}
    row.decided_at = now
    if clash:
        row.question = Question.CONFLICT.value
    elif isinstance(wrong, NotFound):
        row.question = _why_there_is_no_visit(session, row)


def _plain(body: Mapping[str, Any]) -> Any:
    return json.loads(json.dumps(body, ensure_ascii=False, default=str))


def _version(session: Session, row: DeviceEntry, actor: Actor) -> int | None:
    if row.visit_id is None:
        return None
    query = scoped.own(Visit, actor).where(Visit.id == row.visit_id).with_for_update()
    visit = session.scalars(query).one_or_none()
    return visit.version if visit is not None else None


def _why_there_is_no_visit(session: Session, row: DeviceEntry) -> str | None:
    """What a person is asked of a visit of the house that the agent cannot reach."""
    query = select(Visit.id).where(
        Visit.id == row.visit_id, Visit.organisation_id == row.organisation_id
    )
    if session.scalar(query) is not None:
        return Question.NOT_HIS.value
    # What was written at his door waits for the end of the restriction, and is asked about then.
    with restricted.seeing(session, Visit):
        return Question.RESTING.value if session.scalar(query) is not None else None


def _of_number(session: Session, device: Device, sequence: int) -> DeviceEntry | None:
    query = select(DeviceEntry).where(
        DeviceEntry.device_id == device.id, DeviceEntry.sequence == sequence
    )
    return session.scalars(query).one_or_none()


def _of_key(session: Session, device: Device, key: str) -> FieldopsError | None:
    query = select(DeviceEntry.sequence).where(
        DeviceEntry.device_id == device.id, DeviceEntry.key == key
    )
    other = session.scalars(query.limit(1)).first() if key else None
    return EntryReused(sequence=other) if other is not None else None


def _highest(session: Session, device: Device) -> int:
    query = select(func.max(DeviceEntry.sequence)).where(DeviceEntry.device_id == device.id)
    return session.scalar(query) or 0


def _lost(device: Device, number: int, now: datetime) -> DeviceEntry:
    wrong = EntryLost()
    return DeviceEntry(
        organisation_id=device.organisation_id, device_id=device.id, sequence=number, key="",
        kind="", happened_at=now, received_at=now, content_hash="", tries=0, decided_at=now,
        state=EntryState.MISSING.value, question=Question.MISSING.value,
        problem={language: document(wrong, language) for language in ("en", "zh")},
    )  # fmt: skip
