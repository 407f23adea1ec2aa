"""Makes lawful routes of the orders that a search proposes, dropping as little as it can."""

from __future__ import annotations

from routing.draft import Draft
from routing.schedule import Timetable
from routing.solver.engine import Order

DOMINATING = 10**10


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


def make_room(draft: Draft, stop: int) -> bool:
    """Serves a must at the expense of stops that are none, in the team where that costs least."""
    best: tuple[int, int, list[int]] | None = None
    for team, may in enumerate(draft.eligible(stop)):
        if may:
            found = _forced(draft, team, stop)
            if found is not None and (best is None or found[0] < best[0]):
                best = (found[0], team, found[1])
    if best is None:
        return False
    draft.set_route(best[1], best[2])
    return True


def _forced(draft: Draft, team: int, stop: int) -> tuple[int, list[int]] | None:
    """What is lost, and the route, when the stop and the route's musts are taken first."""
    pinned = draft.problem.stops[stop].pinned
    if pinned is not None and pinned.sequence is not None:
        return None
    route, head = draft.routes[team], draft.heads[team]
    kept = [one for at, one in enumerate(route) if at < head or draft.problem.stops[one].must]
    for at in range(head, len(kept) + 1):
        trial = [*kept[:at], stop, *kept[at:]]
        if draft.lawful(team, trial):
            return _regained(draft, team, route, trial, head)
    return None


def _regained(
    draft: Draft, team: int, route: list[int], trial: list[int], head: int
) -> tuple[int, list[int]]:
    lost = 0
    out = [one for one in route if one not in trial]
    for one in sorted(out, key=lambda one: -worth(draft, one)):
        for at in range(head, len(trial) + 1):
            more = [*trial[:at], one, *trial[at:]]
            if Timetable(draft.clock, draft.teams[team], more).feasible and draft.lawful(
                team, more
            ):
                trial = more
                break
        else:
            lost += worth(draft, one)
    return lost, trial
