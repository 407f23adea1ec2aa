"""Decides who works alone and who works in pairs, before any route is made.

`crew_with` fixes a partner; the others are paired so that the pairs work long hours together and
start near each other. Only as many pairs are formed as the two-person visits of a day can use.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from routing.expecting import expected_way
from routing.ground import Ground, start_place
from routing.problem import Problem, Stop
from routing.team import Team, pair_up, single

FAVOUR_NEAR = 0.5
"""Seconds of common working time that one second of distance between two starts outweighs."""


USED = 0.6
"""The share of a crew's hours that comes to use: its visits lie apart and keep hours."""

DOMINATING = 1e12
"""A must counts for more than all other visits together."""


class _Demand:
    """The visits of one kind, the most valuable first: what so many seconds of work are worth."""

    def __init__(self, stops: Sequence[Stop], way: float, among: int) -> None:
        """`way` is the travel to one of `among` stops; the fewer are chosen, the further apart."""
        ranked = sorted(stops, key=_value, reverse=True)
        served = np.cumsum([0.0, *(stop.service for stop in ranked)])
        self._hours = served + way * np.sqrt(among * np.arange(len(ranked) + 1.0))
        self._values = np.cumsum([0.0, *(_value(stop) for stop in ranked)])

    @property
    def hours(self) -> float:
        """Seconds that all of them would take."""
        return float(self._hours[-1])

    def worth(self, hours: float) -> float:
        """The value of those that so many seconds serve."""
        return float(np.interp(hours, self._hours, self._values))


def _value(stop: Stop) -> float:
    return stop.value + (DOMINATING if stop.must else 0.0)


@dataclass(frozen=True, slots=True)
class _Load:
    """What can be done alone and what needs two, over all days."""

    alone: _Demand
    paired: _Demand
    days: int


def form_teams(problem: Problem, ground: Ground) -> list[Team]:
    """Every shift in exactly one team, pairs first, in the order of the shifts."""
    teams: list[Team] = []
    days = sorted({shift.day for shift in problem.shifts})
    load = _load(problem, ground, len(days))
    for day in days:
        members = [at for at, shift in enumerate(problem.shifts) if shift.day == day]
        pairs = _pairs(problem, ground, members) if load.paired.hours > 0 else []
        count = _how_many(problem, pairs, members, load)
        chosen = pairs[:count]
        teams += chosen
        used = {member for team in chosen for member in team.members}
        teams += [single(problem, member) for member in members if member not in used]
    return sorted(teams, key=lambda team: team.members)


def _load(problem: Problem, ground: Ground, days: int) -> _Load:
    way = expected_way(problem, ground)
    alone = [stop for stop in problem.stops if stop.crew < 2]
    paired = [stop for stop in problem.stops if stop.crew == 2]
    among = len(problem.stops)
    return _Load(_Demand(alone, way, among), _Demand(paired, way, among), max(1, days))


def _pairs(problem: Problem, ground: Ground, members: Sequence[int]) -> list[Team]:
    """The best pairing of a day's shifts, the pairs that must be formed at the front."""
    fixed = _fixed(problem, members)
    taken = {member for pair in fixed for member in pair}
    free = [member for member in members if member not in taken]
    matched = _matched(problem, ground, free)
    needed = {stop.pinned.shift for stop in problem.stops if stop.pinned and stop.crew == 2}

    def rank(team: Team) -> tuple[bool, bool, int]:
        held = any(problem.shifts[member].id in needed for member in team.members)
        return not held, team.members not in fixed, -team.working

    teams = [_ordered(problem, ground, *pair) for pair in [*fixed, *matched]]
    fixed = [team.members for team in teams[: len(fixed)]]
    return sorted((team for team in teams if team.working > 0), key=rank)


def _fixed(problem: Problem, members: Sequence[int]) -> list[tuple[int, ...]]:
    at = {problem.shifts[member].id: member for member in members}
    pairs = set()
    for member in members:
        partner = problem.shifts[member].crew_with
        if partner is not None:
            pairs.add((min(member, at[partner]), max(member, at[partner])))
    return sorted(pairs)


def _matched(problem: Problem, ground: Ground, free: Sequence[int]) -> list[tuple[int, int]]:
    """Greedy by score, then two pairs exchange partners for as long as that gains."""
    scored = sorted(
        (-_score(problem, ground, one, other), one, other)
        for at, one in enumerate(free)
        for other in free[at + 1 :]
    )
    taken: set[int] = set()
    pairs: list[tuple[int, int]] = []
    for loss, one, other in scored:
        if one not in taken and other not in taken and loss < float("inf"):
            pairs.append((one, other))
            taken |= {one, other}
    score = {(one, other): -loss for loss, one, other in scored}
    while _exchange(pairs, score):
        pass
    return pairs


def _exchange(pairs: list[tuple[int, int]], score: dict[tuple[int, int], float]) -> bool:
    for at, (a, b) in enumerate(pairs):
        for to in range(at + 1, len(pairs)):
            c, d = pairs[to]
            now = score[a, b] + score[c, d]
            for p, q, r, s in ((a, c, b, d), (a, d, b, c)):
                first, second = (min(p, q), max(p, q)), (min(r, s), max(r, s))
                if score[first] + score[second] > now + 1e-6:
                    pairs[at], pairs[to] = first, second
                    return True
    return False


def _score(problem: Problem, ground: Ground, one: int, other: int) -> float:
    together = pair_up(problem, one, other)
    if together.closes <= together.opens:
        return float("-inf")
    apart = ground.seconds(start_place(problem, one), start_place(problem, other))
    return together.working - FAVOUR_NEAR * apart


def _ordered(problem: Problem, ground: Ground, one: int, other: int) -> Team:
    """The pair, led by the member whose start lies nearer to a sample of the stops."""
    step = max(1, len(problem.stops) // 200)
    sample = range(0, len(problem.stops), step)

    def distance(member: int) -> int:
        place = start_place(problem, member)
        return sum(ground.seconds(place, stop) for stop in sample)

    if distance(other) < distance(one):
        one, other = other, one
    return pair_up(problem, one, other)


def _how_many(problem: Problem, pairs: Sequence[Team], members: Sequence[int], load: _Load) -> int:
    """The number of pairs for which the visits that can be made are worth most."""
    if not pairs or load.alone.hours == 0:
        return len(pairs)
    hours = {member: single(problem, member).working for member in members}
    counts = range(1, len(pairs) + 1)
    return max(counts, key=lambda count: (_worth(pairs[:count], hours, load), -count))


def _worth(pairs: Iterable[Team], hours: dict[int, int], load: _Load) -> float:
    """Pairs do first what needs two, and with the hours left over what anybody can do."""
    together = 0.0
    alone = float(sum(hours.values()))
    for team in pairs:
        together += USED * team.working
        alone -= sum(hours[member] for member in team.members)
    together, alone = together * load.days, alone * load.days
    spare = max(0.0, together - load.paired.hours)
    return load.paired.worth(together) + load.alone.worth(alone + spare)
