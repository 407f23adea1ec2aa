"""A team is what travels one route: one shift, or two shifts of a day working as a crew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from routing.ground import end_place, start_place
from routing.problem import Break, Problem, Shift


@dataclass(frozen=True, slots=True)
class Team:
    """One route's worth of working time. `breaks` are those that fall into it, by window."""

    members: tuple[int, ...]
    start: int
    end: int | None
    opens: int
    closes: int
    breaks: tuple[Break, ...]
    skills: frozenset[str]
    max_stops: int | None
    load: int | None
    day: int
    max_work: int | None = None
    fair_work: int | None = None
    agents: tuple[str, ...] = ()

    @property
    def working(self) -> int:
        """Seconds that can be spent on travel and service."""
        hours = max(0, self.closes - self.opens - sum(one.duration for one in self.breaks))
        return hours if self.max_work is None else min(hours, self.max_work)


def single(problem: Problem, member: int) -> Team:
    """The shift with this index, on its own."""
    return _team(problem, (member,))


def pair_up(problem: Problem, first: int, second: int) -> Team:
    """Two shifts as a crew: it starts and ends with the first, and works while both do."""
    return _team(problem, (first, second))


def _team(problem: Problem, members: tuple[int, ...]) -> Team:
    shifts = [problem.shifts[member] for member in members]
    opens = max(shift.window[0] for shift in shifts)
    closes = min(shift.window[1] for shift in shifts)
    return Team(
        members=members,
        start=start_place(problem, members[0]),
        end=end_place(problem, members[0]),
        opens=opens,
        closes=closes,
        breaks=due_breaks(shifts, opens, closes),
        skills=frozenset().union(*(shift.skills for shift in shifts)),
        max_stops=_least([shift.max_stops for shift in shifts]),
        load=_least([shift.load for shift in shifts]),
        day=shifts[0].day,
        max_work=_least([shift.max_work for shift in shifts]),
        fair_work=_least([shift.fair_work for shift in shifts]),
        agents=tuple(shift.agent for shift in shifts),
    )


def _least(limits: Sequence[int | None]) -> int | None:
    known = [limit for limit in limits if limit is not None]
    return min(known) if known else None


def due_breaks(shifts: Sequence[Shift], opens: int, closes: int) -> tuple[Break, ...]:
    """The breaks a team owes: those that can still begin and end inside its working time.

    Two people rest together: breaks of both whose windows meet become one, as long as the longer.
    """
    own = [[one for one in shift.breaks if _falls_into(one, opens, closes)] for shift in shifts]
    merged = own[0]
    for others in own[1:]:
        merged = _merged(merged, others, opens, closes)
    return tuple(sorted(merged, key=lambda one: one.window))


def _falls_into(rest: Break, opens: int, closes: int) -> bool:
    return max(rest.window[0], opens) <= min(rest.window[1], closes - rest.duration)


def _merged(first: list[Break], second: list[Break], opens: int, closes: int) -> list[Break]:
    left = list(second)
    result: list[Break] = []
    for one in first:
        common = ((other, _common(one, other)) for other in left)
        match = next((pair for pair in common if _falls_into(pair[1], opens, closes)), None)
        if match is None:
            result.append(one)
        else:
            left.remove(match[0])
            result.append(match[1])
    return result + left


def _common(one: Break, other: Break) -> Break:
    opens = max(one.window[0], other.window[0])
    closes = min(one.window[1], other.window[1])
    return Break((opens, closes), max(one.duration, other.duration))
