"""What an agent's phone is told of a day: all that its pages need while there is no network."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from fieldops.domain.permissions import Actor
from fieldops.domain.rulebook.judging import judge
from fieldops.domain.rulebook.proposal import DoorFacts
from fieldops.domain.rulebook.records import RuleBook, Ruling, Violation
from fieldops.domain.rulebook.vocabulary import Gate
from fieldops.domain.visiting import AT_THE_DOOR, VisitState
from fieldops.models import Agent, Shift, Visit
from fieldops.services import scoped
from fieldops.services.contact_facts import HISTORY, ContactFacts, gather
from fieldops.services.planning.living import telling
from fieldops.services.planning.living.telling import Told
from fieldops.services.visits.held import HeldVisits

_LONG_AGO = timedelta(days=366)
_OPEN = (VisitState.PLANNED, *AT_THE_DOOR)
_SHOWN = DoorFacts(badge_shown=True, authorisation_shown=True, recorder_on=True)


@dataclass(frozen=True, slots=True)
class PhoneDay:
    """A day as it stands: every visit, the holds in force or lifted on it, and the shift."""

    told: Told
    holds: Sequence[HeldVisits]
    shift: Shift | None


@dataclass(frozen=True, slots=True)
class Hint:
    """What the rulebook says of a visit at its planned time: what stands against it, what it asks.

    `needs` are the rules that only want something shown or kept at the door. It is a hint: the
    door asks again.
    """

    visit_id: UUID
    allowed: bool
    against: Sequence[Violation]
    needs: Sequence[Violation]
    next_legal: datetime | None


def phone_day(session: Session, actor: Actor, day: date, *, now: datetime) -> PhoneDay:
    """Everything of the agent's day; raises Forbidden, and NotFound for a day out of reach."""
    told = telling.changes_since(session, actor, day, since=now - _LONG_AGO, now=now)
    query = scoped.own(Shift, actor).where(Shift.agent_id == actor.agent_id, Shift.day == day)
    today = now - timedelta(days=1)
    holds = [one for one in told.holds if _still_matters(one, today, now)]
    return PhoneDay(told, holds, session.scalars(query).one_or_none())


def hints(
    session: Session, visits: Sequence[Visit], book: RuleBook, *, actor: Actor, now: datetime
) -> list[Hint]:
    """The rulebook's word on those of these visits that are still to be made."""
    open_ones = [visit for visit in visits if visit.state in _OPEN]
    if not open_ones:
        return []
    crew = {who for one in open_ones for who in (one.agent_id, one.partner_id) if who}
    facts = gather(
        session,
        actor.organisation_id,
        address_ids={one.address_id for one in open_ones},
        since=min(one.planned_start for one in open_ones) - HISTORY,
        agents=session.scalars(scoped.own(Agent, actor).where(Agent.id.in_(crew))),
    )
    return [_hint(visit, facts, book) for visit in open_ones]


def _still_matters(hold: HeldVisits, since: datetime, now: datetime) -> bool:
    end = hold.lifted_at or hold.ends_at
    return end is None or end > now or end >= since


def _hint(visit: Visit, facts: ContactFacts, book: RuleBook) -> Hint:
    best, bare = (_judged(visit, facts, book, stated) for stated in (_SHOWN, DoorFacts()))
    against = {one.rule for one in best.violations}
    return Hint(
        visit.id,
        best.allowed,
        best.violations,
        [one for one in bare.violations if one.rule not in against],
        best.next_legal,
    )


def _judged(visit: Visit, facts: ContactFacts, book: RuleBook, stated: DoorFacts) -> Ruling:
    planned = (visit.agent_id, visit.partner_id)
    crew = [facts.agents[one] for one in planned if one is not None and one in facts.agents]
    proposal = facts.proposal(
        visit.address_id, visit.planned_start, visit.planned_finish, crew,
        gate=Gate.DOOR, without_visit=visit.id, facts=stated,
    )  # fmt: skip
    return judge(proposal, book, gate=Gate.DOOR)
