"""Visits as tests need them: in a committed plan, with defaults for all that is not said."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.visiting import VisitState
from fieldops.models import Address, Agent, Case, Organisation, Party, Plan, Visit

# Ten in the morning in Chengdu on the day at which the tests' clock stands.
START = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


def a_committed_plan(session: Session, organisation: Organisation, day: date) -> Plan:
    """The plan of that day; one for all visits of a test."""
    query = select(Plan).where(
        Plan.organisation_id == organisation.id, Plan.day == day, Plan.state == "committed"
    )
    found = session.scalars(query).first()
    if found is not None:
        return found
    plan = Plan(
        organisation_id=organisation.id,
        day=day,
        days=1,
        state="committed",
        budget_seconds=1.0,
        seed=1,
        problem=None,
        figures={},
        created_at=START,
    )
    session.add(plan)
    session.flush()
    return plan


def a_visit(
    session: Session,
    organisation: Organisation,
    *,
    case: Case,
    agent: Agent,
    partner: Agent | None = None,
    day: date | None = None,
    start: datetime = START,
    minutes: int = 15,
    sequence: int = 1,
    state: VisitState = VisitState.PLANNED,
    role: str = "debtor",
) -> Visit:
    """A visit to the debtor of the case at his first address, by an agent and his partner."""
    party = _party(session, case.id, role)
    query = select(Address).where(Address.case_id == case.id).order_by(Address.id)
    addresses = session.scalars(query).all()
    address = next((one for one in addresses if one.party_id == party.id), addresses[0])
    on = day or start.date()
    visit = Visit(
        organisation_id=organisation.id,
        plan_id=a_committed_plan(session, organisation, on).id,
        case_id=case.id,
        party_id=party.id,
        debtor_id=_party(session, case.id, "debtor").person_id,
        address_id=address.id,
        agent_id=agent.id,
        partner_id=partner.id if partner else None,
        day=on,
        sequence=sequence,
        planned_start=start,
        planned_finish=start + timedelta(minutes=minutes),
        state=state.value,
        remarks=[],
        created_at=START,
        updated_at=START,
    )
    session.add(visit)
    session.flush()
    return visit


def _party(session: Session, case_id: UUID, role: str) -> Party:
    query = select(Party).where(Party.case_id == case_id, Party.role == role).order_by(Party.id)
    return session.scalars(query).first() or _first_party(session, case_id)


def _first_party(session: Session, case_id: UUID) -> Party:
    return session.scalars(select(Party).where(Party.case_id == case_id)).one()


def a_past_visit(
    session: Session,
    case: Case,
    agent: Agent,
    *,
    at: datetime,
    outcome: str = "met_debtor",
    partner: Agent | None = None,
) -> Visit:
    """A visit that began then, took a quarter of an hour, and came to this outcome."""
    organisation = session.get_one(Organisation, case.organisation_id)
    visit = a_visit(
        session,
        organisation,
        case=case,
        agent=agent,
        partner=partner,
        start=at,
        state=VisitState.LEFT,
    )
    visit.outcome = outcome
    visit.arrived_at = at
    visit.recorded_at = visit.left_at = at + timedelta(minutes=15)
    session.flush()
    return visit
