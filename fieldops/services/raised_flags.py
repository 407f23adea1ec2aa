"""The flags of a person as rows: what is raised, what is raised no more, and who is told of it."""

import hashlib
import json
from collections import defaultdict
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
from fieldops.models import Alert, Flag
from fieldops.models.types import new_id
from fieldops.services import deadlines, notices, observed
from fieldops.services.organisations import House
from fieldops.services.trace_model import MODEL

Events = Mapping[UUID, list[trace.LegalEvent]]
_FLAGS = (
    select(Flag)
    .where(Flag.person_id.in_(bindparam("people", expanding=True)))
    .order_by(Flag.id)
    .with_for_update()
)
_ALERTS = select(Alert).where(Alert.flag_id.in_(bindparam("flags", expanding=True)))
_Key = tuple[UUID, str, str]
_GONE = ["not_raised_any_more"]


@dataclass(frozen=True, slots=True)
class Raised:
    """A flag of the library, and the probability that it rests on if there is one."""

    flag: trace.Flag
    probability: float | None


@dataclass(frozen=True, slots=True)
class Known:
    """Whose flags they are, all that was ever recorded of him, and what is raised of that now.

    `was_flagged` is False of whom no flag was ever raised: then none is looked for.
    """

    person_id: UUID
    rows: observed.Rows
    raised: Sequence[Raised]
    was_flagged: bool


@dataclass(frozen=True, slots=True)
class _Change:
    """A flag that changed: `arises` when it did not stand before, `restated` if its words did."""

    flag: Flag
    arises: bool
    regraded: bool
    restated: bool


@dataclass(frozen=True, slots=True)
class _Done:
    """What was found of all persons: flags that changed, clocks counted, flags raised no more."""

    changes: list[_Change]
    counted: list[deadlines.Counted]
    gone: list[Flag]


def keep(
    session: Session,
    house: House,
    known: Iterable[Known],
    events: Events,
    *,
    now: datetime,
    heard: bool = True,
) -> dict[UUID, list[Flag]]:
    """Bring the flags of these persons up to date with their clocks; those raised now, by person.

    `events` are those of their cases. Counsel is told of flags that are new or show something else
    and of those that are gone; where nothing was `heard`, only of new ones and of another grade.
    """
    with session.no_autoflush:
        kept, told = _keep(session, house, list(known), events, now=now, heard=heard)
    notices.of_flags(session, house.id, told, now=now)
    return kept


def count_again(
    session: Session, house: House, flags: Iterable[Flag], events: Events, *, now: datetime
) -> None:
    """Count the clocks of flags by what was recorded; nothing else of them changes."""
    counted = [_count_again(house, row, events, now=now) for row in flags]
    deadlines.keep_of_flags(session, house, [one for one in counted if one is not None], now=now)


def _keep(
    session: Session,
    house: House,
    listed: Sequence[Known],
    events: Events,
    *,
    now: datetime,
    heard: bool,
) -> tuple[dict[UUID, list[Flag]], list[notices.Told]]:
    """The flags raised now by person, and which of all there is to tell of."""
    flagged = [one.person_id for one in listed if one.was_flagged]
    standing, done = _standing(session, flagged), _Done([], [], [])
    kept = {
        one.person_id: _bring_up(house, one, standing[one.person_id], events, done, now=now)
        for one in listed
    }
    session.add_all(change.flag for change in done.changes)
    if any(change.arises for change in done.changes):
        # Deadlines and alerts point to a flag that is new.
        session.flush()
    deadlines.keep_of_flags(session, house, done.counted, now=now)
    lost = _gone(done.gone, now=now)
    told = [*_alert(session, done.changes, now=now, heard=heard), *(lost if heard else ())]
    return kept, told


