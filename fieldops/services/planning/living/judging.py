"""Every visit that a change touches is judged again, as when its plan was committed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

import routing
from fieldops.domain.permissions import Actor
from fieldops.domain.rulebook.judging import judge
from fieldops.domain.rulebook.records import RuleBook
from fieldops.domain.rulebook.vocabulary import Gate
from fieldops.domain.visiting import VisitState
from fieldops.models import Agent, Shift
from fieldops.services import contact_facts, rulings
from fieldops.services.contact_facts import ContactFacts
from fieldops.services.planning.fixing import Fixed
from fieldops.services.planning.living.day import Day
from fieldops.services.planning.refusals import StopRuling, refusal_of
from fieldops.services.rulings import ContactForbidden, Judged
from fieldops.services.same_people import lock_people
from routing.day_changes import RETIMED


@dataclass(frozen=True, slots=True)
class Touched:
    """A visit whose time, place in the order or crew is another, with its new leg and crew."""

    leg: routing.Leg
    position: int
    shifts: tuple[str, ...]
    is_new: bool


def touched(day: Day, after: routing.Plan) -> list[Touched]:
    """The visits that the change touches.

    A route whose order and crew stay and whose times move by less than five minutes is left as
    the crew knows it.
    """
    before = {route.shift: route for route in day.running.routes}
    found = []
    for route in after.routes:
        old = before.get(route.shift)
        if old is not None and _is_same(old, route):
            continue
        for position, leg in enumerate(route.legs):
            visit = day.visits.get(leg.stop)
            is_new = visit is None or visit.state == VisitState.CANCELLED.value
            found.append(Touched(leg, position, route.shifts, is_new))
    return found


def _is_same(old: routing.Route, new: routing.Route) -> bool:
    if old.shifts != new.shifts or len(old.legs) != len(new.legs):
        return False
    return all(
        one.stop == other.stop and abs(one.start - other.start) < RETIMED
        for one, other in zip(old.legs, new.legs, strict=True)
    )


@dataclass(frozen=True)
class Verdict:
    """What the rulebook says of a change: the facts it looked at, and what it forbids."""

    facts: ContactFacts
    judged: tuple[StopRuling, ...]

    @property
    def forbidden(self) -> tuple[StopRuling, ...]:
        """The visits that may not be made so."""
        return tuple(one for one in self.judged if not one.ruling.allowed)


def verdict(
    session: Session, day: Day, changes: Sequence[Touched], *, book: RuleBook, lock: bool = False
) -> Verdict:
    """Judge every touched visit at its new time by its new crew; `lock` holds the counters."""
    facts = _facts(session, day, changes)
    if lock and any(one.is_new for one in changes):
        _lock_people(session, facts, changes)
        facts = _facts(session, day, changes)
    crews = crews_of(session, day, {one for change in changes for one in change.shifts})
    fixed = Fixed()
    return Verdict(facts, tuple(_judged(day, one, facts, crews, book, fixed) for one in changes))


def _facts(session: Session, day: Day, changes: Sequence[Touched]) -> ContactFacts:
    return contact_facts.gather(
        session,
        day.plan.organisation_id,
        address_ids=[UUID(one.leg.stop) for one in changes],
        since=day.horizon.start - contact_facts.HISTORY,
    )


def _lock_people(session: Session, facts: ContactFacts, changes: Sequence[Touched]) -> None:
    fresh = [facts.subjects[UUID(one.leg.stop)] for one in changes if one.is_new]
    people = {who for one in fresh for who in (one.debtor_id, one.person_id)}
    lock_people(session, people)


def crews_of(session: Session, day: Day, shifts: set[str]) -> Mapping[str, Agent]:
    """Who works each of these shifts."""
    wanted = [UUID(one) for one in shifts]
    query = select(Shift.id, Agent).join(Shift.agent).where(Shift.id.in_(wanted))
    return {str(shift_id): agent for shift_id, agent in session.execute(query)}


def _judged(
    day: Day,
    one: Touched,
    facts: ContactFacts,
    crews: Mapping[str, Agent],
    book: RuleBook,
    fixed: Fixed,
) -> StopRuling:
    subject, start = facts.subjects[UUID(one.leg.stop)], day.horizon.moment(one.leg.start)
    visit = None if one.is_new else day.visits[one.leg.stop]
    proposal = facts.proposal(
        subject.address_id,
        start,
        day.horizon.moment(one.leg.finish),
        [contact_facts.rulebook_agent(crews[shift]) for shift in one.shifts],
        gate=Gate.COMMIT,
        without_visit=None if visit is None else visit.id,
        also=fixed.bearing_on(subject),
        spent=fixed.spent,
    )
    ruling = judge(proposal, book, gate=Gate.COMMIT)
    if one.is_new and ruling.allowed:
        fixed.add(subject, start, ruling.overridden)
    return StopRuling(day.stops[one.leg.stop], proposal, ruling)


def keep(session: Session, judged: Sequence[StopRuling], *, actor: Actor, now: datetime) -> None:
    """Keep the rulings that something followed from."""
    records = [
        Judged(f"stop:{one.stop.id}", one.stop.case_id, one.proposal, one.ruling) for one in judged
    ]
    rulings.keep(session, Gate.COMMIT, records, actor=actor, now=now)
    session.flush()


def refusal(
    session: Session, found: Verdict, *, actor: Actor, now: datetime
) -> ContactForbidden | None:
    """The refusal, kept, if anything is forbidden; the caller raises it after committing it."""
    if not found.forbidden:
        return None
    keep(session, found.forbidden, actor=actor, now=now)
    return refusal_of(found.forbidden)
