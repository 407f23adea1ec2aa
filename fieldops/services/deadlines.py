"""The running clocks of flags and cases as rows, each with the time at which it is next told of."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from evidence import trace
from evidence.trace.clock_rules import BOOK
from evidence.trace.clocks import RUNNING, case_clocks, flag_clocks
from fieldops.models import Case, Deadline, Flag, LegalEvent, Organisation
from fieldops.services.by_ids import by_ids
from fieldops.services.organisations import House

Counted = tuple[Flag, Sequence[trace.Clock]]
KNOWN_AT = "known_at"
_DAY = timedelta(days=1)
_EVENTS = select(LegalEvent.case_id, LegalEvent.kind, LegalEvent.at, LegalEvent.subject).order_by(
    LegalEvent.at, LegalEvent.id
)
_STANDING = by_ids(
    lambda named: _EVENTS.where(named(LegalEvent.case_id), LegalEvent.withdrawn_at.is_(None))
)
_STOOD = by_ids(
    lambda named: _EVENTS.where(
        named(LegalEvent.case_id),
        LegalEvent.recorded_at <= bindparam("as_of"),
        LegalEvent.withdrawn_at.is_(None) | (LegalEvent.withdrawn_at > bindparam("as_of")),
    )
)
_OF_HOLDERS = select(Deadline).where(Deadline.holder.in_(bindparam("holders", expanding=True)))


def events_of(
    session: Session,
    case_ids: Iterable[UUID],
    zone: ZoneInfo,
    *,
    as_of: datetime | None = None,
) -> dict[UUID, list[trace.LegalEvent]]:
    """What was recorded of each case and stands, oldest first, in the zone of the house.

    With `as_of` it is what was recorded and stood then.
    """
    ids = list(case_ids)
    rows = _STANDING.rows(session, ids) if as_of is None else _STOOD.rows(session, ids, as_of=as_of)
    found: dict[UUID, list[trace.LegalEvent]] = {case_id: [] for case_id in ids}
    for row in rows:
        at = row.at.astimezone(zone)
        found[row.case_id].append(trace.LegalEvent(row.kind, at, row.subject))
    return found


def clocks_of_flag(
    house: House,
    row: Flag,
    found: Iterable[trace.Clock],
    events: Mapping[UUID, list[trace.LegalEvent]],
) -> list[trace.Clock]:
    """The clocks of a flag: begun by what was observed, known and recorded, in the house's law.

    `found` are the clocks as the observations alone begin them; `known_at` is the row's own stamp,
    whatever was corrected since.
    """
    observed = list(found)
    zone = ZoneInfo(house.timezone)
    known = trace.LegalEvent(KNOWN_AT, row.known_at.astimezone(zone))
    told = [*events.get(row.case_id, []), known]
    told += [
        trace.LegalEvent(one.event, _read(one.starts))
        for one in observed
        if one.starts and one.event != KNOWN_AT
    ]
    names = [one.name for one in observed]
    return flag_clocks(names, told, row.subject, house.jurisdictions)


def stored_clocks(row: Flag, recorded: Iterable[trace.LegalEvent]) -> list[trace.Clock]:
    """The clocks of a flag that is not raised any more, as the observations had begun them.

    What counsel recorded is left out: it is counted anew, or was withdrawn.
    """
    kinds = {one.kind for one in recorded}
    return [
        trace.clock(one["name"], _read(one["starts"]) if _is_observed(one, kinds) else None)
        for one in row.clocks
        if one["name"] in BOOK.rules and "event" in one
    ]


def stand(flag: Flag, *, now: datetime) -> bool:
    """Whether the clocks of a flag are written as it tells them, and the first end is ahead."""
    return flag.earliest_deadline is not None and _is_ahead(flag.earliest_deadline, now)


def keep_of_flags(
    session: Session, house: House, counted: Sequence[Counted], *, now: datetime
) -> None:
    """Write the running clocks of flags, and which of each ends first, whatever their number."""
    # A flag with a clock that ran, or runs now: the others have no rows, and no need of any.
    ticking = [
        (flag, clocks)
        for flag, clocks in counted
        if flag.earliest_deadline is not None or any(one.state == RUNNING for one in clocks)
    ]
    holders = [_Holder(f"flag:{flag.id}", flag.case_id, flag) for flag, _ in ticking]
    clocks = [clocks for _, clocks in ticking]
    written = _keep(session, house, list(zip(holders, clocks, strict=True)), now=now)
    for (flag, _), rows in zip(ticking, written, strict=True):
        flag.earliest_deadline = _first_ahead(sorted(row.ends_at for row in rows), now)


def keep_of_case(session: Session, case: Case, *, now: datetime) -> list[trace.Clock]:
    """Write the running clocks of a case from what was recorded of it; returns all its clocks."""
    clocks = of_case(session, case)
    own = session.get_one(Organisation, case.organisation_id)
    house = House(own.id, own.timezone, own.jurisdictions)
    _keep(session, house, [(_Holder(f"case:{case.id}", case.id, None), clocks)], now=now)
    session.flush()
    return clocks


def of_case(session: Session, case: Case) -> list[trace.Clock]:
    """The clocks of a case that anything has started, also those that have ended."""
    organisation = session.get_one(Organisation, case.organisation_id)
    events = events_of(session, [case.id], ZoneInfo(organisation.timezone))
    return case_clocks(events[case.id], organisation.jurisdictions)


def set_earliest(session: Session, flags: Collection[Flag], *, at: datetime) -> None:
    """Set the next deadline of each flag; where all are over the last, so that it stays seen."""
    if not flags:
        return
    query = select(Deadline.flag_id, Deadline.ends_at).where(
        Deadline.flag_id.in_([flag.id for flag in flags])
    )
    ends: defaultdict[UUID | None, list[datetime]] = defaultdict(list)
    for flag_id, at_end in session.execute(query.order_by(Deadline.ends_at)):
        ends[flag_id].append(at_end)
    for flag in flags:
        flag.earliest_deadline = _first_ahead(ends[flag.id], at)


def moment(text: str, zone: ZoneInfo) -> datetime:
    """A deadline that is a day is taken at its beginning: rather too early than too late."""
    read = _read(text)
    return read if isinstance(read, datetime) else datetime.combine(read, time(), zone)


def due(session: Session, organisation_id: UUID, *, at: datetime) -> Sequence[Deadline]:
    """The deadlines of which somebody is to be told now, some at a time."""
    query = select(Deadline).where(
        Deadline.organisation_id == organisation_id, Deadline.next_at <= at
    )
    return session.scalars(query.order_by(Deadline.next_at, Deadline.id).limit(200)).all()


def uncounted(session: Session, organisation_id: UUID) -> Sequence[Flag]:
    """Flags with a deadline but no clock of their own, as an older version left them."""
    counted = select(Deadline.id).where(Deadline.flag_id == Flag.id).exists()
    query = select(Flag).where(
        Flag.organisation_id == organisation_id, Flag.earliest_deadline.is_not(None), ~counted
    )
    return session.scalars(query.order_by(Flag.id).limit(20)).all()


def told(deadline: Deadline, *, at: datetime) -> None:
    """Move a deadline on to the step after `at`."""
    deadline.next_at, deadline.next_step = _next(deadline.name, deadline.ends_at, at)


@dataclass(frozen=True, slots=True)
class _Holder:
    """Whose clocks they are: of a flag, or of a case alone."""

    name: str
    case_id: UUID
    flag: Flag | None


def _keep(
    session: Session,
    house: House,
    counted: Sequence[tuple[_Holder, Iterable[trace.Clock]]],
    *,
    now: datetime,
) -> list[list[Deadline]]:
    """The rows of the running clocks of each holder, in one reading and one writing."""
    if not counted:
        return []
    zone = ZoneInfo(house.timezone)
    found = session.scalars(_OF_HOLDERS, {"holders": [holder.name for holder, _ in counted]})
    known = {(row.holder, row.name, row.subject): row for row in found}
    written: list[list[Deadline]] = []
    for holder, clocks in counted:
        written.append([])
        for one in clocks:
            if one.state != RUNNING:
                continue
            ends = moment(one.ends, zone)
            row = known.pop((holder.name, one.name, one.subject), None)
            row = row or _new(house, holder, one)
            if row.ends_at != ends:
                told = holder.flag is not None
                row.ends_at = ends
                row.next_at, row.next_step = _first(one.name, ends, now, says_itself=told)
            session.add(row)
            written[-1].append(row)
    for gone in known.values():
        session.delete(gone)
    return written


def _new(house: House, holder: _Holder, clock: trace.Clock) -> Deadline:
    return Deadline(
        organisation_id=house.id, case_id=holder.case_id, holder=holder.name,
        flag_id=holder.flag.id if holder.flag else None, name=clock.name, subject=clock.subject,
    )  # fmt: skip


def _first_ahead(ends: Sequence[datetime], at: datetime) -> datetime | None:
    """Of ends in order the first that is not over, or the last when all are over."""
    return next((one for one in ends if _is_ahead(one, at)), ends[-1] if ends else None)


def _is_ahead(end: datetime, at: datetime) -> bool:
    # A day that has begun is not over before its end.
    return end > at - _DAY


def _first(
    name: str, ends: datetime, now: datetime, *, says_itself: bool
) -> tuple[datetime | None, str | None]:
    """The step that comes next; one that is past is told at once, unless a flag is told anyway."""
    late = [step for step in BOOK.rules[name].alerts if ends - step.before <= now < ends + _DAY]
    if late and not says_itself:
        return now, late[-1].name
    return _next(name, ends, now)


def _next(name: str, ends: datetime, after: datetime) -> tuple[datetime | None, str | None]:
    for step in BOOK.rules[name].alerts:
        if ends - step.before > after:
            return ends - step.before, step.name
    return None, None


def _is_observed(clock: Mapping[str, Any], recorded: set[str]) -> bool:
    event = clock["event"]
    own = clock.get("started_by") == event and event not in (KNOWN_AT, *recorded)
    return own and bool(clock["starts"])


def _read(text: str) -> date | datetime:
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
