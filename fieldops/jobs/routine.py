"""What is due by the clock and not by an event: one list of rounds, with how often each is gone.

Every worker goes them. A round over organisations locks something of each, so that two workers
never hand out one thing twice; the others are safe to go side by side.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from fieldops import clock
from fieldops.db import db, forget_overwritten, optimise, reading
from fieldops.jobs import retaining
from fieldops.jobs.back_filling import (
    UntilNothingLacks,
    fill_clocks,
    fill_data_keys,
    fill_prints,
    fill_stamps,
)
from fieldops.models import CustodyLog, DataKey, Organisation
from fieldops.services import (
    alarms,
    belief_rounds,
    custody,
    deliveries,
    fixity,
    hold_ending,
    identity,
    incidents,
    kept_fit,
    notices,
    scanning,
    shares,
    stamps,
    team_records,
    uploads,
)
from fieldops.services.phones import tracking
from fieldops.services.promises import following
from fieldops.services.protection import clock_alerts
from fieldops.services.rights import complaint_clocks
from fieldops.transaction import transaction
from fieldops.wiring import Wiring

log = structlog.get_logger(__name__)

# Nothing takes so long to be written that it is still beside its place.
LEFT_AFTER = timedelta(days=1)
# A copy of a pack is fetched from the bucket again when somebody wants it later.
COPIES_KEPT = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Round:
    """One round: its name in the log, how often it is gone, and what is done."""

    name: str
    every: timedelta
    go: Callable[[Wiring], object]


class Rota:
    """Remembers for one worker when each round was last gone; after a start all are due."""

    def __init__(self, rounds: Sequence[Round] | None = None) -> None:
        self._rounds = ROUNDS if rounds is None else rounds
        self._due: dict[str, float] = {}

    def go(self, wiring: Wiring) -> None:
        """Go every round that is due; one that fails is told, and keeps no other from its turn."""
        for each in self._rounds:
            if clock.monotonic() < self._due.get(each.name, 0.0):
                continue
            self._due[each.name] = clock.monotonic() + each.every.total_seconds()
            try:
                each.go(wiring)
            except Exception:
                db.session.rollback()
                log.exception("round.failed", round=each.name)


_HandOut = Callable[[Session, Wiring, UUID, datetime], object]
_Among = tuple[InstrumentedAttribute[UUID], Callable[[Session, UUID, datetime], None]]


def _lock_log(session: Session, organisation_id: UUID, at: datetime) -> None:
    custody.ensure_log(session, organisation_id, at=at)


def _lock_house(session: Session, organisation_id: UUID, at: datetime) -> None:
    """One worker at a time; rows of the organisation may be written meanwhile."""
    session.get_one(Organisation, organisation_id, with_for_update={"key_share": True})


# Which organisations a round goes over, and what keeps a second worker out of each.
_WITH_EVIDENCE: _Among = CustodyLog.organisation_id, _lock_log
_EVERYBODY: _Among = Organisation.id, _lock_house


def _in_each(hand_out: _HandOut, among: _Among = _WITH_EVIDENCE) -> Callable[[Wiring], None]:
    """A round over organisations, each in a transaction of its own."""
    column, lock = among

    def go(wiring: Wiring) -> None:
        with reading(), transaction(db.session) as session:
            found = session.scalars(select(column)).all()
        for organisation_id in found:
            with transaction(db.session, wiring.publish) as session:
                at = clock.wall_time()
                lock(session, organisation_id, at)
                hand_out(session, wiring, organisation_id, at)

    return go


def _stamps(session: Session, wiring: Wiring, organisation_id: UUID, at: datetime) -> None:
    ends = at + timedelta(days=wiring.settings.timestamp_renew_days)
    custody.renew_stamper(session, organisation_id, before=ends, at=at)
    stamps.renew(session, organisation_id, before=ends, at=at)
    stamps.hand_out(session, organisation_id, at=at)


def _fixity(session: Session, wiring: Wiring, organisation_id: UUID, at: datetime) -> None:
    fixity.hand_out(session, organisation_id, days=wiring.settings.fixity_days, at=at)


def _deliveries(session: Session, wiring: Wiring, organisation_id: UUID, at: datetime) -> None:
    addresses = wiring.settings.checkpoint_addresses
    deliveries.hand_out(session, organisation_id, addresses, at=at)


def _shares(session: Session, wiring: Wiring, organisation_id: UUID, at: datetime) -> None:
    shares.expire(session, organisation_id, at=at)


def _linking(session: Session, wiring: Wiring, organisation_id: UUID, at: datetime) -> None:
    identity.hand_out(session, organisation_id, now=at)


def _scans(session: Session, wiring: Wiring, organisation_id: UUID, at: datetime) -> None:
    if wiring.scanner is not None:
        scanning.hand_out(session, organisation_id, at=at)


def _notices(session: Session, wiring: Wiring, organisation_id: UUID, at: datetime) -> None:
    notices.go_round(session, organisation_id, at=clock.now())


def _alarms(session: Session, wiring: Wiring, organisation_id: UUID, at: datetime) -> None:
    alarms.go_round(session, organisation_id, policy=wiring.safety, at=clock.now())


def _reviews(session: Session, wiring: Wiring, organisation_id: UUID, at: datetime) -> None:
    incidents.go_round(session, organisation_id, policy=wiring.safety, at=clock.now())


def _holds(session: Session, wiring: Wiring, organisation_id: UUID, at: datetime) -> None:
    hold_ending.end_by_time(session, organisation_id, at=clock.now())


def _team(session: Session, wiring: Wiring, organisation_id: UUID, at: datetime) -> None:
    team_records.go_round(session, organisation_id, policy=wiring.team, at=at)


def _data_clocks(session: Session, wiring: Wiring, organisation_id: UUID, at: datetime) -> None:
    clock_alerts.go_round(session, organisation_id, rights=wiring.data_rights, at=clock.now())


def _complaints(session: Session, wiring: Wiring, organisation_id: UUID, at: datetime) -> None:
    complaint_clocks.go_round(session, organisation_id, rights=wiring.rights, at=clock.now())


def _beliefs(session: Session, wiring: Wiring, organisation_id: UUID, at: datetime) -> None:
    policy = belief_rounds.Policy(wiring.settings.belief_days, wiring.settings.belief_hour)
    belief_rounds.hand_out(session, organisation_id, policy, now=clock.now(), at=at)


def _fit(session: Session, wiring: Wiring, organisation_id: UUID, at: datetime) -> None:
    kept_fit.hand_out(session, organisation_id, now=clock.now(), at=at)


def _promises(session: Session, wiring: Wiring, organisation_id: UUID, at: datetime) -> None:
    following.go_round(session, organisation_id, terms=wiring.terms, at=clock.now())


def _tracks(session: Session, wiring: Wiring, organisation_id: UUID, at: datetime) -> None:
    tracking.forget(session, organisation_id, wiring.retention, at=at)


def _uploads(wiring: Wiring) -> None:
    with transaction(db.session) as session:
        count = uploads.sweep(session, wiring.blobs, now=clock.wall_time())
    if count:
        log.info("uploads.expired", count=count)


def _left_beside(wiring: Wiring) -> None:
    before = clock.wall_time() - LEFT_AFTER
    count = wiring.blobs.sweep(before=before) + wiring.pack_files.sweep(before=before)
    if count:
        log.info("left.removed", count=count)


def _pack_copies(wiring: Wiring) -> None:
    count = wiring.pack_files.forget_copies(before=clock.wall_time() - COPIES_KEPT)
    if count:
        log.info("pack_copies.removed", count=count)


def _overwritten(wiring: Wiring) -> None:
    with reading(), transaction(db.session) as session:
        last = session.scalar(select(func.max(DataKey.destroyed_at)))
    forget_overwritten(db.engine, last)


def _planning(wiring: Wiring) -> None:
    optimise(db.engine)


_MINUTE = timedelta(minutes=1)

ROUNDS = (
    # First and often: somebody may be in danger.
    Round("alarms", timedelta(seconds=5), _in_each(_alarms, _EVERYBODY)),
    Round("reviews", _MINUTE, _in_each(_reviews, _EVERYBODY)),
    # Before the stamps, which renew what is filled in here.
    Round("stamps-from-before", _MINUTE, _in_each(UntilNothingLacks(fill_stamps))),
    Round("prints-from-before", _MINUTE, _in_each(UntilNothingLacks(fill_prints))),
    # Authorities that owe a stamp are asked again, and stamps that end soon are renewed.
    Round("stamps", _MINUTE, _in_each(_stamps)),
    # All stored evidence is read again every `fixity_days`.
    Round("fixity", _MINUTE, _in_each(_fixity)),
    # The newest stamped checkpoint goes outside once a day, and again where it did not arrive.
    Round("deliveries", _MINUTE, _in_each(_deliveries)),
    # The end of a shared pack is written into its log.
    Round("shares", _MINUTE, _in_each(_shares)),
    # Records that changed are compared with those that may be of the same person.
    Round("linking", _MINUTE, _in_each(_linking)),
    # Before the notices, which tell of what is filled in here.
    Round("clocks-from-before", _MINUTE, _in_each(UntilNothingLacks(fill_clocks), _EVERYBODY)),
    # Cases go on when the time of their hold is over.
    Round("holds", _MINUTE, _in_each(_holds, _EVERYBODY)),
    # Compliance is told before the clock of a complaint ends; the notices escalate what it misses.
    Round("complaints", _MINUTE, _in_each(_complaints, _EVERYBODY)),
    # Which data request or breach comes to the end of its time.
    Round("data-clocks", _MINUTE, _in_each(_data_clocks, _EVERYBODY)),
    # Whose certificate ends soon, or which agency is to be judged again.
    Round("team-records", timedelta(hours=1), _in_each(_team, _EVERYBODY)),
    # Values from before data keys come under them, so that they can be erased by their key.
    Round("keys-from-before", _MINUTE, _in_each(UntilNothingLacks(fill_data_keys), _EVERYBODY)),
    # Whoever must act is told of deadlines that come near, also where there is no evidence.
    Round("notices", _MINUTE, _in_each(_notices, _EVERYBODY)),
    # At night those of whom nothing new was heard are evaluated anew.
    Round("beliefs", _MINUTE, _in_each(_beliefs, _EVERYBODY)),
    # Promised days that passed without their money.
    Round("promises", 10 * _MINUTE, _in_each(_promises, _EVERYBODY)),
    # What does not fit is counted by the hour where a house has much of it.
    Round("evidence-fit", 5 * _MINUTE, _in_each(_fit, _EVERYBODY)),
    # Where agents were is forgotten when its time is over, whatever is switched on.
    Round("tracks", timedelta(hours=1), _in_each(_tracks, _EVERYBODY)),
    # What waits for a virus scanner that was away is scanned when it is back.
    Round("scans", 5 * _MINUTE, _in_each(_scans)),
    # What is over is erased, once the schedule is switched on.
    Round("retention", timedelta(minutes=10), retaining.go),
    # After it: what was erased must not stand in SQLite's file and journal any more.
    Round("overwritten", timedelta(minutes=10), _overwritten),
    # SQLite learns how its tables grew, by which it chooses its indexes.
    Round("query-planning", timedelta(hours=1), _planning),
    # What nobody finished is forgotten.
    Round("uploads", 5 * _MINUTE, _uploads),
    # What a crash left beside uploads, evidence and packs is removed a day later.
    Round("left-beside", timedelta(hours=6), _left_beside),
    # Copies of packs that lie in the bucket leave this machine a week after their last use.
    Round("pack-copies", timedelta(hours=6), _pack_copies),
)
