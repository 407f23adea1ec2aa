"""Checkpoints: the log's tree head as text, in the style of C2SP tlog-checkpoint.

    <origin>
    <size in leaves>
    <root, base64>
    time <RFC 3339 UTC>

Each line ends with a line feed. The CMS signature and the RFC 3161 response over exactly these
bytes travel beside the text.
"""

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import datetime

from evidence.custody.instants import format_instant, parse_instant
from evidence.custody.merkle import verify_consistency

_SIZE = re.compile(r"0|[1-9][0-9]{0,15}")


class CheckpointError(ValueError):
    """A checkpoint's text breaks its format; the message names the line."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A tree head: which log, how many leaves, the root (32 bytes), and when it was made."""

    origin: str
    size: int
    root: bytes
    at: datetime

    def text(self) -> bytes:
        """The bytes that are signed and stamped."""
        root = base64.b64encode(self.root).decode()
        lines = f"{self.origin}\n{self.size}\n{root}\ntime {format_instant(self.at)}\n"
        if Checkpoint.parse(lines.encode()) != self:
            raise CheckpointError("a checkpoint's fields cannot be written as lines")
        return lines.encode()

    @classmethod
    def parse(cls, text: bytes) -> "Checkpoint":
        """Read a checkpoint; raises CheckpointError unless it is spelled exactly as here."""
        try:
            lines = text.decode().split("\n")
        except UnicodeDecodeError as error:
            raise CheckpointError("a checkpoint is UTF-8 text") from error
        if len(lines) != 5 or lines[4]:
            raise CheckpointError("a checkpoint has four lines, each ended by a line feed")
        origin, size, root, time, _ = lines
        if not 0 < len(origin) <= 200 or any(ord(c) < 33 for c in origin):
            raise CheckpointError("line 1: the log's origin, without spaces")
        if not _SIZE.fullmatch(size):
            raise CheckpointError(f"line 2: {size!r:.40} is no number of leaves")
        if not time.startswith("time "):
            raise CheckpointError("line 4: should begin with 'time '")
        try:
            return cls(origin, int(size), _root(root), parse_instant(time[5:]))
        except ValueError as error:
            raise CheckpointError(f"line 3 or 4: {error}") from error


@dataclass(frozen=True, slots=True)
class SealedCheckpoint:
    """A checkpoint's text with its CMS signature (DER) and whole RFC 3161 responses (DER).

    `timestamp` is its first stamp and `renewals` those that renew it; each of `others` is a stamp
    by another authority followed by its renewals. A renewal is over the text followed by the
    response that it renews.
    """

    text: bytes
    signature: bytes
    timestamp: bytes
    renewals: tuple[bytes, ...] = ()
    others: tuple[tuple[bytes, ...], ...] = ()

    def chains(self) -> tuple[tuple[bytes, ...], ...]:
        """Every stamp followed by its renewals, the first stamp's chain first."""
        return ((self.timestamp, *self.renewals), *self.others)


@dataclass(frozen=True, slots=True)
class OlderCheckpoint:
    """An earlier sealed checkpoint and the path that proves it consistent with the pack's own."""

    sealed: SealedCheckpoint
    path: tuple[bytes, ...]


def consistent(old: Checkpoint, new: Checkpoint, path: tuple[bytes, ...]) -> bool:
    """Whether `path` proves that `new` only added to `old`, in one log."""
    return old.origin == new.origin and verify_consistency(
        old.size, old.root, new.size, new.root, path
    )


def _root(text: str) -> bytes:
    try:
        root = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("the root is not base64") from error
    if len(root) != 32 or base64.b64encode(root).decode() != text:
        raise ValueError("the root is not 32 bytes in base64")
    return root
