"""Manifests and bag-info are written in one way and read in that way only."""

import pytest

from evidence.custody.manifest import (
    ManifestError,
    read_info,
    read_manifest,
    write_info,
    write_manifest,
)

A, B = "a" * 64, "b" * 64


def test_a_manifest_reads_back_with_odd_names() -> None:
    hashes = {"data/50%.jpg": A, "data/张.jpg": B, "data/a\nb": A}
    assert read_manifest(write_manifest(hashes)) == hashes


@pytest.mark.parametrize(
    "text",
    [
        f"{A}  data/a\n{A}  data/a\n",  # twice
        f"{A}  data/a\n{B}  data/a\n",  # twice with another hash
        f"{A}  data/a\r\n",
        f"{A}  data/b\n{A}  data/a\n",  # unsorted
        f"{A} data/a\n",  # one space
        f"{A.upper()}  data/a\n",
        f"{A[:40]}  data/a\n",  # a SHA-1
        f"{A}  data/a",  # cut off
        f"{A}  data/50%.jpg\n",  # not escaped
        f"\n{A}  data/a\n",
    ],
)
def test_any_other_manifest_is_refused(text: str) -> None:
    with pytest.raises(ManifestError):
        read_manifest(text.encode())


def test_bag_info_reads_back() -> None:
    fields = [("Source-Organization", "示例公司"), ("Case", "case-7")]
    assert read_info(write_info(fields)) == dict(fields)


@pytest.mark.parametrize("text", [b"A: 1\nA: 2\n", b"A 1\n", b" A: 1\n", b"A: 1\r\n", b"\xff\n"])
def test_any_other_bag_info_is_refused(text: bytes) -> None:
    with pytest.raises(ManifestError):
        read_info(text)


def test_a_value_with_a_line_break_is_not_written() -> None:
    with pytest.raises(ManifestError):
        write_info([("Case", "a\nSigned: yes")])
