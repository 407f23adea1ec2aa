"""A checkpoint has one spelling."""

from datetime import UTC, datetime

import pytest

from evidence.custody.checkpoint import Checkpoint, CheckpointError, consistent
from evidence.custody.merkle import EMPTY_ROOT, leaf_hash, root_of

HEAD = Checkpoint("example/log", 7, leaf_hash(b""), datetime(2026, 3, 2, 1, 2, 3, tzinfo=UTC))


def test_a_checkpoint_is_four_lines() -> None:
    assert HEAD.text() == (
        b"example/log\n7\nbjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=\ntime 2026-03-02T01:02:03Z\n"
    )


def test_a_checkpoint_reads_back() -> None:
    assert Checkpoint.parse(HEAD.text()) == HEAD


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"\n7\n", b"\n07\n"),
        (b"\n7\n", b"\n-7\n"),
        (b"\n7\n", b"\n\xd9\xa7\n"),  # an Arabic seven is a digit to Python
        (b"example/log", b""),
        (b"example/log", b"example log"),
        (b"\n", b"\r\n"),
        (b"bjQL", b"bj QL"),
        (b"oB0=", b"oB1="),  # the same bytes, spelled with stray bits
        (b"oB0=", b""),
        (b"time ", b"date "),
        (b"03Z\n", b"03+00:00\n"),
        (b"03Z\n", b"03Z"),
        (b"03Z\n", b"03Z\nmore\n"),
        (b"example", b"\xff"),
        (b"2026-03", b"2026-13"),
    ],
)
def test_any_other_spelling_is_refused(old: bytes, new: bytes) -> None:
    assert old in HEAD.text()
    with pytest.raises(CheckpointError):
        Checkpoint.parse(HEAD.text().replace(old, new))


@pytest.mark.parametrize("origin", ["", "two words", "line\nbreak"])
def test_an_origin_that_is_no_line_is_not_written(origin: str) -> None:
    with pytest.raises(CheckpointError):
        Checkpoint(origin, 7, HEAD.root, HEAD.at).text()


def test_two_logs_are_never_consistent() -> None:
    one, other = (Checkpoint(o, 0, EMPTY_ROOT, HEAD.at) for o in ("a", "b"))
    assert consistent(one, one, ())
    assert not consistent(one, other, ())
    assert root_of([]) == EMPTY_ROOT
