"""A queue server of its own, and worker processes for regions at it: for benchmarks and tests."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from os import environ
from pathlib import Path
from tempfile import TemporaryDirectory

from redis import Redis
from redis.exceptions import RedisError

from bench.rows import UnavailableError
from fieldops import settings
from fieldops.gateways import embedded_queue
from fieldops.gateways.regions import presence

PATIENCE, GLANCE = 60.0, 0.1
_ROOT = Path(__file__).resolve().parents[1]


@contextmanager
def queue_server() -> Iterator[tuple[Path, Redis]]:
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
def at_work(
    home: Path, queue: Redis, count: int, more: Mapping[str, str] | None = None
) -> Iterator[Sequence[subprocess.Popen[bytes]]]:
    """So many workers for regions alone, each a process, with more in its environment."""
    own = ("DATABASE_URL", "REDIS_URL")
    kept = {k: v for k, v in environ.items() if k not in own and not k.startswith("FIELDOPS_")}
    told = {**kept, "PYTHONPATH": str(_ROOT), "FIELDOPS_DATA_DIR": str(home), **(more or {})}
    command = [sys.executable, "-m", "fieldops", "worker", "--queue", "regions"]
    begun = [subprocess.Popen(command, env=told) for _ in range(count)]
    try:
        _await(f"{count} workers", lambda: len(presence.hands(queue)) == count)
        yield begun
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
