"""A plan searched for by workers of the queue, against the cores of one process."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from os import environ
from pathlib import Path
from tempfile import TemporaryDirectory

from redis import Redis
from redis.exceptions import RedisError

from bench.instances import seeded_field_day
from bench.rows import Row, UnavailableError
from fieldops import settings
from fieldops.gateways import embedded_queue
from fieldops.gateways.regions import RedisPost, RegionWorkers, presence
from routing import Plan, Problem, check, read_problem, solve

COUNTS = (1, 2, 4)
VISITS_AN_AGENT = 50
LONGEST_BUDGET = 20.0
SECONDS_A_VISIT = LONGEST_BUDGET / 3_000
PATIENCE, GLANCE = 60.0, 0.1
ROOT = Path(__file__).resolve().parents[1]


def measure(visits: int) -> Sequence[Row]:
    """The cost of a field day's plan with 1, 2 and 4 workers, in the same wall time."""
    agents = max(2, visits // VISITS_AN_AGENT)
    problem = read_problem(seeded_field_day(visits, agents, 1, plain=True))
    budget = min(LONGEST_BUDGET, max(1.0, visits * SECONDS_A_VISIT))
    alone = _judged(problem, solve(problem, budget=budget))
    rows = []
    with _queue() as (home, queue):
        for count in COUNTS:
            with _at_work(home, queue, count):
                helpers = RegionWorkers(RedisPost(queue), cores=1)
                plan = _judged(problem, solve(problem, budget=budget, workers=helpers))
            told = helpers.told()
            done = f"{told['regions_elsewhere']} regions elsewhere, {told['retries']} retries"
            what = f"cost of a plan, workers: {count} ({done})"
            rows.append(Row(what, plan.cost, "cores of one process", alone.cost, "points", "less"))
    return rows


def _judged(problem: Problem, plan: Plan) -> Plan:
    if faults := check(problem, plan):
        raise AssertionError(f"a plan breaks a rule: {faults[0]}")
    return plan


@contextmanager
def _queue() -> Iterator[tuple[Path, Redis]]:
    """A queue server of its own, and the directory that its workers are told of."""
    with TemporaryDirectory(prefix="fo-") as folder:
        home = Path(folder)
        loaded = settings.load({}, data_dir=home)
        server = embedded_queue.start(loaded)
        try:
            with embedded_queue.connect(loaded) as queue:
                _await("a queue server", lambda: _answers(queue))
                yield home, queue
        finally:
            server.terminate()
            server.wait()


@contextmanager
def _at_work(home: Path, queue: Redis, count: int) -> Iterator[None]:
    """So many workers for regions alone, each a process."""
    kept = {key: value for key, value in environ.items() if not key.startswith("FIELDOPS_")}
    surroundings = {**kept, "PYTHONPATH": str(ROOT), "FIELDOPS_DATA_DIR": str(home)}
    command = [sys.executable, "-m", "fieldops", "worker", "--queue", "regions"]
    begun = [subprocess.Popen(command, env=surroundings) for _ in range(count)]
    try:
        _await(f"{count} workers", lambda: len(presence.hands(queue)) == count)
        yield
    finally:
        for worker in begun:
            worker.terminate()
        for worker in begun:
            worker.wait()


def _answers(queue: Redis) -> bool:
    try:
        return bool(queue.ping())
    except (RedisError, OSError):
        return False


def _await(what: str, there: Callable[[], bool]) -> None:
    ends = time.monotonic() + PATIENCE
    while not there():
        if time.monotonic() > ends:
            raise UnavailableError(f"{what} did not come within {PATIENCE:.0f} s")
        time.sleep(GLANCE)
