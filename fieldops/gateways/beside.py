"""Files that are written beside their place and then take it; what a crash left there is swept."""

import os
import re
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from uuid import uuid4

_LEFT = re.compile(r"\..+\.[0-9a-f]{32}")


def beside(place: Path) -> Path:
    """A fresh hidden name in the folder of a place."""
    return place.with_name(f".{place.name}.{uuid4().hex}")


def sync_directory(directory: Path) -> None:
    """Make the names in a directory durable, as syncing a file makes its bytes."""
    handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sweep(folders: Iterable[Path], *, before: datetime) -> int:
    """Remove what nobody has touched since that time; how many files there were.

    The time is that of the inode, which a write and a new link move as well: a file that is being
    made of an old one is young.
    """
    count = 0
    for folder in folders:
        for path in folder.glob(".*"):
            if _LEFT.fullmatch(path.name) and _is_older(path, before):
                path.unlink(missing_ok=True)
                count += 1
    return count


def _is_older(path: Path, before: datetime) -> bool:
    try:
        return path.stat().st_ctime < before.timestamp()
    except FileNotFoundError:
        return False
