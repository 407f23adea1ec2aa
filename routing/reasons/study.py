"""Finds out for many unserved stops at once what keeps each of them out of each team's route."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from routing.cases import cases_of, ways_of
from routing.draft import Draft
from routing.ground import Integers
from routing.rows import Rows
from routing.slots import NONE, Slots
from routing.sweeps import Flags, Hours, hours_of
from routing.team import Team

CODES = (
    "fits",
    "shift-full",
    "max-work",
    "load-full",
    "not-same-day",
    "not-with",
    "max-stops",
    "too-far",
    "no-lawful-window",
    "too-early",
    "no-crew",
    "no-skill",
    "pinned-impossible",
)
"""What keeps a stop out of a route; of several the one further down is told."""

AT = {code: number for number, code in enumerate(CODES)}

ROOM = ("max-stops", "not-with", "not-same-day", "load-full", "max-work")

LONGEST = 6 * 3600
"""Nobody is advised to work longer than this beyond his shift."""

Codes = NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Found:
    """What was found for the stops of a block: (stops, teams) each."""

    codes: Codes
    cost: Integers


class Study:
    """A draft, with its teams as they are, with nothing to do, and working longer."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.places = Slots(draft)
        self.swaps = Slots(draft, "exchange")
        idle = [replace(team, max_stops=None) for team in draft.teams]
        self._idle = Slots(Draft(draft.problem, draft.ground, idle))
        self.longer = Slots(with_teams(draft, [_longer(team) for team in draft.teams]))
        self._unfit: dict[int, tuple[list[bool], Codes]] = {}

    def block(self, stops: Sequence[int]) -> Found:
        """What keeps these unserved stops out of every team."""
        cost = self.places.costs(stops)
        hours = hours_of(self.draft.clock, stops)
        codes = np.where(cost < NONE, AT["fits"], AT["shift-full"]).astype(np.int8)
        self._mark_room(stops, codes)
        codes[~self.alone(stops)] = AT["too-far"]
        codes[~_at_work(hours, self.draft.teams)] = AT["no-lawful-window"]
        codes = np.maximum(codes, np.array([self._kinds(stop) for stop in stops], dtype=np.int8))
        return Found(codes, cost)

    def alone(self, stops: Sequence[int]) -> Flags:
        """Which teams could serve each stop in time if they had nothing else to do."""
        return timely(self._idle, stops, self._idle.rows())

    def _kinds(self, stop: int) -> Codes:
        """For each team the code of what makes it unfit for the stop, 0 of one that is fit."""
        listed = self.draft.eligible(stop)
        known = self._unfit.get(id(listed))
        if known is None:
            teams = range(len(listed))
            kinds = [0 if listed[team] else AT[self._misfit(stop, team)] for team in teams]
            known = (listed, np.array(kinds, dtype=np.int8))
            self._unfit[id(listed)] = known
        return known[1]

    def _misfit(self, stop: int, team: int) -> str:
        one, unit = self.draft.problem.stops[stop], self.draft.teams[team]
        held = [self.draft.problem.shifts[member].id for member in unit.members]
        if one.pinned is not None and one.pinned.shift not in held:
            return "pinned-impossible"
        if not one.skills <= unit.skills:
            return "no-skill"
        return "no-crew" if one.crew > len(unit.members) else "too-early"

    def _mark_room(self, stops: Sequence[int], codes: Codes) -> None:
        """Marks what number, load, company and work forbid where a stop does not fit."""
        draft, everyone = self.draft, range(len(self.draft.teams))
        out = codes != AT["fits"]
        for team in everyone:
            limit = draft.teams[team].max_stops
            if limit is not None and len(draft.routes[team]) >= limit:
                codes[:, team] = AT["max-stops"]
        limited = any(team.load is not None or team.max_work is not None for team in draft.teams)
        for at, stop in enumerate(stops):
            if limited or stop in draft.apart or stop in draft.parted:
                for team in np.flatnonzero(out[at]).tolist():
                    code = self._room(stop, team)
                    if code is not None:
                        codes[at, team] = max(codes[at, team], AT[code])

    def _room(self, stop: int, team: int) -> str | None:
        """What beside the number of stops forbids the stop on this route, if anything does."""
        draft = self.draft
        if not draft.apart.get(stop, set()).isdisjoint(draft.routes[team]):
            return "not-with"
        if draft.room(team, stop):
            return None
        if self._parted(stop, team):
            return "not-same-day"
        unit, stops = draft.teams[team], draft.problem.stops
        if unit.load is not None:
            carried = sum(stops[one].demand for one in draft.routes[team])
            if carried + stops[stop].demand > unit.load:
                return "load-full"
        return "max-work" if unit.max_work is not None else None

    def _parted(self, stop: int, team: int) -> bool:
        draft = self.draft
        foes, day = draft.parted.get(stop, set()), draft.teams[team].day
        return any(
            unit.day == day and not foes.isdisjoint(route)
            for unit, route in zip(draft.teams, draft.routes, strict=True)
        )


def timely(slots: Slots, stops: Sequence[int], rows: Rows) -> Flags:
    """Where times alone let each stop in: (stops, rows)."""
    cases = cases_of(slots.draft, stops)
    ways = ways_of(slots.draft, cases, rows)
    everywhere = np.ones(ways.there.shape, dtype=np.bool_)
    good = slots.timely(cases, ways, rows, everywhere)
    if len(cases.first) == len(cases.stops):
        return good
    either: Flags = np.logical_or.reduceat(good, cases.first, axis=0)
    return either


def _at_work(hours: Hours, teams: Sequence[Team]) -> Flags:
    """Whether a window holds the service within a team's hours: (stops, teams)."""
    opens = np.array([team.opens for team in teams], dtype=np.int64)
    closes = np.array([team.closes for team in teams], dtype=np.int64)
    within = np.zeros((len(hours.service), len(teams)), dtype=np.bool_)
    for at in range(hours.opens.shape[1]):
        first = np.maximum(hours.opens[:, at, None], opens)
        last = np.minimum(hours.last[:, at, None], closes - hours.service[:, None])
        within |= first <= last
    return within


def _longer(team: Team) -> Team:
    return replace(team, closes=team.closes + LONGEST)


def with_teams(draft: Draft, teams: Sequence[Team]) -> Draft:
    """The same routes travelled by other teams."""
    other = Draft(draft.problem, draft.ground, teams)
    for team, order in enumerate(draft.routes):
        other.set_route(team, order, draft.choices(order))
        other.heads[team] = draft.heads[team]
    return other
