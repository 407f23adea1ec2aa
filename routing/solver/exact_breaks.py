"""Every way in which the people of one route can order and share the breaks that they owe.

A team rests in the order of its breaks' windows, and two people rest together where they can. Now
and then another order, or two rests instead of one, lets a route through that is late otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from routing.problem import Break, Problem
from routing.team import Team, due_breaks, pair_up, single

MOST = 60
"""More arrangements than this are not tried."""

MOST_BREAKS = 6
"""People who owe more breaks together take them in the usual order; there are too many others."""


def team_of(problem: Problem, members: tuple[int, ...]) -> Team:
    """The team as it is usually formed."""
    return single(problem, *members) if len(members) == 1 else pair_up(problem, *members)


def arrangements(problem: Problem, members: tuple[int, ...]) -> list[Team]:
    """The team with each order and sharing of its breaks that may matter, the usual one first."""
    usual = team_of(problem, members)
    owed = sum(len(problem.shifts[member].breaks) for member in members)
    if not usual.breaks or owed > MOST_BREAKS:
        return [usual]
    seen = {usual.breaks: usual}
    for breaks in islice(_orders_of_all(problem, usual), MOST):
        seen.setdefault(breaks, replace(usual, breaks=breaks))
    return list(seen.values())


def _orders_of_all(problem: Problem, team: Team) -> Iterator[tuple[Break, ...]]:
    owed = [
        due_breaks([problem.shifts[member]], team.opens, team.closes) for member in team.members
    ]
    for shared in _shared(owed[0], owed[1], team) if len(owed) == 2 else [owed[0]]:
        yield from _orders(sorted(shared, key=lambda one: one.window), team)


def _shared(
    first: Sequence[Break], second: Sequence[Break], team: Team
) -> Iterator[tuple[Break, ...]]:
    """The breaks of both, each of one person joined with at most one of the other."""
    if not first:
        yield tuple(second)
        return
    one, rest = first[0], first[1:]
    for at, other in enumerate(second):
        both = _joined(one, other)
        if falls_into(both, team):
            left = [*second[:at], *second[at + 1 :]]
            yield from ((both, *more) for more in _shared(rest, left, team))
    yield from ((one, *more) for more in _shared(rest, second, team))


def _joined(one: Break, other: Break) -> Break:
    opens = max(one.window[0], other.window[0])
    closes = min(one.window[1], other.window[1])
    return Break((opens, closes), max(one.duration, other.duration))


def falls_into(rest: Break, team: Team) -> bool:
    """Whether a break can begin in its window and end within the team's hours."""
    return max(rest.window[0], team.opens) <= min(rest.window[1], team.closes - rest.duration)


def _orders(left: Sequence[Break], team: Team) -> Iterator[tuple[Break, ...]]:
    """Orders of breaks, less those that cannot be or that another one makes needless."""
    if not left:
        yield ()
        return
    for at, one in enumerate(left):
        others = [*left[:at], *left[at + 1 :]]
        needless = one in left[:at] or any(_goes_before(other, one, team) for other in others)
        if not needless:
            yield from ((one, *more) for more in _orders(others, team))


def _goes_before(other: Break, one: Break, team: Team) -> bool:
    """Whether `one` first and `other` later is impossible, or no better than the reverse."""
    done = max(one.window[0], team.opens) + one.duration
    if done > min(other.window[1], team.closes - other.duration):
        return True
    ranks = (other.window, one.window)
    earlier = all(a <= b for a, b in zip(*ranks, strict=True)) and ranks[0] != ranks[1]
    return earlier and other.duration == one.duration
