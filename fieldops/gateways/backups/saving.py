"""Making a backup beside its place and putting it there when it is whole."""

import os
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from fieldops.gateways.backups import databases
from fieldops.gateways.backups.manifest import (
    PARTS,
    BackupRefused,
    Entry,
    Manifest,
    copied,
    measured,
)
from fieldops.gateways.beside import sync_directory


def save(data_dir: Path, database_url: str, target: Path, *, made_at: datetime) -> Manifest:
    """Copy the database, then the files; the service may go on working meanwhile.

    The database comes first: evidence is stored before the row that names it, so that every row
    of the copy finds its file. Raises BackupRefused when the target or the source does not do.
    """
    target, data_dir = target.absolute(), data_dir.absolute()
    _check_target(target, data_dir)
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.{os.getpid()}.partial")
    partial.mkdir(mode=0o700)
    try:
        manifest = _filled(partial, data_dir, database_url, made_at)
        manifest.write(partial)
        # Everything must be on the disk before the name says that it is a backup.
        os.sync()
        partial.rename(target)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    sync_directory(target.parent)
    return manifest


def _check_target(target: Path, data_dir: Path) -> None:
    if target.is_symlink() or (target.exists() and not target.is_dir()):
        raise BackupRefused(f"{target} is a file; name a directory that is not there yet")
    if target.is_dir() and any(target.iterdir()):
        raise BackupRefused(f"{target} is not empty; name a directory that is not there yet")
    if target == data_dir or data_dir in target.parents:
        raise BackupRefused(f"{target} lies in the data that is saved; name a place outside")


def _filled(partial: Path, data_dir: Path, url: str, made_at: datetime) -> Manifest:
    dumped = partial / databases.name_of(url)
    databases.dump(url, dumped)
    dumped.chmod(0o600)
    files = [Entry(dumped.name, *measured(dumped))]
    for path in _files(data_dir):
        if entry := _saved(data_dir, partial, path):
            files.append(entry)
    return Manifest(made_at.isoformat(), databases.kind(url), databases.revision(url), tuple(files))


def _files(data_dir: Path) -> Iterator[Path]:
    """The files of all parts, relative to the data directory, in the order of their names."""
    for part in PARTS:
        for directory, names, files in os.walk(data_dir / part):
            names.sort()
            for name in sorted(files):
                yield (Path(directory) / name).relative_to(data_dir)


def _saved(data_dir: Path, partial: Path, path: Path) -> Entry | None:
    """Copy one file; None when it was an unfinished upload that ended meanwhile."""
    source, target = data_dir / path, partial / path
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with source.open("rb") as opened, target.open("wb") as written:
            size, digest = copied(opened, written)
            mode = os.fstat(opened.fileno()).st_mode & 0o700
    except FileNotFoundError:
        return None
    target.chmod(mode)
    return Entry(path.as_posix(), size, digest)
