"""What is written behind arrives whole and in order, and a sink that fails is heard of."""

import io
import threading
from hashlib import sha256

import pytest

from evidence.pack.behind import WriteBehind


def test_the_sink_gets_every_byte_in_order() -> None:
    out, pieces = io.BytesIO(), [bytes([n % 256]) * n for n in range(300)]
    with WriteBehind(out) as behind:
        for piece in pieces:
            behind.write(piece)
        digest = behind.digest()
    assert out.getvalue() == b"".join(pieces)
    assert digest == sha256(out.getvalue()).hexdigest()


class Full(io.BytesIO):
    """A disk that is full from the third piece on."""

    pieces = 0

    def write(self, data: object) -> int:
        self.pieces += 1
        if self.pieces > 2:
            raise OSError(28, "No space left on device")
        return 1


def test_a_sink_that_fails_is_heard_of_and_nobody_waits() -> None:
    def fill(behind: WriteBehind) -> None:
        for _ in range(1000):
            behind.write(b"x")
        behind.digest()

    with WriteBehind(Full()) as behind, pytest.raises(OSError, match="No space"):
        fill(behind)


def test_a_failure_on_the_last_piece_is_not_lost() -> None:
    with WriteBehind(Full()) as behind:
        for _ in range(3):
            behind.write(b"x")
        with pytest.raises(OSError, match="No space"):
            behind.digest()


def test_no_thread_is_left_when_the_work_fails() -> None:
    before = threading.active_count()

    def fail() -> None:
        with WriteBehind(io.BytesIO()) as behind:
            behind.write(b"x")
            raise RuntimeError("work")

    with pytest.raises(RuntimeError, match="work"):
        fail()
    assert threading.active_count() == before
