"""What compliance looks into: refusals and near misses by rule, and evidence that does not fit."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, String, cast, func, select
from sqlalchemy.orm import Session

from fieldops.domain.permissions import Actor
from fieldops.domain.rights.near import NEAR, Part
from fieldops.models import Account, Agent, Item, RulingRecord, RulingRule, Visit
from fieldops.services import scoped
from fieldops.services.visits.remarks import has_remark

DOUBTS = ("mock-position", "far-from-address", "clock-differs", "crew-apart", "not-compliant")
"""Remarks on a visit that say that what was reported does not fit."""


@dataclass(frozen=True, slots=True)
class Sought:
    """Which rulings: of a rule, a gate, an agent, since a time (inclusive), until one (not)."""

    rule: str | None = None
    gate: str | None = None
    agent_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Near:
    """A lawful contact, the rule that it came near, and how."""

    part: RulingRule
    ruling: RulingRecord


_A_DAY = timedelta(days=1)


@dataclass
class Fit:
    """How much of what one agent handed in does not fit, in counts and not in verdicts."""

    agent: Agent
    items: int = 0
    doubtful: int = 0
    checks: Counter[str] = field(default_factory=Counter)
    visits: int = 0
    remarked: int = 0

    @property
    def share(self) -> float:
        """The share of items with a finding that does not hold."""
        return self.doubtful / self.items if self.items else 0.0


def refusals(
    session: Session, actor: Actor, sought: Sought, *, before: UUID | None, limit: int
) -> tuple[Sequence[RulingRecord], UUID | None]:
    """One page of refused rulings, the newest first, and before which the next page lies."""
    query = narrowed(scoped.own(RulingRecord, actor), sought, Part.REFUSED)
    query = query.where(RulingRecord.allowed.is_(False))
    if before is not None:
        query = query.where(RulingRecord.id < before)
    rows = session.scalars(query.order_by(RulingRecord.id.desc()).limit(limit + 1)).all()
    return rows[:limit], rows[limit - 1].id if len(rows) > limit else None


def near_misses(
    session: Session, actor: Actor, sought: Sought, *, before: UUID | None, limit: int
) -> tuple[Sequence[Near], UUID | None]:
    """One page of near misses, the newest first; one line for each rule that was near."""
    query = (
        select(RulingRule, RulingRecord)
        .join(RulingRecord, RulingRule.ruling_id == RulingRecord.id)
        .where(
            RulingRule.organisation_id == actor.organisation_id,
            RulingRule.part.in_([part.value for part in NEAR]),
        )
    )
    if sought.rule is not None:
        query = query.where(RulingRule.rule == sought.rule)
    for condition in _conditions(sought):
        query = query.where(condition)
    if before is not None:
        query = query.where(RulingRule.id < before)
    rows = session.execute(query.order_by(RulingRule.id.desc()).limit(limit + 1)).all()
    found = [Near(part, ruling) for part, ruling in rows[:limit]]
    return found, found[-1].part.id if len(rows) > limit else None


def narrowed(query: Select[RulingRecord], sought: Sought, part: Part) -> Select[RulingRecord]:
    """A query for rulings with what is sought of them; a rule counts in this part alone."""
    if sought.rule is not None:
        of_rule = select(RulingRule.ruling_id).where(
            RulingRule.ruling_id == RulingRecord.id,
            RulingRule.rule == sought.rule,
            RulingRule.part == part.value,
        )
        query = query.where(of_rule.exists())
    for condition in _conditions(sought):
        query = query.where(condition)
    return query


def evidence_fit(session: Session, actor: Actor, *, since: datetime, until: datetime) -> list[Fit]:
    """What each agent handed in and how much of it does not fit, the largest share first."""
    agents = {agent.id: Fit(agent) for agent in session.scalars(scoped.own(Agent, actor))}
    within = (
        Item.organisation_id == actor.organisation_id,
        Item.received_at >= since,
        Item.received_at < until,
        Account.agent_id.is_not(None),
    )
    counts = select(Account.agent_id, func.count()).join_from(
        Item, Account, Item.account_id == Account.id
    )
    for agent_id, count in session.execute(counts.where(*within).group_by(Account.agent_id)):
        if agent_id is not None:
            agents[agent_id].items = count
    # Most items have nothing against them, and are not read.
    doubtful = select(Account.agent_id, Item.findings).join_from(
        Item, Account, Item.account_id == Account.id
    )
    failing = cast(Item.findings, String).contains('"holds": false')
    for agent_id, findings in session.execute(doubtful.where(*within, failing)):
        if agent_id is None:
            continue
        failed = {one["check"] for one in findings if one["holds"] is False}
        agents[agent_id].doubtful += bool(failed)
        agents[agent_id].checks.update(failed)
    _count_visits(session, actor, agents, since=since, until=until)
    worked = [fit for fit in agents.values() if fit.items or fit.visits]
    return sorted(worked, key=lambda fit: (-fit.share, -fit.remarked, fit.agent.code))


def rules_met(session: Session, actor: Actor) -> list[str]:
    """The rules that ever had a part in a ruling of the house, for the filter."""
    query = select(RulingRule.rule).where(RulingRule.organisation_id == actor.organisation_id)
    return sorted(session.scalars(query.distinct()))


def _conditions(sought: Sought) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if sought.gate is not None:
        found.append(RulingRecord.gate == sought.gate)
    if sought.agent_id is not None:
        found.append(RulingRecord.agent_id == sought.agent_id)
    if sought.since is not None:
        found.append(RulingRecord.at >= sought.since)
    if sought.until is not None:
        found.append(RulingRecord.at < sought.until)
    return found


def _count_visits(
    session: Session, actor: Actor, agents: dict[UUID, Fit], *, since: datetime, until: datetime
) -> None:
    """Visits count for their first agent and his partner, each once."""
    # A visit is made on its day: by that it is found.
    within = (
        Visit.organisation_id == actor.organisation_id,
        Visit.day.between((since - _A_DAY).date(), (until + _A_DAY).date()),
        Visit.arrived_at >= since,
        Visit.arrived_at < until,
    )
    for who in (Visit.agent_id, Visit.partner_id):
        counts = select(who, func.count()).where(*within, who.is_not(None)).group_by(who)
        if who is Visit.partner_id:
            counts = counts.where(Visit.partner_id != Visit.agent_id)
        for agent_id, count in session.execute(counts):
            if agent_id is not None:
                agents[agent_id].visits += count
    remarked = select(Visit).where(*within, cast(Visit.remarks, String) != "[]")
    for visit in session.scalars(remarked.execution_options(yield_per=1_000)):
        for agent_id in {visit.agent_id, visit.partner_id} - {None}:
            if agent_id is not None:
                agents[agent_id].remarked += has_remark(visit, *DOUBTS)
