"""What a plan is made from: the open cases' addresses, and the shifts that are still free."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, contains_eager

from fieldops.domain.locating import Grade, is_doubtful
from fieldops.domain.visiting import AT_THE_DOOR, VisitState
from fieldops.models import Address, Agent, Case, Party, Plan, Route, Shift, Visit
from fieldops.services.contact_records import Rows
from fieldops.services.override_records import may_be_visited
from fieldops.services.planning.horizon import Horizon

OPEN = "open"
PLACED = frozenset({"located", "settled"})
COMMITTED = "committed"


@dataclass(frozen=True, slots=True)
class Candidate:
    """An address that might be visited, with what its rank among others depends on."""

    address_id: UUID
    case_id: UUID
    person_id: UUID
    priority: int
    amount: Decimal
    created_at: datetime
    kind: str
    state: str
    grade: str
    lat: float | None
    lon: float | None
    is_allowed: bool
    skills: tuple[str, ...] = ()

    @property
    def is_placed(self) -> bool:
        """Whether it has a position at all."""
        return self.lat is not None and self.lon is not None and self.state in PLACED

    @property
    def is_doubtful(self) -> bool:
        """Whether its place is too vague to send anybody there unasked."""
        known = Grade(self.grade) if self.grade in set(Grade) else Grade.NONE
        return is_doubtful(known) and not self.is_allowed


def candidates(
    session: Session, organisation_id: UUID, among: Collection[UUID] | None = None
) -> list[Candidate]:
    """The addresses of all cases that may be visited: the most pressing first, its surest first.

    Only those `among` these addresses, if any are named.
    """
    query = _candidate_query(organisation_id)
    if among is not None:
        query = query.where(Address.id.in_(among))
    rows = session.execute(query)
    found = [
        Candidate(
            address_id=row.address_id,
            case_id=row.case_id,
            person_id=row.person_id,
            priority=row.priority,
            amount=row.amount,
            created_at=row.created_at,
            kind=row.kind,
            state=row.state,
            grade=row.grade,
            lat=row.lat,
            lon=row.lon,
            is_allowed=row.visit_allowed_by is not None,
            skills=tuple(row.skills or ()),
        )
        for row in rows
    ]
    return sorted(found, key=_rank)


def _candidate_query(organisation_id: UUID) -> Rows:
    return (
        select(
            Address.id.label("address_id"),
            Address.case_id,
            Address.kind,
            Address.state,
            Address.grade,
            Address.lat,
            Address.lon,
            Address.visit_allowed_by,
            Case.priority,
            Case.amount,
            Case.created_at,
            Case.skills,
            Party.person_id,
        )
        .join(Case, Address.case_id == Case.id)
        .join(Party, Address.party_id == Party.id)
        .where(Case.organisation_id == organisation_id, may_be_visited())
    )


def _rank(one: Candidate) -> tuple[object, ...]:
    grade = Grade(one.grade) if one.grade in set(Grade) else Grade.NONE
    sureness = (one.kind != "home", -grade.rank, one.address_id)
    return one.priority, -one.amount, one.created_at, one.case_id, *sureness


def free_shifts(session: Session, organisation_id: UUID, horizon: Horizon) -> Sequence[Shift]:
    """The shifts of these days that are worked and belong to no committed plan."""
    query: Select[Shift] = (
        select(Shift)
        .join(Shift.agent)
        .options(contains_eager(Shift.agent))
        .where(
            Shift.organisation_id == organisation_id,
            Shift.day.between(horizon.day, horizon.last),
            Shift.absent_reason.is_(None),
            Agent.retired_at.is_(None),
        )
        .order_by(Shift.day, Agent.code)
    )
    taken = committed_shifts(session, organisation_id)
    return [shift for shift in session.scalars(query) if shift.id not in taken]


def committed_shifts(
    session: Session, organisation_id: UUID, *, among: Sequence[UUID] | None = None
) -> set[UUID]:
    """The shifts that belong to committed plans."""
    query = (
        select(Route.shift_id, Route.partner_shift_id)
        .join(Plan, Route.plan_id == Plan.id)
        .where(Plan.organisation_id == organisation_id, Plan.state == COMMITTED)
    )
    if among is not None:
        query = query.where(Route.shift_id.in_(among) | Route.partner_shift_id.in_(among))
    return {shift for pair in session.execute(query) for shift in pair if shift is not None}


def awaited_debtors(session: Session, organisation_id: UUID, horizon: Horizon) -> set[UUID]:
    """The debtors to whom a visit is on its way already, from the first day of the plan on."""
    query = select(Visit.debtor_id).where(
        Visit.organisation_id == organisation_id,
        Visit.state.in_([VisitState.PLANNED.value, *(one.value for one in AT_THE_DOOR)]),
        Visit.day >= horizon.day,
    )
    return set(session.scalars(query))
