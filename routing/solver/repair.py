"""Makes lawful routes of the orders that a search proposes, dropping as little as it can."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from routing.draft import Draft
from routing.schedule import Timetable
from routing.slots import NONE, Slots
from routing.solver.orders import Order
from routing.solver.stopping import Allowance

DOMINATING = 10**10

TEAMS_TRIED = 16
"""For a must that needs room, so many of the teams that could take it, the cheapest first."""


def worth(draft: Draft, stop: int) -> int:
    """What serving a stop is worth when routes compete for time; a must outweighs the rest."""
    one = draft.problem.stops[stop]
    return one.value + (DOMINATING if one.must else 0)


def settle(draft: Draft, order: Order) -> None:
    """Gives a team its head and the proposed stops, without those that do not fit."""
    head = list(draft.routes[order.team])
    whole = [*head, *order.stops]
    if not draft.lawful(order.team, whole):
        whole = _without_one(draft, order.team, whole, len(head)) or _refilled(
            draft, order.team, head, order.stops
        )
    draft.set_route(order.team, whole)


def _without_one(draft: Draft, team: int, whole: list[int], head: int) -> list[int] | None:
    """The whole order less its least valuable stop without which it is lawful."""
    for at in sorted(range(head, len(whole)), key=lambda at: worth(draft, whole[at])):
        rest = whole[:at] + whole[at + 1 :]
        if draft.lawful(team, rest):
            return rest
    return None


def _refilled(draft: Draft, team: int, head: list[int], tail: tuple[int, ...]) -> list[int]:
    """The head, then one by one the most valuable stops, in the order that was proposed."""
    rank = {stop: at for at, stop in enumerate(tail)}
    kept: list[int] = []
    for stop in sorted(tail, key=lambda one: (-worth(draft, one), rank[one])):
        trial = sorted([*kept, stop], key=lambda one: rank[one])
        if draft.lawful(team, [*head, *trial]):
            kept = trial
    return [*head, *kept]


def make_room(draft: Draft, stops: Sequence[int], allowance: Allowance) -> set[int]:
    """Serves musts at the expense of stops that are none, each where that loses least.

    Returns the teams whose routes have changed.
    """
    stops = [stop for stop in stops if _is_free(draft, stop)]
    if not stops:
        return set()
    bare = _bare(draft)
    places = Slots(bare)
    changed: set[int] = set()
    for stop in stops:
        if allowance.over():
            break
        costs = places.costs([stop])[0]
        near = [team for team in np.argsort(costs, kind="stable").tolist() if costs[team] < NONE]
        team = _force(draft, stop, near[:TEAMS_TRIED])
        if team is not None:
            kept = _kept(draft, team)
            bare.set_route(team, kept, draft.choices(kept))
            changed.add(team)
    return changed


def _is_free(draft: Draft, stop: int) -> bool:
    pinned = draft.problem.stops[stop].pinned
    return pinned is None or pinned.sequence is None


def _bare(draft: Draft) -> Draft:
    """The draft with nothing served but heads and musts."""
    bare = Draft(draft.problem, draft.ground, draft.teams)
    for team, head in enumerate(draft.heads):
        kept = _kept(draft, team)
        bare.set_route(team, kept, draft.choices(kept))
        bare.heads[team] = head
    return bare


def _kept(draft: Draft, team: int) -> list[int]:
    head, stops = draft.heads[team], draft.problem.stops
    return [one for at, one in enumerate(draft.routes[team]) if at < head or stops[one].must]


def _force(draft: Draft, stop: int, teams: Sequence[int]) -> int | None:
    """Puts the stop into the team where that loses least, if there is any."""
    found = [(forced, team) for team in teams if (forced := _forced(draft, team, stop))]
    if not found:
        return None
    (_, order), team = min(found, key=lambda one: (one[0][0], one[1]))
    draft.set_route(team, order)
    return team


def _forced(draft: Draft, team: int, stop: int) -> tuple[int, list[int]] | None:
    """What is lost, and the route, when the stop and the route's musts are taken first."""
    kept, head = _kept(draft, team), draft.heads[team]
    for at in range(head, len(kept) + 1):
        trial = [*kept[:at], stop, *kept[at:]]
        if draft.lawful(team, trial):
            return _regained(draft, team, trial)
    return None


def _regained(draft: Draft, team: int, trial: list[int]) -> tuple[int, list[int]]:
    """What is lost of the team's stops, and the route, when all that still fit come back."""
    lost, head = 0, draft.heads[team]
    out = [one for one in draft.routes[team] if one not in trial]
    for one in sorted(out, key=lambda one: -worth(draft, one)):
        table = Timetable(draft.clock, draft.teams[team], trial)
        orders = (
            [*trial[:at], one, *trial[at:]]
            for at in range(head, len(trial) + 1)
            if table.fits(one, at)
        )
        more = next((order for order in orders if draft.lawful(team, order)), None)
        if more is None:
            lost += worth(draft, one)
        else:
            trial = more
    return lost, trial
