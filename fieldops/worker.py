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

from fieldops import clock
from fieldops.db import db
from fieldops.jobs import publishing, recovering, sweeping
from fieldops.wiring import Wiring

log = structlog.get_logger(__name__)

RELAY_SECONDS = 3.0
# A job that was handed over so long ago and is nowhere has lost its worker.
LOST_AFTER = timedelta(minutes=2)


class AppWorker(SimpleWorker):
    """Runs each job in the application's context and gives its session back afterwards."""

    app: Flask

    def perform_job(self, job: Job, queue: Queue, execution: Execution) -> bool:
        """Do one job."""
        with self.app.app_context():
            try:
                return bool(super().perform_job(job, queue, execution))
            finally:
                db.session.remove()


def work(app: Flask, queues: Sequence[str] = publishing.QUEUES, *, burst: bool = False) -> None:
    """Take jobs from these queues until told to stop; meanwhile relay what the outbox holds."""
    parts: Wiring = app.extensions["fieldops"]
    relay = Relay(app)
    relay.start()
    try:
        worker = AppWorker(list(queues), connection=parts.redis, serializer=JSONSerializer)
        worker.app = app
        worker.work(burst=burst, logging_level="WARNING", with_scheduler=False)
    finally:
        relay.stop()


class Relay(threading.Thread):
    """Publishes every few seconds what could not be published when it happened; sweeps as well."""

    def __init__(self, app: Flask) -> None:
        super().__init__(daemon=True, name="outbox-relay")
        self._app = app
        self._stopped = threading.Event()
        self._sweeper = sweeping.Sweeper()

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
        self._sweeper.round(parts)
        recovering.recover(parts, queued_before=clock.wall_time() - LOST_AFTER)
        publishing.safely(parts)

    def stop(self) -> None:
        """End after the present round."""
        self._stopped.set()
