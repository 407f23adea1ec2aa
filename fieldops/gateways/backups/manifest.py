"""The manifest of a backup: what it is, and the size and SHA-256 of every file in it."""

import json
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

NAME = "manifest.json"
FORMAT = "fieldops-backup/1"
# What is copied of the data directory; the queue's log is not: the outbox brings its jobs back.
PARTS = ("blobs", "uploads", "packs", "gazetteer", "keys")
KEY = "keys/master.key"
_PIECE = 1 << 20


class BackupRefused(Exception):
    """The backup or the restoring cannot begin; the message says why and what to do."""


class BackupBroken(Exception):
    """A backup is not what was saved; the message names the file."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One file: its path inside the backup, its size in bytes and its SHA-256 in hexadecimal."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds; `database` is "sqlite" or "postgresql", `made_at` ISO 8601."""

    made_at: str
    database: str
    revision: str | None
    files: tuple[Entry, ...]
    format: str = FORMAT

    def write(self, directory: Path) -> None:
        """Write it into the backup."""
        text = json.dumps(asdict(self), ensure_ascii=False, indent=1)
        (directory / NAME).write_text(text + "\n", encoding="utf-8")


def read(directory: Path) -> Manifest:
    """The manifest of a backup; raises BackupRefused without one, BackupBroken for a bad one."""
    file = directory / NAME
    if not file.is_file():
        raise BackupRefused(f"{directory} is no backup: it has no {NAME}")
    try:
        return _parsed(json.loads(file.read_text(encoding="utf-8")))
    except (ValueError, TypeError, KeyError, AttributeError) as wrong:
        raise BackupBroken(f"{NAME} cannot be read: {wrong}") from wrong


def copied(source: BinaryIO, target: BinaryIO) -> tuple[int, str]:
    """Copy a file in constant memory; gives its size and its SHA-256."""
    digest, size = sha256(), 0
    while piece := source.read(_PIECE):
        digest.update(piece)
        target.write(piece)
        size += len(piece)
    return size, digest.hexdigest()


def measured(file: Path) -> tuple[int, str]:
    """Size and SHA-256 of a file."""
    with file.open("rb") as opened:
        digest = sha256()
        while piece := opened.read(_PIECE):
            digest.update(piece)
        return opened.tell(), digest.hexdigest()


def _parsed(found: Any) -> Manifest:
    if found["format"] != FORMAT:
        raise ValueError(f"its format is {found['format']!r}, {FORMAT!r} is known")
    files = tuple(Entry(str(e["path"]), int(e["size"]), str(e["sha256"])) for e in found["files"])
    if found["database"] not in ("sqlite", "postgresql"):
        raise ValueError(f"its database is {found['database']!r}")
    for entry in files:
        _check_path(entry.path)
    if len({entry.path for entry in files}) != len(files):
        raise ValueError("it names a file twice")
    return Manifest(str(found["made_at"]), found["database"], found["revision"], files)


def _check_path(path: str) -> None:
    # A manifest that somebody changed must not write outside the restored directory.
    parts = PurePosixPath(path).parts
    if path != "/".join(parts) or ".." in parts or "\\" in path or "\x00" in path:
        raise ValueError(f"it names a file outside the backup: {path!r}")
    if len(parts) > 1 and parts[0] not in PARTS:
        raise ValueError(f"it names a file that no backup holds: {path!r}")
    if len(parts) == 1 and not path.startswith("database."):
        raise ValueError(f"it names a file that no backup holds: {path!r}")
