"""What can be expected of a problem before anything is planned: how long a visit takes."""

from __future__ import annotations

import numpy as np

from routing.ground import Ground
from routing.problem import Problem

SAMPLE = 120
"""So many stops, evenly drawn, stand for all."""

ROUNDABOUT = 2.0
"""Nobody always drives to the nearest stop: a leg is about so many times as long."""

NOTHING_KNOWN = 600.0
"""Seconds of travel to a stop that has no other near it."""


def expected_way(problem: Problem, ground: Ground) -> float:
    """Seconds of travel to a stop in a plan of these stops, as their neighbours tell."""
    count = len(problem.stops)
    if count < 2:
        return NOTHING_KNOWN
    sample = range(0, count, max(1, count // SAMPLE))
    seconds = ground.block(sample, range(count))[1].astype(np.float64)
    seconds[np.arange(len(sample)), np.asarray(sample)] = np.inf
    return ROUNDABOUT * float(np.median(seconds.min(axis=1)))
