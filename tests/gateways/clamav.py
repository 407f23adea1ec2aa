"""A small clamd on a socket of its own: knows one signature, and may be broken in several ways."""

import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

VIRUS = b"a made-up virus for tests"


class _Conversation(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        daemon = self.server
        assert isinstance(daemon, _Daemon)
        command = _until_nul(self.rfile)
        if daemon.breaks == "silent":
            return
        if command == b"zPING":
            self.wfile.write(b"PONG\0")
        elif command == b"zINSTREAM":
            daemon.heard = b"".join(_chunks(self.rfile))
            self.wfile.write(daemon.answer(daemon.heard))


class _Daemon(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True
    breaks = ""
    heard = b""

    def answer(self, data: bytes) -> bytes:
        if self.breaks:
            return self.breaks.encode() + b"\0"
        return b"stream: Test.Virus FOUND\0" if VIRUS in data else b"stream: OK\0"


@contextmanager
def clamd(path: Path, breaks: str = "") -> Iterator[_Daemon]:
    """A daemon that listens at this path until the block ends."""
    with _Daemon(str(path), _Conversation) as daemon:
        daemon.breaks = breaks
        thread = threading.Thread(target=daemon.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield daemon
        finally:
            daemon.shutdown()
            thread.join()


def _until_nul(line: BinaryIO) -> bytes:
    word = bytearray()
    while (byte := line.read(1)) not in (b"", b"\0"):
        word += byte
    return bytes(word)


def _chunks(line: BinaryIO) -> Iterator[bytes]:
    while size := struct.unpack(">I", line.read(4))[0]:
        yield line.read(size)
