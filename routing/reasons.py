"""Why a stop is unserved, and the smallest change that would have served it.

What is said here has been tried on the routes as they are: a time is named only when the stop
fits with it, a stop to leave out only when the other takes its place.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Protocol

from routing.draft import Draft
from routing.plan import Plan, Reason, Unserved
from routing.problem import Stop
from routing.schedule import Timetable

STEPS = (5, 10, 15, 30, 45, 60, 90, 120, 180)
TEAMS_TRIED = 12


class Limit(Protocol):
    """Something that knows whether the time is up."""

    def over(self) -> bool:
        """Whether it is."""
        ...


def explain(draft: Draft, plan: Plan, limit: Limit) -> Plan:
    """The plan with reasons for every unserved stop, musts first; once time is up it says so."""
    at = {stop.id: number for number, stop in enumerate(draft.problem.stops)}
    numbers = [at[one.stop] for one in plan.unserved]
    told: dict[int, tuple[Reason, ...]] = {}
    for stop in sorted(numbers, key=lambda one: (not draft.problem.stops[one].must, one)):
        told[stop] = (_unexamined(draft, stop),) if limit.over() else tuple(reasons(draft, stop))
    unserved = tuple(Unserved(one.stop, told[at[one.stop]]) for one in plan.unserved)
    return replace(plan, unserved=unserved)


def _unexamined(draft: Draft, stop: int) -> Reason:
    """What can be said without trying, once the time is up: nothing that is not known."""
    blunt = _hopeless(draft, stop, draft.problem.stops[stop])
    if blunt:
        return blunt[0]
    return Reason("not-examined", "the budget ended before it was found out why it is left out")


def reasons(draft: Draft, stop: int) -> list[Reason]:
    """The reasons for one unserved stop of a draft, the decisive one first."""
    one = draft.problem.stops[stop]
    blunt = _hopeless(draft, stop, one)
    if blunt:
        return blunt
    able = [team for team, may in enumerate(draft.eligible(stop)) if may]
    if not any(_alone(draft, team, stop) for team in able):
        return [_unreachable(draft, stop, one)]
    if one.pinned is not None and one.pinned.sequence is not None:
        return [_pinned(one)]
    open_teams = [team for team in able if draft.room(team, stop)]
    if len(open_teams) < len(able):
        # Only then does it matter which of them could come at all: it costs a timetable each.
        alone = [team for team in able if _alone(draft, team, stop)]
        open_teams = [team for team in alone if team in set(open_teams)]
        if not open_teams:
            return _no_room(draft, stop, alone)
    slot = draft.cheapest(stop, open_teams)
    if slot is not None:
        return [_outbid(draft, slot.cost, one)]
    return [_full(draft, stop, open_teams)]


def _hopeless(draft: Draft, stop: int, one: Stop) -> list[Reason]:
    """Reasons that hold for every route, however empty."""
    if one.windows is not None and not any(b - a >= one.service for a, b in one.windows):
        return [Reason("no-lawful-window", _no_window(one), "a window held the whole service")]
    if not draft.teams:
        return [Reason("no-shift", "there is no shift at all", "there were a shift")]
    if any(draft.eligible(stop)):
        return []
    if one.pinned is not None:
        return [_pinned(one)]
    able = [team for team in draft.teams if one.skills <= team.skills]
    if not able:
        wanted = ", ".join(sorted(one.skills))
        return [Reason("no-skill", f"nobody has {wanted}", f"a shift had {wanted}")]
    if one.crew == 2 and not any(len(team.members) == 2 for team in able):
        return [
            Reason(
                "no-crew",
                "it needs two agents, and no two shifts with its skills travel together",
                "two shifts of one day worked as a crew",
            )
        ]
    return [
        Reason(
            "too-early",
            f"no suitable shift works on day {one.earliest_day} or later",
            f"a suitable shift worked on day {one.earliest_day} or later",
        )
    ]


def _no_window(one: Stop) -> str:
    if not one.windows:
        return "it has no lawful window"
    return f"none of its windows is as long as its service of {one.service} s"


def _pinned(one: Stop) -> Reason:
    pin = one.pinned
    where = "" if pin is None else f"shift {pin.shift}"
    if pin is not None and pin.sequence is not None:
        where += f" at place {pin.sequence}"
    return Reason(
        "pinned-impossible", f"it is pinned to {where}, which cannot be", "it were not pinned so"
    )


def _alone(draft: Draft, team: int, stop: int) -> bool:
    return Timetable(draft.clock, draft.teams[team], [stop]).feasible


def _unreachable(draft: Draft, stop: int, one: Stop) -> Reason:
    able = [team for team, may in enumerate(draft.eligible(stop)) if may]
    teams = [draft.teams[team] for team in able]
    if one.windows is not None and not any(
        max(a, team.opens) + one.service <= min(b, team.closes)
        for a, b in one.windows
        for team in teams
    ):
        return Reason(
            "no-lawful-window",
            "none of its windows holds its service within the hours of a suitable shift",
            "a suitable shift worked during one of its windows",
        )
    if one.pinned is not None:
        return _pinned(one)
    way = min(draft.ground.seconds(team.start, stop) for team in teams)
    return Reason(
        "too-far",
        f"even with nothing else to do nobody could serve it: the nearest start is {way} s away",
        _longer(draft, stop, able, alone=True),
    )


def _no_room(draft: Draft, stop: int, teams: Sequence[int]) -> list[Reason]:
    full = [team for team in teams if _counted_out(draft, team)]
    if full:
        shifts = _names(draft, full)
        return [
            Reason(
                "max-stops",
                f"every shift that could serve it has its full number of stops ({shifts})",
                f"one of {shifts} might serve one stop more",
            )
        ]
    foes = draft.apart.get(stop, set())
    if any(foes & set(draft.routes[team]) for team in teams):
        return [
            Reason(
                "not-with",
                "every shift that could serve it visits a stop it may not be on one route with",
                "that stop were on another route",
            )
        ]
    if all(_parted(draft, team, stop) for team in teams):
        return [
            Reason(
                "not-same-day",
                "on every day of a suitable shift a stop is visited that it may not share it with",
                "that stop were visited on another day",
            )
        ]
    if all(_worked_out(draft, team, stop) for team in teams):
        shifts = _names(draft, teams)
        return [
            Reason(
                "max-work",
                f"every shift that could serve it has its full work ({shifts})",
                f"one of {shifts} might work longer",
            )
        ]
    return [Reason("load-full", "no suitable shift can carry its demand", "a load were larger")]


def _counted_out(draft: Draft, team: int) -> bool:
    limit = draft.teams[team].max_stops
    return limit is not None and len(draft.routes[team]) >= limit


def _parted(draft: Draft, team: int, stop: int) -> bool:
    """Whether a stop is served on the team's day with which this one may not share it."""
    foes = draft.parted.get(stop, set())
    return any(
        not foes.isdisjoint(route)
        for unit, route in zip(draft.teams, draft.routes, strict=True)
        if unit.day == draft.teams[team].day
    )