def _bring_up(
    house: House,
    known: Known,
    standing: dict[_Key, Flag],
    events: Events,
    done: _Done,
    *,
    now: datetime,
) -> list[Flag]:
    """The flags of one person that are raised now, each as it now is."""
    by_id = {str(row.id): row for row in known.rows} if known.raised else {}
    kept = []
    for one in known.raised:
        grounds = [by_id[ground] for ground in one.flag.grounds]
        # The case of the first ground stays the same whatever is learned later.
        first = min(grounds, key=lambda row: (row.recorded_at, row.id), default=known.rows[0])
        row = standing.pop((first.case_id, one.flag.code, one.flag.subject), None)
        is_new = row is None
        row = row or _new(house, known, first.case_id, one.flag, grounds, now=now)
        clocks = deadlines.clocks_of_flag(house, row, one.flag.clocks, events)
        before = row.clocks
        if (change := _set(row, one, clocks, is_new=is_new, now=now)) is not None:
            done.changes.append(change)
        if row.clocks != before or not deadlines.stand(row, now=now):
            done.counted.append((row, clocks))
        kept.append(row)
    for row in standing.values():
        if (again := _count_again(house, row, events, now=now)) is not None:
            done.counted.append(again)
    done.gone.extend(standing.values())
    return kept


def _standing(session: Session, people: Sequence[UUID]) -> defaultdict[UUID, dict[_Key, Flag]]:
    """The flags of each person by case, code and subject, locked."""
    found: defaultdict[UUID, dict[_Key, Flag]] = defaultdict(dict)
    if not people:
        return found
    for row in session.scalars(_FLAGS, {"people": people}):
        found[row.person_id][row.case_id, row.code, row.subject] = row
    return found


def _count_again(
    house: House, row: Flag, events: Events, *, now: datetime
) -> deadlines.Counted | None:
    """Bring the clocks up to date of a flag that is not raised now: they may still end."""
    begun = deadlines.stored_clocks(row, events.get(row.case_id, []))
    clocks = deadlines.clocks_of_flag(house, row, begun, events)
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
    house: House,
    known: Known,
    case_id: UUID,
    flag: trace.Flag,
    grounds: Sequence[Row[Any]],
    *,
    now: datetime,
) -> Flag:
    return Flag(
        id=new_id(),
        organisation_id=house.id,
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


def _set(
    row: Flag, one: Raised, clocks: Iterable[trace.Clock], *, is_new: bool, now: datetime
) -> _Change | None:
    """Write what a flag shows now; None when that is what it showed before."""
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
    if not is_new and all(getattr(row, name) == value for name, value in values.items()):
        return None
    change = _Change(
        row,
        arises=is_new or row.contradicted == _GONE,
        regraded=row.severity != flag.severity,
        restated=row.shown != values["shown"],
    )
    for name, value in values.items():
        setattr(row, name, value)
    row.updated_at = now
    return change


def _alert(
    session: Session, changes: Sequence[_Change], *, now: datetime, heard: bool
) -> list[notices.Told]:
    """Tell counsel of new flags, and again of those of which what they show has changed."""
    worth = [one for one in changes if one.arises or one.regraded or (heard and one.restated)]
    asked = {"flags": [one.flag.id for one in worth]}
    known = {row.flag_id: row for row in session.scalars(_ALERTS, asked)} if worth else {}
    told = []
    for one in worth:
        flag, alert = one.flag, known.get(one.flag.id)
        text = json.dumps([flag.code, flag.subject, flag.severity, flag.shown])
        digest = hashlib.sha256(text.encode()).hexdigest()
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
            continue
        # What was dismissed on no less than is now shown needs no second judgement.
        again = one.arises and flag.state != "dismissed"
        if alert.digest != digest or again:
            alert.digest, alert.raised_at, alert.seen_by, alert.seen_at = digest, now, None, None
            # What was dismissed on less than is now shown must be judged again.
            flag.state = "open" if flag.state == "dismissed" else flag.state
            told.append(notices.Told(flag, digest, alerting.CHANGED))
    return told
