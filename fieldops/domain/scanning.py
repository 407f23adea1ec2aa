"""The port to a virus scanner: what it says of bytes, and that it may be away."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

WAITING, CLEAN, INFECTED, UNSCANNED = "waiting", "clean", "infected", "unscanned"


class ScannerAwayError(Exception):
    """The scanner cannot be reached or says nothing that can be read; ask again later."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """clean, infected, or unscanned where the scanner refuses; `says` are its own words."""

    state: str
    says: str = ""


class Scanner(Protocol):
    """A virus scanner."""

    def ping(self) -> None:
        """Raise ScannerAwayError unless it answers."""
        ...

    def scan(self, chunks: Iterable[bytes]) -> Verdict:
        """What it says of these bytes; raises ScannerAwayError, and passes BlobBroken through."""
        ...
