"""The judge's own drive through traffic: stretch by stretch, as one would do it on paper."""

from __future__ import annotations

from routing.problem import DAY, Band, Planar, Problem


def bands_of(problem: Problem) -> tuple[Band, ...]:
    """The hours in which driving takes longer or shorter; none in the plane."""
    return () if isinstance(problem.travel, Planar) else problem.travel.traffic


def arrival(bands: tuple[Band, ...], leave: int, way: int) -> int:
    """When `way` nominal seconds are driven by somebody who leaves then."""
    if not bands:
        return leave + way
    now, left = leave, way * 1_000_000
    while left > 0:
        midnight = now - now % DAY
        until, pace = _stretch(bands, now - midnight)
        here = (midnight + until - now) * pace
        if left <= here:
            return now - -left // pace
        left -= here
        now = midnight + until
    return now


def _stretch(bands: tuple[Band, ...], second: int) -> tuple[int, int]:
    """Until when the pace of this second of the day lasts, and how many millionths it drives."""
    for opens, closes, factor in bands:
        if second < opens:
            return opens, 1_000_000
        if second < closes:
            return closes, round(1_000_000 / factor)
    return DAY, 1_000_000
