"""Conversions between WGS-84, GCJ-02 and BD-09, for single numbers and whole arrays alike.

GCJ-02 is the shifted datum that maps sold in mainland China must use, BD-09 a further shift of it
by one provider. The formulas are the ones in common use; a way back is not published, so it is
found by fixed-point iteration (below a millimetre after three rounds; one step leaves up to 4 m).
All angles are degrees, latitude first. Outside the box in which the shift is applied every
conversion is the identity.
"""

from collections.abc import Callable
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

Degrees: TypeAlias = NDArray[np.float64]
Pair: TypeAlias = tuple[Degrees, Degrees]

SOUTH: Final = 0.8293
NORTH: Final = 55.8271
WEST: Final = 72.004
EAST: Final = 137.8347
"""The box in which the shift applies. It is wider than China, as in every map that uses it."""

_AXIS: Final = 6378245.0
_ECCENTRICITY: Final = 0.00669342162296594323
_BD_TURN: Final = np.pi * 3000.0 / 180.0
_BD_LAT: Final = 0.006
_BD_LON: Final = 0.0065
_ROUNDS: Final = 3


def inside_box(lat: ArrayLike, lon: ArrayLike) -> NDArray[np.bool_]:
    """Where the shift applies."""
    y, x = _arrays(lat, lon)
    return np.asarray((y >= SOUTH) & (y <= NORTH) & (x >= WEST) & (x <= EAST))


def wgs84_to_gcj02(lat: ArrayLike, lon: ArrayLike) -> Pair:
    """Shift WGS-84 degrees into GCJ-02."""
    y, x = _arrays(lat, lon)
    return _where_inside(y, x, _into_gcj(y, x))


def gcj02_to_wgs84(lat: ArrayLike, lon: ArrayLike) -> Pair:
    """Take the shift away again, by iteration."""
    y, x = _arrays(lat, lon)
    return _where_inside(y, x, _undo(_into_gcj, y, x))


def gcj02_to_bd09(lat: ArrayLike, lon: ArrayLike) -> Pair:
    """Shift GCJ-02 degrees into BD-09."""
    y, x = _arrays(lat, lon)
    return _where_inside(y, x, _into_bd(y, x))


def bd09_to_gcj02(lat: ArrayLike, lon: ArrayLike) -> Pair:
    """Take the second shift away again, by iteration."""
    y, x = _arrays(lat, lon)
    start = (y - _BD_LAT, x - _BD_LON)
    return _where_inside(y, x, _undo(_into_bd, y, x, start))


def wgs84_to_bd09(lat: ArrayLike, lon: ArrayLike) -> Pair:
    """Both shifts, one after the other."""
    return gcj02_to_bd09(*wgs84_to_gcj02(lat, lon))


def bd09_to_wgs84(lat: ArrayLike, lon: ArrayLike) -> Pair:
    """Both shifts taken away."""
    return gcj02_to_wgs84(*bd09_to_gcj02(lat, lon))


def _arrays(lat: ArrayLike, lon: ArrayLike) -> Pair:
    return np.asarray(lat, dtype=np.float64), np.asarray(lon, dtype=np.float64)


def _where_inside(lat: Degrees, lon: Degrees, shifted: Pair) -> Pair:
    inside = inside_box(lat, lon)
    return np.where(inside, shifted[0], lat), np.where(inside, shifted[1], lon)


def _undo(
    shift: Callable[[Degrees, Degrees], Pair], lat: Degrees, lon: Degrees, start: Pair | None = None
) -> Pair:
    """The point that `shift` moves to (lat, lon); the shift varies slowly, so this contracts."""
    y, x = start or (lat, lon)
    for _ in range(_ROUNDS if start is None else _ROUNDS + 1):
        there_y, there_x = shift(y, x)
        y, x = y + (lat - there_y), x + (lon - there_x)
    return y, x


def _into_gcj(lat: Degrees, lon: Degrees) -> Pair:
    x, y = lon - 105.0, lat - 35.0
    root, both = np.sqrt(np.abs(x)), 0.1 * x * y
    ripple = 20.0 * np.sin(6.0 * np.pi * x) + 20.0 * np.sin(2.0 * np.pi * x)
    north = (
        -100.0
        + 2.0 * x
        + 3.0 * y
        + 0.2 * y * y
        + both
        + 0.2 * root
        + (ripple + _waves(y, 160.0, 320.0)) * 2.0 / 3.0
    )
    east = (
        300.0
        + x
        + 2.0 * y
        + 0.1 * x * x
        + both
        + 0.1 * root
        + (ripple + _waves(x, 150.0, 300.0)) * 2.0 / 3.0
    )
    radians = np.radians(lat)
    squash = 1.0 - _ECCENTRICITY * np.sin(radians) ** 2
    meridian = _AXIS * (1.0 - _ECCENTRICITY) / (squash * np.sqrt(squash))
    parallel = _AXIS / np.sqrt(squash) * np.cos(radians)
    return lat + np.degrees(north / meridian), lon + np.degrees(east / parallel)


def _waves(value: Degrees, middling: float, slow: float) -> Degrees:
    """The long waves of one component, in metres."""
    waves: Degrees = (
        20.0 * np.sin(np.pi * value)
        + 40.0 * np.sin(np.pi * value / 3.0)
        + middling * np.sin(np.pi * value / 12.0)
        + slow * np.sin(np.pi * value / 30.0)
    )
    return waves


def _into_bd(lat: Degrees, lon: Degrees) -> Pair:
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * _BD_TURN)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * _BD_TURN)
    return radius * np.sin(angle) + _BD_LAT, radius * np.cos(angle) + _BD_LON
