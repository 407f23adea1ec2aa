"""Reasons that hold for every route, however empty, and how they are put."""

from __future__ import annotations

from collections.abc import Sequence

from routing.draft import Draft
from routing.plan import Reason
from routing.problem import Stop

SHOWN = 3
"""So many shifts are named; of the others only their number is told."""


def hopeless(draft: Draft, stop: int, one: Stop) -> list[Reason]:
    """Reasons that hold for every route, however empty."""
    if one.windows is not None and not any(b - a >= one.service for a, b in one.windows):
        return [Reason("no-lawful-window", no_window(one), "a window held the whole service")]
    if not draft.teams:
        return [Reason("no-shift", "there is no shift at all", "there were a shift")]
    if any(draft.eligible(stop)):
        return []
    if one.pinned is not None:
        return [pinned(one)]
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


def no_window(one: Stop) -> str:
    if not one.windows:
        return "it has no lawful window"
    return f"none of its windows is as long as its service of {one.service} s"


def pinned(one: Stop) -> Reason:
    pin = one.pinned
    where = "" if pin is None else f"shift {pin.shift}"
    if pin is not None and pin.sequence is not None:
        where += f" at place {pin.sequence}"
    return Reason(
        "pinned-impossible", f"it is pinned to {where}, which cannot be", "it were not pinned so"
    )


def names(draft: Draft, teams: Sequence[int]) -> str:
    """The first shifts of these teams by name."""
    shown = [
        " with ".join(draft.problem.shifts[member].id for member in draft.teams[team].members)
        for team in teams[:SHOWN]
    ]
    return ", ".join(shown) + (" and others" if len(teams) > len(shown) else "")
