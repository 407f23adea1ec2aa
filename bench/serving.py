"""Servers that answer from a thread of this process, for as long as a block lasts."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# How long the end of the block waits for the server to notice, at most.
_SECONDS = 0.01


class Answers(BaseHTTPRequestHandler):
    """Takes every request to `respond`, and writes no log."""

    def respond(self) -> None:
        """Answer a request."""
        raise NotImplementedError

    def do_GET(self) -> None:
        """A request without a body."""
        self.respond()

    def do_POST(self) -> None:
        """A request that brings something."""
        self.respond()

    def do_PUT(self) -> None:
        """A request that puts something there."""
        self.respond()

    def body(self) -> bytes:
        """What was sent."""
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def answer(self, status: int, body: bytes = b"", kind: str = "") -> None:
        """Send a whole answer."""
        self.send_response(status)
        if kind:
            self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *told: object) -> None:
        """Nothing."""


@contextmanager
def web(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """A web server on a free port of loopback: its address, without a slash at the end."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    with serving(server):
        yield f"http://127.0.0.1:{server.server_port}"


@contextmanager
def serving(server: socketserver.BaseServer) -> Iterator[None]:
    """Let the server answer until the block ends; then it is closed."""
    thread = threading.Thread(target=server.serve_forever, args=(_SECONDS,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
