"""The search as a whole: regions in parallel, joined, cut anew, and improved again.

A small problem is one region that every hand searches with its own seed; after each round all go
on from the best. A large one is cut into regions that are solved side by side from nothing, and
then again and again along other borders, from the orders there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from routing.draft import Draft
from routing.solver.cutting import Cutter, clients_of, how_many
from routing.solver.orders import cost_of, fixed_cost, joined
from routing.solver.quick import likely, quick_orders
from routing.solver.stopping import Report, Teller
from routing.solver.tasks import Effort, Orders, Region, Task, Workers

FIRST = 0.35
"""The share of the effort that goes into the first regions, from nothing."""

HOT, WARM = 0.12, 0.02
"""The heat of a search from nothing and of one that goes on from orders: see `Task.heat`."""

COUNTED_HANDS = 2
"""A search that counts iterations works as if with so many hands, so that every machine agrees."""

MOST_ROUNDS = 8
ROUND_SECONDS = 0.25
"""A search of one region is hardly worth its setting up when it is shorter."""

SET_UP = 2.5e-7
"""Seconds by the square of a region's clients: a few times what setting up its search takes."""

ROUND_ITERATIONS = 100
"""The same, counted."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What a search may spend, from which seed, who does it, and who is told of it."""

    effort: Effort
    seed: int
    workers: Workers
    report: Report | None = None


def search(draft: Draft, stops: Sequence[int], start: Orders | None, frame: Frame) -> Orders:
    """The best orders found for the open stops of a draft, beginning with `start` if given."""
    if not stops or not draft.teams:
        return {}
    return _Rounds(draft, likely(draft, stops), frame).run(start)


class _Rounds:
    def __init__(self, draft: Draft, stops: Sequence[int], frame: Frame) -> None:
        self._draft, self._frame = draft, frame
        self._teller = Teller(frame.report, frame.effort.seconds)
        self._cutter = Cutter(draft, stops, frame.seed)
        self._hands = frame.workers.count if frame.effort.iterations is None else COUNTED_HANDS
        self._count = how_many(draft, stops, self._hands)
        self._base = fixed_cost(draft, stops)
        self._stops, self._seed = stops, frame.seed

    def run(self, start: Orders | None) -> Orders:
        """Rounds until the effort is spent."""
        orders, spent = start or {}, 0.0
        if not orders:
            spent = FIRST
            regions = self._cutter.first(self._count)
            orders = joined(quick_orders(self._draft, region) for region in regions)
            orders = self._round(regions, orders, FIRST, HOT, 0.0)
        rounds = self._how_many_rounds(1.0 - spent)
        for turn in range(rounds):
            if (self._teller.clock() or 0.0) >= 1.0:
                break
            done = spent if self._teller.clock() is None else self._teller.clock() or 0.0
            share = max(0.0, 1.0 - done) / (rounds - turn)
            regions = self._cutter.again(orders, self._count)
            orders = self._round(regions, orders, share, WARM * (rounds - turn) / rounds, done)
            spent = done + share
        return orders

    def _how_many_rounds(self, share: float) -> int:
        """As many rounds as leave each region a search that is worth its setting up."""
        turns = max(1.0, self._count / self._hands)
        effort = self._frame.effort
        if effort.seconds is None:
            return min(MOST_ROUNDS, int(share * (effort.iterations or 0) / ROUND_ITERATIONS))
        clients = clients_of(self._draft, self._stops) / self._count
        least = max(ROUND_SECONDS, SET_UP * clients * clients)
        return max(1, min(MOST_ROUNDS, int(share * effort.seconds / (least * turns))))

    def _round(
        self, regions: Sequence[Region], orders: Orders, share: float, heat: float, done: float
    ) -> Orders:
        """All regions improved side by side, or one by every hand, of which the best is kept."""
        self._teller.begin(len(regions))
        tasks = self._tasks(regions, orders, self._frame.effort.share(share), heat)
        watch = self._teller.watch(self._base)
        found = self._frame.workers.run(self._draft, tasks, watch)
        made = [one.orders for one in found]
        if len(regions) > 1:
            made = [joined(made)]
        costs = [cost_of(self._draft, one) for one in made]
        best = costs.index(min(costs))
        self._teller.end(done + share, sum(one.iterations for one in found), costs[best])
        return made[best]

    def _tasks(
        self, regions: Sequence[Region], orders: Orders, effort: Effort, heat: float
    ) -> list[Task]:
        if len(regions) == 1:
            return [self._task(regions[0], orders, effort, heat) for _ in range(self._hands)]
        sizes = [len(region.stops) + 1.0 for region in regions]
        total = sum(sizes) / min(self._hands, len(regions))
        portions = [size / total for size in sizes]
        return [
            self._task(region, orders, effort.share(portion) if effort.seconds else effort, heat)
            for region, portion in zip(regions, portions, strict=True)
        ]

    def _task(self, region: Region, orders: Orders, effort: Effort, heat: float) -> Task:
        own = {team: orders[team] for team in region.teams if orders.get(team)}
        self._seed += 1
        return Task(region, own, effort, (heat, 0.0), self._seed)
