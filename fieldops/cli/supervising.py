"""Keeps the parts of an embedded service alive: queue, workers and web, restarted when they die.

The application is loaded once, here; web and workers are forks. Workers are ended before the queue,
so that no job is torn from its server. Every part ends with the supervisor, also when that is
killed (on Linux; elsewhere the next start waits for the port).
"""

import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from types import FrameType
from typing import Any

import click
import structlog
from flask import Flask
from redis.exceptions import RedisError

from fieldops import clock, worker
from fieldops.app import create_app
from fieldops.cli import serving_tls, web_server
from fieldops.cli.forking import Child, Fork, die_with_parent
from fieldops.cli.web_server import WebServer
from fieldops.db import db
from fieldops.gateways import embedded_queue
from fieldops.jobs import recovering
from fieldops.loading import undisturbed
from fieldops.settings import Settings, SettingsError
from fieldops.web.plain import TrustOnly
from fieldops.wiring import Wiring

log = structlog.get_logger(__name__)

_FIRST_PAUSE, _LONGEST_PAUSE, _STEADY_AFTER = 0.2, 10.0, 30.0
_RENEWAL = 12 * 3600.0


@dataclass
class Part:
    """One child process and how to start it again."""

    name: str
    start: Callable[[], Child]
    # Whether it must not begin before what a crash tore off has been brought back.
    waits: bool = False
    process: Child | None = None
    started_at: float = 0.0
    pause: float = _FIRST_PAUSE
    retry_at: float = field(default=0.0)

    def tend(self) -> None:
        """Start the part if it is not running and its pause is over."""
        now = clock.monotonic()
        if self.process is not None and self.process.poll() is None:
            if now - self.started_at > _STEADY_AFTER:
                self.pause = _FIRST_PAUSE
            return
        if self.process is not None:
            log.warning("part.died", part=self.name, status=self.process.poll())
            self.process, self.retry_at = None, now + self.pause
            self.pause = min(self.pause * 2, _LONGEST_PAUSE)
        if now >= self.retry_at:
            self.process, self.started_at = self.start(), now

    def end(self, timeout: float = 10.0) -> None:
        """Ask the part to end, then insist."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def supervise(settings: Settings, closing: Sequence[int] = ()) -> None:
    """Run the service until it is told to stop.

    Call it with the directory held; the files in `closing`, its lock among them, are left to no
    part.
    """
    stop = threading.Event()
    _on_signals(stop)
    with undisturbed():
        app = create_app(settings)
    parts = _parts(settings, app, closing)
    try:
        if settings.embeds_queue:
            _start_queue(parts[0], settings)
            _tend([part for part in parts if not part.waits])
            _recover(app)
        url = settings.public_url or f"http://{settings.host}:{settings.port}"
        click.echo(f"Serving {url} from {settings.data_dir}", err=True)
        if settings.tls == "local":
            serving_tls.tell(settings)
        _watch(parts, settings, stop)
    finally:
        for part in reversed(parts):
            part.end()


def _watch(parts: list[Part], settings: Settings, stop: threading.Event) -> None:
    """Tend the parts until the end; twice a day see to it that the certificate holds."""
    renewed_at = clock.monotonic()
    while not stop.wait(0.2):
        _tend(parts)
        if settings.tls == "local" and clock.monotonic() - renewed_at > _RENEWAL:
            serving_tls.renew(settings)
            renewed_at = clock.monotonic()


def _tend(parts: Iterable[Part]) -> None:
    for part in parts:
        part.tend()


def _parts(settings: Settings, app: Flask, closing: Sequence[int]) -> list[Part]:
    """The parts in the order of their start; they are ended the other way round."""

    def forked(name: str, work: Callable[[], object], *, waits: bool = False) -> Part:
        return Part(name, partial(Fork, f"fieldops {name}", work, closing), waits)

    served = [forked("web", _server(app, web_server.pages(settings)))]
    if settings.tls == "local":
        trust = TrustOnly(app.wsgi_app, f"{settings.public_url}/")
        served.insert(0, forked("plain", _server(trust, web_server.plain(settings))))
    if not settings.embeds_queue:
        return served
    queue = Part("queue", lambda: embedded_queue.start(settings, before=die_with_parent))
    workers = [
        forked(f"worker-{number}", partial(worker.work, app, _queues(number)), waits=True)
        for number in range(max(1, settings.embedded_workers))
    ]
    return [queue, *workers, *served]


def _server(app: Any, options: web_server.Options) -> Callable[[], object]:
    return lambda: WebServer(app, options).run()


def _queues(number: int) -> tuple[str, ...]:
    # The first worker leaves long plans to the others, so that small jobs never wait for them.
    return ("default",) if number == 0 else ("plans", "default")


def _start_queue(queue: Part, settings: Settings) -> None:
    """Start the queue and wait until it answers."""
    embedded_queue.socket_path(settings).unlink(missing_ok=True)
    queue.tend()
    client = embedded_queue.connect(settings)
    for _ in range(200):
        queue.tend()
        try:
            client.ping()
            break
        except (RedisError, OSError):
            time.sleep(0.05)
    else:
        raise SettingsError(f"the queue did not start; see {embedded_queue.directory(settings)}")
    client.close()


def _recover(app: Flask) -> None:
    """Bring back the jobs that a crash tore off; nothing stays connected, for the forks' sake."""
    parts: Wiring = app.extensions["fieldops"]
    with app.app_context():
        # No worker of this directory lives now: those that the queue remembers are dead.
        for key in parts.redis.scan_iter("rq:worker:*"):
            parts.redis.delete(key)
        recovering.recover(parts, queued_before=clock.wall_time() + timedelta(seconds=1))
        db.session.remove()
        db.engine.dispose()
    parts.redis.close()


def _on_signals(stop: threading.Event) -> None:
    def handle(number: int, frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, handle)
    signal.signal(signal.SIGINT, handle)
