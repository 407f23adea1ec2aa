"""What a place in a route costs beside its ways, and which rules beside time forbid it.

The same as `Draft.room` and `Draft.added` say of one place, for cases and rows at once.
"""

from __future__ import annotations

import numpy as np

from routing.cases import Cases, Ways
from routing.draft import Draft
from routing.ground import Integers
from routing.rows import NOBODY, UNLIMITED, Rows
from routing.sweeps import Flags


def charged(draft: Draft, cases: Cases, ways: Ways, rows: Rows) -> Integers:
    """What each case adds to the cost at each row, prizes aside: (cases, rows)."""
    cost = ways.cost + (cases.extra[:, None] - rows.gone)
    for at, stop in enumerate(cases.stops.tolist()) if draft.prefers else ():
        if stop in draft.prefers:
            own = [draft.stop_cost(team, stop) for team in range(len(draft.teams))]
            cost[at] += np.array(own, dtype=np.int64)[rows.team]
    fair = [team.fair_work for team in draft.teams]
    if draft.problem.objective.unfair and any(limit is not None for limit in fair):
        above = np.array(
            [
                -UNLIMITED if limit is None else draft.work(team) - limit
                for team, limit in enumerate(fair)
            ],
            dtype=np.int64,
        )[rows.team]
        more = above + _more(cases, ways, rows)
        unfair = np.maximum(more, 0) - np.maximum(above, 0)
        cost += draft.problem.objective.unfair * unfair
    return cost


def _more(cases: Cases, ways: Ways, rows: Rows) -> Integers:
    """How much more work a route has: (cases, rows)."""
    more: Integers = ways.there + ways.onward
    more += cases.hours.service[:, None] - rows.less
    return more


def forbid(draft: Draft, cases: Cases, ways: Ways, rows: Rows, allowed: Flags) -> None:
    """Takes out of `allowed` (cases, rows) what load, work, company and pins forbid."""
    _weigh(draft, cases, rows, allowed)
    _limit_work(draft, cases, ways, rows, allowed)
    stops = draft.problem.stops
    team_of: dict[int, int] = {}
    if draft.apart or draft.parted:
        team_of = {one: team for team, route in enumerate(draft.routes) for one in route}
    for at, stop in enumerate(cases.stops.tolist()):
        pinned = stops[stop].pinned
        if pinned is not None and pinned.sequence is not None:
            allowed[at] &= rows.position == pinned.sequence
        for foe in draft.apart.get(stop, ()):
            if foe in team_of:
                allowed[at] &= (rows.team != team_of[foe]) | (rows.old == foe)
        for foe in draft.parted.get(stop, ()):
            if foe in team_of:
                day = draft.teams[team_of[foe]].day
                allowed[at] &= (_days(draft, rows) != day) | (rows.old == foe)


def _days(draft: Draft, rows: Rows) -> Integers:
    return np.array([team.day for team in draft.teams], dtype=np.int64)[rows.team]


def _weigh(draft: Draft, cases: Cases, rows: Rows, allowed: Flags) -> None:
    stops = draft.problem.stops
    limits = [team.load for team in draft.teams]
    if all(limit is None for limit in limits):
        return
    left = np.array(
        [
            UNLIMITED if limit is None else limit - sum(stops[one].demand for one in route)
            for limit, route in zip(limits, draft.routes, strict=True)
        ],
        dtype=np.int64,
    )[rows.team]
    olds = rows.old.tolist()
    left += np.array([0 if one == NOBODY else stops[one].demand for one in olds], dtype=np.int64)
    demand = np.array([stops[one].demand for one in cases.stops.tolist()], dtype=np.int64)
    allowed &= demand[:, None] <= left


def _limit_work(draft: Draft, cases: Cases, ways: Ways, rows: Rows, allowed: Flags) -> None:
    limits = [team.max_work for team in draft.teams]
    if all(limit is None for limit in limits):
        return
    left = np.array(
        [
            UNLIMITED if limit is None else limit - draft.work(team)
            for team, limit in enumerate(limits)
        ],
        dtype=np.int64,
    )
    allowed &= _more(cases, ways, rows) <= left[rows.team]
