"""Carries one task out: the region in PyVRP's words, the search, and its routes brought back."""

from __future__ import annotations

import time

from routing.draft import Draft
from routing.schedule import Timetable
from routing.solver.model import Model
from routing.solver.search import improve
from routing.solver.tasks import Effort, Found, Task, Watch


def carry_out(draft: Draft, task: Task, watch: Watch | None = None) -> Found:
    """The best orders found for the task's region; where none is lawful they need settling."""
    begun = time.perf_counter()
    region = task.region
    if not region.stops or not region.teams:
        return Found({}, 0)
    model = Model(draft, region, _required(draft, task))
    if not model.by_type:
        return Found({}, 0)
    start = model.start(task.orders) if task.orders else None
    best, count = improve(
        model.data, start, _left(task.effort, begun), task.heat, task.seed, _told(model, watch)
    )
    if best.is_feasible() or not model.required:
        return Found(model.orders(best), count)
    # Not every must can be served: they get a dominating prize and the search starts anew.
    model = Model(draft, region, frozenset())
    start = model.start(task.orders) if task.orders else None
    effort = _left(task.effort, begun)
    best, more = improve(model.data, start, effort, task.heat, task.seed, _told(model, watch))
    return Found(model.orders(best), count + more)


def _left(effort: Effort, begun: float) -> Effort:
    """What remains of the seconds, so that setting up is paid from the same purse."""
    if effort.seconds is None:
        return effort
    return Effort(max(0.0, effort.seconds - (time.perf_counter() - begun)))


def _told(model: Model, watch: Watch | None) -> Watch | None:
    if watch is None:
        return None
    return lambda cost: watch(cost - model.offset)


def _required(draft: Draft, task: Task) -> frozenset[int]:
    """The musts that are served already, or from nothing all that could be served at all."""
    stops = draft.problem.stops
    if task.orders:
        served = (stop for order in task.orders.values() for stop in order)
        return frozenset(stop for stop in served if stops[stop].must)
    able = _Able(draft, task.region.teams)
    return frozenset(stop for stop in task.region.stops if stops[stop].must and able(stop))


class _Able:
    """Whether some team of a region could serve a stop if it had nothing else to do."""

    def __init__(self, draft: Draft, teams: tuple[int, ...]) -> None:
        self._draft = draft
        kinds: dict[object, int] = {}
        for team in teams:
            unit = draft.teams[team]
            alike = (unit.start, unit.end, unit.opens, unit.closes, unit.breaks, unit.skills)
            limits = (unit.max_stops, unit.load, unit.max_work, len(unit.members), unit.day)
            pinned = tuple(draft.routes[team]) or (unit.members if self._has_pins() else None)
            kinds.setdefault((alike, limits, pinned), team)
        self._teams = tuple(kinds.values())

    def _has_pins(self) -> bool:
        return any(stop.pinned is not None for stop in self._draft.problem.stops)

    def __call__(self, stop: int) -> bool:
        draft = self._draft
        may = draft.eligible(stop)
        return any(
            may[team] and draft.room(team, stop) and self._alone(team, stop) for team in self._teams
        )

    def _alone(self, team: int, stop: int) -> bool:
        draft = self._draft
        order = [*draft.routes[team], stop]
        return Timetable(draft.clock, draft.teams[team], order).feasible
