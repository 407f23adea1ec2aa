"""A small clamd on a socket of its own: knows one signature, and may be broken in several ways.

It speaks INSTREAM as clamd(8) documents it: chunks with a length of four bytes, ended by an empty
one, and beyond StreamMaxLength an error at once and the end of the connection.
"""

import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from bench.serving import serving

VIRUS = b"a made-up virus for tests"


class _Conversation(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        daemon = self.server
        assert isinstance(daemon, _Daemon)
        command = _until_nul(self.rfile)
        if daemon.breaks == "silent":
            return
        if daemon.breaks == "hasty":
            self.wfile.write(b"stream: OK\0")
            return
        if daemon.breaks == "asleep":
            daemon.awake.wait()
            return
        if command == b"zPING":
            self.wfile.write(b"PONG\0")
        elif command == b"zINSTREAM":
            heard = bytearray()
            for chunk in _chunks(self.rfile):
                heard += chunk
                if len(heard) > daemon.longest:
                    # What is still on its way meets a closed connection.
                    self.wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
                    return
            daemon.heard = bytes(heard)
            self.wfile.write(daemon.answer(daemon.heard))


class _Daemon(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True
    breaks = ""
    heard = b""
    longest = 25 * 1024 * 1024

    def __init__(self, path: str) -> None:
        super().__init__(path, _Conversation)
        self.awake = threading.Event()

    def answer(self, data: bytes) -> bytes:
        if self.breaks:
            return self.breaks.encode() + b"\0"
        return b"stream: Test.Virus FOUND\0" if VIRUS in data else b"stream: OK\0"


@contextmanager
def clamd(path: Path, breaks: str = "") -> Iterator[_Daemon]:
    """A daemon that listens at this path until the block ends."""
    daemon = _Daemon(str(path))
    daemon.breaks = breaks
    with serving(daemon):
        try:
            yield daemon
        finally:
            daemon.awake.set()


def _until_nul(line: BinaryIO) -> bytes:
    word = bytearray()
    while (byte := line.read(1)) not in (b"", b"\0"):
        word += byte
    return bytes(word)


def _chunks(line: BinaryIO) -> Iterator[bytes]:
    while size := struct.unpack(">I", line.read(4))[0]:
        yield line.read(size)
