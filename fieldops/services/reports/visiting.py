"""Visits of a report: made, still open, missed and cancelled with the cause, and who was met."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import String, Text, case, cast, func, literal, select
from sqlalchemy.orm import Session

from fieldops.domain.permissions import Actor
from fieldops.domain.visiting import MET, Outcome, VisitState
from fieldops.models import Agent, Visit
from fieldops.services import scoped
from fieldops.services.reports.asked import Asked

# Remarks that say by whose word a visit was called off; see services/visits/remarks.py.
_CAUSES = {
    "cancelled-by-hold": "hold",
    "cancelled-by-request": "request",
    "cancelled-for-safety": "safety",
}
_REASONS = 20


@dataclass
class Visited:
    """What became of visits; `planned` is the sum of made, open, missed and cancelled.

    A visit is made once its crew stands at the door, also if it was called off there. One that
    is still planned is `open`, and `missed` once its day is over.
    """

    made: int = 0
    open: int = 0
    missed: int = 0
    cancelled: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)

    @property
    def planned(self) -> int:
        """All of them."""
        return self.made + self.open + self.missed + self.cancelled

    @property
    def met(self) -> int:
        """Those at which the debtor was met."""
        return sum(self.outcomes[word.value] for word in MET)

    def add(self, row: Any, *, is_over: bool) -> None:
        """Count the visits of a row: a state, whether begun, an outcome, how many; their day."""
        if row.begun:
            self.made += row.number
            if row.outcome is not None:
                self.outcomes[row.outcome] += row.number
        elif row.state == VisitState.CANCELLED.value:
            self.cancelled += row.number
        elif is_over:
            self.missed += row.number
        else:
            self.open += row.number


@dataclass(frozen=True, slots=True)
class Visits:
    """All visits, those of each day, why some were cancelled, and the last reasons in words.

    `causes` are hold, request, safety, at_the_door, and other: by hand or with a changed plan.
    """

    all: Visited
    days: dict[date, Visited]
    causes: Counter[str]
    reasons: Sequence[tuple[date, str]]


@dataclass(frozen=True, slots=True)
class OfAgent:
    """The visits of one agent, alone or with a partner."""

    agent: Agent
    visited: Visited


_BEGUN = Visit.arrived_at.is_not(None).label("begun")
_NUMBER = func.count().label("number")


def visits(session: Session, asked: Asked, today: date) -> Visits:
    """Count the visits of a report in one pass."""
    cause = _cause().label("cause")
    keys = (Visit.day, Visit.state, _BEGUN, Visit.outcome, cause)
    query = select(*keys, _NUMBER).where(*asked.on_days(Visit.day), *asked.of_cases(Visit.case_id))
    found = Visits(Visited(), {}, Counter(), _reasons(session, asked))
    for row in session.execute(query.group_by(*keys).order_by(Visit.day)):
        for one in (found.all, found.days.setdefault(row.day, Visited())):
            one.add(row, is_over=row.day < today)
        if row.cause is not None:
            found.causes[row.cause] += row.number
    return found


def of_agents(session: Session, asked: Asked, actor: Actor, today: date) -> list[OfAgent]:
    """The visits of each agent, of both where two went, the most first."""
    agents = {agent.id: agent for agent in session.scalars(scoped.own(Agent, actor))}
    found = {agent_id: Visited() for agent_id in agents}
    for who in (Visit.agent_id, Visit.partner_id):
        # Not by the day: an agent would have as many rows as visits.
        is_over = (Visit.day < today).label("is_over")
        keys = (who.label("who"), is_over, Visit.state, _BEGUN, Visit.outcome)
        query = select(*keys, _NUMBER).where(
            *asked.on_days(Visit.day), *asked.of_cases(Visit.case_id), who.is_not(None)
        )
        for row in session.execute(query.group_by(*keys)):
            found[row.who].add(row, is_over=row.is_over)
    worked = [OfAgent(agents[one], visited) for one, visited in found.items() if visited.planned]
    return sorted(worked, key=lambda one: (-one.visited.made, one.agent.code))


def in_order(outcomes: Counter[str]) -> list[tuple[str, int]]:
    """The outcomes that there were, in the order of their vocabulary."""
    return [(word.value, outcomes[word.value]) for word in Outcome if outcomes[word.value]]


def _cause() -> Any:
    """By whose word a visit was cancelled: null for one that was not."""
    text = cast(Visit.remarks, Text)
    told = [(text.like(f'%"{code}"%'), word) for code, word in _CAUSES.items()]
    named = case(*told, (Visit.arrived_at.is_not(None), "at_the_door"), else_="other")
    none = cast(literal(None), String)
    return case((Visit.state == VisitState.CANCELLED.value, named), else_=none)


def _reasons(session: Session, asked: Asked) -> list[tuple[date, str]]:
    """The last reasons as they were written: they are sealed, so that no database counts them."""
    query = (
        select(Visit.day, Visit.cancelled_reason)
        .where(
            *asked.on_days(Visit.day),
            *asked.of_cases(Visit.case_id),
            Visit.state == VisitState.CANCELLED.value,
            Visit.cancelled_reason.is_not(None),
        )
        .order_by(Visit.updated_at.desc())
        .limit(_REASONS)
    )
    return [(row.day, row.cancelled_reason) for row in session.execute(query)]