def _worked_out(draft: Draft, team: int, stop: int) -> bool:
    """Whether the stop would be too much work wherever it stood."""
    limit, places = draft.teams[team].max_work, range(len(draft.routes[team]) + 1)
    had = draft.work(team)
    return limit is not None and all(
        had + draft.work_added(team, stop, at) > limit for at in places
    )


def _outbid(draft: Draft, cost: int, one: Stop) -> Reason:
    return Reason(
        "outbid",
        f"the cheapest detour to it costs {cost}, leaving it out {one.value}",
        f"its prize were above {cost}",
    )


def _full(draft: Draft, stop: int, teams: Sequence[int]) -> Reason:
    near = sorted(teams, key=lambda team: _nearness(draft, team, stop))[:TEAMS_TRIED]
    advice = _longer(draft, stop, near, alone=False) or _instead(draft, stop, near)
    detail = f"no time is left for it in any of the {len(teams)} shifts that could serve it"
    return Reason("shift-full", detail, advice)


def _nearness(draft: Draft, team: int, stop: int) -> int:
    places = draft.routes[team] or [draft.teams[team].start]
    return min(draft.ground.seconds(place, stop) for place in places)


def _longer(draft: Draft, stop: int, teams: Iterable[int], *, alone: bool) -> str | None:
    """The least number of minutes by which a later end of some shift would let the stop in."""
    team_list = list(teams)[:TEAMS_TRIED]
    for minutes in STEPS:
        for team in team_list:
            unit = draft.teams[team]
            later = replace(unit, closes=unit.closes + 60 * minutes)
            route = [] if alone else draft.routes[team]
            table = Timetable(draft.clock, later, route)
            first = 0 if alone else draft.heads[team]
            if any(table.fits(stop, at) for at in range(first, len(route) + 1)):
                return f"{_names(draft, [team])} ended {minutes} minutes later"
    return None


def _instead(draft: Draft, stop: int, teams: Iterable[int]) -> str | None:
    """A stop in whose place this one would fit."""
    for team in teams:
        for at in range(draft.heads[team], len(draft.routes[team])):
            old = draft.routes[team][at]
            if draft.room(team, stop, without=old) and draft.swaps(team, stop, at):
                return f"{draft.problem.stops[old].id} were left out of {_names(draft, [team])}"
    return None


def _names(draft: Draft, teams: Sequence[int]) -> str:
    shown = [
        " with ".join(draft.problem.shifts[member].id for member in draft.teams[team].members)
        for team in teams[:3]
    ]
    return ", ".join(shown) + (" and others" if len(teams) > len(shown) else "")
