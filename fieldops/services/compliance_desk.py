"""What compliance looks into: refusals and near misses by rule."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, contains_eager

from fieldops.domain.permissions import Actor
from fieldops.domain.rights.near import NEAR, Part
from fieldops.models import RulingRecord, RulingRule
from fieldops.services import scoped


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


def refusals(
    session: Session, actor: Actor, sought: Sought, *, before: UUID | None, limit: int
) -> tuple[Sequence[RulingRecord], UUID | None]:
    """One page of refused rulings, the newest first, and before which the next page lies."""
    query = narrowed(scoped.own(RulingRecord, actor), sought, Part.REFUSED)
    query = query.where(RulingRecord.allowed.is_(False))
    return scoped.newest(session, query, RulingRecord, before=before, limit=limit)


def near_misses(
    session: Session, actor: Actor, sought: Sought, *, before: UUID | None, limit: int
) -> tuple[Sequence[Near], UUID | None]:
    """One page of near misses, the newest first; one line for each rule that was near."""
    query = (
        scoped.own(RulingRule, actor, {RulingRule.rule: sought.rule})
        .join(RulingRule.ruling)
        .options(contains_eager(RulingRule.ruling))
        .where(RulingRule.part.in_([part.value for part in NEAR]))
    )
    parts, following = scoped.newest(
        session, _within(query, sought), RulingRule, before=before, limit=limit
    )
    return [Near(part, part.ruling) for part in parts], following


def narrowed(query: Select[RulingRecord], sought: Sought, part: Part) -> Select[RulingRecord]:
    """A query for rulings with what is sought of them; a rule counts in this part alone."""
    if sought.rule is not None:
        of_rule = select(RulingRule.ruling_id).where(
            RulingRule.ruling_id == RulingRecord.id,
            RulingRule.rule == sought.rule,
            RulingRule.part == part.value,
        )
        query = query.where(of_rule.exists())
    return _within(query, sought)


def rules_met(session: Session, actor: Actor) -> list[str]:
    """The rules that ever had a part in a ruling of the house, for the filter."""
    query = select(RulingRule.rule).where(RulingRule.organisation_id == actor.organisation_id)
    return sorted(session.scalars(query.distinct()))


def _within(query: scoped.Query, sought: Sought) -> scoped.Query:
    asked: scoped.Asked = {RulingRecord.gate: sought.gate, RulingRecord.agent_id: sought.agent_id}
    query = scoped.narrowed(query, asked)
    if sought.since is not None:
        query = query.where(RulingRecord.at >= sought.since)
    if sought.until is not None:
        query = query.where(RulingRecord.at < sought.until)
    return query
