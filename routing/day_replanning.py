"""Plans the rest of a day again: from the present order, and never to a worse one."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace

import numpy as np

from routing.day_rolling import lawful_draft
from routing.draft import Draft, Slot
from routing.finished import plan_of
from routing.ground import Ground
from routing.plan import Plan
from routing.problem import Problem
from routing.reasons import explain
from routing.solver.polish import polish
from routing.solver.repair import worth
from routing.solver.stopping import Allowance

POLISH_SHARE = 0.35
SEARCH_SHARE = 0.9
LARGEST_RUIN = 12
NEAREST = 30
NEAR_TEAMS = 8
ENGINE = "ruin and recreate on the running order"


def replan(
    rest: Problem,
    before: Plan,
    *,
    budget: float = 1.0,
    seed: int = 1,
    ground: Ground | None = None,
) -> Plan:
    """A plan for the rest of a day, made from `remaining`'s problem and the running plan.

    What cannot be kept of the running order is dropped and inserted where it fits, room is made
    for what must be served, and the rest of `budget` (seconds) goes into small changes that lower
    the cost. The value served is never less than that of the order rolled forward, nor its cost
    higher. ValueError for a budget that is not positive.
    """
    if not (math.isfinite(budget) and budget > 0):
        raise ValueError("the budget must be a positive number of seconds")
    begun = time.perf_counter()
    draft = lawful_draft(rest, before, ground)
    kept = _State.of(draft)
    polish(draft, Allowance(begun + POLISH_SHARE * budget))
    _Search(draft, seed).run(begun + SEARCH_SHARE * budget)
    if kept.is_better(_State.of(draft)):
        kept.restore(draft)
    plan = explain(draft, plan_of(draft), Allowance(begun + budget))
    wall = round(time.perf_counter() - begun, 3)
    return replace(plan, budget_s=budget, seed=seed, engine=ENGINE, wall_s=wall)


@dataclass(frozen=True, slots=True)
class _State:
    """A draft as it stood, with what it is worth."""

    routes: tuple[tuple[int, ...], ...]
    value: int
    cost: int

    @classmethod
    def of(cls, draft: Draft) -> _State:
        lost = sum(worth(draft, stop) for stop in draft.unserved)
        return cls(tuple(tuple(route) for route in draft.routes), -lost, plan_of(draft).cost)

    def is_better(self, other: _State) -> bool:
        return (-self.value, self.cost) < (-other.value, other.cost)

    def restore(self, draft: Draft) -> None:
        for team in range(len(draft.teams)):
            draft.set_route(team, [])
        for team, route in enumerate(self.routes):
            draft.set_route(team, route)


class _Search:
    """Takes a few neighbouring visits out and puts them back better, as long as there is time."""

    def __init__(self, draft: Draft, seed: int) -> None:
        self._draft = draft
        self._random = np.random.default_rng(seed)
        self._near: dict[int, list[int]] = {}
        self._all = range(len(draft.problem.stops))

    def run(self, deadline: float) -> None:
        """Changes the draft until the deadline; no change makes it worse."""
        if not self._all:
            return
        while time.perf_counter() < deadline:
            self._round()

    def _round(self) -> None:
        draft = self._draft
        team_of = {stop: team for team, route in enumerate(draft.routes) for stop in route}
        centre = self._centre()
        count = int(self._random.integers(1, LARGEST_RUIN + 1))
        out = [
            one for one in self._nearest(centre) if one in team_of and not self._held(one, team_of)
        ]
        out = sorted(out[:count])
        open_before = [one for one in self._nearest(centre) if one in draft.unserved]
        trial = _Trial(draft)
        for stop in out:
            trial.take_out(stop, team_of[stop])
        back = [*out, *open_before[:LARGEST_RUIN]]
        for stop in sorted(back, key=lambda one: (-worth(draft, one), self._random.random())):
            slot = draft.cheapest(stop, self._teams(stop, team_of))
            if slot is not None and slot.cost < worth(draft, stop):
                trial.put_in(stop, slot)
        if trial.gain <= 0:
            trial.undo()

    def _centre(self) -> int:
        unserved = sorted(self._draft.unserved)
        if unserved and self._random.random() < 0.5:
            return unserved[int(self._random.integers(len(unserved)))]
        return int(self._random.integers(len(self._all)))

    def _held(self, stop: int, team_of: dict[int, int]) -> bool:
        team = team_of[stop]
        return stop in self._draft.routes[team][: self._draft.heads[team]]

    def _nearest(self, stop: int) -> list[int]:
        """The stop itself and its neighbours, the nearest first."""
        if stop not in self._near:
            metres, seconds = self._draft.ground.block([stop], self._all)
            way = np.maximum(metres[0], seconds[0])
            way[stop] = -1
            self._near[stop] = [int(one) for one in np.argsort(way, kind="stable")[:NEAREST]]
        return self._near[stop]

    def _teams(self, stop: int, team_of: dict[int, int]) -> list[int]:
        """The teams that come near the stop, its own one first, and one that has nothing to do."""
        found = dict.fromkeys(team_of[one] for one in self._nearest(stop) if one in team_of)
        near = list(found)[:NEAR_TEAMS]
        idle = [team for team, route in enumerate(self._draft.routes) if not route]
        if idle:
            near.append(idle[int(self._random.integers(len(idle)))])
        return sorted(set(near))


class _Trial:
    """Changes of a draft that can be undone, and what they gained."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._before: dict[int, tuple[list[int], dict[int, int]]] = {}
        self.gain = 0

    def take_out(self, stop: int, team: int) -> None:
        """Removes a served stop."""
        self._keep(team)
        at = self._draft.routes[team].index(stop)
        self.gain += self._draft.saved(team, at) - worth(self._draft, stop)
        self._draft.remove(team, at)
        if not self._draft.feasible(team):
            self.gain -= 10**12

    def put_in(self, stop: int, slot: Slot) -> None:
        """Inserts an unserved stop."""
        self._keep(slot.team)
        self._draft.insert(stop, slot)
        self.gain += worth(self._draft, stop) - slot.cost

    def _keep(self, team: int) -> None:
        if team not in self._before:
            route = list(self._draft.routes[team])
            self._before[team] = route, dict(self._draft.choices(route))

    def undo(self) -> None:
        """Puts every touched route back as it was."""
        for team in self._before:
            self._draft.set_route(team, [])
        for team, (route, options) in self._before.items():
            self._draft.set_route(team, route, options)
