"""One round of tasks: dealt out to workers and to threads of this process, until all are done."""

import math
from collections import Counter, deque
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from typing import Any

import structlog
from redis.exceptions import RedisError

from fieldops import clock
from fieldops.gateways.regions.post import Letter, Post
from routing.draft import Draft
from routing.fields import ProblemError
from routing.solver.hands import taken
from routing.solver.regions import carry_out
from routing.solver.tasks import Effort, Found, Task, Watch
from routing.solver.wire import found_from_wire, task_to_wire

log = structlog.get_logger(__name__)

LISTEN = 0.02
LOOK_EVERY = 0.5
"""Seconds between two looks at who is still there and what is late."""

GRACE = 5.0
"""So many seconds after its effort an answer of a worker that lives is still waited for."""

UNCLAIMED = 1.5
"""A task that nobody took for so many seconds is done here."""

SLACK = 0.3
LEAST = 0.25
"""What would last longer than its round by more than the slack gets less effort, down to this."""

TRIES = 2
"""So often a task is sent out; after that it is done here."""


@dataclass
class Tally:
    """What became of the tasks of a search."""

    workers: set[str] = field(default_factory=set)
    elsewhere: int = 0
    here: int = 0
    retries: int = 0
    sent: int = 0
    sent_bytes: int = 0
    sent_seconds: float = 0.0

    def told(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "workers": len(self.workers),
            "regions_elsewhere": self.elsewhere,
            "regions_here": self.here,
            "retries": self.retries,
            "sent_bytes": self.sent_bytes,
            "sent_seconds": round(self.sent_seconds, 3),
        }


@dataclass
class _Errand:
    """A task that is out: which, until when, and who has begun it when."""

    number: int
    task: Task
    sent_at: float
    begun_at: float | None = None
    worker: str = ""

    def is_late(self, now: float) -> bool:
        """Whether its answer should have come; nobody knows how long iterations take."""
        if self.begun_at is None:
            return now > self.sent_at + UNCLAIMED + GRACE
        seconds = self.task.effort.seconds
        return seconds is not None and now > self.begun_at + seconds + GRACE


