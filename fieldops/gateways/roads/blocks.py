"""From blocks that a server takes to whole tables: cut, asked side by side, and put together.

A block that fails leaves its cells unknown, with the reason; after `PATIENCE` failures in a row, or
when the time is up, the rest is not asked. A place near no road makes some servers refuse all of
its block: then the places of the block are tried one by one, and the refused ones left out.
"""

import math
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np

from fieldops.domain.travel.engine import (
    LATE,
    NO_WAY,
    OFF_ROAD,
    UNKNOWN,
    UNREACHABLE,
    Cells,
    EngineFailed,
    PlaceRefused,
    Points,
    RoadTable,
    Shortfall,
    nothing,
)

PATIENCE: Final = 3


class Asked(Protocol):
    """A server, or bindings, that answer one block."""

    @property
    def name(self) -> str:
        """What people call it."""
        ...

    @property
    def key(self) -> str:
        """Engine, server and profile."""
        ...

    def ask(self, origins: Points, targets: Points) -> tuple[Cells, Cells]:
        """Seconds and metres; raises EngineFailed or PlaceRefused."""
        ...


@dataclass(frozen=True, slots=True)
class Limits:
    """Pairs in one question, questions at a time, and seconds for one whole table."""

    pairs: int = 2_500
    side_by_side: int = 4
    seconds: float = 60.0


Block = tuple[list[int], list[int]]


class BlockEngine:
    """A road engine over a server that takes only so many pairs at once."""

    def __init__(
        self,
        asked: Asked,
        limits: Limits | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._asked = asked
        self._limits = limits or Limits()
        self._monotonic = monotonic

    @property
    def name(self) -> str:
        """What people call it."""
        return self._asked.name

    @property
    def key(self) -> str:
        """Engine, server and profile."""
        return self._asked.key

    def table(self, points: Points, origins: Sequence[int], targets: Sequence[int]) -> RoadTable:
        """Travel from each of `origins` to each of `targets`; see `RoadEngine`."""
        asking = _Table(self._asked, points, origins, targets)
        until = self._monotonic() + self._limits.seconds
        blocks = list(blocks_of(len(origins), len(targets), self._limits.pairs))
        width = max(1, self._limits.side_by_side)
        with ThreadPoolExecutor(width) as pool:
            for at in range(0, len(blocks), width):
                if self._monotonic() >= until:
                    asking.give_up(blocks[at:], LATE, f"{self._limits.seconds:g} s were not enough")
                elif asking.failures >= PATIENCE:
                    asking.give_up(blocks[at:], asking.last.reason, asking.last.detail)
                else:
                    list(pool.map(asking.fill, blocks[at : at + width]))
                    continue
                break
        return asking.done()


def blocks_of(rows: int, columns: int, pairs: int) -> Iterator[Block]:
    """Nearly square blocks of at most so many pairs that together are the whole table."""
    if rows == 0 or columns == 0:
        return
    side = max(1, math.isqrt(max(1, pairs)))
    across = min(columns, max(side, max(1, pairs) // min(rows, side)))
    down = min(rows, max(1, pairs // across))
    for top in range(0, rows, down):
        for left in range(0, columns, across):
            yield (
                list(range(top, min(top + down, rows))),
                list(range(left, min(left + across, columns))),
            )


class _Table:
    """One table while it is filled; threads write different cells of it."""

    def __init__(
        self, asked: Asked, points: Points, origins: Sequence[int], targets: Sequence[int]
    ) -> None:
        self._asked = asked
        self._points = points
        self._origins, self._targets = list(origins), list(targets)
        self.seconds = nothing(len(origins), len(targets))
        self.metres = nothing(len(origins), len(targets))
        self._why: Counter[tuple[str, str]] = Counter()
        self._lock = threading.Lock()
        self._near_road: dict[int, bool] = {}
        self.failures = 0
        self.last = EngineFailed(LATE, "")

    def fill(self, block: Block) -> None:
        """Ask for one block, and without its bad places where those spoil it."""
        try:
            self._ask(block)
        except PlaceRefused:
            self._without_bad_places(block)
        except EngineFailed as failed:
            self._failed(block, failed)

    def give_up(self, blocks: Sequence[Block], reason: str, detail: str) -> None:
        """Leave these blocks unknown."""
        for rows, columns in blocks:
            self._missing(reason, detail, len(rows) * len(columns))

    def done(self) -> RoadTable:
        """The table as it is now, with what is missing of it."""
        found = [Shortfall(reason, pairs, detail) for (reason, detail), pairs in self._why.items()]
        off_road = sum(one.pairs for one in found if one.reason == OFF_ROAD)
        unreachable = int((self.seconds == NO_WAY).sum()) - off_road
        if unreachable > 0:
            found.append(Shortfall(UNREACHABLE, unreachable))
        return RoadTable(self.seconds, self.metres, tuple(found))

    def _ask(self, block: Block) -> None:
        rows, columns = block
        seconds, metres = self._asked.ask(
            self._points[[self._origins[row] for row in rows]],
            self._points[[self._targets[column] for column in columns]],
        )
        at = np.ix_(rows, columns)
        self.seconds[at], self.metres[at] = seconds, metres
        self.failures = 0

    def _set(self, block: Block, value: int) -> None:
        at = np.ix_(*block)
        self.seconds[at] = self.metres[at] = value

    def _failed(self, block: Block, failed: EngineFailed) -> None:
        self.failures += 1
        self.last = failed
        self._missing(failed.reason, failed.detail, len(block[0]) * len(block[1]))

    def _missing(self, reason: str, detail: str, pairs: int) -> None:
        with self._lock:
            self._why[reason, detail] += pairs

    def _without_bad_places(self, block: Block) -> None:
        try:
            rows = [row for row in block[0] if self._is_near_road(self._origins[row])]
            columns = [one for one in block[1] if self._is_near_road(self._targets[one])]
        except EngineFailed as failed:
            self._failed(block, failed)
            return
        good = (rows, columns)
        left = len(block[0]) * len(block[1]) - len(rows) * len(columns)
        if left:
            self._missing(OFF_ROAD, "", left)
            self._set(block, NO_WAY)
            self._set(good, UNKNOWN)
        if rows and columns:
            try:
                self._ask(good)
            except EngineFailed as failed:
                self._failed(good, failed)

    def _is_near_road(self, place: int) -> bool:
        """Whether the server takes the place at all: asked for the way to itself."""
        known = self._near_road.get(place)
        if known is None:
            alone = self._points[[place]]
            try:
                self._asked.ask(alone, alone)
                known = True
            except PlaceRefused:
                known = False
            self._near_road[place] = known
        return known
