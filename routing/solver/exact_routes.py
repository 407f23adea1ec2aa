"""The cheapest route of one team through every set of stops, by labels that nothing dominates.

A label is one way to have served a set of stops with a certain last one: what it cost, how much
work it was, and how early one can leave, by the number of breaks taken. Of two labels the one
that is nowhere better is dropped; all that is left is tried, so the cheapest route is found.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from routing.draft import Draft
from routing.options import ANY
from routing.problem import Window
from routing.schedule import NEVER, rest_forward
from routing.team import Team

State = tuple[int, ...]
"""Work so far (0 where it does not matter), then the earliest times by breaks taken."""

NOWHERE = 10**18
"""The cost of a route that cannot be finished."""


class TooMuch(Exception):
    """The problem is too large to be solved exactly."""


@dataclass(slots=True)
class Purse:
    """Steps that may still be taken before it is too much."""

    steps: int

    def spend(self, steps: int) -> None:
        """Takes steps out; raises TooMuch when they are more than there are."""
        self.steps -= steps
        if self.steps < 0:
            raise TooMuch


@dataclass(slots=True)
class Label:
    """One way to have come to `stop` (None: not set out yet), served in one of its options."""

    cost: int
    state: State
    stop: int | None
    before: Label | None
    option: int = ANY

    def order(self) -> dict[int, int]:
        """The stops served, in order, each with its option."""
        stops: dict[int, int] = {}
        label: Label | None = self
        while label is not None and label.stop is not None:
            stops[label.stop] = label.option
            label = label.before
        return dict(reversed(stops.items()))


Finished = dict[int, tuple[int, Label]]
"""By set of stops (bits, counted along the stops of the search) the least cost and its label."""


class RouteSearch:
    """Searches the routes of one team through any of some stops, all of which it may serve."""

    def __init__(self, draft: Draft, team: int, unit: Team, stops: Sequence[int]) -> None:
        self._draft = draft
        self._team = team
        self._unit = unit
        self._stops = stops
        unfair = unit.fair_work is not None and draft.problem.objective.unfair > 0
        self._working = unfair or unit.max_work is not None
        one = [draft.problem.stops[stop] for stop in stops]
        self._demand = [stop.demand for stop in one]
        self._place = [stop.pinned.sequence if stop.pinned else None for stop in one]
        self._windows = {stop: _windows(draft, stop) for stop in stops}
        bits = {stop: 1 << at for at, stop in enumerate(stops)}
        self._foes = [sum(bits.get(foe, 0) for foe in draft.apart.get(stop, ())) for stop in stops]

    def run(self, purse: Purse) -> Finished:
        """The cheapest route for each set that can be served; raises TooMuch."""
        unit = self._unit
        start = [unit.opens] + [NEVER] * len(unit.breaks)
        rest_forward(unit.breaks, start)
        fronts: list[list[Label]] = [[Label(0, (0, *start), None, None)]]
        done: Finished = {}
        for group in range(1, 1 << len(self._stops)):
            fronts.append(self._front(group, fronts, purse))
            found = [(self._finish(label), at) for at, label in enumerate(fronts[group])]
            cost, at = min(found, default=(NOWHERE, 0))
            if cost < NOWHERE:
                done[group] = cost, fronts[group][at]
        return done

    def _front(self, group: int, fronts: Sequence[list[Label]], purse: Purse) -> list[Label]:
        """What is left of all labels of a set of stops, whichever comes last."""
        unit, size = self._unit, group.bit_count()
        members = [at for at in range(len(self._stops)) if group >> at & 1]
        if unit.max_stops is not None and size > unit.max_stops:
            return []
        if unit.load is not None and sum(self._demand[at] for at in members) > unit.load:
            return []
        front: list[Label] = []
        for at in members:
            rest = group ^ 1 << at
            if self._foes[at] & rest or self._place[at] not in (None, size - 1):
                continue
            purse.spend(len(fronts[rest]) * (2 + len(unit.breaks)) // 2)
            steps = (self._steps(label, self._stops[at]) for label in fronts[rest])
            front += undominated([label for some in steps for label in some])
        return front

    def _steps(self, label: Label, stop: int) -> Iterator[Label]:
        """On to one more stop, in each of its options for which it is not too late."""
        draft, unit = self._draft, self._unit
        here = unit.start if label.stop is None else label.stop
        way, service = draft.ground.seconds(here, stop), draft.clock.service[stop]
        work = label.state[0] + way + service if self._working else 0
        if unit.max_work is not None and work > unit.max_work:
            return
        arrived = [draft.clock.drive(here, stop, one) for one in label.state[1:]]
        rest_forward(unit.breaks, arrived)
        cost = label.cost + draft.edge(here, stop) + draft.stop_cost(self._team, stop)
        for option, more, windows in self._windows[stop]:
            times = [_served(windows, service, one) for one in arrived]
            rest_forward(unit.breaks, times)
            if min(times) <= unit.closes:
                yield Label(cost + more, (work, *times), stop, label, option)

    def _finish(self, label: Label) -> int:
        """What the route costs that ends after this label, NOWHERE when that is too late."""
        draft, unit = self._draft, self._unit
        here = unit.start if label.stop is None else label.stop
        way = 0 if unit.end is None else draft.ground.seconds(here, unit.end)
        times = [draft.clock.drive(here, unit.end, one) for one in label.state[1:]]
        rest_forward(unit.breaks, times)
        work = label.state[0] + way
        late = times[-1] > unit.closes
        if late or (unit.max_work is not None and work > unit.max_work):
            return NOWHERE
        fixed = draft.problem.objective.per_shift * len(unit.members)
        if self._working:
            fixed += draft.unfair(self._team, work)
        return label.cost + draft.edge(here, unit.end) + fixed


def _windows(draft: Draft, stop: int) -> list[tuple[int, int, tuple[Window, ...]]]:
    """The options of a stop: which, at what cost, in which windows."""
    known = draft.options.get(stop)
    if known is None:
        return [(ANY, 0, draft.clock.windows[stop])]
    return [(at, one.cost, one.windows) for at, one in enumerate(known)]


def _served(windows: Sequence[Window], service: int, ready: int) -> int:
    """When a service can be over for somebody who is there at `ready`, NEVER if not at all."""
    for opens, closes in windows:
        finish = max(ready, opens) + service
        if finish <= closes:
            return min(finish, NEVER)
    return NEVER


def undominated(labels: list[Label]) -> list[Label]:
    """Those than which no other one is better or equal in everything."""
    if len(labels) < 2:
        return labels
    kept: list[Label] = []
    for label in sorted(labels, key=lambda one: (one.cost, one.state)):
        if not any(_covers(other.state, label.state) for other in kept):
            kept.append(label)
    return kept


def _covers(first: State, second: State) -> bool:
    return all(one <= other for one, other in zip(first, second, strict=True))
