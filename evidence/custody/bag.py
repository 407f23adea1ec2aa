"""One bag, in a ZIP or as a folder: its files by their names inside the case's folder."""

import os
import stat
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from evidence.custody.container import CHUNK, Archive, ContainerError, Fault, Stored, read_archive
from evidence.custody.layout import BAGIT, folded, name_fault

LARGEST_TEXT = 64 * 1024 * 1024
LONGEST_LINE = 4 * 1024 * 1024


@dataclass(slots=True)
class Bag:
    """The files of a pack: name -> size, and name -> SHA-256 once `hash_all` has run."""

    sizes: dict[str, int] = field(default_factory=dict)
    hashes: dict[str, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    _archive: Archive | None = None
    _stored: dict[str, Stored] = field(default_factory=dict)
    _folder: Path = Path()

    def chunks(self, name: str) -> Iterator[bytes]:
        """The bytes of one file, a megabyte at most at a time."""
        if self._archive is not None:
            yield from self._archive.chunks(self._stored[name])
            return
        with (self._folder / name).open("rb") as source:
            while chunk := source.read(CHUNK):
                yield chunk

    def text(self, name: str) -> bytes:
        """A whole small file; empty when it is missing or too large to be what it should be."""
        if self.sizes.get(name, LARGEST_TEXT + 1) > LARGEST_TEXT:
            return b""
        return b"".join(self.chunks(name))

    def lines(self, name: str) -> Iterator[bytes]:
        """The lines of a file without their line feeds; ValueError when one is endless."""
        rest = b""
        for chunk in self.chunks(name) if name in self.sizes else ():
            *whole, rest = (rest + chunk).split(b"\n")
            yield from whole
            if len(rest) > LONGEST_LINE:
                raise ValueError(f"a line is longer than {LONGEST_LINE} bytes")
        if rest:
            raise ValueError("the last line is cut off")

    def hash_all(self) -> None:
        """Read every byte once; fills `hashes` and notes what contradicts the container."""
        for name in self.sizes:
            digest, crc, size = sha256(), 0, 0
            for chunk in self.chunks(name):
                digest.update(chunk)
                crc = zlib.crc32(chunk, crc)
                size += len(chunk)
            self.hashes[name] = digest.hexdigest()
            stored = self._stored.get(name)
            if size != self.sizes[name] or (stored is not None and stored.crc != crc):
                self.faults.append(Fault(name, "its bytes are not those that were packed"))


def open_bag(path: Path) -> Bag:
    """Open a pack's ZIP, or the folder it was unpacked to; raises ContainerError."""
    if path.is_dir():
        return _open_folder(path)
    if not path.is_file():
        raise ContainerError("no such file")
    return _open_archive(path)


def _open_archive(path: Path) -> Bag:
    archive = read_archive(path)
    bag = Bag(faults=archive.faults, _archive=archive)
    if not archive.stored:
        raise ContainerError("the ZIP is empty")
    top = archive.stored[0].name.partition("/")[0]
    seen: set[str] = set()
    for stored in archive.stored:
        folder, _, name = stored.name.partition("/")
        fault = name_fault(stored.name)
        if fault or folder != top or not name:
            bag.faults.append(Fault(stored.name, fault or "is outside the case's folder"))
        elif folded(name) in seen:
            bag.faults.append(Fault(stored.name, "stands twice, or differs in letter case only"))
        else:
            seen.add(folded(name))
            bag.sizes[name], bag._stored[name] = stored.size, stored
    return bag


def _open_folder(path: Path) -> Bag:
    root = path
    if not (path / BAGIT).exists():
        inner = [child for child in path.iterdir() if child.is_dir() and not child.is_symlink()]
        if len(inner) != 1:
            raise ContainerError("the folder holds no bagit.txt and not just one folder")
        root = inner[0]
    bag = Bag(_folder=root)
    for folder, folders, files in os.walk(root):
        for child in sorted(folders + files):
            full = Path(folder, child)
            _add(bag, full, full.relative_to(root).as_posix())
    return bag


def _add(bag: Bag, full: Path, name: str) -> None:
    status = full.lstat()
    fault = name_fault(name)
    if fault or not (stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode)):
        bag.faults.append(Fault(name, fault or "is a link or otherwise not a plain file"))
    elif stat.S_ISREG(status.st_mode):
        bag.sizes[name] = status.st_size
