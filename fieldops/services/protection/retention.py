"""Retention: what is over is erased, run by run, each run proved by a hashed and signed record.

Before it is switched on, a dry run shows what it would do, and the switch names the rules whose dry
run was looked at: other rules switch it off. A run takes its steps one by one, and each step keeps
its books in the transaction in which it erases, so a run that a crash cut off goes on where it was.
A legal hold comes before every period: what is kept beside cases stays too where it is about one
that is held.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import Select, delete, exists, func, null, or_, select, update
from sqlalchemy.orm import Session

from evidence.custody.canonical import canonical
from evidence.custody.instants import format_instant
from evidence.pack.signing import sign_cms
from fieldops.domain.errors import Conflict
from fieldops.domain.permissions import Actor
from fieldops.domain.retention import RecordKind, RetentionRule, applying
from fieldops.models import (
    Account,
    Arrival,
    DeviceEntry,
    IdempotencyRecord,
    Import,
    Organisation,
    Plan,
    PlanTravel,
    RetentionRun,
    RetentionSwitch,
    Stop,
    Visit,
)
from fieldops.models import restriction as restricted
from fieldops.services import custody, scoped
from fieldops.services.protection import erasing, imported, scope
from fieldops.services.protection.overdue import Cases, Kept, Overdue, bounded, legally_held

RUNNING, DONE = "running", "done"
SCHEDULE = "schedule"
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Preview:
    """What a run would do now: cases to erase, cases that something keeps, and rows to prune.

    The first cases of each are named; what is counted is counted to `overdue.COUNTED` and one more.
    """

    due: Sequence[Overdue]
    due_count: int
    kept: Sequence[Kept]
    kept_count: int
    prunable: dict[str, int]
    rules: Sequence[RetentionRule]
    rules_hash: str


def rules_hash(rules: Sequence[RetentionRule]) -> str:
    """A name for exactly these rules."""
    return sha256(canonical([_told(rule) for rule in rules])).hexdigest()


def preview(
    session: Session, organisation_id: UUID, rules: Sequence[RetentionRule], *, at: datetime
) -> Preview:
    """What a run would do at this time; nothing is changed."""
    mine = applying_to(session, organisation_id, rules)
    cases = Cases(session, organisation_id, mine, at)
    due_count, kept_count = cases.counts()
    with restricted.seeing(session):
        pruned = {
            kind.value: bounded(session, query)
            for kind, query in _prunable(organisation_id, mine, at).items()
        }
    return Preview(cases.due(), due_count, cases.kept(), kept_count, pruned, mine, rules_hash(mine))


def switch(
    session: Session, *, on: bool, seen: str, rules: Sequence[RetentionRule], actor: Actor,
    at: datetime,
) -> RetentionSwitch:  # fmt: skip
    """Switch the schedule on or off; `seen` is the hash of the rules whose dry run was shown.

    Raises Conflict when the rules are others by now.
    """
    now = rules_hash(applying_to(session, actor.organisation_id, rules))
    if on and seen != now:
        raise Conflict("The rules changed since the dry run was shown. Look at it again.")
    row = RetentionSwitch(
        organisation_id=actor.organisation_id, on=on, rules_hash=now, at=at,
        account_id=actor.account_id,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def is_on(session: Session, organisation_id: UUID, rules: Sequence[RetentionRule]) -> bool:
    """Whether the schedule runs: switched on, and by the rules as they are now."""
    query = select(RetentionSwitch).where(RetentionSwitch.organisation_id == organisation_id)
    last = session.scalars(query.order_by(RetentionSwitch.id.desc()).limit(1)).one_or_none()
    now = rules_hash(applying_to(session, organisation_id, rules))
    return last is not None and last.on and last.rules_hash == now


def runs(
    session: Session, actor: Actor, *, before: UUID | None = None, limit: int = 50
) -> tuple[Sequence[RetentionRun], UUID | None]:
    """A page of runs, the newest first."""
    query = scoped.own(RetentionRun, actor)
    return scoped.newest(session, query, RetentionRun, before=before, limit=limit)


def step(
    session: Session,
    organisation_id: UUID,
    rules: Sequence[RetentionRule],
    *,
    discard: erasing.Discard,
    at: datetime,
) -> bool:
    """Do one step of the schedule in this transaction; False when nothing is left to do.

    One case is erased, or some rows are pruned, or the run is finished with its record.
    """
    custody.ensure_log(session, organisation_id, at=at)
    mine = applying_to(session, organisation_id, rules)
    run = _running(session, organisation_id)
    if not is_on(session, organisation_id, rules):
        return run is not None and _finish(session, run, at=at)
    due = Cases(session, organisation_id, mine, at).due()
    if due:
        run = run or begin(session, organisation_id, SCHEDULE, mine, at=at)
        erase_case(session, run, due[0], discard=discard, at=at)
        return True
    for kind, query in _prunable(organisation_id, mine, at).items():
        # Also somebody restricted may be under a legal hold.
        with restricted.seeing(session):
            found = session.scalars(query.limit(AT_ONCE)).all()
        if found:
            run = run or begin(session, organisation_id, SCHEDULE, mine, at=at)
            _prune(session, organisation_id, kind, found, at=at)
            run = session.get_one(RetentionRun, run.id)
            note(run, counts={kind.value: len(found)})
            return True
    return run is not None and _finish(session, run, at=at)


def begin(
    session: Session, organisation_id: UUID, cause: str, rules: Sequence[RetentionRule], *,
    at: datetime,
) -> RetentionRun:  # fmt: skip
    """A new run, whose record names the one before; the caller holds the custody log."""
    query = select(RetentionRun).where(RetentionRun.organisation_id == organisation_id)
    last = session.scalars(query.order_by(RetentionRun.number.desc()).limit(1)).one_or_none()
    record: dict[str, Any] = {
        "rules": [_told(rule) for rule in rules],
        "counts": {}, "keys": [], "hashes": {}, "cases": [],
        "previous": None if last is None else last.record_hash,
    }  # fmt: skip
    run = RetentionRun(
        organisation_id=organisation_id, number=1 if last is None else last.number + 1,
        state=RUNNING, cause=cause, record=record, begun_at=at,
    )  # fmt: skip
    session.add(run)
    session.flush()
    return run


def note(
    run: RetentionRun, *, counts: dict[str, int], erased: erasing.Erased | None = None,
    case: dict[str, str] | None = None,
) -> None:  # fmt: skip
    """Write into the books of a run what was done in this transaction."""
    record = {**run.record}
    total = {**record["counts"]}
    for kind, count in counts.items():
        total[kind] = total.get(kind, 0) + count
    record["counts"] = total
    if erased is not None:
        record["keys"] = [*record["keys"], *map(str, erased.keys)]
        record["hashes"] = {**record["hashes"], **erased.hashes}
    if case is not None:
        record["cases"] = [*record["cases"], case]
    run.record = record


def finish(session: Session, run: RetentionRun, *, at: datetime) -> None:
    """End a run: its record is hashed and signed with the organisation's key."""
    record = {
        **run.record, "number": run.number, "cause": run.cause,
        "begun_at": format_instant(run.begun_at), "finished_at": format_instant(at),
        "log_size": custody.ensure_log(session, run.organisation_id, at=at).size,
    }  # fmt: skip
    plain = canonical(record)
    run.record, run.record_hash = record, sha256(plain).hexdigest()
    signer = custody.authority(session, run.organisation_id).signer
    run.signature = sign_cms(plain, signer, at)
    run.state, run.finished_at = DONE, at
    session.flush()


