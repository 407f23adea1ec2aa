"""Clusters places into compact daily territories of about equal work."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from routing.geodesic import earth_points

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

ROUNDS = 40


def territories(
    latitudes: Sequence[float],
    longitudes: Sequence[float],
    work: Sequence[float],
    count: int,
    *,
    seed: int = 1,
) -> Integers:
    """The territory (0 to count - 1) of each place, as (n,).

    `work` is what a visit is expected to take, in any one unit. The same input and seed give the
    same answer; territories are numbered from west to east. ValueError for a count below 1 or
    for lists of unequal length.
    """
    points = earth_points(latitudes, longitudes)
    labels = cluster(points, np.asarray(work, dtype=np.float64), count, seed=seed)
    west = np.asarray(longitudes, dtype=np.float64)
    return _numbered(labels, west, count)


def cluster(points: Floats, work: Floats, count: int, *, seed: int = 1) -> Integers:
    """Labels (n,) of points (n, d) in metres: k-means whose heavy clusters repel.

    Each cluster's squared distances are multiplied by a price that rises while it carries more
    than its share of the work, which moves the borders and keeps the clusters compact.
    """
    if count < 1:
        raise ValueError("count must be at least 1")
    if len(points) != len(work):
        raise ValueError("every place needs its work")
    if len(points) == 0 or count == 1:
        return np.zeros(len(points), dtype=np.int64)
    centres = _seeded(points, min(count, len(points)), np.random.default_rng(seed))
    price = np.ones(len(centres))
    share = max(float(work.sum()) / len(centres), 1e-9)
    best, best_score = np.zeros(len(points), dtype=np.int64), np.inf
    for turn in range(ROUNDS):
        squares = _squares(points, centres)
        labels: Integers = np.argmin(squares * price, axis=1).astype(np.int64)
        carried = np.bincount(labels, weights=work, minlength=len(centres))
        spread = float((squares[np.arange(len(points)), labels] * work).sum()) + 1e-9
        score = spread * (float(carried.max()) / share) ** 2
        if score < best_score:
            best, best_score = labels, score
        centres = _moved(points, work, labels, centres)
        price *= (np.maximum(carried, share / 10) / share) ** (0.5 / (1 + turn / 8))
        price /= price.mean()
    return best


def _squares(points: Floats, centres: Floats) -> Floats:
    result: Floats = ((points[:, None, :] - centres[None, :, :]) ** 2).sum(axis=2)
    return result


def _seeded(points: Floats, count: int, rng: np.random.Generator) -> Floats:
    """k-means++: each next centre is likelier the farther it lies from those chosen."""
    chosen = [int(rng.integers(len(points)))]
    gaps = ((points - points[chosen[0]]) ** 2).sum(axis=1)
    while len(chosen) < count:
        total = float(gaps.sum())
        if total <= 0:
            chosen.append(int(rng.integers(len(points))))
            continue
        chosen.append(int(rng.choice(len(points), p=gaps / total)))
        gaps = np.minimum(gaps, ((points - points[chosen[-1]]) ** 2).sum(axis=1))
    return points[chosen].copy()


def _moved(points: Floats, work: Floats, labels: Integers, centres: Floats) -> Floats:
    """The centres of gravity; an empty cluster stays where it is."""
    weights = work + 1e-9
    mass = np.bincount(labels, weights=weights, minlength=len(centres))
    moved = centres.copy()
    full = mass > 0
    for axis in range(points.shape[1]):
        sums = np.bincount(labels, weights=weights * points[:, axis], minlength=len(centres))
        moved[full, axis] = sums[full] / mass[full]
    return moved


def _numbered(labels: Integers, west: Floats, count: int) -> Integers:
    if len(labels) == 0:
        return labels
    middles = [
        float(west[labels == one].mean()) if (labels == one).any() else np.inf
        for one in range(count)
    ]
    rank = np.empty(count, dtype=np.int64)
    rank[np.argsort(middles, kind="stable")] = np.arange(count)
    numbered: Integers = rank[labels]
    return numbered
