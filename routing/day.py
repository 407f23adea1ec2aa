"""The day in progress as a problem: what is left to do, from where everybody is now.

`remaining` cuts a problem down to the rest of its day. What was done falls out, each shift starts
where its crew is, whoever is on his way keeps his next stop, and the crews of the running plan
stay together.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from routing.plan import Plan
from routing.problem import Break, Matrix, Pin, Place, Problem, Shift, Stop

STAY = 600
"""What it is worth that a visit stays with its agent: about a detour of 600 metres."""


@dataclass(frozen=True, slots=True)
class Position:
    """Where the crew of a shift is.

    Without a `heading` it can leave `place` from `free` on; a stop at which it stands is `done`,
    and `free` is when it will be over. With a `heading` it left `place` at `free` for that stop,
    which it does not reach before now. `done` are the stops served on this shift, `rested` counts
    the breaks that were taken, `worked` the seconds of travel and service behind it.
    """

    shift: str
    place: Place
    free: int
    done: tuple[str, ...] = ()
    heading: str | None = None
    rested: int = 0
    worked: int = 0


@dataclass(frozen=True)
class _Now:
    """What is known of the moment at which a day is cut."""

    problem: Problem
    plan: Plan
    now: int
    where: Mapping[str, Position]
    gone: frozenset[str]
    out: frozenset[str]
    marks: Mapping[str, frozenset[str]]

    def heading(self, shift: str) -> str | None:
        """The stop to which a shift is on its way, unless that was called off."""
        known = self.where.get(shift)
        return None if known is None or known.heading in self.out else known.heading

    @cached_property
    def live(self) -> tuple[Shift, ...]:
        """The shifts that still have time to work."""
        return tuple(
            one
            for one in self.problem.shifts
            if one.id not in self.gone and _hours(self, one)[0] < one.window[1]
        )

    @cached_property
    def heads(self) -> dict[str, str]:
        """The shift, the first one of a crew, that is on its way to a stop."""
        on_the_way = ((self.heading(one.id), one.id) for one in reversed(self.live))
        return {stop: shift for stop, shift in on_the_way if stop is not None}

    @cached_property
    def agents(self) -> dict[str, tuple[str, ...]]:
        """The agents who are to serve each planned stop, as far as they still work."""
        names = {one.id: one.agent for one in self.live}
        return {
            leg.stop: tuple(names[one] for one in route.shifts if one in names)
            for route in self.plan.routes
            for leg in route.legs
        }

    @cached_property
    def demand(self) -> dict[str, int]:
        """What each stop puts on board."""
        return {one.id: one.demand for one in self.problem.stops}


def remaining(
    problem: Problem,
    plan: Plan,
    positions: Iterable[Position],
    *,
    now: int,
    gone: Collection[str] = (),
    cancelled: Collection[str] = (),
    added: Sequence[Stop] = (),
    stay: int = STAY,
) -> Problem:
    """The rest of the day of a running plan as a problem of its own.

    `gone` are shifts that work no more, `cancelled` stops that are not visited any more, `added`
    new stops (one with a known id replaces it). A shift without a position has not begun. Each
    planned stop prefers its present agents by `stay`, so that only what must change does. With a
    matrix the places of positions are names of its rows. Raises ValueError for unknown names.
    """
    where = {one.shift: one for one in positions}
    done = {stop for one in where.values() for stop in one.done}
    stops = _with_added(problem, added)
    moment = _Now(
        replace(problem, stops=stops),
        plan,
        now,
        where,
        frozenset(gone),
        frozenset(done) | frozenset(cancelled),
        _marks(stops, frozenset(done)),
    )
    _check_names(moment, cancelled)
    shifts = _shifts(moment)
    live = {shift.id for shift in shifts}
    return replace(
        problem,
        stops=tuple(_stop(moment, one, live, stay) for one in stops if one.id not in moment.out),
        shifts=shifts,
    )


def _with_added(problem: Problem, added: Sequence[Stop]) -> tuple[Stop, ...]:
    fresh = {one.id: one for one in added}
    kept = tuple(fresh.pop(one.id, one) for one in problem.stops)
    return (*kept, *fresh.values())


def _check_names(moment: _Now, cancelled: Collection[str]) -> None:
    shifts = {one.id for one in moment.problem.shifts}
    stops = {one.id for one in moment.problem.stops}
    named = {one.heading for one in moment.where.values() if one.heading is not None}
    for kind, unknown in (
        ("shift", (moment.gone | moment.where.keys()) - shifts),
        ("stop", (moment.out | named | set(cancelled)) - stops),
    ):
        if unknown:
            raise ValueError(f"the problem has no {kind} {min(unknown)}")


def _marks(stops: Iterable[Stop], done: frozenset[str]) -> dict[str, frozenset[str]]:
    """For each open stop the skills that keep it away from done ones, from route or day."""
    found: dict[str, set[str]] = {}
    for stop in stops:
        for foes, mark in ((stop.not_with, _elsewhere), (stop.not_same_day, _another_day)):
            for other in foes:
                if other in done:
                    found.setdefault(stop.id, set()).add(mark(other))
                if stop.id in done:
                    found.setdefault(other, set()).add(mark(stop.id))
    return {name: frozenset(marks) for name, marks in found.items()}


def _elsewhere(stop: str) -> str:
    """The skill of every shift that has not been at this stop."""
    return f"never at {stop}"


def _another_day(stop: str) -> str:
    """The skill of every shift of a day on which nobody has been at this stop."""
    return f"not on the day of {stop}"


def _skills(moment: _Now, shift: Shift) -> frozenset[str]:
    """The marks that a shift bears, of those that some open stop asks for."""
    asked = frozenset[str]().union(*moment.marks.values())
    if not asked:
        return asked
    days = {one.id: one.day for one in moment.problem.shifts}
    own = moment.where.get(shift.id)
    lacking = {_elsewhere(stop) for stop in (own.done if own is not None else ())}
    for one in moment.where.values():
        if days[one.shift] == shift.day:
            lacking |= {_another_day(stop) for stop in one.done}
    return asked - lacking


def _shifts(moment: _Now) -> tuple[Shift, ...]:
    there = {one.id for one in moment.live}
    partner = _partners(moment.plan, there)
    return tuple(_shift(moment, one, partner, there) for one in moment.live)


def _hours(moment: _Now, shift: Shift) -> tuple[int, int]:
    """When the shift can set out at the earliest, and when it ends."""
    known = moment.where.get(shift.id)
    earliest = shift.window[0] if known is None else max(known.free, shift.window[0])
    if moment.heading(shift.id) is None:
        earliest = max(earliest, moment.now)
    return earliest, shift.window[1]


def _partners(plan: Plan, live: Collection[str]) -> dict[str, str | None]:
    """With whom each shift of the plan travels from now on; None for one who goes alone."""
    found: dict[str, str | None] = {}
    for route in plan.routes:
        here = [one for one in route.shifts if one in live]
        if len(here) == 2:
            found |= {here[0]: here[1], here[1]: here[0]}
        elif here:
            found[here[0]] = None
    return found


def _shift(
    moment: _Now,
    shift: Shift,
    partner: Mapping[str, str | None],
    live: Collection[str],
) -> Shift:
    known = moment.where.get(shift.id) or Position(shift.id, shift.start, shift.window[0])
    with_him = partner.get(shift.id, shift.crew_with)
    return replace(
        shift,
        start=known.place,
        end=_end(moment.problem, shift),
        window=_hours(moment, shift),
        breaks=_breaks(shift.breaks[known.rested :], moment.now),
        skills=shift.skills | _skills(moment, shift),
        max_stops=_less(shift.max_stops, len(known.done)),
        load=_less(shift.load, sum(moment.demand.get(one, 0) for one in known.done)),
        crew_with=with_him if with_him in live else None,
        max_work=_less(shift.max_work, known.worked),
        fair_work=_less(shift.fair_work, known.worked),
    )


def _end(problem: Problem, shift: Shift) -> Place | None:
    """In a matrix an end equal to the start stands for the start's row; now it is named."""
    if isinstance(problem.travel, Matrix) and shift.end is not None and shift.end.at is None:
        return Place(at=shift.start.at or shift.id)
    return shift.end


