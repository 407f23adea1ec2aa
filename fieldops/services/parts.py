"""Ids in lists short enough for one query: databases bound how many values a statement carries."""

from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")
PART = 5_000


def in_parts(ids: Iterable[T]) -> Iterator[list[T]]:
    """The ids in lists short enough for one query."""
    listed = list(ids)
    for at in range(0, len(listed), PART):
        yield listed[at : at + PART]
