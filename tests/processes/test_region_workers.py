"""A plan that real workers of a real queue search for, also when one of them is killed."""

import json
import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pytest
from redis import Redis
from rq import Worker
from rq.serializers import JSONSerializer

from bench.hands import at_work, queue_server
from fieldops.gateways.regions import RedisPost, RegionWorkers
from routing import Plan, Problem, check, read_problem, solve
from tests.processes.service import eventually

STOPS, SHIFTS = 600, 30
BUDGET = 8.0


# One worker runs them all, so that what is started for the module is started once.
pytestmark = pytest.mark.xdist_group("region-workers")


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[Path, Redis]]:
    """A queue of these tests, and its directory."""
    with queue_server() as found:
        yield found


@pytest.fixture
def queue(server: tuple[Path, Redis]) -> Redis:
    """The queue, empty."""
    server[1].flushall()
    return server[1]


@pytest.fixture
def workers(
    server: tuple[Path, Redis], queue: Redis
) -> Iterator[Sequence[subprocess.Popen[bytes]]]:
    """Two workers for regions alone, which have no database."""
    more = {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}
    with at_work(server[0], queue, 2, more) as begun:
        yield begun
    assert {worker.returncode for worker in begun} <= {0, -9}


def _problem() -> Problem:
    dice = Random(7)
    stops = [
        {
            "id": f"v{at}",
            "lat": 30.6 + dice.random() / 5,
            "lon": 104 + dice.random() / 5,
            "service": 900,
        }
        for at in range(STOPS)
    ]
    depot = {"lat": 30.7, "lon": 104.1}
    shifts = [
        {"id": f"a{at}", "start": depot, "end": depot, "window": [28_800, 64_800]}
        for at in range(SHIFTS)
    ]
    value = {"stops": stops, "shifts": shifts, "travel": {"kind": "geodesic"}}
    return read_problem(json.loads(json.dumps(value)))


@dataclass
class Search:
    """A search for a plan in a thread of the test."""

    queue: Redis
    problem: Problem = field(default_factory=_problem)
    made: list[Plan] = field(default_factory=list)

    def run(self, meanwhile: Callable[[], None]) -> RegionWorkers:
        """Search, and do something meanwhile."""
        workers = RegionWorkers(RedisPost(self.queue), cores=1)
        thread = threading.Thread(target=lambda: self.made.append(self._plan(workers)))
        thread.start()
        meanwhile()
        thread.join()
        return workers

    def _plan(self, workers: RegionWorkers) -> Plan:
        return solve(self.problem, budget=BUDGET, workers=workers)

    @property
    def served(self) -> int:
        """Stops that the plan serves, when `check` finds nothing wrong with it."""
        assert check(self.problem, self.made[0]) == []
        return sum(len(route.legs) for route in self.made[0].routes)


def _left(queue: Redis) -> set[bytes]:
    kept = {b"fieldops:regions:hands"}
    return {key for key in queue.scan_iter("fieldops:regions:*") if key not in kept}


def test_two_workers_make_a_plan(queue: Redis, workers: Sequence[subprocess.Popen[bytes]]) -> None:
    search = Search(queue)
    told = search.run(lambda: None).told()
    assert (told["hands"], told["workers"], told["retries"]) == (2, 2, 0)
    assert told["regions_elsewhere"] > told["regions_here"]
    assert search.served > STOPS // 2
    assert _left(queue) == set()


def test_a_worker_that_is_killed_costs_a_retry_and_not_the_plan(
    queue: Redis, workers: Sequence[subprocess.Popen[bytes]]
) -> None:
    search = Search(queue)

    def kill() -> None:
        eventually(lambda: _is_busy(queue, workers[0]), "the worker has a region")
        workers[0].kill()
        workers[0].wait()

    told = search.run(kill).told()
    assert told["retries"] >= 1
    assert search.served > STOPS // 2


def _is_busy(queue: Redis, process: subprocess.Popen[bytes]) -> bool:
    known = Worker.all(connection=queue, serializer=JSONSerializer)
    return any(one.pid == process.pid and one.get_current_job_id() for one in known)
