"""Perceptual hashes of photos: the same scene is found again, re-encoded, mirrored or turned.

A photo has two 64-bit hashes in each of eight attitudes. Two photos are taken for one when pHash or
dHash differ in few bits, whatever the attitude; those few were measured on re-encoded photos.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

PHASH_BITS: Final = 8
DHASH_BITS: Final = 6
# Divides evenly into the 32 cells of pHash and the 9 by 8 cells of dHash.
SIDE: Final = 288
# Below this deviation of the grey levels a photo has nothing by which it could be known.
_PLAIN: Final = 4.0
TURNS: Final = (
    "upright", "turned-90", "turned-180", "turned-270",
    "mirrored", "mirrored-turned-90", "mirrored-turned-180", "mirrored-turned-270",
)  # fmt: skip
ROW: Final = np.dtype([("position", "<u8"), ("phash", "<u8"), ("dhash", "<u8")])


@dataclass(frozen=True, slots=True)
class Prints:
    """The hashes of one photo, in the order of TURNS."""

    phash: tuple[int, ...]
    dhash: tuple[int, ...]

    def to_json(self) -> dict[str, list[str]]:
        """Hexadecimal text, because JSON's numbers lose bits."""
        return {
            "phash": [f"{one:016x}" for one in self.phash],
            "dhash": [f"{one:016x}" for one in self.dhash],
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Sequence[str]] | None) -> "Prints | None":
        """What `to_json` gave, or None where there is nothing."""
        if not stored:
            return None
        return cls(*(tuple(int(one, 16) for one in stored[name]) for name in ("phash", "dhash")))

    def row(self, position: int) -> bytes:
        """The upright hashes as one row of a block, under the photo's place in the log."""
        return np.array([(position, self.phash[0], self.dhash[0])], ROW).tobytes()


@dataclass(frozen=True, slots=True)
class Match:
    """A photo that is taken for the same: where it stands, in which attitude, how many bits off."""

    position: int
    turn: str
    phash_bits: int
    dhash_bits: int

    @property
    def apart(self) -> int:
        """How far apart the two are, for sorting."""
        return min(self.phash_bits, self.dhash_bits)


def prints_of(grey: NDArray[np.uint8]) -> Prints | None:
    """The hashes of a grey picture of SIDE by SIDE; None for one that shows next to nothing."""
    plain = grey.astype(np.float64)
    if _cells(plain, 32, 32).std() < _PLAIN:
        return None
    turned = [np.rot90(side, -quarter) for side in (plain, plain[:, ::-1]) for quarter in range(4)]
    return Prints(
        tuple(_phash(one) for one in turned),
        tuple(_dhash(one) for one in turned),
    )


def matches(rows: bytes, prints: Prints, most: int) -> list[Match]:
    """The nearest of the photos in these rows that are taken for the same; at most so many."""
    known: NDArray[Any] = np.frombuffer(rows, ROW)
    found: dict[int, Match] = {}
    for number, turn in enumerate(TURNS):
        by_phash = np.bitwise_count(known["phash"] ^ np.uint64(prints.phash[number]))
        by_dhash = np.bitwise_count(known["dhash"] ^ np.uint64(prints.dhash[number]))
        for at in np.flatnonzero((by_phash <= PHASH_BITS) | (by_dhash <= DHASH_BITS)):
            one = Match(int(known["position"][at]), turn, int(by_phash[at]), int(by_dhash[at]))
            if one.position not in found or one.apart < found[one.position].apart:
                found[one.position] = one
    return sorted(found.values(), key=lambda one: (one.apart, one.position))[:most]


def _cells(plain: NDArray[np.float64], high: int, wide: int) -> NDArray[np.float64]:
    """The mean of each cell of a grid laid over the picture."""
    cells: NDArray[np.float64] = plain.reshape(high, SIDE // high, wide, SIDE // wide).mean((1, 3))
    return cells


def _phash(plain: NDArray[np.float64]) -> int:
    low = (_COSINES @ _cells(plain, 32, 32) @ _COSINES.T).ravel()
    return _bits(low > np.median(low))


def _dhash(plain: NDArray[np.float64]) -> int:
    cells = _cells(plain, 8, 9)
    return _bits((cells[:, 1:] > cells[:, :-1]).ravel())


def _bits(flags: NDArray[np.bool_]) -> int:
    return int.from_bytes(np.packbits(flags).tobytes(), "big")


# The eight slowest waves of a cosine transform over 32 cells.
_COSINES: Final = np.cos(np.pi * np.outer(np.arange(8), 2 * np.arange(32) + 1) / 64)
