"""The month itself: every day planned, disturbed, worked and followed up, in the order of time."""

import heapq
import math
import random
import time as stopwatch
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from bench.month import world
from bench.month.doors import Door, Doors, Step
from bench.month.house import House
from bench.month.office import Known, Office
from bench.month.planning import PACE, Planner
from fieldops.domain.permissions import Role
from fieldops.models import Address, Case, Party
from fieldops.services.planning.living import urgent

ZONE = ZoneInfo("Asia/Shanghai")
# From a Monday on, so that New Year's Eve by the moon and three days after it lie in the month.
FIRST = date(2027, 1, 18)
_MORNING, _COMMIT, _EVENING = time(6), time(6, 40), time(23, 55)
_TAPPED = 0.02
_URGENT = 2
_EVERY = timedelta(hours=3)


@dataclass
class Month:
    """The days of a house, one after the other; `spent` are seconds by what they went into."""

    house: House
    made: world.World
    seed: int
    chance: random.Random = field(default_factory=random.Random)
    spent: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    at: datetime = field(init=False)
    days: int = 0

    def __post_init__(self) -> None:
        """The office, the dispatchers and the crews, all on one seed."""
        self.at = datetime.combine(FIRST, time(), ZONE)
        self.chance = random.Random(self.seed)
        self.office = Office(self.house, self.chance)
        self.size = sum(len(lines) for lines in self.made.cases)
        self.planner = Planner(self.house, self.chance, self.size)
        self.doors = Doors(self.house, self.seed)
        self._steps: list[Step] = []
        self._orders = 0

    def play(
        self,
        days: int,
        tell: Callable[[str], None] = lambda _: None,
        minutes: float = math.inf,
    ) -> None:
        """Play so many days, and the morning after, when the last phones have handed in.

        After so many minutes no further day is begun.
        """
        ends, number = stopwatch.monotonic() + 60 * minutes, 0
        while number < days and stopwatch.monotonic() < ends:
            begun = stopwatch.process_time()
            self._day(number)
            told = " ".join(f"{name} {value:.0f}" for name, value in self.spent.items())
            tell(f"day {number + 1}: {stopwatch.process_time() - begun:.1f} s; so far {told}")
            number += 1
        self.days = number
        self.at = datetime.combine(FIRST + timedelta(days=number), time(9), ZONE)
        self._timed("phones", lambda: self.doors.hand_in(self.at))
        self._timed("jobs", lambda: self.house.follow(self.at))
        # What the first round made is handed out by the second.
        self._timed("jobs", lambda: self.house.follow(self.at + timedelta(minutes=20)))

    def _timed(self, name: str, act: Callable[[], Any]) -> Any:
        begun = stopwatch.process_time()
        try:
            return act()
        finally:
            self.spent[name] += stopwatch.process_time() - begun

    def _day(self, number: int) -> None:
        day = FIRST + timedelta(days=number)
        self.chance.seed(f"{self.seed}/{day}")
        morning = datetime.combine(day, _MORNING, ZONE)
        if lines := self.made.cases[number]:
            name = f"cases-{number}.csv"
            self._timed(
                "intake",
                lambda: self.house.take_in(list(lines), name, morning, self.made.gazetteer),
            )
        self._timed("jobs", lambda: self.house.follow(morning))
        self.office.begin(self._known())
        plan_id = self._planned(number, day, morning)
        self._steps = []
        if plan_id is not None:
            for door in self.planner.doors(day):
                self._visit(door)
            self._urgent_ones(plan_id, day)
        for _, act in self.office.acts(self.size):
            minutes = self.chance.uniform(6 * 60, 23 * 60 + 50)
            self._add(datetime.combine(day, time(), ZONE) + timedelta(minutes=minutes), act)
        self._work(morning, datetime.combine(day, _EVENING, ZONE))

    def _planned(self, number: int, day: date, morning: datetime) -> UUID | None:
        at = datetime.combine(day, _COMMIT, ZONE)
        plan_id = self._timed("plan", lambda: self.planner.plan(day, morning, self.seed + number))
        if plan_id is None:
            return None
        other = None
        if number % 7 == 3:
            later = morning + timedelta(minutes=10)
            other = self._timed("plan", lambda: self.planner.plan(day, later, self.seed - 1))
        self.planner.disturb(plan_id, self.office, at)
        if other is not None:
            both = (plan_id, other)
            self._timed("commit", lambda: self.planner.commit_both(both, at))
            return plan_id
        # Every third morning somebody first tries to commit it whole.
        whole = number % 3 == 1 and self._timed(
            "commit", lambda: self.planner.commit(plan_id, at, whole=True)
        )
        if not whole:
            self._timed("commit", lambda: self.planner.commit(plan_id, at))
        return plan_id

    def _known(self) -> list[Known]:
        query = (
            select(Party.id, Party.case_id, Party.role)
            .join(Case)
            .where(Case.state.in_(("open", "held")))
        )
        return [Known(*row) for row in self.house.look(query.order_by(Party.id))]

    def _add(self, at: datetime, act: Callable[[datetime], Any]) -> None:
        self._orders += 1
        heapq.heappush(self._steps, (at.astimezone(UTC), -self._orders, act))

    def _visit(self, door: Door) -> None:
        offline = self.doors.is_offline(door)
        for at, _, act in self.doors.of(door, offline=offline):
            self._orders += 1
            heapq.heappush(self._steps, (at, self._orders, act))
        if self.chance.random() < _TAPPED:
            at = door.starts + timedelta(minutes=5)
            if offline:
                self._add(at, lambda now: self.doors.write_hold(door, "vulnerable", now))
            else:
                actor = self.house.agents[door.agent_id].actor
                self._add(at, lambda now: self.office.tap(door.case_id, actor, now))

    def _urgent_ones(self, plan_id: UUID, day: date) -> None:
        """Visits that somebody wants at once, at whatever door, also on another debt."""
        query = select(Address.id).join(Case).where(Case.state.in_(("open", "held")))
        known = self.house.look(query.order_by(Address.id))
        for _ in range(_URGENT):
            (address_id,) = self.chance.choice(known)
            minutes = self.chance.uniform(9 * 60, 18 * 60)
            at = datetime.combine(day, time(), ZONE) + timedelta(minutes=minutes)
            self._add(at, lambda now, one=address_id: self._urgent(plan_id, one, day, now))

    def _urgent(self, plan_id: UUID, address_id: UUID, day: date, at: datetime) -> None:
        house, actor = self.house, self.house.office[Role.DISPATCHER]
        shared: dict[str, Any] = {
            "book": house.parts.rulebook, "pace": PACE, "actor": actor, "now": at,
        }  # fmt: skip
        found = house.try_to(
            "urgent looked for",
            lambda session: urgent.choices(session, plan_id, address_id, **shared), at,
        )  # fmt: skip
        if found is None or not found.choices:
            return
        place = found.choices[0]
        before = {door.id for door in self.planner.doors(day)}
        if house.try_to(
            "urgent",
            lambda session: urgent.take(
                session, plan_id, address_id, shift_id=place.shift_id, position=place.position,
                reason="the lender asks for it", version=None, **shared,
            ),
            at,
        ) is None:  # fmt: skip
            return
        for door in self.planner.doors(day):
            if door.id not in before:
                self._visit(door)

    def _work(self, begins: datetime, ends: datetime) -> None:
        due = begins + _EVERY
        while self._steps:
            at, _, act = heapq.heappop(self._steps)
            while at > due:
                self._timed("jobs", lambda moment=due: self.house.follow(moment))
                self._timed("office", lambda moment=due: self.office.answer_alarms(moment))
                due += _EVERY
            self._timed(act_name(act), lambda step=act, moment=at: step(moment))
        # One phone in five hands in the next morning only.
        if self.chance.random() < 0.8:
            self._timed("phones", lambda: self.doors.hand_in(ends))
        self._timed("jobs", lambda: self.house.follow(ends))


def act_name(act: Callable[..., Any]) -> str:
    """Under which head the time of an act is counted: doors or office."""
    return "office" if "Office" in act.__qualname__ else "doors"