def erase_case(
    session: Session, run: RetentionRun, due: Overdue, *, discard: erasing.Discard, at: datetime
) -> None:
    """Erase one case whose period is over, with the persons who are in no other."""
    found = scope.of_case(session, due.case_id)
    erased = erasing.erase(
        session, found, organisation_id=run.organisation_id, cause=due.rule.id, by="system",
        at=at, discard=discard,
    )  # fmt: skip
    run = session.get_one(RetentionRun, run.id)
    told = {"case": str(due.case_id), "rule": due.rule.id, "since": format_instant(due.since)}
    note(run, counts=erased.counts, erased=erased, case=told)
    session.flush()


def _finish(session: Session, run: RetentionRun, *, at: datetime) -> bool:
    finish(session, run, at=at)
    return False


def _running(session: Session, organisation_id: UUID) -> RetentionRun | None:
    query = select(RetentionRun).where(
        RetentionRun.organisation_id == organisation_id, RetentionRun.state == RUNNING
    )
    return session.scalars(query.limit(1).with_for_update()).one_or_none()


def applying_to(
    session: Session, organisation_id: UUID, rules: Sequence[RetentionRule]
) -> list[RetentionRule]:
    """The rules that bind an organisation."""
    house = session.get_one(Organisation, organisation_id)
    return applying(rules, house.jurisdictions, house.kind)


