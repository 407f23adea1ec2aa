"""Which routes of an earlier plan still stand as they are, so that they need not be timed anew."""

from __future__ import annotations

from routing.draft import Draft
from routing.plan import Plan, Route


def standing(draft: Draft, plan: Plan) -> dict[int, Route]:
    """By team the plan's routes whose order, ways and services are those of the draft.

    The draft was made from the plan, so that team i is that of the plan's route i. A route on
    which anything is not as the problem now says is left out.
    """
    if draft.clock.traffic is not None:
        return {}
    names = [stop.id for stop in draft.problem.stops]
    return {
        team: route
        for team, route in enumerate(plan.routes)
        if route.legs
        and [leg.stop for leg in route.legs] == [names[stop] for stop in draft.routes[team]]
        and _holds(draft, team, route)
    }


def _holds(draft: Draft, team: int, route: Route) -> bool:
    unit, order, ground, clock = draft.teams[team], draft.routes[team], draft.ground, draft.clock
    if route.depart < unit.opens or route.returns > unit.closes:
        return False
    if len(route.breaks) != len(unit.breaks):
        return False
    here, free, metres, seconds = unit.start, route.depart, 0, 0
    for leg, stop in zip(route.legs, order, strict=True):
        way = ground.metres(here, stop), ground.seconds(here, stop)
        if (leg.metres, leg.seconds) != way or leg.arrive < free + way[1]:
            return False
        if leg.start != leg.arrive + leg.wait or leg.finish != leg.start + clock.service[stop]:
            return False
        if clock.begin(stop, leg.start) != leg.start:
            return False
        here, free = stop, leg.finish
        metres, seconds = metres + way[0], seconds + way[1]
    if unit.end is not None:
        metres += ground.metres(here, unit.end)
        back = ground.seconds(here, unit.end)
        seconds, free = seconds + back, free + back
    return (route.metres, route.seconds) == (metres, seconds) and route.returns >= free
