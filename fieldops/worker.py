"""A queue worker: takes jobs one after another inside an application context."""

import threading
from collections.abc import Sequence
from datetime import timedelta

import structlog
from flask import Flask
from redis.exceptions import RedisError
from rq import Queue, SimpleWorker
from rq.executions import Execution
from rq.job import Job
from rq.serializers import JSONSerializer
from setproctitle import setproctitle

from fieldops import clock
from fieldops.db import db
from fieldops.gateways import regions
from fieldops.jobs import publishing, recovering, routine
from fieldops.wiring import Wiring

log = structlog.get_logger(__name__)

RELAY_SECONDS = 3.0
# A job that was handed over so long ago and is nowhere has lost its worker.
LOST_AFTER = timedelta(seconds=30)


class AppWorker(SimpleWorker):
    """Runs each job in the application's context and gives its session back afterwards."""

    app: Flask
    presence: regions.Presence | None = None

    def procline(self, message: str) -> None:
        """Say in the list of processes what the worker does, behind the name of the command."""
        setproctitle(f"fieldops worker: {message}")

    def perform_job(self, job: Job, queue: Queue, execution: Execution) -> bool:
        """Do one job; a worker that does anything but a region is not there for searches."""
        leaves = self.presence if queue.name != regions.QUEUE else None
        with self.app.app_context():
            try:
                if leaves is not None:
                    leaves.is_free(False)
                return bool(super().perform_job(job, queue, execution))
            finally:
                db.session.remove()
                if leaves is not None:
                    leaves.is_free(True)


def work(app: Flask, queues: Sequence[str] = publishing.QUEUES, *, burst: bool = False) -> None:
    """Take jobs from these queues until told to stop; meanwhile relay what the outbox holds.

    A worker for regions alone opens no database, and relays nothing.
    """
    parts: Wiring = app.extensions["fieldops"]
    relay = Relay(app) if set(queues) - {regions.QUEUE} else None
    presence = regions.Presence(parts.redis) if regions.QUEUE in queues else None
    threads = [thread for thread in (relay, presence) if thread is not None]
    for thread in threads:
        thread.start()
    try:
        worker = AppWorker(list(queues), connection=parts.redis, serializer=JSONSerializer)
        worker.app, worker.presence = app, presence
        worker.work(burst=burst, logging_level="WARNING", with_scheduler=False)
    finally:
        for thread in threads:
            thread.stop()


class Relay(threading.Thread):
    """Publishes every few seconds what could not be published when it happened; goes the rounds."""

    def __init__(self, app: Flask) -> None:
        super().__init__(daemon=True, name="outbox-relay")
        self._app = app
        self._stopped = threading.Event()
        self._rota = routine.Rota()

    def run(self) -> None:
        """Publish until stopped."""
        while not self._stopped.wait(RELAY_SECONDS):
            with self._app.app_context():
                try:
                    self._round(self._app.extensions["fieldops"])
                except (RedisError, OSError) as dead:
                    log.warning("relay.waits", reason=str(dead))
                except Exception:
                    log.exception("relay.failed")
                finally:
                    db.session.remove()

    def _round(self, parts: Wiring) -> None:
        # First, because they need no queue: what they hand out waits in the outbox.
        self._rota.go(parts)
        recovering.recover(parts, queued_before=clock.wall_time() - LOST_AFTER)
        publishing.publish(parts)

    def stop(self) -> None:
        """End after the present round."""
        self._stopped.set()
