"""The windows of a stop by what serving it in them costs."""

from __future__ import annotations

from dataclasses import dataclass

from routing.problem import Problem, Stop, Window

ANY = -1
"""Stands for no option in particular: all windows of a stop."""


@dataclass(frozen=True, slots=True)
class Option:
    """All windows of one stop in which serving it costs the same."""

    cost: int
    windows: tuple[Window, ...]


def options_of(problem: Problem) -> dict[int, tuple[Option, ...]]:
    """For each stop with window costs its options, the cheapest first; the others are left out."""
    return {
        number: made
        for number, stop in enumerate(problem.stops)
        if stop.window_costs and (made := _options(stop))
    }


def _options(stop: Stop) -> tuple[Option, ...]:
    groups: dict[int, list[Window]] = {}
    for window, cost in zip(stop.windows or (), stop.window_costs or (), strict=True):
        groups.setdefault(cost, []).append(window)
    if set(groups) == {0}:
        return ()
    return tuple(Option(cost, tuple(groups[cost])) for cost in sorted(groups))
