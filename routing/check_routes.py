"""Judges one route of a plan: who may travel it, what it may serve, and its arithmetic."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from routing.check_breaks import break_faults
from routing.check_traffic import arrival, bands_of
from routing.faults import Fault
from routing.ground import Ground, end_place, start_place
from routing.plan import Leg, Route
from routing.problem import Problem, Shift, Stop


@dataclass(frozen=True, slots=True)
class Totals:
    """What one route really travels; its seconds without traffic, and its work from those."""

    metres: int = 0
    seconds: int = 0
    nominal: int = 0
    work: int = 0


class Judge:
    """Knows the problem by name and measures on its ground."""

    def __init__(self, problem: Problem, ground: Ground) -> None:
        self._problem = problem
        self._ground = ground
        self._bands = bands_of(problem)
        self._stop_at = {stop.id: at for at, stop in enumerate(problem.stops)}
        self._shift_at = {shift.id: at for at, shift in enumerate(problem.shifts)}
        # A partner who names nobody is bound as well by the one who names him.
        fixed = [(shift.id, shift.crew_with) for shift in problem.shifts if shift.crew_with]
        self._partner = dict(fixed) | {other: one for one, other in fixed}

    def route(self, route: Route, path: str) -> tuple[list[Fault], Totals]:
        """The faults of one route, and the metres and seconds that it really travels."""
        unknown = [name for name in (route.shift, *route.shifts) if name not in self._shift_at]
        if unknown:
            return [Fault("unknown-shift", path, f"there is no shift {unknown[0]}")], Totals()
        if not route.legs:
            return [Fault("empty-route", path, "serves nothing")], Totals()
        if any(leg.stop not in self._stop_at for leg in route.legs):
            return [Fault("unknown-stop", path, "serves a stop that the problem lacks")], Totals()
        shifts = [self._problem.shifts[self._shift_at[name]] for name in route.shifts]
        stops = [self._problem.stops[self._stop_at[leg.stop]] for leg in route.legs]
        faults = list(_crew(route, shifts, self._partner, path))
        faults += _hours(route, shifts, path)
        faults += _limits(shifts, stops, path)
        faults += _company(stops, path)
        faults += _pins(self._problem, route, path)
        for at, (leg, stop) in enumerate(zip(route.legs, stops, strict=True)):
            where = f"{path}.legs[{at}]"
            faults += _service(leg, stop, where)
            faults += _fitness(stop, shifts, where)
        travelled, totals = self._travel(route, path)
        work = totals.nominal + sum(stop.service for stop in stops)
        faults += travelled
        faults += _work(shifts, work, path)
        faults += break_faults(route, shifts, path)
        return faults, replace(totals, work=work)

    def _travel(self, route: Route, path: str) -> tuple[list[Fault], Totals]:
        faults: list[Fault] = []
        at = self._shift_at[route.shift]
        here, free = start_place(self._problem, at), route.depart
        sums = [0, 0, 0]
        for number, leg in enumerate(route.legs):
            there = self._stop_at[leg.stop]
            metres, nominal = self._ground.metres(here, there), self._ground.seconds(here, there)
            leave = leg.arrive - leg.seconds
            seconds = arrival(self._bands, leave, nominal) - leave
            faults += _drive(leg, metres, seconds, f"{path}.legs[{number}]")
            earliest = arrival(self._bands, free, nominal)
            if leg.arrive < earliest or leave < free:
                told = f"arrives at {leg.arrive}, before {earliest}"
                faults.append(Fault("too-fast", f"{path}.legs[{number}]", told))
            sums = [sums[0] + metres, sums[1] + seconds, sums[2] + nominal]
            here, free = there, leg.finish
        end = end_place(self._problem, at)
        if end is not None:
            metres, nominal = self._ground.metres(here, end), self._ground.seconds(here, end)
            seconds = self._way_back(route, free, nominal)
            sums = [sums[0] + metres, sums[1] + seconds, sums[2] + nominal]
            free = arrival(self._bands, free, nominal)
        if route.returns < free:
            told = f"returns at {route.returns}, before {free}"
            faults.append(Fault("too-fast", f"{path}.return", told))
        if (route.metres, route.seconds) not in ((sums[0], sums[1]), (0, 0)):
            told = f"says {route.metres} m, {route.seconds} s; they are {sums[0]} and {sums[1]}"
            faults.append(Fault("wrong-total", path, told))
        return faults, Totals(*sums)

    def _way_back(self, route: Route, free: int, nominal: int) -> int:
        """The seconds of the way back: as told where that is true for some time of leaving."""
        told = route.seconds - sum(leg.seconds for leg in route.legs)
        leave = route.returns - told
        if leave >= free and arrival(self._bands, leave, nominal) == route.returns:
            return told
        return arrival(self._bands, free, nominal) - free


def _drive(leg: Leg, metres: int, seconds: int, path: str) -> Iterator[Fault]:
    if (leg.metres, leg.seconds) != (metres, seconds):
        told = f"says {leg.metres} m, {leg.seconds} s; the way is {metres} m, {seconds} s"
        yield Fault("wrong-travel", path, told)


def _crew(route: Route, shifts: list[Shift], partner: dict[str, str], path: str) -> Iterator[Fault]:
    if route.crew is None:
        return
    where = f"{path}.crew"
    if len(route.crew) != 2 or len(set(route.crew)) != 2:
        yield Fault("bad-crew", where, "a crew is two different shifts")
        return
    if route.crew[0] != route.shift:
        yield Fault("bad-crew", where, f"the first of the crew must be {route.shift}")
    first, second = shifts
    if first.day != second.day:
        yield Fault("bad-crew", where, "the two shifts are on different days")
    for one, other in ((first, second), (second, first)):
        if partner.get(one.id, other.id) != other.id:
            yield Fault("bad-crew", where, f"{one.id} travels with {partner[one.id]}")


def _hours(route: Route, shifts: list[Shift], path: str) -> Iterator[Fault]:
    for shift in shifts:
        opens, closes = shift.window
        if route.depart < opens:
            yield Fault("before-shift", path, f"departs at {route.depart}, {shift.id} at {opens}")
        if route.returns > closes:
            yield Fault("after-shift", path, f"ends at {route.returns}, {shift.id} at {closes}")


def _limits(shifts: list[Shift], stops: list[Stop], path: str) -> Iterator[Fault]:
    demand = sum(stop.demand for stop in stops)
    for shift in shifts:
        if shift.max_stops is not None and len(stops) > shift.max_stops:
            told = f"{len(stops)} stops, {shift.id} may serve {shift.max_stops}"
            yield Fault("max-stops", path, told)
        if shift.load is not None and demand > shift.load:
            yield Fault("load", path, f"carries {demand}, {shift.id} may carry {shift.load}")


def _work(shifts: list[Shift], work: int, path: str) -> Iterator[Fault]:
    for shift in shifts:
        if shift.max_work is not None and work > shift.max_work:
            told = f"is {work} s of work, {shift.id} may work {shift.max_work}"
            yield Fault("max-work", path, told)


def _company(stops: list[Stop], path: str) -> Iterator[Fault]:
    here = {stop.id for stop in stops}
    for stop in stops:
        for other in sorted(stop.not_with & here):
            yield Fault("not-with", path, f"{stop.id} and {other} may not be on one route")


def _pins(problem: Problem, route: Route, path: str) -> Iterator[Fault]:
    """A pin to a place is judged at the stop; that it is on the right route, with its fitness."""
    at = {leg.stop: number for number, leg in enumerate(route.legs)}
    for stop in problem.stops:
        pin = stop.pinned
        if pin is None or pin.sequence is None or stop.id not in at:
            continue
        if at[stop.id] != pin.sequence:
            told = f"{stop.id} is number {at[stop.id]}, pinned to number {pin.sequence}"
            yield Fault("pinned", path, told)


def _service(leg: Leg, stop: Stop, path: str) -> Iterator[Fault]:
    if leg.start != leg.arrive + leg.wait:
        yield Fault("wrong-times", path, "start is not arrive + wait")
    if leg.finish != leg.start + stop.service:
        yield Fault("wrong-times", path, f"finish is not start + service of {stop.service} s")
    if leg.wait < 0:
        yield Fault("wrong-times", path, "wait is negative")
    if stop.windows is not None and not any(
        opens <= leg.start and leg.start + stop.service <= closes for opens, closes in stop.windows
    ):
        yield Fault("window", path, f"{leg.start} to {leg.finish} lies in no window of {stop.id}")


def _fitness(stop: Stop, shifts: list[Shift], path: str) -> Iterator[Fault]:
    missing = stop.skills - frozenset().union(*(shift.skills for shift in shifts))
    if missing:
        yield Fault("skill", path, f"{stop.id} needs {', '.join(sorted(missing))}")
    if stop.crew > len(shifts):
        yield Fault("crew", path, f"{stop.id} needs {stop.crew} agents")
    if stop.pinned is not None and stop.pinned.shift not in {shift.id for shift in shifts}:
        yield Fault("pinned", path, f"{stop.id} is pinned to {stop.pinned.shift}")
    if stop.earliest_day is not None and shifts[0].day < stop.earliest_day:
        yield Fault(
            "too-early-day", path, f"{stop.id} may not be visited before day {stop.earliest_day}"
        )
