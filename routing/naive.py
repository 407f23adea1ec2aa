"""The plan somebody would make by hand: territories, then always the nearest next stop.

It keeps every rule, so that it can be compared with a solved plan; it is not meant to be used.
"""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from routing.crews import form_teams
from routing.draft import Draft, Slot
from routing.finished import plan_of
from routing.ground import Ground, ground_of
from routing.plan import Plan
from routing.problem import Problem
from routing.solver.heads import place_heads
from routing.territories import cluster


def naive_plan(problem: Problem, *, seed: int = 1, ground: Ground | None = None) -> Plan:
    """One k-means territory for each team, driven nearest stop first while time allows."""
    begun = time.perf_counter()
    ground = ground or ground_of(problem)
    draft = Draft(problem, ground, form_teams(problem, ground))
    place_heads(draft)
    for team, stops in enumerate(_territory_of_each_team(draft, seed)):
        _drive(draft, team, stops)
    wall = round(time.perf_counter() - begun, 3)
    return replace(plan_of(draft), seed=seed, wall_s=wall, engine="nearest neighbour")


def _territory_of_each_team(draft: Draft, seed: int) -> list[set[int]]:
    """Territories dealt to the teams whose start is nearest; without positions all stops to all."""
    points = draft.ground.points
    free = sorted(draft.unserved)
    if points is None or not free or not draft.teams:
        return [set(free) for _ in draft.teams]
    work = np.array([draft.problem.stops[stop].service + 600.0 for stop in free])
    labels = cluster(points[free], work, min(len(draft.teams), len(free)), seed=seed)
    dealt: list[set[int]] = [set() for _ in draft.teams]
    waiting = list(range(len(draft.teams)))
    for label in np.unique(labels).tolist():
        members = {stop for stop, own in zip(free, labels.tolist(), strict=True) if own == label}
        middle = points[sorted(members)].mean(axis=0)
        gaps = [float(((points[draft.teams[one].start] - middle) ** 2).sum()) for one in waiting]
        dealt[waiting.pop(int(np.argmin(gaps)))] = members
    return dealt


def _drive(draft: Draft, team: int, stops: set[int]) -> None:
    stops &= {stop for stop in draft.unserved if draft.eligible(stop)[team]}
    stops = {stop for stop in stops if not _held(draft, stop)}
    while stops:
        route = draft.routes[team]
        here = route[-1] if route else draft.teams[team].start
        nearest = sorted(stops, key=lambda one: (draft.ground.seconds(here, one), one))
        end = len(route)
        fitting = (one for one in nearest if draft.room(team, one) and draft.fits(team, one, end))
        chosen = next(fitting, None)
        if chosen is None:
            return
        draft.insert(chosen, Slot(0, team, len(route)))
        stops.discard(chosen)


def _held(draft: Draft, stop: int) -> bool:
    pinned = draft.problem.stops[stop].pinned
    return pinned is not None and pinned.sequence is not None
