"""The flags of a person as rows: what is raised, what is raised no more, and who is told of it."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, select
from sqlalchemy.orm import Session

from evidence import trace
from evidence.trace.clocks import as_json as clock_json
from fieldops.domain import alerting
from fieldops.domain.permissions import Role
from fieldops.models import Alert, Flag, Organisation
from fieldops.services import deadlines, notices, observed
from fieldops.services.trace_model import MODEL

Events = Mapping[UUID, list[trace.LegalEvent]]
_FLAGS = select(Flag).where(Flag.person_id == bindparam("person_id")).with_for_update()
_GONE = ["not_raised_any_more"]


@dataclass(frozen=True, slots=True)
class Raised:
    """A flag of the library, and the probability that it rests on if there is one."""

    flag: trace.Flag
    probability: float | None


@dataclass(frozen=True, slots=True)
class Known:
    """Whose flags they are, all that was ever recorded of him, and the events of his cases."""

    house: Organisation
    person_id: UUID
    rows: observed.Rows
    events: Events


def keep(
    session: Session, known: Known, raised: Iterable[Raised], *, now: datetime
) -> Sequence[Flag]:
    """Bring the flags of a person up to date with their clocks and alerts; those raised now."""
    standing = session.scalars(_FLAGS, {"person_id": known.person_id})
    others = {(row.case_id, row.code, row.subject): row for row in standing}
    by_id = {str(row.id): row for row in known.rows}
    kept: list[Flag] = []
    changed: list[Flag] = []
    counted: list[deadlines.Counted] = []
    for one in raised:
        grounds = [by_id[ground] for ground in one.flag.grounds]
        # The case of the first ground stays the same whatever is learned later.
        first = min(grounds, key=lambda row: (row.recorded_at, row.id), default=known.rows[0])
        row = others.pop((first.case_id, one.flag.code, one.flag.subject), None)
        is_new = row is None
        row = row or _new(known, first.case_id, one.flag, grounds, now=now)
        clocks = deadlines.clocks_of_flag(known.house, row, one.flag.clocks, known.events)
        if _set(row, one, clocks, now=now) or is_new:
            session.add(row)
            changed.append(row)
        counted.append((row, clocks))
        kept.append(row)
    counted += [again for row in others.values() if (again := _count_again(known, row, now=now))]
    session.flush()
    deadlines.keep_of_flags(session, known.house, counted, now=now)
    told = [*_alert(session, changed, now=now), *_gone(others.values(), now=now)]
    notices.of_flags(session, known.house, told, now=now)
    return kept


def _count_again(known: Known, row: Flag, *, now: datetime) -> deadlines.Counted | None:
    """Bring the clocks of a flag up to date that is not raised any more: they may still end."""
    begun = deadlines.stored_clocks(row, known.events.get(row.case_id, []))
    clocks = deadlines.clocks_of_flag(known.house, row, begun, known.events)
    counted = [clock_json(clock) for clock in clocks]
    if not clocks or row.clocks == counted:
        return None
    row.clocks, row.updated_at = counted, now
    return row, clocks


def _gone(rows: Iterable[Flag], *, now: datetime) -> list[notices.Told]:
    """A flag once raised stays for a person to judge; that it no longer stands is said on it."""
    found = [row for row in rows if row.contradicted != _GONE]
    for row in found:
        row.contradicted, row.updated_at = list(_GONE), now
    return [notices.Told(row, "not raised", alerting.CHANGED) for row in found]


def _first_known(rows: observed.Rows, grounds: Sequence[Row[Any]]) -> datetime:
    """When anybody in the house first recorded such a thing of the same asset or place.

    What was withdrawn or corrected since counts too: the house knew of the cause from then on.
    """
    about = {(one.kind, one.asset or one.address_id) for one in grounds}
    same = [one for one in rows if (one.kind, one.asset or one.address_id) in about]
    at: datetime = min(one.recorded_at for one in same or rows)
    return at


def _new(
    known: Known, case_id: UUID, flag: trace.Flag, grounds: Sequence[Row[Any]], *, now: datetime
) -> Flag:
    return Flag(
        organisation_id=known.house.id,
        case_id=case_id,
        person_id=known.person_id,
        code=flag.code,
        subject=flag.subject,
        state="open",
        # The year of 民法典 541 runs from the first record by anybody in the house.
        known_at=_first_known(known.rows, grounds),
        raised_at=now,
        updated_at=now,
    )


def _set(row: Flag, one: Raised, clocks: Iterable[trace.Clock], *, now: datetime) -> bool:
    """Write what a flag shows now; False when that is what it showed before."""
    flag = one.flag
    values: dict[str, Any] = {
        "severity": flag.severity,
        "shown": list(flag.shown),
        "missing": list(flag.missing),
        "contradicted": list(flag.contradicted),
        "basis": flag.basis,
        "grounds": list(flag.grounds),
        "clocks": [clock_json(clock) for clock in clocks],
        "probability": one.probability,
        "model_version": MODEL.version,
    }
    if all(getattr(row, name) == value for name, value in values.items()):
        return False
    for name, value in values.items():
        setattr(row, name, value)
    row.updated_at = now
    return True


def _alert(session: Session, flags: Sequence[Flag], *, now: datetime) -> list[notices.Told]:
    """Tell counsel of new flags, and again of those of which what they show has changed."""
    query = select(Alert).where(Alert.flag_id.in_([flag.id for flag in flags]))
    known = {row.flag_id: row for row in session.scalars(query)} if flags else {}
    told = []
    for flag in flags:
        text = json.dumps([flag.code, flag.subject, flag.severity, flag.shown])
        digest = hashlib.sha256(text.encode()).hexdigest()
        alert = known.get(flag.id)
        if alert is None:
            session.add(
                Alert(
                    organisation_id=flag.organisation_id,
                    flag_id=flag.id,
                    role=Role.COUNSEL.value,
                    digest=digest,
                    raised_at=now,
                )
            )
            told.append(notices.Told(flag, digest, alerting.RAISED))
        elif alert.digest != digest:
            alert.digest, alert.raised_at, alert.seen_by, alert.seen_at = digest, now, None, None
            # What was dismissed on less than is now shown must be judged again.
            flag.state = "open" if flag.state == "dismissed" else flag.state
            told.append(notices.Told(flag, digest, alerting.CHANGED))
    return told
