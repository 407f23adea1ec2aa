"""What earlier visits taught: outcomes by hour, who knows whom, complaints, clocks and past work.

Everything is read for all cases at once; however many there are, the number of queries is small.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from fieldops.domain.planning.chance import ANSWERED, Attempt, Chances, Prior, learned
from fieldops.domain.planning.knowledge import PastVisit
from fieldops.domain.rulebook.vocabulary import HoldKind
from fieldops.domain.visiting import Outcome
from fieldops.models import Address, Flag, Hold, Visit
from fieldops.services.contact_records import Rows
from fieldops.services.parts import in_parts

LEARNING = timedelta(days=365)
"""How far back outcomes and acquaintance reach."""

MOST_OUTCOMES = 200_000
"""The newest outcomes that are learned from; more would change no figure that is shown."""

TOLD = sorted(outcome.value for outcome in (*ANSWERED, Outcome.NO_ANSWER))


@dataclass(frozen=True)
class Experience:
    """What is known before a plan is made, by the id of the debtor or the case."""

    chances: Chances
    visits: Mapping[UUID, Sequence[PastVisit]] = field(default_factory=dict)
    complaints: Mapping[UUID, datetime] = field(default_factory=dict)
    clocks: Mapping[UUID, datetime] = field(default_factory=dict)
    recent: Mapping[UUID, float] = field(default_factory=dict)

    def last_visit(self, debtor_id: UUID) -> datetime | None:
        """When somebody last stood at a door of this debtor's."""
        return max((one.at for one in self.visits.get(debtor_id, ())), default=None)

    def complaint(self, debtor_id: UUID, case_id: UUID) -> datetime | None:
        """When he, or somebody in the case, last complained."""
        found = [self.complaints[one] for one in (debtor_id, case_id) if one in self.complaints]
        return max(found, default=None)


def gather(
    session: Session,
    organisation_id: UUID,
    *,
    debtors: Iterable[UUID],
    cases: Iterable[UUID],
    prior: Prior,
    weeks: int,
    zone: ZoneInfo,
    now: datetime,
) -> Experience:
    """Read the experience of an organisation with these debtors and cases."""
    people, dossiers = list(debtors), list(cases)
    return Experience(
        chances=learned(prior, _attempts(session, organisation_id, zone, now)),
        visits=_visits(session, organisation_id, people, now),
        complaints=_complaints(session, organisation_id, people, dossiers),
        clocks=_clocks(session, organisation_id, dossiers, now),
        recent=_recent_work(session, organisation_id, now - timedelta(weeks=weeks)),
    )


def _attempts(
    session: Session, organisation_id: UUID, zone: ZoneInfo, now: datetime
) -> list[Attempt]:
    query = (
        select(Address.kind, Visit.address_id, Visit.arrived_at, Visit.outcome)
        .join(Address, Visit.address_id == Address.id)
        .where(
            Visit.organisation_id == organisation_id,
            Visit.arrived_at >= now - LEARNING,
            Visit.outcome.in_(TOLD),
        )
        .order_by(Visit.arrived_at.desc())
        .limit(MOST_OUTCOMES)
    )
    return [
        Attempt(row.kind, row.address_id, row.arrived_at.astimezone(zone), row.outcome in ANSWERED)
        for row in session.execute(query)
    ]


def _visits(
    session: Session, organisation_id: UUID, people: list[UUID], now: datetime
) -> dict[UUID, list[PastVisit]]:
    found: dict[UUID, list[PastVisit]] = defaultdict(list)
    for part in in_parts(people):
        query = select(Visit.debtor_id, Visit.agent_id, Visit.partner_id, Visit.arrived_at).where(
            Visit.organisation_id == organisation_id,
            Visit.debtor_id.in_(part),
            Visit.arrived_at.is_not(None),
            Visit.outcome.is_not(None),
            Visit.arrived_at >= now - LEARNING,
        )
        for row in session.execute(query):
            crew = tuple(one for one in (row.agent_id, row.partner_id) if one is not None)
            found[row.debtor_id].append(PastVisit(crew, row.arrived_at))
    return found


def _complaints(
    session: Session, organisation_id: UUID, people: list[UUID], cases: list[UUID]
) -> dict[UUID, datetime]:
    """The last complaint about each person and case, also one that was settled since."""
    found: dict[UUID, datetime] = {}
    for column, ids in ((Hold.person_id, people), (Hold.case_id, cases)):
        for part in in_parts(ids):
            query = (
                select(column, func.max(Hold.starts_at))
                .where(
                    Hold.organisation_id == organisation_id,
                    Hold.kind == HoldKind.COMPLAINT.value,
                    column.in_(part),
                )
                .group_by(column)
            )
            found.update((one, at) for one, at in session.execute(query) if one is not None)
    return found


def _clocks(
    session: Session, organisation_id: UUID, cases: list[UUID], now: datetime
) -> dict[UUID, datetime]:
    """The nearest deadline of each case's flags that nobody dismissed."""
    found: dict[UUID, datetime] = {}
    for part in in_parts(cases):
        query = (
            select(Flag.case_id, func.min(Flag.earliest_deadline))
            .where(
                Flag.organisation_id == organisation_id,
                Flag.case_id.in_(part),
                Flag.state != "dismissed",
                Flag.earliest_deadline >= now,
            )
            .group_by(Flag.case_id)
        )
        found.update((case, at) for case, at in session.execute(query) if at is not None)
    return found


def _recent_work(session: Session, organisation_id: UUID, since: datetime) -> dict[UUID, float]:
    """Seconds at doors a working day, by agent, as far as visits were recorded."""
    seconds: dict[UUID, float] = defaultdict(float)
    days: dict[UUID, set[object]] = defaultdict(set)
    for row in session.execute(_worked(organisation_id, since)):
        ended = row.left_at or row.recorded_at or row.planned_finish
        spent = max(0.0, (ended - row.arrived_at).total_seconds())
        # A visit whose end was told hours later did not take so long.
        planned = (row.planned_finish - row.planned_start).total_seconds()
        for agent in (row.agent_id, row.partner_id):
            if agent is not None:
                seconds[agent] += min(spent, 4 * planned)
                days[agent].add(row.day)
    return {agent: total / len(days[agent]) for agent, total in seconds.items()}


def _worked(organisation_id: UUID, since: datetime) -> Rows:
    columns = (Visit.agent_id, Visit.partner_id, Visit.day, Visit.arrived_at, Visit.left_at)
    times = (Visit.recorded_at, Visit.planned_start, Visit.planned_finish)
    query: Rows = select(*columns, *times).where(
        Visit.organisation_id == organisation_id,
        Visit.arrived_at >= since,
        or_(Visit.left_at.is_not(None), Visit.recorded_at.is_not(None)),
    )
    return query
