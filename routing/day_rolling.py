"""A delay rolled forward: the same order of visits at the times at which it can now be kept."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from routing.day import Position, remaining
from routing.draft import Draft
from routing.finished import plan_of
from routing.ground import Ground, ground_of
from routing.plan import Plan, Route, Unserved
from routing.problem import DAY, Problem, Stop, Window
from routing.schedule import Clock
from routing.solver.orders import Order
from routing.solver.repair import settle
from routing.team import Team, pair_up, single
from routing.timing import Late, timed_route

_ENDLESS = 30 * DAY
"""Seconds by which hours are lengthened when it is asked how late somebody would be."""


@dataclass(frozen=True, slots=True)
class Lateness:
    """A visit (`stop` None: the end of a shift) that comes too late, by so many seconds."""

    shift: str
    stop: str | None
    seconds: int


def roll_forward(
    problem: Problem,
    plan: Plan,
    positions: Iterable[Position],
    now: int,
    *,
    gone: Collection[str] = (),
    cancelled: Collection[str] = (),
) -> tuple[Plan, tuple[Lateness, ...]]:
    """The rest of a running plan in its own order at new times, and what is late by how much.

    What a late visit needs is shown and not left out; visits of lost shifts are unserved.
    """
    rest = remaining(problem, plan, positions, now=now, gone=gone, cancelled=cancelled)
    return rolled(rest, plan)


def rolled(
    rest: Problem, plan: Plan, ground: Ground | None = None
) -> tuple[Plan, tuple[Lateness, ...]]:
    """The same for a problem that `remaining` has made."""
    draft = draft_of_rest(rest, plan, ground)
    driver = _Driver(rest, Clock(rest, draft.ground))
    late: list[Lateness] = []
    routes: list[Route] = []
    for team, order in zip(draft.teams, draft.routes, strict=True):
        if order:
            route = driver.route(team, order)
            late += driver.lateness(route)
            routes.append(route)
    if not late:
        return plan_of(draft), ()
    unserved = tuple(Unserved(rest.stops[one].id) for one in sorted(draft.unserved))
    metres, seconds = sum(one.metres for one in routes), sum(one.seconds for one in routes)
    # No lawful plan looks like this; its cost is that of its ways and of what it leaves out.
    return Plan(draft.cost(), metres, seconds, tuple(routes), unserved), tuple(late)


def teams_of_rest(rest: Problem, plan: Plan) -> tuple[list[Team], list[list[int]]]:
    """The teams of the running plan as far as they are there, with their orders; then the others.

    A visit to which somebody is on his way comes first. Crews that are fixed stay crews.
    """
    stop_at = {stop.id: at for at, stop in enumerate(rest.stops)}
    shift_at = {shift.id: at for at, shift in enumerate(rest.shifts)}
    teams: list[Team] = []
    orders: list[list[int]] = []
    used: set[int] = set()
    for route in plan.routes:
        here = [shift_at[one] for one in route.shifts if one in shift_at]
        if not here or used & set(here):
            continue
        used |= set(here)
        teams.append(_team(rest, here))
        order = [stop_at[leg.stop] for leg in route.legs if leg.stop in stop_at]
        orders.append(_heads_first(rest, order, here))
    for members in _spare(rest, shift_at, used):
        teams.append(_team(rest, members))
        orders.append(_heads_first(rest, [], members))
    return teams, orders


def _team(rest: Problem, members: list[int]) -> Team:
    return pair_up(rest, *members) if len(members) == 2 else single(rest, members[0])


def _heads_first(rest: Problem, order: list[int], members: Iterable[int]) -> list[int]:
    names = {rest.shifts[one].id for one in members}
    heads = [
        at
        for at, stop in enumerate(rest.stops)
        if stop.pinned is not None and stop.pinned.sequence == 0 and stop.pinned.shift in names
    ]
    return [*heads, *(one for one in order if one not in heads)]


def _spare(rest: Problem, shift_at: dict[str, int], used: set[int]) -> Iterator[list[int]]:
    for at, shift in enumerate(rest.shifts):
        if at in used:
            continue
        partner = shift_at.get(shift.crew_with or "")
        members = [at] if partner is None or partner in used else [at, partner]
        used |= set(members)
        yield members


def draft_of_rest(rest: Problem, plan: Plan, ground: Ground | None = None) -> Draft:
    """A draft of the running order, which need not be lawful any more.

    A visit stays among the windows of the same cost in which it was to be served, where it can.
    """
    teams, orders = teams_of_rest(rest, plan)
    draft = Draft(rest, ground or ground_of(rest), teams)
    start = {leg.stop: leg.start for route in plan.routes for leg in route.legs}
    for team, order in enumerate(orders):
        # A crew that lost one of its two cannot go everywhere any more.
        own = [one for one in order if one in draft.unserved and draft.eligible(one)[team]]
        _give(draft, team, own, start)
    return draft


def _give(draft: Draft, team: int, order: list[int], start: Mapping[str, int]) -> None:
    stops = draft.problem.stops
    options = {
        one: draft.option_at(one, start[stops[one].id])
        for one in order
        if one in draft.options and stops[one].id in start
    }
    draft.set_route(team, order, options)
    if options and not draft.feasible(team):
        draft.set_route(team, [])
        draft.set_route(team, order)
    pins = [stops[one].pinned for one in order[:1]]
    draft.heads[team] = sum(1 for pin in pins if pin is not None and pin.sequence == 0)


def lawful_draft(rest: Problem, plan: Plan, ground: Ground | None = None) -> Draft:
    """The running order without what cannot be kept, the least valuable visits dropped first."""
    draft = draft_of_rest(rest, plan, ground)
    for team, order in enumerate(draft.routes):
        if draft.lawful(team, order):
            continue
        head, tail = order[: draft.heads[team]], order[draft.heads[team] :]
        draft.set_route(team, head if draft.lawful(team, head) else [])
        draft.heads[team] = len(draft.routes[team])
        settle(draft, Order(team, tuple(tail)))
    return draft


class _Driver:
    """Drives orders as they are, however late that makes them."""

    def __init__(self, rest: Problem, clock: Clock) -> None:
        self._rest = rest
        self._clock = clock
        self._stops = {one.id: one for one in rest.stops}
        self._closes = {one.id: one.window[1] for one in rest.shifts}

    @cached_property
    def _patient(self) -> tuple[Problem, Clock]:
        """The problem in which everybody waits for ever, and its clock."""
        rest = replace(self._rest, stops=tuple(_patient(one) for one in self._rest.stops))
        return rest, Clock(rest, self._clock.ground)

    def route(self, team: Team, order: list[int]) -> Route:
        """The route at lawful times; else ending too late; else with late visits and breaks too."""
        longer = replace(team, closes=team.closes + _ENDLESS)
        for unit in (team, longer):
            route = timed_route(self._rest, self._clock, unit, order)
            if isinstance(route, Route):
                return route
        breaks = tuple(replace(one, window=_longer(one.window)) for one in team.breaks)
        route = timed_route(*self._patient, replace(longer, breaks=breaks), order)
        if isinstance(route, Late):
            raise ValueError(f"{route.detail}, whatever the delay")  # noqa: TRY004  # No wrong type.
        return route

    def lateness(self, route: Route) -> Iterator[Lateness]:
        """What comes too late on this route, by how much."""
        for leg in route.legs:
            windows = self._stops[leg.stop].windows
            if windows is None or any(a <= leg.start and leg.finish <= b for a, b in windows):
                continue
            closes = max((window[1] for window in windows), default=leg.start)
            yield Lateness(route.shift, leg.stop, leg.finish - closes)
        closes = min(self._closes[one] for one in route.shifts)
        if route.returns > closes:
            yield Lateness(route.shift, None, route.returns - closes)


def _longer(window: Window) -> Window:
    return window[0], window[1] + _ENDLESS


def _patient(stop: Stop) -> Stop:
    """The stop with its last window open for ever; one without any can be served at any time."""
    if not stop.windows:
        return replace(stop, windows=None)
    return replace(stop, windows=(*stop.windows[:-1], _longer(stop.windows[-1])))
