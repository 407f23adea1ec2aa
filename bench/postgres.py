"""A PostgreSQL of its own for a benchmark, gone afterwards."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.rows import UnavailableError


@contextmanager
def postgres() -> Iterator[str]:
    """The address of an empty server of our own; raises UnavailableError where none can run."""
    with tempfile.TemporaryDirectory(prefix="fieldops-bench-") as home:
        # The wheel warns where no session has named a private directory for sockets. The
        # database's own will not do, for it must be empty.
        sockets = Path(tempfile.gettempdir(), f"fieldops-run-{os.getuid()}")
        sockets.mkdir(mode=0o700, exist_ok=True)
        os.environ.setdefault("XDG_RUNTIME_DIR", str(sockets))
        try:
            import pgserver
        except ImportError as missing:
            raise UnavailableError("the wheel pgserver has no build for this Python") from missing
        server = pgserver.get_server(Path(home), cleanup_mode="delete")
        try:
            yield str(server.get_uri())
        finally:
            server.cleanup()
