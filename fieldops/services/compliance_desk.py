"""What compliance looks into: refusals and near misses by rule."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

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
