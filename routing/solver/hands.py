"""The hands of this machine: threads, since PyVRP lets go of the interpreter while it searches."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from routing.draft import Draft
from routing.solver.regions import carry_out
from routing.solver.tasks import Found, Task, Watch

MOST = 16


class Threads:
    """As many threads as this process may use cores; the one that asks is one of them."""

    def __init__(self, count: int | None = None) -> None:
        self.count = count or min(MOST, len(os.sched_getaffinity(0)))

    def run(self, draft: Draft, tasks: Sequence[Task], watch: Watch | None = None) -> list[Found]:
        """What came of each task, in their order."""
        if not tasks:
            return []
        found: dict[int, Found] = {}
        waiting = deque(range(1, len(tasks)))

        def labour() -> None:
            while (number := taken(waiting)) is not None:
                found[number] = carry_out(draft, tasks[number])

        with ThreadPoolExecutor(self.count) as pool:
            others = [pool.submit(labour) for _ in range(min(self.count, len(tasks)) - 1)]
            try:
                # Who watches hears of the first task in the thread that asked, where a transaction
                # or a terminal may be open.
                found[0] = carry_out(draft, tasks[0], watch)
                labour()
            finally:
                waiting.clear()
            for one in others:
                one.result()
        return [found[number] for number in range(len(tasks))]


def taken(waiting: deque[int]) -> int | None:
    """The first of a queue from which several threads take; None when it is empty."""
    try:
        return waiting.popleft()
    except IndexError:
        return None
