"""Seconds that something takes: the best of several runs, because noise only ever adds."""

import time
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")


def best_of(runs: int, work: Callable[[], Result]) -> tuple[float, Result]:
    """The shortest time of so many runs in seconds, and what the last one gave."""
    fastest, result = timed(work)
    for _ in range(runs - 1):
        seconds, result = timed(work)
        fastest = min(fastest, seconds)
    return fastest, result


def best_of_each(runs: int, *works: Callable[[], object]) -> list[float]:
    """The shortest times of several works in seconds, run in turn.

    In turn, so that a disk that grows slower or quicker during the run favours none of them.
    """
    fastest = [float("inf")] * len(works)
    for _ in range(runs):
        for index, work in enumerate(works):
            fastest[index] = min(fastest[index], timed(work)[0])
    return fastest


def timed(work: Callable[[], Result]) -> tuple[float, Result]:
    """How long one run took in seconds (never quite 0), and what it gave."""
    begun = time.perf_counter()
    result = work()
    return max(time.perf_counter() - begun, 1e-9), result
