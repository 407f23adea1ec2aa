"""Puts the stops that are pinned to a place in a route where they belong, before all else.

A day in progress comes as a run of pinned stops from the first on. Where a pin leaves places
before it open, the cheapest stops that fit fill them; a pin that cannot be kept stays unserved.
"""

from __future__ import annotations

from routing.draft import Draft, Slot

FILLERS_TRIED = 12


def place_heads(draft: Draft) -> None:
    """Fills the front of every route up to its last stop that is pinned to a place."""
    team_of = {
        draft.problem.shifts[member].id: at
        for at, team in enumerate(draft.teams)
        for member in team.members
    }
    pins: list[tuple[int, int, int]] = []
    for stop, one in enumerate(draft.problem.stops):
        if one.pinned is not None and one.pinned.sequence is not None:
            pins.append((team_of[one.pinned.shift], one.pinned.sequence, stop))
    for team, sequence, stop in sorted(pins):
        if draft.eligible(stop)[team]:
            _place(draft, team, sequence, stop)


def _place(draft: Draft, team: int, sequence: int, stop: int) -> None:
    """Appends the stop, with fillers before it when its place lies further on."""
    route = draft.routes[team]
    before = len(route)
    while len(route) < sequence and _fill(draft, team, stop):
        pass
    if len(route) == sequence and draft.room(team, stop) and _fits(draft, team, stop):
        draft.insert(stop, Slot(0, team, sequence))
        return
    while len(route) > before:
        draft.remove(team, len(route) - 1)


def _fits(draft: Draft, team: int, stop: int) -> bool:
    return draft.fits(team, stop, len(draft.routes[team]))


def _fill(draft: Draft, team: int, goal: int) -> bool:
    """Appends the cheapest free stop after which the pinned one can still follow."""
    end = len(draft.routes[team])
    stops = draft.problem.stops
    free = sorted(
        (draft.added(team, one, end), one)
        for one in draft.unserved
        if draft.eligible(one)[team]
        and (stops[one].pinned is None)
        and draft.room(team, one)
        and _fits(draft, team, one)
    )
    for _, one in free[:FILLERS_TRIED]:
        draft.insert(one, Slot(0, team, end))
        if _fits(draft, team, goal) and draft.room(team, goal):
            return True
        draft.remove(team, end)
    return False
