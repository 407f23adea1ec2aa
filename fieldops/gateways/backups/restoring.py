"""Bringing a backup back: every hash is verified before anything takes its place."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from fieldops.gateways import serving_lock
from fieldops.gateways.backups import databases, manifest
from fieldops.gateways.backups.manifest import BackupBroken, BackupRefused, Entry, Manifest


def restore(
    source: Path, data_dir: Path, database_url: str, migrate: Callable[[], None]
) -> Manifest:
    """Put a backup into an empty data directory and an empty database, then migrate these.

    `migrate` brings the database of the settings to the present schema. Raises BackupRefused when
    the target is in use or the kind of database differs, BackupBroken with the name of the file
    that is not what was saved; the target is untouched then.
    """
    data_dir = data_dir.absolute()
    found = manifest.read(source)
    _check_target(data_dir, database_url, found)
    data_dir.parent.mkdir(parents=True, exist_ok=True)
    staged = data_dir.with_name(f".{data_dir.name}.{os.getpid()}.restoring")
    staged.mkdir(mode=0o700)
    try:
        for entry in found.files:
            _restored(source, staged, entry)
        _switch(staged, data_dir, database_url, found)
    except BaseException:
        shutil.rmtree(staged, ignore_errors=True)
        raise
    migrate()
    return found


def _check_target(data_dir: Path, url: str, found: Manifest) -> None:
    serving_lock.refuse_served(data_dir)
    if data_dir.exists() and any(data_dir.iterdir()):
        raise BackupRefused(f"{data_dir} is not empty; restore into a new directory")
    if databases.kind(url) != found.database:
        raise BackupRefused(
            f"the backup is of {found.database}, the settings name {databases.kind(url)}; "
            "set DATABASE_URL accordingly"
        )
    if found.database == "postgresql":
        databases.refuse_filled(url)
    elif databases.sqlite_path(url).exists():
        raise BackupRefused(f"{databases.sqlite_path(url)} is there already; move it away")
    if databases.name_of(url) not in {entry.path for entry in found.files}:
        raise BackupBroken(f"{databases.name_of(url)} is not in the manifest")


def _restored(source: Path, staged: Path, entry: Entry) -> None:
    target = staged / entry.path
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        # A link could make the restored service keep another's file.
        handle = os.open(source / entry.path, os.O_RDONLY | os.O_NOFOLLOW)
    except OSError as wrong:
        raise BackupBroken(f"{entry.path} cannot be read: {wrong.strerror}") from wrong
    with os.fdopen(handle, "rb") as opened, target.open("wb") as written:
        size, digest = manifest.copied(opened, written)
        mode = os.fstat(opened.fileno()).st_mode & 0o700
    if size != entry.size:
        raise BackupBroken(f"{entry.path} has {size} bytes, {entry.size} were saved")
    if digest != entry.sha256:
        raise BackupBroken(f"{entry.path} was changed: its SHA-256 is {digest}")
    target.chmod(mode | 0o400)


def _switch(staged: Path, data_dir: Path, url: str, found: Manifest) -> None:
    dumped = staged / databases.name_of(url)
    if found.database == "postgresql":
        databases.load(url, dumped)
        dumped.unlink()
    else:
        databases.check_sqlite(dumped)
        _place_sqlite(dumped, staged, data_dir, databases.sqlite_path(url))
    os.sync()
    # Fails where somebody has put a file into the target meanwhile.
    staged.rename(data_dir)


def _place_sqlite(dumped: Path, staged: Path, data_dir: Path, final: Path) -> None:
    if data_dir in final.parents:
        final = staged / final.relative_to(data_dir)
    final.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    shutil.move(dumped, final)
