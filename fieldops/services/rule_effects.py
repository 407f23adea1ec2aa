"""What another rulebook would mean for the visits that are planned already."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.permissions import Actor
from fieldops.domain.rulebook.judging import judge
from fieldops.domain.rulebook.records import RuleBook, Ruling
from fieldops.domain.rulebook.vocabulary import Gate
from fieldops.domain.visiting import VisitState
from fieldops.models import Agent, Case, Visit
from fieldops.services import contact_facts, scoped

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Affected:
    """A planned visit that the two books judge differently."""

    visit_id: UUID
    case_number: str
    start: datetime
    old: Ruling
    new: Ruling


def affected_visits(
    session: Session, old: RuleBook, new: RuleBook, *, actor: Actor, now: datetime
) -> Iterator[Affected]:
    """The visits planned for the coming week that only one of the books allows, or for other rules.

    Each is judged as when its plan is committed, at its planned time and by its crew.
    """
    visits = session.scalars(
        scoped.own(Visit, actor)
        .where(
            Visit.state == VisitState.PLANNED.value,
            Visit.planned_start >= now,
            Visit.planned_start < now + WEEK,
        )
        .order_by(Visit.planned_start, Visit.id)
    ).all()
    facts = contact_facts.gather(
        session,
        actor.organisation_id,
        address_ids={visit.address_id for visit in visits},
        since=now - contact_facts.HISTORY,
        agents=session.scalars(scoped.own(Agent, actor)),
    )
    query = select(Case.id, Case.number).where(Case.organisation_id == actor.organisation_id)
    numbers = {row.id: row.number for row in session.execute(query)}
    for visit in visits:
        crew = [facts.agents[one] for one in (visit.agent_id, visit.partner_id) if one]
        proposal = facts.proposal(
            visit.address_id,
            visit.planned_start,
            visit.planned_finish,
            crew,
            gate=Gate.COMMIT,
            without_visit=visit.id,
        )
        was, is_now = judge(proposal, old), judge(proposal, new)
        if was.rules != is_now.rules:
            start = proposal.contact.start
            yield Affected(visit.id, numbers[visit.case_id], start, was, is_now)
