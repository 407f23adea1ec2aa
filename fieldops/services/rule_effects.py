"""What another rulebook would mean for the visits that are planned already."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from fieldops.domain.permissions import Actor
from fieldops.domain.rulebook.judging import barring
from fieldops.domain.rulebook.records import RuleBook
from fieldops.domain.rulebook.vocabulary import Gate
from fieldops.domain.visiting import VisitState
from fieldops.models import Agent, Case, Visit
from fieldops.services import contact_facts, keyset, scoped
from fieldops.services.parts import in_parts

WEEK = timedelta(days=7)
_BY_TIME = (keyset.Key(Visit.planned_start), keyset.Key(Visit.id))


@dataclass(frozen=True, slots=True)
class Affected:
    """A planned visit that the two books judge differently, with the rules that forbid it."""

    visit_id: UUID
    case_id: UUID
    case_number: str
    start: datetime
    old: tuple[str, ...]
    new: tuple[str, ...]

    @property
    def barred(self) -> tuple[str, ...]:
        """The rules that forbid it by the new book alone."""
        return tuple(rule for rule in self.new if rule not in self.old)

    @property
    def freed(self) -> tuple[str, ...]:
        """The rules that forbid it by the old book alone."""
        return tuple(rule for rule in self.old if rule not in self.new)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some of the coming week's visits, in order: which of them are affected.

    The visits from `first` to `last`, counted from 1, of all that are `planned` were judged;
    `following` is the last of them where more follow.
    """

    affected: Sequence[Affected]
    first: int
    last: int
    planned: int
    following: UUID | None


def affected_visits(
    session: Session, old: RuleBook, new: RuleBook, *, actor: Actor, now: datetime
) -> Iterator[Affected]:
    """The visits planned for the coming week that only one of the books allows, or for other rules.

    Each is judged as when its plan is committed, at its planned time and by its crew.
    """
    query = _coming(actor, now).order_by(*(key.ordered for key in _BY_TIME))
    yield from _differing(session, session.scalars(query).all(), old, new, actor=actor, now=now)


def affected_stretch(
    session: Session,
    old: RuleBook,
    new: RuleBook,
    *,
    beyond: UUID | None,
    limit: int,
    actor: Actor,
    now: datetime,
) -> Stretch:
    """The same for no more visits than the limit, from the one that follows `beyond` on.

    Raises InvalidInput where `beyond` is no visit of the organisation.
    """
    coming = _coming(actor, now)
    visits, following = keyset.page(
        session, coming, Visit, _BY_TIME, beyond=beyond, limit=limit, actor=actor
    )
    planned = _count(session, coming)
    before = _count(session, coming.where(_earlier(visits[0]))) if visits else planned
    return Stretch(
        tuple(_differing(session, visits, old, new, actor=actor, now=now)),
        before + 1,
        before + len(visits),
        planned,
        following,
    )


def _coming(actor: Actor, now: datetime) -> Select[Any]:
    return scoped.own(Visit, actor).where(
        Visit.state == VisitState.PLANNED.value,
        Visit.planned_start >= now,
        Visit.planned_start < now + WEEK,
    )


def _earlier(visit: Visit) -> Any:
    at_once = and_(Visit.planned_start == visit.planned_start, Visit.id < visit.id)
    return or_(Visit.planned_start < visit.planned_start, at_once)


def _count(session: Session, query: Select[Any]) -> int:
    return session.scalar(query.with_only_columns(func.count())) or 0


def _differing(
    session: Session,
    visits: Sequence[Visit],
    old: RuleBook,
    new: RuleBook,
    *,
    actor: Actor,
    now: datetime,
) -> Iterator[Affected]:
    facts = contact_facts.gather(
        session,
        actor.organisation_id,
        address_ids={visit.address_id for visit in visits},
        since=now - contact_facts.HISTORY,
        agents=session.scalars(scoped.own(Agent, actor)),
    )
    numbers = _numbers(session, {visit.case_id for visit in visits})
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
        was, is_now = barring(proposal, old), barring(proposal, new)
        if was != is_now:
            start = proposal.contact.start
            number = numbers[visit.case_id]
            yield Affected(visit.id, visit.case_id, number, start, was, is_now)


def _numbers(session: Session, case_ids: set[UUID]) -> dict[UUID, str]:
    return {
        row.id: row.number
        for part in in_parts(case_ids)
        for row in session.execute(select(Case.id, Case.number).where(Case.id.in_(part)))
    }
