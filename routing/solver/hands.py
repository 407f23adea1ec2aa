"""The hands of this machine: threads, since PyVRP lets go of the interpreter while it searches."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from routing.draft import Draft
from routing.solver.regions import carry_out
from routing.solver.tasks import Found, Task, Watch

MOST = 16


class Threads:
    """As many threads as this process may use cores."""

    def __init__(self, count: int | None = None) -> None:
        self.count = count or min(MOST, len(os.sched_getaffinity(0)))

    def run(self, draft: Draft, tasks: Sequence[Task], watch: Watch | None = None) -> list[Found]:
        """What came of each task, in their order."""
        if len(tasks) == 1:
            return [carry_out(draft, tasks[0], watch)]
        with ThreadPoolExecutor(self.count) as pool:
            begun = [
                pool.submit(carry_out, draft, task, watch if at == 0 else None)
                for at, task in enumerate(tasks)
            ]
            return [one.result() for one in begun]
