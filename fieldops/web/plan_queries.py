"""What the board says of a day beside its data: plans, shifts, and how much waits."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from fieldops.domain.permissions import Actor
from fieldops.models import Address, Case, Plan, Shift
from fieldops.services import scoped

_LIVE = ("solving", "proposed", "committed", "failed")


def plans_of(session: Session, actor: Actor, day: date) -> Sequence[Plan]:
    """The plans that concern this day, the newest first; discarded ones are left out."""
    query = scoped.own(Plan, actor).where(
        Plan.day <= day, Plan.state.in_(_LIVE), Plan.day >= day.fromordinal(day.toordinal() - 31)
    )
    found = session.scalars(query.order_by(Plan.created_at.desc(), Plan.id.desc())).all()
    return [plan for plan in found if (day - plan.day).days < plan.days]


def shifts_of(session: Session, actor: Actor, day: date) -> Sequence[Shift]:
    """Who works on this day, by code."""
    query = scoped.own(Shift, actor).where(Shift.day == day, Shift.absent_reason.is_(None))
    found = session.scalars(query.options(joinedload(Shift.agent))).all()
    return sorted(found, key=lambda shift: shift.agent.code)


def waiting(session: Session, actor: Actor) -> tuple[int, int]:
    """How many open cases there are, and how many addresses a person must settle."""
    cases = scoped.own(Case, actor).where(Case.state == "open")
    doubtful = scoped.own(Address, actor).where(Address.state.in_(("ambiguous", "unlocated")))
    return _count(session, cases), _count(session, doubtful)


def _count(session: Session, query: Select[Any]) -> int:
    return session.scalar(select(func.count()).select_from(query.subquery())) or 0
