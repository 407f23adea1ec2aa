"""What each stop of a plan is worth, at which hours and by whom: the field model of one plan."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

import routing
from fieldops.domain.planning.ageing import MUST, Worth, worth_of
from fieldops.domain.planning.chance import Chance
from fieldops.domain.planning.hours import Piece, joined, pieces_of
from fieldops.domain.planning.knowledge import complained_of, known_to, preferred
from fieldops.domain.planning.policy import Policy
from fieldops.domain.planning.stored import stored
from fieldops.models import Shift
from fieldops.services.planning import experience, problem, streets
from fieldops.services.planning.choosing import Chosen
from fieldops.services.planning.experience import Experience
from fieldops.services.planning.horizon import Horizon
from fieldops.services.planning.pace import Pace
from fieldops.services.planning.streets import Division, Spot
from routing.geodesic import earth_points, pairwise

DAY = timedelta(days=1)
PLACES_AT_ONCE = 4_000


@dataclass
class Weighing:
    """Weighs the chosen visits of one plan; `told` is what is kept of each, by address."""

    policy: Policy
    horizon: Horizon
    pace: Pace
    past: Experience
    agents: Sequence[UUID]
    division: Division = field(default_factory=Division)
    step: int = 1
    told: dict[str, dict[str, Any]] = field(default_factory=dict)

    def stop_of(self, chosen: Chosen) -> routing.Stop:
        """One visit as a stop, with its worth, the cost of its hours, and who is preferred."""
        worth = self._worth(chosen)
        pieces = self._pieces(chosen, worth)
        prefers = self._prefers(chosen)
        timed = [
            (window, piece.cost)
            for piece in joined(pieces)
            for window in self.horizon.windows([(piece.opens, piece.closes)])
        ]
        apart = sorted(str(one) for one in chosen.apart)
        wait = self.wait(chosen) or None
        self.told[str(chosen.one.address_id)] = stored(
            worth,
            pieces,
            prefers,
            territory=map(str, self.division.owners(chosen.one.address_id)),
            earliest_day=wait,
            apart=apart,
        )
        return problem.stop_of(
            chosen.one,
            [window for window, _ in timed],
            chosen.crew,
            self.pace,
            prize=worth.prize,
            window_costs=[cost for _, cost in timed],
            prefers=prefers,
            earliest_day=wait,
            not_same_day=apart,
        )

    def wait(self, chosen: Chosen) -> int:
        """Whole days of the plan before the debtor may be tried again; nought for any day.

        Musts do not wait: what the law asks is in their windows.
        """
        last = self.past.last_visit(chosen.debtor_id)
        if last is None or chosen.one.priority == MUST or not self.policy.days_between:
            return 0
        since = (last.astimezone(self.horizon.zone).date() - self.horizon.day).days
        return max(0, since + self.policy.days_between)

    def _worth(self, chosen: Chosen) -> Worth:
        start = self.horizon.start
        last = self.past.last_visit(chosen.debtor_id) or chosen.one.created_at
        clock = self.past.clocks.get(chosen.one.case_id)
        return worth_of(
            chosen.one.priority,
            max(0, (start - last) // DAY),
            None if clock is None else (clock - start) // DAY,
            step=self.step,
            ageing=self.policy.ageing,
        )

    def _pieces(self, chosen: Chosen, worth: Worth) -> tuple[Piece, ...]:
        one, zone = chosen.one, self.horizon.zone
        prior = self.past.chances.prior

        def chance(local: datetime) -> Chance:
            return self.past.chances.at(one.kind, prior.slot(local), one.address_id)

        spans = [
            (opens.astimezone(zone), closes.astimezone(zone)) for opens, closes in chosen.spans
        ]
        length = timedelta(minutes=self.pace.visit_minutes)
        return pieces_of(
            spans,
            length,
            prior.bands,
            chance,
            prize=worth.ordinary,
            weight=self.policy.answer_weight,
        )

    def _prefers(self, chosen: Chosen) -> dict[str, int]:
        likes, debtor = self.policy.preferences, chosen.debtor_id
        visits = self.past.visits.get(debtor, ())
        complaint = self.past.complaint(debtor, chosen.one.case_id)
        known = known_to(visits, self.horizon.start, likes, complained_at=complaint)
        if shunned := complained_of(visits, complaint):
            # Whoever is complained of is not barred, but anybody else is to be preferred.
            known = {agent: likes.knowledge_metres for agent in self.agents if agent not in shunned}
        owners = [one for one in self.division.owners(chosen.one.address_id) if one not in shunned]
        found = preferred(known, owners, likes.territory_metres)
        present = set(self.agents)
        return {str(one): worth for one, worth in sorted(found.items()) if one in present}


def begin(
    session: Session,
    organisation_id: UUID,
    chosen: Sequence[Chosen],
    shifts: Sequence[Shift],
    *,
    policy: Policy,
    horizon: Horizon,
    pace: Pace,
    seed: int,
) -> Weighing:
    """Read what is known, divide the streets, and find out what a step of priority is worth."""
    past = experience.gather(
        session,
        organisation_id,
        debtors={one.debtor_id for one in chosen},
        cases={one.one.case_id for one in chosen},
        prior=policy.prior,
        weeks=policy.share_weeks,
        zone=horizon.zone,
        now=horizon.start,
    )
    spots = [
        Spot(one.one.address_id, one.one.lat, one.one.lon, _work(one, policy, pace))
        for one in chosen
        if one.one.lat is not None and one.one.lon is not None
    ]
    return Weighing(
        policy=policy,
        horizon=horizon,
        pace=pace,
        past=past,
        agents=sorted({shift.agent_id for shift in shifts}),
        division=streets.divide(session, organisation_id, shifts, spots, seed=seed),
        step=_step(policy, pace, farthest(shifts, spots)),
    )


def _step(policy: Policy, pace: Pace, crow: float) -> int:
    metres = crow * pace.detour
    return policy.step(metres, metres / (pace.speed_kmh / 3.6), pace.visit_seconds)


def _work(one: Chosen, policy: Policy, pace: Pace) -> int:
    return one.crew * (pace.visit_seconds + policy.approach_seconds)


def expected_work(chosen: Iterable[Chosen], policy: Policy, pace: Pace) -> int:
    """Seconds of work in all visits, those of two agents counted twice."""
    return sum(_work(one, policy, pace) for one in chosen)


def farthest(shifts: Sequence[Shift], spots: Sequence[Spot]) -> float:
    """The longest straight way, in metres, from a start to a place."""
    homes = sorted({(shift.agent.lat, shift.agent.lon) for shift in shifts})
    if not homes or not spots:
        return 0.0
    starts = earth_points([lat for lat, _ in homes], [lon for _, lon in homes])
    points = earth_points([spot.lat for spot in spots], [spot.lon for spot in spots])
    return max(
        float(pairwise(starts, points[at : at + PLACES_AT_ONCE]).max())
        for at in range(0, len(points), PLACES_AT_ONCE)
    )
