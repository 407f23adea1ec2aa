"""A ClamAV daemon, asked over its socket: bytes go in by INSTREAM, one line comes back.

The address is a path (`/run/clamav/clamd.ctl`) or `host:port`.
"""

import socket
import struct
from collections.abc import Iterable
from contextlib import closing

from fieldops.domain.scanning import ScannerAwayError, Verdict

_SECONDS = 60.0
_PIECE = 64 * 1024
_LONGEST = 4096


class Clamd:
    """Fulfils `fieldops.domain.scanning.Scanner`."""

    def __init__(self, address: str, seconds: float = _SECONDS) -> None:
        self._address, self._seconds = address, seconds

    def ping(self) -> None:
        """Raise ScannerAwayError unless the daemon answers."""
        if self._asked(b"zPING\0", ()) != "PONG":
            raise ScannerAwayError("the scanner does not answer as a clamd does")

    def scan(self, chunks: Iterable[bytes]) -> Verdict:
        """What the daemon says of these bytes; raises ScannerAwayError when it says nothing."""
        answer = self._asked(b"zINSTREAM\0", chunks).removeprefix("stream: ")
        if answer == "OK":
            return Verdict("clean")
        if answer.endswith(" FOUND"):
            return Verdict("infected", answer.removesuffix(" FOUND")[:200])
        if answer.endswith(" ERROR"):
            # Too large for the daemon, for example: asking again would say the same.
            return Verdict("unscanned", answer[:200])
        raise ScannerAwayError("the scanner's answer cannot be read")

    def _asked(self, command: bytes, chunks: Iterable[bytes]) -> str:
        try:
            with closing(self._connected()) as line:
                return _conversation(line, command, chunks)
        except OSError as away:
            raise ScannerAwayError(f"the scanner cannot be reached: {away}") from away

    def _connected(self) -> socket.socket:
        host, _, port = self._address.rpartition(":")
        if host and port.isdigit():
            return socket.create_connection((host, int(port)), timeout=self._seconds)
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(self._seconds)
        try:
            line.connect(self._address)
        except OSError:
            line.close()
            raise
        return line


def _conversation(line: socket.socket, command: bytes, chunks: Iterable[bytes]) -> str:
    line.sendall(command)
    broke = False
    try:
        if command == b"zINSTREAM\0":
            _send(line, chunks)
    except (BrokenPipeError, ConnectionResetError):
        # A daemon that has had enough says so before it hangs up: its answer may still be there.
        broke = True
    answer = bytearray()
    while len(answer) < _LONGEST and not answer.endswith(b"\0"):
        piece = line.recv(_LONGEST)
        if not piece:
            break
        answer += piece
    if not answer:
        raise ConnectionError("it hung up without a word")
    told = answer.rstrip(b"\0\n").decode("utf-8", "replace")
    if broke and told.endswith("OK"):
        raise ConnectionError("it called clean what it had not read to the end")
    return told


def _send(line: socket.socket, chunks: Iterable[bytes]) -> None:
    for chunk in chunks:
        for at in range(0, len(chunk), _PIECE):
            piece = chunk[at : at + _PIECE]
            line.sendall(struct.pack(">I", len(piece)) + piece)
    line.sendall(struct.pack(">I", 0))
