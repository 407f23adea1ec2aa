"""Where the crew of a shift is, from what its visits say and what it told.

Nothing is guessed from a phone's track: that is for the crew's safety and is not kept for this.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import routing
from fieldops.domain.visiting import AT_THE_DOOR, VisitState
from fieldops.models import Route, Visit
from fieldops.services.planning.horizon import Horizon
from fieldops.services.planning.living.delays import Delay
from routing.problem import Matrix, Place

DONE = frozenset(one.value for one in (*AT_THE_DOOR, VisitState.RECORDED, VisitState.LEFT))


@dataclass(frozen=True, slots=True)
class Course:
    """What is known of one shift: its routes, the visits on them, and what it does next.

    `travel` are the seconds of the way to each of its stops.
    """

    shift: routing.Shift
    routes: Sequence[Route]
    visits: Sequence[tuple[str, Visit]]
    legs: Sequence[routing.Leg]
    travel: Mapping[str, int]
    delay: Delay | None


@dataclass(frozen=True, slots=True)
class _Last:
    """The last visit at whose door the crew stood, and when it is or was free again."""

    name: str
    visit: Visit
    free: datetime


def position_of(
    course: Course,
    problem: routing.Problem,
    stops: Mapping[str, routing.Stop],
    horizon: Horizon,
    now: datetime,
) -> routing.Position:
    """The position; whoever should have set out by now is taken to be on his way.

    `stops` are those of the problem by their names.
    """
    service = {name: stops[name].service for name, _ in course.visits if name in stops}
    last = _last(course, service, now)
    done = tuple(name for name, visit in course.visits if visit.state in DONE and name in stops)
    free = last.free if last else _departure(course, horizon, now)
    free, rested = _rests(course, last, free, now)
    heading = _heading(course, horizon, last, free, now)
    free = _delayed(course.delay, last, free, is_on_the_way=heading is not None)
    worked = sum(service[one] for one in done)
    worked += sum(course.travel.get(one, 0) for one in done)
    return routing.Position(
        shift=course.shift.id,
        place=_place(problem, course.shift, last, stops),
        free=horizon.seconds(free),
        done=done,
        heading=heading,
        rested=rested,
        worked=worked,
    )


def _last(course: Course, service: dict[str, int], now: datetime) -> _Last | None:
    at_a_door = [pair for pair in course.visits if pair[1].arrived_at is not None]
    if not at_a_door:
        return None
    name, visit = max(at_a_door, key=lambda pair: (pair[1].arrived_at or now, pair[0]))
    return _Last(name, visit, _free_again(visit, service.get(name, 0), now))


def _free_again(visit: Visit, service: int, now: datetime) -> datetime:
    if visit.state in AT_THE_DOOR and visit.arrived_at is not None:
        return max(now, visit.arrived_at + timedelta(seconds=service))
    if visit.state == VisitState.RECORDED.value:
        return now
    return visit.left_at or visit.updated_at


def _departure(course: Course, horizon: Horizon, now: datetime) -> datetime:
    """When the crew set out as planned; one that still has time can also set out earlier."""
    left = [route.departs_at for route in course.routes if route.departs_at <= now]
    return min(left, default=horizon.moment(course.shift.window[0]))


def _rests(
    course: Course, last: _Last | None, free: datetime, now: datetime
) -> tuple[datetime, int]:
    """The breaks that were planned to begin by now, unless the crew was at a door instead."""
    until = now
    if last is not None and last.visit.left_at is None and last.visit.arrived_at is not None:
        until = last.visit.arrived_at
    rested = 0
    for route in course.routes:
        for rest in route.breaks:
            begins = datetime.fromisoformat(str(rest["start"]))
            if begins <= until:
                rested += 1
                ends = begins + timedelta(minutes=int(str(rest["minutes"])))
                free = max(free, ends) if ends > now else free
    return free, rested


def _heading(
    course: Course, horizon: Horizon, last: _Last | None, free: datetime, now: datetime
) -> str | None:
    if not course.legs or free > now:
        return None
    if last is not None and last.visit.state != VisitState.LEFT.value:
        return None
    leg = course.legs[0]
    return leg.stop if horizon.moment(leg.arrive - leg.seconds) <= now else None


def _delayed(
    delay: Delay | None,
    last: _Last | None,
    free: datetime,
    *,
    is_on_the_way: bool,
) -> datetime:
    """What was told after the last door counts; on the way it is added to the time of the way."""
    if delay is None or (last is not None and _later(last, delay)):
        return free
    if is_on_the_way and delay.at >= free:
        return free + delay.length
    return max(free, delay.until)


def _later(last: _Last, delay: Delay) -> bool:
    return last.visit.arrived_at is not None and last.visit.arrived_at > delay.at


def _place(
    problem: routing.Problem,
    shift: routing.Shift,
    last: _Last | None,
    stops: Mapping[str, routing.Stop],
) -> Place:
    known = last is not None and last.name in stops
    if isinstance(problem.travel, Matrix):
        name = last.name if last is not None and known else shift.start.at or shift.id
        return Place(at=name)
    return stops[last.name].place if last is not None and known else shift.start
