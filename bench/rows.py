"""What a benchmark answers with: rows of two figures, and how the one compares with the other."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

Wanted = Literal["more", "less"]


class UnavailableError(RuntimeError):
    """Something that the benchmark needs is not on this machine; the message says what."""


@dataclass(frozen=True, slots=True)
class Row:
    """One figure of ours beside that of a peer, or beside a limit; `unit` belongs to both."""

    what: str
    ours: float
    against: str
    theirs: float
    unit: str
    wanted: Wanted

    @property
    def ratio(self) -> float:
        """How many times better ours is; below 1 it is worse than the peer or over the limit."""
        more, less = self.ours, self.theirs
        if self.wanted == "less":
            more, less = less, more
        return more / less if less else float("inf")

    def to_json(self) -> dict[str, Any]:
        """The row and its ratio as plain data."""
        return {**asdict(self), "ratio": round(self.ratio, 4)}


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A benchmark by name; `measure` takes a size, of which `unit_of_size` says what it counts."""

    name: str
    about: str
    measure: Callable[[int], Sequence[Row]]
    size: int
    tiny: int
    unit_of_size: str