def _less(limit: int | None, by: int) -> int | None:
    return None if limit is None else max(0, limit - by)


def _breaks(breaks: Iterable[Break], now: int) -> tuple[Break, ...]:
    """Those that can still begin, not before now."""
    return tuple(
        replace(one, window=(max(now, one.window[0]), one.window[1]))
        for one in breaks
        if one.window[1] >= now
    )


def _stop(moment: _Now, stop: Stop, live: Collection[str], stay: int) -> Stop:
    head = moment.heads.get(stop.id)
    more: dict[str, Any] = {}
    if head is not None:
        more = _from_now(stop, moment.now, moment.problem)
    if stay and stop.id in moment.agents:
        more["prefers"] = _prefers(stop, moment.agents[stop.id], stay)
    return replace(
        stop,
        pinned=Pin(head, 0) if head is not None else _pin(stop, live),
        skills=stop.skills | moment.marks.get(stop.id, frozenset()),
        not_with=stop.not_with - moment.out,
        not_same_day=stop.not_same_day - moment.out,
        **more,
    )


def _from_now(stop: Stop, now: int, problem: Problem) -> dict[str, Any]:
    """Its windows from now on: whoever is on his way cannot have arrived yet."""
    always = (0, (problem.horizon_days + 1) * 86_400)
    windows = (always,) if stop.windows is None else stop.windows
    kept = [at for at, (_, closes) in enumerate(windows) if closes > now]
    found: dict[str, Any] = {
        "windows": tuple((max(now, windows[at][0]), windows[at][1]) for at in kept)
    }
    if stop.window_costs is not None and stop.windows is not None:
        found["window_costs"] = tuple(stop.window_costs[at] for at in kept)
    return found


def _pin(stop: Stop, live: Collection[str]) -> Pin | None:
    """A pin to a place is one to the shift once the day runs: what was before it is done."""
    if stop.pinned is None or stop.pinned.shift not in live:
        return None
    return Pin(stop.pinned.shift)


def _prefers(stop: Stop, agents: Iterable[str], stay: int) -> tuple[tuple[str, int], ...]:
    prefers = dict(stop.prefers)
    more = {agent: prefers.get(agent, 0) + stay for agent in agents}
    return tuple(sorted({**prefers, **more}.items()))
