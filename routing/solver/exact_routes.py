"""The cheapest route of one team through every set of stops, by labels that nothing dominates.

A label is one way to have served a set of stops with a certain last one: what it cost, how much
work it was, and how early one can leave, by the number of breaks taken. Of two labels the one
that is nowhere better is dropped; all that is left is tried, so the cheapest route is found.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter, le

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


Step = tuple[int, State, Label, int]
"""One more stop after a label: what it cost so far, the state then, the label, the option."""

_COST_THEN_STATE = itemgetter(0, 1)

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
        self._legs: dict[tuple[int | None, int], tuple[int, int]] = {}
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
            stop = self._stops[at]
            ways = len(fronts[rest]) * len(self._windows[stop])
            purse.spend(ways * (2 + len(unit.breaks)) // 2)
            front += [
                Label(cost, state, stop, before, option)
                for cost, state, before, option in undominated(self._steps(fronts[rest], stop))
            ]
        return front

    def _steps(self, labels: Sequence[Label], stop: int) -> list[Step]:
        """On to one more stop, in each of its options for which it is not too late."""
        unit, traffic, breaks = self._unit, self._draft.clock.traffic, self._unit.breaks
        service, windows_of = self._draft.clock.service[stop], self._windows[stop]
        found: list[Step] = []
        for label in labels:
            way, cost = self._leg(label.stop, stop)
            work = label.state[0] + way + service if self._working else 0
            if unit.max_work is not None and work > unit.max_work:
                continue
            arrived = [
                one if one >= NEVER else one + way if traffic is None else traffic.arrive(one, way)
                for one in label.state[1:]
            ]
            if breaks:
                rest_forward(breaks, arrived)
            for option, more, windows in windows_of:
                times = [_served(windows, service, one) for one in arrived]
                if breaks:
                    rest_forward(breaks, times)
                if min(times) <= unit.closes:
                    found.append((label.cost + cost + more, (work, *times), label, option))
        return found

    def _leg(self, last: int | None, stop: int) -> tuple[int, int]:
        """Seconds of travel from the last stop (None: the start), and what going there costs."""
        known = self._legs.get((last, stop))
        if known is None:
            draft, here = self._draft, self._unit.start if last is None else last
            cost = draft.edge(here, stop) + draft.stop_cost(self._team, stop)
            known = self._legs[last, stop] = draft.ground.seconds(here, stop), cost
        return known

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


def undominated(steps: Sequence[Step]) -> list[Step]:
    """Those than which no other one is better or equal in everything."""
    kept: list[Step] = []
    for step in sorted(steps, key=_COST_THEN_STATE):
        state = step[1]
        for other in kept:
            if all(map(le, other[1], state)):
                break
        else:
            kept.append(step)
    return kept
