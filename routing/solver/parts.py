"""Cuts a large problem into parts solved on their own: stops near each other, and teams."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from routing.draft import Draft
from routing.territories import cluster

WHOLE = 1_500
PART = 450


@dataclass(frozen=True, slots=True)
class Part:
    """Stops and teams that are solved together."""

    stops: tuple[int, ...]
    teams: tuple[int, ...]


def parts_of(draft: Draft, stops: Sequence[int], seed: int) -> list[Part]:
    """One part, or for more than WHOLE stops territories of about PART stops with their teams."""
    teams = tuple(range(len(draft.teams)))
    points = draft.ground.points
    if len(stops) <= WHOLE or points is None or len(teams) < 2:
        return [Part(tuple(stops), teams)]
    count = min(-(-len(stops) // PART), len(teams))
    work = np.array([draft.problem.stops[stop].service + 600.0 for stop in stops])
    labels = cluster(points[list(stops)], work, count, seed=seed)
    shares = _team_shares(draft, np.asarray(stops), labels, count)
    return [
        Part(tuple(np.asarray(stops)[labels == part].tolist()), tuple(members))
        for part, members in enumerate(shares)
        if members
    ]


def _team_shares(
    draft: Draft, stops: np.ndarray[tuple[int], np.dtype[np.int64]], labels: object, count: int
) -> list[list[int]]:
    """Deals the teams out: the part that lacks most working time takes its nearest free team."""
    marks = np.asarray(labels)
    points = draft.ground.points
    if points is None:
        raise ValueError("parts need positions")
    centres = np.array([points[stops[marks == one]].mean(axis=0) for one in range(count)])
    need = np.array([max(1, int((marks == one).sum())) for one in range(count)], dtype=np.float64)
    starts = np.array([points[team.start] for team in draft.teams])
    gaps = ((centres[:, None, :] - starts[None, :, :]) ** 2).sum(axis=2)
    given = np.zeros(count)
    shares: list[list[int]] = [[] for _ in range(count)]
    for _ in draft.teams:
        part = int(np.argmin(given / need))
        team = int(np.argmin(gaps[part]))
        gaps[:, team] = np.inf
        given[part] += max(1, draft.teams[team].working)
        shares[part].append(team)
    return [sorted(share) for share in shares]
