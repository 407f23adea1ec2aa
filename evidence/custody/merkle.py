"""Merkle trees as RFC 6962 lays down: append, root, inclusion and consistency proofs.

Hashes are 32 raw bytes. Sizes and indices are counted in leaves from 0. Verification follows
RFC 9162, 2.1.3.2 and 2.1.4.2.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

EMPTY_ROOT = sha256(b"").digest()
_Range = tuple[int, int]  # From this leaf on up to, without, that one.


def leaf_hash(leaf: bytes) -> bytes:
    """The hash of one leaf's bytes."""
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of the node above two others."""
    return sha256(b"\x01" + left + right).digest()


@dataclass(slots=True)
class Frontier:
    """The right edge of a tree: enough to append and to know the root, in O(log n) memory."""

    size: int = 0
    peaks: list[bytes] = field(default_factory=list)  # Roots of full subtrees, largest first.

    def append(self, leaf: bytes) -> int:
        """Take one leaf *hash*; gives back its index."""
        for _ in self.completed(leaf):
            pass
        return self.size - 1

    def completed(self, leaf: bytes) -> Iterator[tuple[int, bytes]]:
        """Take one leaf hash; gives the number of leaves and the root of each subtree it ends."""
        _check_hash(leaf)
        carried, width = leaf, 1
        yield width, carried
        while self.size & width:
            carried, width = node_hash(self.peaks.pop(), carried), width * 2
            yield width, carried
        self.peaks.append(carried)
        self.size += 1

    def root(self) -> bytes:
        """The root over every leaf so far."""
        if not self.peaks:
            return EMPTY_ROOT
        above = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            above = node_hash(peak, above)
        return above

    def to_json(self) -> dict[str, Any]:
        """Plain data for storage."""
        return {"size": self.size, "peaks": [peak.hex() for peak in self.peaks]}

    @classmethod
    def from_json(cls, stored: object) -> "Frontier":
        """The frontier that `to_json` stored; raises ValueError when it cannot be one."""
        try:
            size, peaks = stored["size"], [bytes.fromhex(p) for p in stored["peaks"]]  # type: ignore[index]  # Anything may come out of storage: what cannot be indexed is caught below.
        except (TypeError, KeyError, ValueError) as error:
            raise ValueError("a stored frontier has a size and peaks in hexadecimal") from error
        if not isinstance(size, int) or isinstance(size, bool) or size < 0:
            raise ValueError(f"a frontier's size is a whole number from 0, not {size!r}")
        if len(peaks) != size.bit_count() or any(len(peak) != 32 for peak in peaks):
            raise ValueError(f"{len(peaks)} peaks cannot belong to {size} leaves")
        return cls(size, peaks)


def root_of(leaf_hashes: Iterable[bytes]) -> bytes:
    """The root over these leaf hashes."""
    frontier = Frontier()
    for leaf in leaf_hashes:
        frontier.append(leaf)
    return frontier.root()


def inclusion_path(leaf_hashes: Sequence[bytes], index: int) -> list[bytes]:
    """The proof that leaf `index` is in the tree over `leaf_hashes`; IndexError when it is not."""
    return inclusion_paths(leaf_hashes, [index])[0]


def inclusion_paths(leaf_hashes: Sequence[bytes], indices: Sequence[int]) -> list[list[bytes]]:
    """The proofs for many leaves at once, in the order asked."""
    return prove(leaf_hashes, len(leaf_hashes), indices)[0]


def consistency_path(leaf_hashes: Sequence[bytes], old_size: int) -> list[bytes]:
    """The proof that the tree over `leaf_hashes` only added to its first `old_size` leaves."""
    return prove(leaf_hashes, len(leaf_hashes), (), [old_size])[1][0]


def prove(
    leaf_hashes: Iterable[bytes], size: int, indices: Sequence[int], old_sizes: Sequence[int] = ()
) -> tuple[list[list[bytes]], list[list[bytes]]]:
    """Inclusion proofs of leaves and consistency proofs of older trees, each in the order asked.

    Goes once over the `size` leaf hashes and keeps only what the proofs need of them. IndexError
    when the tree has another size, or has no such leaf or beginning.
    """
    wrong = [n for n in indices if not 0 <= n < size] + [n for n in old_sizes if not 0 <= n <= size]
    if wrong:
        raise IndexError(f"the tree has {size} leaves, {wrong[0]} was asked for")
    inclusions = [_beside(index, size) for index in indices]
    consistencies = [_since(old, size) for old in old_sizes]
    wanted = {
        part for ranges in (*inclusions, *consistencies) for one in ranges for part in _whole(*one)
    }
    known = _subtrees(leaf_hashes, size, wanted)
    return (
        [[_root_over(known, *one) for one in ranges] for ranges in inclusions],
        [[_root_over(known, *one) for one in ranges] for ranges in consistencies],
    )


def _beside(index: int, size: int) -> list[_Range]:
    """The ranges of leaves whose roots lead from a leaf to the root, leaf first."""
    low, high, found = 0, size, list[_Range]()
    while high - low > 1:
        split = _split(low, high)
        if index < split:
            found.append((split, high))
            high = split
        else:
            found.append((low, split))
            low = split
    return found[::-1]


def _since(old_size: int, size: int) -> list[_Range]:
    """The ranges of leaves whose roots prove that a tree began as the older one."""
    low, high, found, whole = 0, size, list[_Range](), True
    while 0 < old_size != high:
        split = _split(low, high)
        if old_size <= split:
            found.append((split, high))
            high = split
        else:
            found.append((low, split))
            low, whole = split, False
    if not whole:
        found.append((low, high))
    return found[::-1]


def _split(low: int, high: int) -> int:
    """Where RFC 6962 splits a range: after the largest power of two that is smaller."""
    return low + (1 << ((high - low - 1).bit_length() - 1))


def _whole(low: int, high: int) -> Iterator[_Range]:
    """The full subtrees that a range consists of."""
    while low < high:
        width = 1 << ((high - low).bit_length() - 1)
        yield low, low + width
        low += width


def _subtrees(leaf_hashes: Iterable[bytes], size: int, wanted: set[_Range]) -> dict[_Range, bytes]:
    known: dict[_Range, bytes] = {}
    frontier = Frontier()
    for leaf in leaf_hashes:
        end = frontier.size + 1
        for width, root in frontier.completed(leaf):
            if (end - width, end) in wanted:
                known[end - width, end] = root
    if frontier.size != size:
        raise IndexError(f"the tree has {frontier.size} leaves, not {size}")
    return known


def _root_over(known: dict[_Range, bytes], low: int, high: int) -> bytes:
    *before, above = (known[part] for part in _whole(low, high))
    for root in reversed(before):
        above = node_hash(root, above)
    return above


def verify_inclusion(
    leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes
) -> bool:
    """Whether `path` proves that the leaf hash `leaf` stands at `index` under `root`."""
    if not 0 <= index < size or any(len(step) != 32 for step in (leaf, *path)):
        return False
    place, last, above = index, size - 1, leaf
    for step in path:
        if last == 0:
            return False
        if place & 1 or place == last:
            above = node_hash(step, above)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            above = node_hash(above, step)
        place, last = place >> 1, last >> 1
    return last == 0 and above == root


def verify_consistency(
    old_size: int, old_root: bytes, new_size: int, new_root: bytes, path: Sequence[bytes]
) -> bool:
    """Whether `path` proves that the new tree begins with the whole old one."""
    if not 0 <= old_size <= new_size or any(len(step) != 32 for step in path):
        return False
    if old_size == 0 < new_size:
        return False  # Nothing binds a tree to its empty beginning: such a proof shows nothing.
    if old_size == new_size:
        return not path and old_root == new_root and (old_size > 0 or old_root == EMPTY_ROOT)
    steps = [old_root, *path] if old_size & (old_size - 1) == 0 else list(path)
    if not path:
        return False
    return _walk_consistency(old_size - 1, new_size - 1, steps) == (old_root, new_root)


def _walk_consistency(place: int, last: int, steps: list[bytes]) -> tuple[bytes, bytes] | None:
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = steps[0]
    for step in steps[1:]:
        if last == 0:
            return None
        if place & 1 or place == last:
            old, new = node_hash(step, old), node_hash(step, new)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            new = node_hash(new, step)
        place, last = place >> 1, last >> 1
    return (old, new) if last == 0 else None


def _check_hash(value: bytes) -> None:
    if len(value) != 32:
        raise ValueError(f"a leaf hash has 32 bytes, not {len(value)}")
