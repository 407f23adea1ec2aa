"""Everybody who can search for a plan: the workers that listen for regions, and this process.

As many tasks are out at a time as there are workers. What nobody takes, what comes back garbled
or late, and what a worker had that died is done again, elsewhere or here: a lost worker costs a
retry, and without any worker, or without a queue, this process searches alone.
"""

import os
import socket
from collections.abc import Sequence
from typing import Any

import structlog
from redis.exceptions import RedisError

from fieldops.gateways.regions.post import Post
from fieldops.gateways.regions.presence import host_of
from fieldops.gateways.regions.turn import Tally, Turn
from routing.draft import Draft
from routing.solver.hands import Threads
from routing.solver.tasks import Found, Task, Watch

log = structlog.get_logger(__name__)


class RegionWorkers:
    """The workers of one search, and the cores of this machine that they leave free."""

    def __init__(self, post: Post, *, cores: int | None = None, host: str | None = None) -> None:
        self._post = post
        self._cores = cores or len(os.sched_getaffinity(0))
        self._host = host or socket.gethostname()
        self._tally = Tally()
        hands = self._hands()
        self.count = len(hands) + self._free(hands) if hands else Threads(self._cores).count

    def run(self, draft: Draft, tasks: Sequence[Task], watch: Watch | None = None) -> list[Found]:
        """What came of each task, in their order."""
        hands = self._hands()
        if not hands:
            self._tally.here += len(tasks)
            return Threads(self._cores).run(draft, tasks, watch)
        turn = Turn(self._post, draft, tasks, watch, self._tally)
        return turn.run(hands, free=self._free(hands), cores=self._cores)

    def told(self) -> dict[str, Any]:
        """For the figures of a plan: how many hands there were, who helped, and what was lost."""
        return {"hands": self.count, **self._tally.told()}

    def _hands(self) -> frozenset[str]:
        try:
            return self._post.hands()
        except (RedisError, OSError) as dead:
            log.info("regions.alone", reason=str(dead))
            return frozenset()

    def _free(self, hands: frozenset[str]) -> int:
        """The cores of this machine on which no worker of its own counts."""
        return max(0, self._cores - sum(host_of(one) == self._host for one in hands))