class Turn:
    """The tasks of one round and where each of them is."""

    def __init__(
        self, post: Post, draft: Draft, tasks: Sequence[Task], watch: Watch | None, tally: Tally
    ) -> None:
        self._post, self._draft, self._tasks = post, draft, tasks
        self._watch, self._tally = watch, tally
        self._open = deque(range(len(tasks)))
        # What has been sent out often enough stays here.
        self._own: deque[int] = deque()
        self._tried: Counter[int] = Counter()
        self._out: dict[str, _Errand] = {}
        self._found: dict[int, Found] = {}
        self._threads: list[Future[None]] = []
        # What a thread says of the first task is kept here until the thread that asked looks.
        self._costs: deque[int] = deque(maxlen=1)
        self._hands: frozenset[str] = frozenset()
        self._free = self._cores = 1
        self._ends = self._looked_at = clock.monotonic()

    def run(self, hands: frozenset[str], *, free: int, cores: int) -> list[Found]:
        """What came of each task, with these workers and so many free cores of `cores` here."""
        self._hands, self._free, self._cores = hands, free, cores
        seconds = [task.effort.seconds for task in self._tasks]
        work = sum(one or 0.0 for one in seconds) / (len(hands) + free)
        self._ends = math.inf if None in seconds else clock.monotonic() + work
        with ThreadPoolExecutor(max(1, cores)) as pool:
            try:
                while len(self._found) < len(self._tasks):
                    self._work_here(pool)
                    self._go_round()
                    self._show()
            finally:
                self._open.clear()
                self._own.clear()
                self._forget()
        return [self._found[number] for number in range(len(self._tasks))]

    def _go_round(self) -> None:
        """One look at the post; without it this process goes on alone."""
        if not self._hands:
            self._await_threads()
            return
        try:
            self._send()
            letter = self._post.hear(LISTEN)
            if letter is not None:
                self._read(letter)
            self._take_back()
            if clock.monotonic() > self._looked_at + LOOK_EVERY:
                self._look()
        except (RedisError, OSError) as dead:
            log.warning("regions.cut_off", reason=str(dead), out=len(self._out))
            self._hands = frozenset()
            for key in list(self._out):
                self._lose(key, "no queue")

    def _send(self) -> None:
        while len(self._out) < len(self._hands):
            number = taken(self._open)
            if number is None:
                return
            begun = clock.monotonic()
            errand = _Errand(number, self._shortened(number), begun)
            self._tried[number] += 1
            self._tally.sent += 1
            key = str(self._tally.sent)
            # It counts as out before it is sent, so that a dead queue cannot swallow it.
            self._out[key] = errand
            wire = task_to_wire(self._draft, errand.task)
            self._post.send(key, wire, errand.task.effort.seconds)
            errand.sent_at = clock.monotonic()
            self._tally.sent_bytes += len(wire)
            self._tally.sent_seconds += errand.sent_at - begun

    def _shortened(self, number: int) -> Task:
        """The task, with less effort where it would hold up its round."""
        task = self._tasks[number]
        seconds = task.effort.seconds
        if seconds is None:
            return task
        left = self._ends + SLACK - clock.monotonic()
        return replace(task, effort=Effort(min(seconds, max(LEAST * seconds, left))))

    def _read(self, letter: Letter) -> None:
        errand = self._out.get(letter.key)
        if errand is None:
            return  # Of an attempt that has been given up.
        if letter.answer is None:
            errand.begun_at, errand.worker = clock.monotonic(), letter.worker
            return
        try:
            found = found_from_wire(letter.answer, self._draft, errand.task)
        except ProblemError as wrong:
            self._lose(letter.key, str(wrong))
            return
        del self._out[letter.key]
        self._found[errand.number] = found
        self._tally.workers.add(letter.worker)
        self._tally.elsewhere += 1
        self._post.forget([letter.key])

    def _look(self) -> None:
        """Gives up what dead workers had and what is late."""
        self._looked_at = now = clock.monotonic()
        self._hands = self._post.hands()
        for key, errand in list(self._out.items()):
            is_dead = errand.begun_at is not None and errand.worker not in self._hands
            if is_dead or not self._hands or errand.is_late(now):
                self._lose(key, "late" if self._hands and not is_dead else "its worker is gone")
                self._post.forget([key])

    def _lose(self, key: str, reason: str) -> None:
        errand = self._out.pop(key)
        log.warning("regions.lost", worker=errand.worker, reason=reason)
        self._tally.retries += 1
        queue = self._open if self._tried[errand.number] < TRIES else self._own
        queue.appendleft(errand.number)

    def _take_back(self) -> None:
        """Tasks that nobody has begun come back when hands are idle here, or after a while."""
        for key, errand in list(self._out.items()):
            if errand.begun_at is not None:
                continue
            is_idle = not self._open and len(self._threads) < self._free
            waits = clock.monotonic() > errand.sent_at + UNCLAIMED
            if (is_idle or waits) and self._post.take_back(key):
                del self._out[key]
                self._own.append(errand.number)
                return

    def _work_here(self, pool: ThreadPoolExecutor) -> None:
        """Starts threads for what is to be done here; raises what one of them has raised."""
        done = [thread for thread in self._threads if thread.done()]
        for thread in done:
            thread.result()
        self._threads = [thread for thread in self._threads if thread not in done]
        free = self._free if self._hands else self._cores
        while len(self._threads) < max(free, 1 if self._own else 0):
            number = self._next()
            if number is None:
                return
            self._threads.append(pool.submit(self._thread, number))

    def _next(self) -> int | None:
        own = taken(self._own)
        return taken(self._open) if own is None else own

    def _thread(self, number: int | None) -> None:
        """Does one task after another as long as there are any."""
        while number is not None:
            watch = self._costs.append if number == 0 else None
            self._found[number] = carry_out(self._draft, self._shortened(number), watch)
            self._tally.here += 1
            number = self._next()

    def _await_threads(self) -> None:
        if self._threads:
            wait(self._threads, timeout=LISTEN, return_when=FIRST_COMPLETED)

    def _show(self) -> None:
        """Tells who watches the last cost that was heard of, in the thread that asked."""
        if self._costs and self._watch is not None:
            self._watch(self._costs.pop())

    def _forget(self) -> None:
        try:
            self._post.forget(self._out)
        except (RedisError, OSError) as dead:
            log.info("regions.not_cleared", reason=str(dead))
