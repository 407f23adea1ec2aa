"""Who of a crew is at the door: the first waits for the second, and one who goes away is told of.

Where the rules ask for two, one alone makes no visit. Its state is `waiting` until the other comes,
and again when one of them parts; what is recorded meanwhile is judged by those who were there.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.facts import VisitChanged
from fieldops.domain.permissions import Actor
from fieldops.domain.positions import GivenPosition, Position, metres_between
from fieldops.domain.rulebook.judging import judge
from fieldops.domain.rulebook.proposal import DoorFacts, Proposal
from fieldops.domain.rulebook.records import RuleBook
from fieldops.domain.rulebook.vocabulary import Gate
from fieldops.domain.visiting import AT_THE_DOOR, VisitState
from fieldops.models import Agent, Arrival, Visit
from fieldops.services import outbox
from fieldops.services.contact_facts import proposal_for_visit
from fieldops.services.visits.access import workable
from fieldops.services.visits.remarks import has_remark, quietly, with_remark

OLD_FIX_SECONDS = 120.0
VAGUE_FIX_METRES = 200.0
# Two who walk away together part at no time: the other one must have been seen just before.
_FRESH = timedelta(minutes=5)
_SHORTEST = timedelta(minutes=1)
# Whoever arrived elsewhere, or went away, was no second at this door.
NOT_THERE = ("crew-apart", "crew-parted")


@dataclass(frozen=True, slots=True)
class Together:
    """How far the crew may lie apart in place and arrivals in time, so that they are two there."""

    metres: float = 200.0
    within: timedelta = timedelta(minutes=30)

    def apart(self, first: Arrival, second: Arrival, between: timedelta) -> dict[str, int] | None:
        """How far two arrivals lie apart, when that is too far."""
        metres = _between(_came(first), _came(second))
        if metres <= self.metres and between <= self.within:
            return None
        return {"metres": round(metres), "minutes": round(between.total_seconds() / 60)}


USUALLY = Together()
"""What counts as together where no setting says otherwise."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """Where a phone at a door says that it is now; `at` is when that fix was taken."""

    position: GivenPosition
    accuracy_metres: float
    fix_age_seconds: float

    @property
    def is_sharp(self) -> bool:
        """Whether it is new and exact enough to say that somebody went away."""
        return self.fix_age_seconds <= OLD_FIX_SECONDS and self.accuracy_metres <= VAGUE_FIX_METRES


def arrivals_of(session: Session, visit: Visit) -> list[Arrival]:
    """Who arrived, in the order in which their words came in."""
    query = select(Arrival).where(Arrival.visit_id == visit.id)
    return list(session.scalars(query.order_by(Arrival.received_at, Arrival.id)))


def there(session: Session, visit: Visit, arrivals: Iterable[Arrival]) -> list[Agent]:
    """The agents who count as present: they came to this door together and stayed."""
    gone = {str(one.get("agent_id")) for one in visit.remarks if one["code"] in NOT_THERE}
    return [
        session.get_one(Agent, one.agent_id) for one in arrivals if str(one.agent_id) not in gone
    ]


def lacking(proposal: Proposal, present: Iterable[str], book: RuleBook) -> tuple[str, ...]:
    """The rules that those who are there break, and the whole crew would not."""
    here = set(present)
    agents = tuple(one for one in proposal.contact.agents if one.id in here)
    if len(agents) == len(proposal.contact.agents):
        return ()
    alone = replace(proposal, contact=replace(proposal.contact, agents=agents))
    whole = set(judge(proposal, book).rules)
    return tuple(rule for rule in judge(alone, book).rules if rule not in whole)


def settle(
    session: Session,
    visit: Visit,
    arrivals: Sequence[Arrival],
    proposal: Proposal,
    book: RuleBook,
    *,
    now: datetime,
) -> tuple[str, ...]:
    """Set the visit waiting or arrived by who is there; the rules for which it waits.

    The version stays: that a partner came or went contradicts nothing that the other one read.
    """
    here = (str(one.id) for one in there(session, visit, arrivals))
    rules = lacking(proposal, here, book)
    state = VisitState.WAITING if rules else VisitState.ARRIVED
    if visit.state in AT_THE_DOOR and visit.state != state:
        quietly(session, visit, state=state.value, updated_at=now)
    return rules


def see(
    session: Session,
    visit_id: UUID,
    sighting: Sighting,
    *,
    book: RuleBook,
    together: Together,
    actor: Actor,
    now: datetime,
) -> Visit:
    """Take where one of the crew is while the visit goes on; nothing but the last place is kept.

    One who is far from a partner just seen has parted. Before the own arrival and after the
    outcome nothing is taken: where an agent is then is nobody's affair. Raises NotFound, Forbidden.
    """
    visit = workable(session, visit_id, actor=actor, now=now)
    arrivals = arrivals_of(session, visit)
    mine = next((one for one in arrivals if one.agent_id == actor.agent_id), None)
    if mine is None or visit.state not in AT_THE_DOOR or not sighting.is_sharp:
        return visit
    place = sighting.position.as_wgs84()
    mine.seen_lat, mine.seen_lon = place.lat, place.lon
    mine.seen_at = now - timedelta(seconds=sighting.fix_age_seconds)
    session.flush()
    for other in arrivals:
        if other is mine or abs(mine.seen_at - (other.seen_at or other.received_at)) > _FRESH:
            continue
        metres = _between(place, _last(other))
        if metres - sighting.accuracy_metres > together.metres:
            gone = max((mine, other), key=lambda one: _between(_came(one), _last(one)))
            part(session, visit, gone, book=book, now=now, metres=round(metres))
    return visit


def part(
    session: Session,
    visit: Visit,
    gone: Arrival,
    *,
    book: RuleBook,
    now: datetime,
    **how: Any,
) -> None:
    """Note once that one of the crew went away while the visit goes on; it waits from then on."""
    if visit.state not in AT_THE_DOOR or _is_noted(visit, gone):
        return
    told = with_remark(visit, "crew-parted", now=now, agent_id=str(gone.agent_id), **how)
    quietly(session, visit, remarks=told, updated_at=now)
    start = visit.arrived_at or now
    proposal = proposal_for_visit(
        session, visit, start, max(now, start + _SHORTEST), crew(session, visit),
        gate=Gate.DOOR, facts=DoorFacts(),
    )  # fmt: skip
    settle(session, visit, arrivals_of(session, visit), proposal, book, now=now)
    outbox.record(session, VisitChanged(visit.id), organisation_id=visit.organisation_id, now=now)


def part_from_others(
    session: Session, arrival: Arrival, *, book: RuleBook, happened: datetime, now: datetime
) -> None:
    """Whoever arrives at a door has parted from the one at which he stood until then."""
    query = (
        select(Visit, Arrival)
        .join(Arrival, Arrival.visit_id == Visit.id)
        .where(
            Arrival.agent_id == arrival.agent_id,
            Arrival.organisation_id == arrival.organisation_id,
            Visit.id != arrival.visit_id,
            Visit.state.in_([one.value for one in AT_THE_DOOR]),
            Visit.arrived_at < happened,
            Visit.arrived_at > happened - timedelta(days=1),
        )
    )
    for visit, left in session.execute(query.order_by(Visit.id)).all():
        if visit.partner_id is not None and _other_address(session, visit, arrival):
            part(session, visit, left, book=book, now=now, visit_id=str(arrival.visit_id))


def crew(session: Session, visit: Visit) -> list[Agent]:
    """The agents who were planned, the first one first."""
    wanted = [one for one in (visit.agent_id, visit.partner_id) if one is not None]
    return [session.get_one(Agent, one) for one in wanted]


def waiting_since(visit: Visit) -> datetime | None:
    """Since when somebody stands there alone; None where nobody does."""
    if visit.state != VisitState.WAITING or visit.arrived_at is None:
        return None
    if not has_remark(visit, "crew-parted"):
        return visit.arrived_at
    return max(
        datetime.fromisoformat(one["at"]) for one in visit.remarks if one["code"] == "crew-parted"
    )


def _is_noted(visit: Visit, gone: Arrival) -> bool:
    told = (one for one in visit.remarks if one["code"] == "crew-parted")
    return any(one.get("agent_id") == str(gone.agent_id) for one in told)


def _other_address(session: Session, visit: Visit, arrival: Arrival) -> bool:
    return session.get_one(Visit, arrival.visit_id).address_id != visit.address_id


def _came(one: Arrival) -> Position | None:
    # A track that was pruned says nothing any more.
    return None if one.lat is None or one.lon is None else Position(one.lat, one.lon)


def _last(one: Arrival) -> Position | None:
    if one.seen_lat is None or one.seen_lon is None:
        return _came(one)
    return Position(one.seen_lat, one.seen_lon)


def _between(here: Position | None, there: Position | None) -> float:
    return 0.0 if here is None or there is None else metres_between(here, there)
