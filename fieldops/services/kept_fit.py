"""The usual look at what does not fit, counted by the hour and kept: it opens at once at any size.

To compare doors, the visits of a year are read, in a large house for seconds. So a job counts the
usual days and keeps the counts; whoever asks for just these days is shown them as of then, with
the grounds and reviews of now. Any other days are counted when somebody asks, and so are those of
a house that has few visits, or whose workers have not counted for some time.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, delete, insert, select
from sqlalchemy.orm import Session

from fieldops.domain.facts import FitAged
from fieldops.domain.permissions import Actor, system
from fieldops.domain.rulebook.spans import DAY, midnight
from fieldops.domain.team.policy import Doubts
from fieldops.models import Agent, AgentFit, Organisation, Visit
from fieldops.models.types import new_id
from fieldops.services import organisations, outbox
from fieldops.services.evidence_fit import USUAL, Fit, counted, evidence_fit, judged, unworked

# After how long it is counted again, and how long what was counted is shown.
_EVERY = timedelta(hours=1)
_SHOWN = timedelta(hours=2)
# What was handed out so lately is on its way.
_ON_ITS_WAY = timedelta(minutes=10)
FEW = 2_000
"""So many visits within the usual days are counted while somebody waits."""
_COUNTS = (
    *("items", "doubtful", "visits", "remarked"),
    *("compared", "nobody", "expected", "surplus"),
)


@dataclass(frozen=True, slots=True)
class Count:
    """The counts within `[since, until)` of those who worked, as they stood at a time."""

    since: datetime
    until: datetime
    at: datetime
    fits: Sequence[Fit]


def usual_period(
    session: Session, organisation_id: UUID, now: datetime
) -> tuple[datetime, datetime]:
    """When the days begin and end that are looked at where nobody names others."""
    zone = organisations.zone_of(session, organisation_id)
    today = now.astimezone(zone).date()
    return midnight(zone, today - USUAL), midnight(zone, today + DAY)


def fit_of_period(
    session: Session,
    actor: Actor,
    *,
    doubts: Doubts,
    since: datetime,
    until: datetime,
    now: datetime,
) -> list[Fit]:
    """What `evidence_fit` says of `[since, until)`, from what is kept where that is of these days.

    Each then says as of when its counts are.
    """
    query = _counted(actor.organisation_id, since, until, now, _SHOWN)
    rows = session.scalars(query).all()
    if not rows:
        return evidence_fit(session, actor, doubts=doubts, since=since, until=until)
    agents = unworked(session, actor)
    for fit in agents.values():
        # Of whom nothing was counted, that stands as of then as well.
        fit.as_of = rows[0].counted_at
    for row in rows:
        agents[row.agent_id] = _read(agents[row.agent_id].agent, row)
    return judged(session, actor, agents, doubts=doubts, since=since)


def is_due(session: Session, organisation_id: UUID, *, now: datetime) -> bool:
    """Whether the usual days of a house with many visits were not counted within the hour."""
    since, until = usual_period(session, organisation_id, now)
    if session.scalars(_counted(organisation_id, since, until, now, _EVERY).limit(1)).first():
        return False
    kept = select(AgentFit.id).where(AgentFit.organisation_id == organisation_id)
    many = select(Visit.id).where(
        Visit.organisation_id == organisation_id,
        Visit.arrived_at >= since,
        Visit.arrived_at < until,
    )
    # What is kept is counted on, so that nothing old stays of a house that became small.
    return any(session.scalar(one.limit(1)) for one in (kept, many.offset(FEW)))


def hand_out(session: Session, organisation_id: UUID, *, now: datetime, at: datetime) -> bool:
    """Have a worker count what is due, unless one is about to.

    `now` is the working time, `at` the true one. The caller holds the organisation.
    """
    if outbox.is_unpublished(session, FitAged, organisation_id=organisation_id):
        return False
    lately = at - _ON_ITS_WAY
    if outbox.was_recorded(session, FitAged, organisation_id=organisation_id, since=lately):
        return False
    if not is_due(session, organisation_id, now=now):
        return False
    fact = FitAged(organisation_id)
    outbox.record(session, fact, organisation_id=organisation_id, now=at)
    return True


def count(session: Session, organisation_id: UUID, *, now: datetime) -> Count:
    """Count the usual days; nothing is written."""
    since, until = usual_period(session, organisation_id, now)
    agents = counted(session, system(organisation_id), since=since, until=until)
    return Count(since, until, now, [fit for fit in agents.values() if fit.has_worked])


def keep(session: Session, organisation_id: UUID, found: Count) -> None:
    """Put a count in the place of the one before: whole, also where two workers counted."""
    session.get_one(Organisation, organisation_id, with_for_update={"key_share": True})
    session.execute(delete(AgentFit).where(AgentFit.organisation_id == organisation_id))
    rows = [
        {
            "id": new_id(),
            "organisation_id": organisation_id,
            "agent_id": fit.agent.id,
            "since": found.since,
            "until": found.until,
            "counted_at": found.at,
            "checks": dict(fit.checks),
            **{name: getattr(fit, name) for name in _COUNTS},
        }
        for fit in found.fits
    ]
    if rows:
        session.execute(insert(AgentFit), rows)


def _read(agent: Agent, row: AgentFit) -> Fit:
    counts = {name: getattr(row, name) for name in _COUNTS}
    return Fit(agent, checks=Counter(row.checks), as_of=row.counted_at, **counts)


def _counted(
    organisation_id: UUID, since: datetime, until: datetime, now: datetime, within: timedelta
) -> Select[AgentFit]:
    """What was counted of just this period, and lately; where the clock is set back, not later."""
    return select(AgentFit).where(
        AgentFit.organisation_id == organisation_id,
        AgentFit.since == since,
        AgentFit.until == until,
        AgentFit.counted_at > now - within,
        AgentFit.counted_at <= now,
    )