def _prunable(
    organisation_id: UUID, rules: Sequence[RetentionRule], at: datetime
) -> dict[RecordKind, Select[UUID]]:
    """The ids of rows beside cases whose period is over, by kind."""
    found: dict[RecordKind, Select[UUID]] = {}
    for kind, (query, began) in _BESIDE.items():
        spans = [rule.longest for rule in rules if rule.kind is kind and rule.longest]
        if spans:
            before = max(span.before(at) for span in spans)
            found[kind] = query(organisation_id, at).where(began <= before)
    return found


def _tracks(organisation_id: UUID, at: datetime) -> Select[UUID]:
    located = Arrival.lat.is_not(None) & Arrival.visit_id.not_in(_held_visits(at))
    return select(Arrival.id).where(Arrival.organisation_id == organisation_id, located)


def _plans(organisation_id: UUID, at: datetime) -> Select[UUID]:
    held = exists().where(Stop.plan_id == Plan.id, Stop.case_id.in_(legally_held(at)))
    kept = Plan.problem.is_not(null())
    return select(Plan.id).where(Plan.organisation_id == organisation_id, kept, ~held)


def _held_visits(at: datetime) -> Select[UUID]:
    return select(Visit.id).where(Visit.case_id.in_(legally_held(at)))


def _answers(organisation_id: UUID, _: datetime) -> Select[UUID]:
    query = select(IdempotencyRecord.id).join(Account, Account.id == IdempotencyRecord.account_id)
    return query.where(Account.organisation_id == organisation_id)


def _entries(organisation_id: UUID, at: datetime) -> Select[UUID]:
    told = or_(
        DeviceEntry.body.is_not(None),
        DeviceEntry.problem.is_not(None),
        DeviceEntry.settled_words.is_not(None),
    )
    over = or_(DeviceEntry.question.is_(None), DeviceEntry.settled_at.is_not(None))
    free = or_(DeviceEntry.visit_id.is_(None), DeviceEntry.visit_id.not_in(_held_visits(at)))
    mine = DeviceEntry.organisation_id == organisation_id
    return select(DeviceEntry.id).where(mine, told, over, free)


_BESIDE: dict[RecordKind, tuple[Callable[[UUID, datetime], Select[UUID]], Any]] = {
    RecordKind.TRACK: (_tracks, Arrival.received_at),
    RecordKind.PLAN_PROBLEM: (_plans, Plan.created_at),
    RecordKind.KEPT_ANSWER: (_answers, IdempotencyRecord.created_at),
    # An entry that waits for its turn is not decided, and so has no clock yet.
    RecordKind.PHONE_ENTRY: (
        _entries,
        func.coalesce(DeviceEntry.settled_at, DeviceEntry.decided_at),
    ),
    RecordKind.IMPORT: (imported.over, Import.created_at),
}


def _prune(
    session: Session, organisation_id: UUID, kind: RecordKind, ids: Sequence[UUID], *, at: datetime
) -> None:
    if kind is RecordKind.TRACK:
        session.execute(_quietly(update(Arrival).where(Arrival.id.in_(ids)).values(scope.NO_TRACK)))
    elif kind is RecordKind.PLAN_PROBLEM:
        session.execute(_quietly(update(Plan).where(Plan.id.in_(ids)).values(problem=null())))
        session.execute(_quietly(delete(PlanTravel).where(PlanTravel.plan_id.in_(ids))))
    elif kind is RecordKind.PHONE_ENTRY:
        # Its number and its hash stay, or a phone that sends it again would be heard twice.
        bare = {"body": null(), "problem": null(), "settled_words": None}
        session.execute(_quietly(update(DeviceEntry).where(DeviceEntry.id.in_(ids)).values(bare)))
    elif kind is RecordKind.IMPORT:
        imported.forget(session, organisation_id, ids, at=at)
    else:
        gone = delete(IdempotencyRecord).where(IdempotencyRecord.id.in_(ids))
        session.execute(_quietly(gone))
    session.expire_all()


def _quietly(statement: Any) -> Any:
    return statement.execution_options(synchronize_session=False)


def _told(rule: RetentionRule) -> dict[str, Any]:
    return {
        "id": rule.id, "kind": rule.kind.value, "start": rule.start.value,
        "least": str(rule.least or ""), "longest": str(rule.longest or ""),
        "source": rule.source, "provenance": rule.provenance.value,
    }  # fmt: skip
