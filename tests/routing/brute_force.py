"""Finds the cheapest plan by trying: every team, every order, every place for every break.

It reads the problem and measures on its ground, drives through traffic as the judge does, and
has nothing else in common with the solver.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, permutations, product

from routing import Problem, Shift, Stop
from routing.check_traffic import arrival, bands_of
from routing.ground import Ground, end_place, ground_of, start_place
from routing.problem import Break

Rests = frozenset[tuple[int, int]]
"""Breaks not yet taken: which member of the team, and which of his."""

Best = tuple[int, int]
"""Musts left out, then cost."""

NEVER = 10**15


def cheapest_cost(problem: Problem) -> Best:
    """The number of musts that no plan can serve, and the least cost of a plan with no more."""
    ground = ground_of(problem)
    days = sorted({shift.day for shift in problem.shifts})
    served: dict[frozenset[int], int] = {frozenset(): 0}
    for day in days:
        mine = tuple(at for at, shift in enumerate(problem.shifts) if shift.day == day)
        served = _both(served, _day(problem, ground, mine))
    return min(_judged(problem, group, cost) for group, cost in served.items())


def _judged(problem: Problem, group: frozenset[int], cost: int) -> Best:
    left = [stop for at, stop in enumerate(problem.stops) if at not in group]
    return sum(stop.must for stop in left), cost + sum(stop.value for stop in left)


def _both(
    one: dict[frozenset[int], int], other: dict[frozenset[int], int]
) -> dict[frozenset[int], int]:
    found: dict[frozenset[int], int] = {}
    for first, cost in one.items():
        for second, more in other.items():
            if not first & second:
                group = first | second
                found[group] = min(found.get(group, NEVER), cost + more)
    return found


def _day(problem: Problem, ground: Ground, mine: Sequence[int]) -> dict[frozenset[int], int]:
    """The least cost of serving each set of stops in one day, over all pairings."""
    routes: dict[tuple[int, ...], dict[frozenset[int], int]] = {}
    best: dict[frozenset[int], int] = {}
    for teams in _pairings(problem, tuple(mine)):
        served: dict[frozenset[int], int] = {frozenset(): 0}
        for team in teams:
            if team not in routes:
                routes[team] = _routes(problem, ground, team)
            served = _both(served, routes[team])
        for group, cost in served.items():
            if not _quarrel(problem, group):
                best[group] = min(best.get(group, NEVER), cost)
    return best


def _quarrel(problem: Problem, group: frozenset[int]) -> bool:
    names = {problem.stops[at].id for at in group}
    return any(problem.stops[at].not_same_day & names for at in group)


def _pairings(problem: Problem, mine: tuple[int, ...]) -> Iterator[list[tuple[int, ...]]]:
    if not mine:
        yield []
        return
    first, rest = mine[0], mine[1:]
    yield from ([(first,), *more] for more in _pairings(problem, rest))
    for other in rest:
        one, two = problem.shifts[first], problem.shifts[other]
        partners = {one.crew_with, two.crew_with}
        partners |= {by.id for by in problem.shifts if by.crew_with in (one.id, two.id)}
        if partners <= {one.id, two.id, None}:
            left = tuple(at for at in rest if at != other)
            for more in _pairings(problem, left):
                yield [(first, other), *more]
                yield [(other, first), *more]


def _routes(problem: Problem, ground: Ground, team: tuple[int, ...]) -> dict[frozenset[int], int]:
    shifts = [problem.shifts[member] for member in team]
    able = [at for at, stop in enumerate(problem.stops) if _suits(stop, shifts)]
    best: dict[frozenset[int], int] = {frozenset(): 0}
    for size in range(1, len(able) + 1):
        for group in combinations(able, size):
            if _together(problem, group, shifts):
                costs = (_drive(problem, ground, team, order) for order in permutations(group))
                cost = min(costs)
                if cost < NEVER:
                    best[frozenset(group)] = cost
    return best


def _suits(stop: Stop, shifts: Sequence[Shift]) -> bool:
    skills = {skill for shift in shifts for skill in shift.skills}
    names = {shift.id for shift in shifts}
    return (
        stop.skills <= skills
        and stop.crew <= len(shifts)
        and (stop.pinned is None or stop.pinned.shift in names)
        and (stop.earliest_day or 0) <= shifts[0].day
    )


def _together(problem: Problem, group: Sequence[int], shifts: Sequence[Shift]) -> bool:
    stops = [problem.stops[at] for at in group]
    names = {stop.id for stop in stops}
    demand = sum(stop.demand for stop in stops)
    return not any(stop.not_with & names for stop in stops) and all(
        (shift.max_stops is None or len(stops) <= shift.max_stops)
        and (shift.load is None or demand <= shift.load)
        for shift in shifts
    )


def _drive(problem: Problem, ground: Ground, team: tuple[int, ...], order: Sequence[int]) -> int:
    """What the route costs, NEVER where a rule forbids it."""
    shifts = [problem.shifts[member] for member in team]
    weights, here = problem.objective, start_place(problem, team[0])
    cost, work = weights.per_shift * len(team), 0
    end = end_place(problem, team[0])
    for number, at in enumerate([*order, end]):
        if at is None:
            continue
        stop = problem.stops[at] if number < len(order) else None
        if stop and stop.pinned and stop.pinned.sequence not in (None, number):
            return NEVER
        cost += weights.metres * ground.metres(here, at)
        cost += weights.seconds * ground.seconds(here, at)
        work += ground.seconds(here, at) + (stop.service if stop else 0)
        cost += _strange(stop, shifts) if stop else 0
        here = at
    fair = min((one.fair_work for one in shifts if one.fair_work is not None), default=NEVER)
    if any(one.max_work is not None and work > one.max_work for one in shifts):
        return NEVER
    least = _timed(problem, ground, team, order)
    return min(NEVER, cost + weights.unfair * max(0, work - fair) + least)


def _strange(stop: Stop, shifts: Sequence[Shift]) -> int:
    """What is missed of the agent who is preferred most."""
    worth = dict(stop.prefers)
    return max(worth.values(), default=0) - max(worth.get(shift.agent, 0) for shift in shifts)


def _timed(problem: Problem, ground: Ground, team: tuple[int, ...], order: Sequence[int]) -> int:
    """The least that the windows cost in which the stops can be served, NEVER if none can be."""
    shifts = [problem.shifts[member] for member in team]
    opens, closes = max(one.window[0] for one in shifts), min(one.window[1] for one in shifts)
    owed = frozenset(
        (who, which)
        for who, shift in enumerate(shifts)
        for which, rest in enumerate(shift.breaks)
        if max(opens, rest.window[0]) <= min(rest.window[1], closes - rest.duration)
    )
    options = [_options(problem.stops[at]) for at in order]
    bands = bands_of(problem)
    best = NEVER
    for chosen in product(*options):
        here, moments = start_place(problem, team[0]), _rested({owed: opens}, shifts)
        for at, (_, windows) in zip(order, chosen, strict=True):
            way, service = ground.seconds(here, at), problem.stops[at].service
            there = {left: arrival(bands, now, way) for left, now in moments.items()}
            arrived = _rested(there, shifts)
            done = {left: _finish(windows, service, now) for left, now in arrived.items()}
            moments = _rested({left: now for left, now in done.items() if now <= closes}, shifts)
            here = at
        end = end_place(problem, team[0])
        way = 0 if end is None else ground.seconds(here, end)
        back = {left: arrival(bands, now, way) for left, now in moments.items()}
        home = _rested(back, shifts)
        if home.get(frozenset(), NEVER) <= closes:
            best = min(best, sum(cost for cost, _ in chosen))
    return best


Windows = Sequence[tuple[int, int]]


def _options(stop: Stop) -> list[tuple[int, Windows]]:
    """Each window on its own with its cost, or all of them where they cost nothing."""
    if stop.windows is None:
        return [(0, [(0, NEVER)])]
    if stop.window_costs is None:
        return [(0, stop.windows)]
    pairs = zip(stop.windows, stop.window_costs, strict=True)
    return [(cost, [window]) for window, cost in pairs]


def _finish(windows: Windows, service: int, now: int) -> int:
    ends = [(max(now, opens) + service, closes) for opens, closes in windows]
    return min((end for end, closes in ends if end <= closes), default=NEVER)


def _rested(moments: dict[Rests, int], shifts: Sequence[Shift]) -> dict[Rests, int]:
    """Lets any breaks be taken here, in any order, two people's at once if both may rest then."""
    reached = dict(moments)
    waiting = list(moments)
    while waiting:
        left = waiting.pop()
        for taken in [*combinations(left, 1), *combinations(left, 2)]:
            if len({who for who, _ in taken}) < len(taken):
                continue
            rests: list[Break] = [shifts[who].breaks[which] for who, which in taken]
            start = max(reached[left], *(rest.window[0] for rest in rests))
            if start > min(rest.window[1] for rest in rests):
                continue
            then, after = left - set(taken), start + max(rest.duration for rest in rests)
            if after < reached.get(then, NEVER):
                reached[then] = after
                waiting.append(then)
    return reached
