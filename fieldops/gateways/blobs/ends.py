"""Where files on their way in end and what they hash to, as this process left them.

Only a hint: it saves the search for the last frame and the second reading of a file that one
process took in. A file that looks otherwise than it was left was written by another since, and
nothing is believed of it; the disk is the truth.
"""

import os
import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import BinaryIO
from uuid import UUID

from fieldops.domain.blobs import Bytes

_MOST = 1000
# Below this a thread costs more than it saves.
_WORTH_A_THREAD = 512 * 1024


class Digest:
    """The SHA-256 of plain bytes so far."""

    def __init__(self) -> None:
        self._sum = sha256()

    @contextmanager
    def taking(self, data: Bytes) -> Iterator[None]:
        """Take in the data while the block, which mostly waits for a disk, does its work."""
        if len(data) < _WORTH_A_THREAD:
            self._sum.update(data)
            yield
            return
        thread = threading.Thread(target=self._sum.update, args=(data,))
        thread.start()
        try:
            yield
        finally:
            thread.join()

    def text(self) -> str:
        """In hexadecimal."""
        return self._sum.hexdigest()


@dataclass(frozen=True, slots=True)
class End:
    """A file's end: the plain offset, how the file looks, and the hash if all of it was seen."""

    offset: int
    look: tuple[int, int, int, int]
    digest: Digest | None

    @property
    def at(self) -> int:
        """Where it is in the file."""
        return self.look[1]


class Ends:
    """The ends that this process left last."""

    def __init__(self) -> None:
        self._known: OrderedDict[UUID, End] = OrderedDict()

    def note(self, upload_id: UUID, offset: int, file: BinaryIO, digest: Digest | None) -> None:
        """The file ends behind the plain offset `offset`, whose bytes hash to `digest`."""
        self._known[upload_id] = End(offset, _look(file), digest)
        while len(self._known) > _MOST:
            self._known.popitem(last=False)

    def find(self, upload_id: UUID, offset: int, file: BinaryIO) -> End | None:
        """The end as it was left, if the file still looks so."""
        known = self._known.get(upload_id)
        if known is not None and (known.offset, known.look) == (offset, _look(file)):
            return known
        return None

    def forget(self, upload_id: UUID) -> None:
        """Believe nothing of this file any more."""
        self._known.pop(upload_id, None)


def _look(file: BinaryIO) -> tuple[int, int, int, int]:
    """Inode, size, and when bytes and file changed last, in nanoseconds."""
    found = os.fstat(file.fileno())
    return found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns
