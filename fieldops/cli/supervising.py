"""Keeps the parts of an embedded service alive: queue, workers and web, restarted when they die.

Workers are ended before the queue, so that no job is torn from its server. Every part ends with
the supervisor, also when that is killed (on Linux; elsewhere the next start waits for the port).
"""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from types import FrameType

import click
import structlog
from redis.exceptions import RedisError

from fieldops import clock
from fieldops.cli import serving_tls
from fieldops.gateways import embedded_queue
from fieldops.settings import Settings, SettingsError

log = structlog.get_logger(__name__)

_PR_SET_PDEATHSIG = 1
_FIRST_PAUSE, _LONGEST_PAUSE, _STEADY_AFTER = 0.2, 10.0, 30.0
_PORT_WAIT = 8.0
_RENEWAL = 12 * 3600.0


@dataclass
class Part:
    """One child process and how to start it again."""

    name: str
    start: Callable[[], subprocess.Popen[bytes]]
    process: subprocess.Popen[bytes] | None = None
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
            log.warning("part.died", part=self.name, status=self.process.returncode)
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


def supervise(settings: Settings) -> None:
    """Run the service until it is told to stop.

    Call it with the directory held. Raises SettingsError when the port is another program's.
    """
    stop = threading.Event()
    _on_signals(stop)
    parts = _parts(settings)
    try:
        _await_port(settings.host, settings.port, stop)
        if settings.tls == "local":
            _await_port(settings.host, settings.plain_port, stop)
        if settings.embeds_queue:
            _start_queue(parts[0], settings)
            # The pages need not wait for what is looked up here, the workers must.
            parts[-1].tend()
            _recover(settings)
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
        for part in parts:
            part.tend()
        if settings.tls == "local" and clock.monotonic() - renewed_at > _RENEWAL:
            serving_tls.renew(settings)
            renewed_at = clock.monotonic()


def _parts(settings: Settings) -> list[Part]:
    """The parts in the order of their start; they are ended the other way round."""
    web = [Part("web", lambda: _python(*_web_arguments(settings)))]
    if settings.tls == "local":
        web.insert(0, Part("plain", lambda: _python(*_plain_arguments(settings))))
    if not settings.embeds_queue:
        return web
    queue = Part("queue", lambda: embedded_queue.start(settings, before=_die_with_parent))
    workers = [
        Part(f"worker-{n}", lambda n=n: _python("fieldops", "worker", *_queues(n)))  # type: ignore[misc]  # A lambda's default has no annotation.
        for n in range(max(1, settings.embedded_workers))
    ]
    return [queue, *workers, *web]


def _queues(number: int) -> tuple[str, ...]:
    # The first worker leaves long plans to the others, so that small jobs never wait for them.
    return ("--queue", "default") if number == 0 else ("--queue", "plans", "--queue", "default")


def _web_arguments(settings: Settings) -> tuple[str, ...]:
    return (
        "gunicorn",
        "fieldops.wsgi:app",
        "--preload",
        *("--worker-class", "gthread", "--workers", str(settings.web_processes)),
        *("--threads", str(settings.web_threads), "--timeout", "120", "--graceful-timeout", "5"),
        *("--bind", f"{settings.host}:{settings.port}", "--log-level", "warning"),
        *(serving_tls.certificate_arguments(settings.data_dir) if settings.tls == "local" else ()),
        # Loaded once and then forked: nothing is connected before the first request.
        "--preload",
        # Requests are counted, not logged: an address may carry personal data.
        *("--worker-tmp-dir", str(_temporary()),),
    )  # fmt: skip


def _plain_arguments(settings: Settings) -> tuple[str, ...]:
    """Plain HTTP, for the page that leads a phone to trusting us."""
    return (
        *("gunicorn", "fieldops.wsgi_plain:app", "--worker-class", "gthread"),
        *("--workers", "1", "--threads", "4", "--timeout", "30", "--log-level", "warning"),
        *("--bind", f"{settings.host}:{settings.plain_port}"),
        *("--worker-tmp-dir", str(_temporary())),
    )  # fmt: skip


def _temporary() -> Path:
    return Path("/dev/shm") if os.access("/dev/shm", os.W_OK) else Path("/tmp")  # noqa: S108


def _python(*arguments: str) -> subprocess.Popen[bytes]:
    # Not by a change of directory: relative paths in the settings must mean the same to children.
    home = str(Path(__file__).resolve().parents[2])
    inherited = os.environ.get("PYTHONPATH")
    path = os.pathsep.join([home, inherited] if inherited else [home])
    return subprocess.Popen(
        [sys.executable, "-m", *arguments],
        stdin=subprocess.DEVNULL,
        preexec_fn=_die_with_parent,  # It makes one system call and no more.
        env={**os.environ, "PYTHONPATH": path},
    )


def _die_with_parent() -> None:
    """End this child when the supervisor ends, however that happens; Linux alone can."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


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


def _recover(settings: Settings) -> None:
    """Bring back the jobs that a crash tore off."""
    from fieldops.app import create_app  # Only the embedded start needs it here.
    from fieldops.db import db
    from fieldops.jobs import recovering

    app = create_app(settings)
    with app.app_context():
        # No worker of this directory lives now: those that the queue remembers are dead.
        parts = app.extensions["fieldops"]
        for key in parts.redis.scan_iter("rq:worker:*"):
            parts.redis.delete(key)
        recovering.recover(parts, queued_before=clock.wall_time() + timedelta(seconds=1))
        db.session.remove()
        db.engine.dispose()


def _await_port(host: str, port: int, stop: threading.Event) -> None:
    """Wait a little for a port that the last run, killed just now, has not let go of yet."""
    deadline = clock.monotonic() + _PORT_WAIT
    while not stop.is_set():
        reason = _refusal(host, port)
        if reason is None:
            return
        if clock.monotonic() > deadline:
            raise SettingsError(f"{host}:{port} cannot be served ({reason}); choose another --port")
        stop.wait(0.2)


def _refusal(host: str, port: int) -> str | None:
    """Why nobody can listen there now, or None."""
    try:
        family, kind, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind(address)
            tried.listen(1)
    except OSError as wrong:
        return wrong.strerror
    return None


def _on_signals(stop: threading.Event) -> None:
    def handle(number: int, frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, handle)
    signal.signal(signal.SIGINT, handle)
