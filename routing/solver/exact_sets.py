"""Tables over all sets of stops: what serving exactly a set costs, and how two tables join.

A set is a number whose bits are stops; a table is an array of 2^n costs. Joining two tables finds
for each set the cheapest way to deal it out to both.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Costs = NDArray[np.int64]

FAR = 2**60
"""The cost of what cannot be; two of them can still be added."""


def nothing(stops: int) -> Costs:
    """The table of someone who stays at home."""
    table: Costs = np.full(1 << stops, FAR, dtype=np.int64)
    table[0] = 0
    return table


@lru_cache(maxsize=4)
def _splits(stops: int) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """All 3^n ways to cut a set in two: first parts, second parts, and where each set begins."""
    first = second = np.zeros(1, dtype=np.int64)
    for stop in range(stops):
        bit = 1 << stop
        first, second = (
            np.concatenate([first, first | bit, first]),
            np.concatenate([second, second, second | bit]),
        )
    order = np.argsort(first | second, kind="stable")
    first, second = first[order], second[order]
    return first, second, np.searchsorted(first | second, np.arange(1 << stops))


def joined(one: Costs, other: Costs) -> Costs:
    """The cheapest way to deal each set out to both."""
    first, second, begins = _splits(len(one).bit_length() - 1)
    return np.minimum(np.minimum.reduceat(one[first] + other[second], begins), FAR)


def parted(one: Costs, other: Costs, whole: int) -> tuple[int, int]:
    """The first and the second part of a set when it is dealt out as cheaply as it can be."""
    parts = [whole]
    while parts[-1]:
        parts.append((parts[-1] - 1) & whole)
    second = min(parts, key=lambda part: int(one[whole ^ part]) + int(other[part]))
    return whole ^ second, second


def sums(values: list[int]) -> Costs:
    """For each set the sum of its stops' values."""
    table: Costs = np.zeros(1, dtype=np.int64)
    for value in values:
        table = np.concatenate([table, table + value])
    return table
