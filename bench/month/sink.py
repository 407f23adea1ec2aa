"""A web address on this machine that takes alerts, and now and then is out of order."""

import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_OUT_OF_ORDER = 0.02


@dataclass
class Sink:
    """Where it listens, and the ids of the messages that came, each once."""

    url: str = ""
    ids: set[str] = field(default_factory=set)


@contextmanager
def web_address(seed: int) -> Iterator[Sink]:
    """Take POSTs until the end."""
    sink, chance = Sink(), random.Random(seed)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            broken = chance.random() < _OUT_OF_ORDER
            if not broken:
                sink.ids.add(str(self.headers["X-Fieldops-Id"]))
            self.send_response(503 if broken else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *told: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    sink.url = f"http://127.0.0.1:{server.server_port}/alerts"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield sink
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
