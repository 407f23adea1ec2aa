"""The ZIP stream writes what every ZIP reader reads, however large."""

import io
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest

from evidence.custody.bag import LONGEST_LINE, open_bag
from evidence.custody.container import FULL, read_archive
from evidence.pack.stream import ContentChangedError, ZipStream


def add(stream: ZipStream, name: str, data: bytes) -> None:
    stream.add(name, (data,), sha256(data).hexdigest(), len(data))


def test_python_s_own_reader_agrees() -> None:
    out = io.BytesIO()
    stream = ZipStream(out)
    add(stream, "a/one", b"1")
    add(stream, "a/张", b"")
    stream.finish()
    with zipfile.ZipFile(out) as archive:
        assert archive.testzip() is None
        assert [(i.filename, i.file_size) for i in archive.infolist()] == [
            ("a/one", 1),
            ("a/张", 0),
        ]


@pytest.mark.parametrize("name", ["", "../a", "/a", "a//b", "a\\b", "a/./b", "a\n"])
def test_a_name_that_leads_elsewhere_is_not_written(name: str) -> None:
    with pytest.raises(ValueError):
        add(ZipStream(io.BytesIO()), name, b"")


def test_a_name_is_written_once() -> None:
    stream = ZipStream(io.BytesIO())
    add(stream, "a/b", b"")
    with pytest.raises(ValueError, match="already"):
        add(stream, "a/b", b"")


@pytest.mark.parametrize("data", [b"", b"ab", b"abcd", b"abd"])
def test_other_bytes_than_recorded_are_refused(data: bytes) -> None:
    stream = ZipStream(io.BytesIO())
    with pytest.raises(ContentChangedError, match="a/b"):
        stream.add("a/b", (data,), sha256(b"abc").hexdigest(), 3)


class Sparse:
    """A sink in a file that skips over runs of zeros, for files of many gigabytes."""

    def __init__(self, path: Path) -> None:
        self.file = path.open("wb")
        self.at = 0

    def write(self, data: bytes) -> int:
        if data.count(0) != len(data):
            self.file.seek(self.at)
            self.file.write(data)
        self.at += len(data)
        return len(data)


def test_offsets_beyond_four_gigabytes_are_read_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Hashing gigabytes takes long: the directory alone is what matters here.
    path = tmp_path / "large.zip"
    sink = Sparse(path)
    stream = ZipStream(sink)
    add(stream, "a/small", b"small")
    monkeypatch.setattr(ZipStream, "_copy", _skip)
    stream.add("a/large", (), "", FULL + 10)
    monkeypatch.undo()
    add(stream, "a/last", b"last")
    stream.finish()
    sink.file.close()
    archive = read_archive(path)
    assert archive.faults == []
    assert [(s.name, s.size) for s in archive.stored] == [
        ("a/small", 5), ("a/large", FULL + 10), ("a/last", 4),
    ]  # fmt: skip
    assert b"".join(archive.chunks(archive.stored[2])) == b"last"
    with zipfile.ZipFile(path) as other:
        assert other.getinfo("a/large").file_size == FULL + 10
        assert other.read("a/last") == b"last"


def _skip(self: ZipStream, name: str, chunks: object, digest: str, length: int) -> int:
    self.sink.at += length  # type: ignore[attr-defined]  # The sparse sink above.
    self.size += length
    return 0


def test_an_endless_line_is_refused(tmp_path: Path) -> None:
    root = tmp_path / "bag"
    root.mkdir()
    (root / "bagit.txt").write_bytes(b"x" * (LONGEST_LINE * 2) + b"\n")
    with pytest.raises(ValueError, match="longer"):
        list(open_bag(root).lines("bagit.txt"))
