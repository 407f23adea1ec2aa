"""Distances on the WGS-84 ellipsoid for many pairs at once.

Each place becomes a point of the earth-centred frame once; the distance of a pair is the chord
between its points, bent back to the ellipsoid by the series of the arcsine. Only additions,
multiplications and one square root are spent on a pair, so that one pair computed alone and the
same pair inside a matrix agree to the last bit: a plan and its judge then never differ by a
rounding. Inside a city region the error against the true geodesic is far below 0.1 %.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

EQUATOR = 6_378_137.0
FLATTENING = 1 / 298.257223563
MEAN_RADIUS = 6_371_008.8


def earth_points(latitudes: Sequence[float], longitudes: Sequence[float]) -> Floats:
    """Degrees of WGS-84 as (n, 3) metres of the earth-centred frame, on the ellipsoid."""
    squared = FLATTENING * (2 - FLATTENING)
    rows: list[tuple[float, float, float]] = []
    for lat, lon in zip(latitudes, longitudes, strict=True):
        phi, lam = math.radians(lat), math.radians(lon)
        normal = EQUATOR / math.sqrt(1 - squared * math.sin(phi) ** 2)
        ring = normal * math.cos(phi)
        height = normal * (1 - squared) * math.sin(phi)
        rows.append((ring * math.cos(lam), ring * math.sin(lam), height))
    return np.array(rows, dtype=np.float64).reshape(-1, 3)


def pairwise(first: Floats, second: Floats) -> Floats:
    """Metres between every point of `first` (n, 3) and of `second` (m, 3), as (n, m)."""
    columns = np.ascontiguousarray(second.T)
    return sidewise(first[:, None], columns.T[None])


def sidewise(first: Floats, second: Floats) -> Floats:
    """Metres between each point of `first` (..., 3) and its fellow in `second`, broadcast."""
    # In place, since fetching and clearing memory would cost more than the arithmetic.
    square = first[..., 0] - second[..., 0]
    square *= square
    for axis in (1, 2):
        side = first[..., axis] - second[..., axis]
        side *= side
        square += side
    bend = square / (MEAN_RADIUS * MEAN_RADIUS)
    series = bend / 24.0
    series += 1.0
    bend *= bend
    bend *= 3.0
    bend /= 640.0
    series += bend
    arc: Floats = np.sqrt(square, out=square)
    arc *= series
    return arc


def pair(first: Sequence[float], second: Sequence[float]) -> float:
    """Metres between two points of the frame: what `pairwise` says for them, to the last bit."""
    dx = first[0] - second[0]
    dy = first[1] - second[1]
    dz = first[2] - second[2]
    square = dx * dx + dy * dy + dz * dz
    bend = square / (MEAN_RADIUS * MEAN_RADIUS)
    return math.sqrt(square) * (1.0 + bend / 24.0 + bend * bend * 3.0 / 640.0)


def travel_matrix(latitudes: Sequence[float], longitudes: Sequence[float]) -> Floats:
    """Metres between all places, as (n, n)."""
    points = earth_points(latitudes, longitudes)
    return pairwise(points, points)
