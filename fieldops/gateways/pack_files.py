"""Where finished packs lie: whole under their name, or not there at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, cast
from uuid import UUID

from fieldops.domain.blobs import BlobMissing
from fieldops.gateways.beside import beside as beside_of
from fieldops.gateways.beside import sweep, sync_directory
from fieldops.gateways.blobs.shared_files import SharedFiles


class PackFiles:
    """The packs below one directory.

    With `shared` the directory holds copies alone: a pack is there for every machine, and a copy
    that is missing is fetched. A copy's time is that of its last use.
    """

    def __init__(self, root: Path, shared: SharedFiles | None = None) -> None:
        self._folder, self._shared = root / "packs", shared

    def path(self, pack_id: UUID) -> Path:
        """Where the pack is once it is finished; raises BlobsUnreachable and BlobBroken."""
        found = self._place(pack_id)
        if self._shared is not None and not found.is_file():
            with suppress(BlobMissing), self._beside(pack_id) as (sink, _):
                self._shared.take(pack_id, sink)
        elif self._shared is not None:
            os.utime(found)
        return found

    @contextmanager
    def writing(self, pack_id: UUID) -> Iterator[tuple[BinaryIO, Path]]:
        """A file beside the place, and its path; it takes the place when all went well."""
        with self._beside(pack_id) as (sink, beside):
            yield sink, beside
            if self._shared is not None:
                sink.flush()
                with beside.open("rb") as source:
                    self._shared.give(pack_id, source)

    def discard(self, pack_id: UUID) -> None:
        """Remove a pack everywhere; one that is not there is no error."""
        self._place(pack_id).unlink(missing_ok=True)
        if self._shared is not None:
            self._shared.forget(pack_id)

    def _place(self, pack_id: UUID) -> Path:
        return self._folder / f"{pack_id}.zip"

    @contextmanager
    def _beside(self, pack_id: UUID) -> Iterator[tuple[BinaryIO, Path]]:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        beside = beside_of(self._place(pack_id))
        try:
            with beside.open("wb") as sink:
                yield cast("BinaryIO", sink), beside
                sink.flush()
                os.fsync(sink.fileno())
            beside.replace(self._place(pack_id))
            sync_directory(self._folder)
        finally:
            beside.unlink(missing_ok=True)

    def forget_copies(self, *, before: datetime) -> int:
        """Remove copies that nobody used since that time and that the bucket has; how many.

        Without a bucket the files are no copies, and stay.
        """
        count = 0
        for copy in self._folder.glob("*.zip") if self._shared is not None else ():
            if self._is_spare(copy, before):
                copy.unlink(missing_ok=True)
                count += 1
        return count

    def _is_spare(self, copy: Path, before: datetime) -> bool:
        try:
            is_old = copy.stat().st_mtime < before.timestamp()
            return is_old and self._shared is not None and self._shared.has(UUID(copy.stem))
        except (FileNotFoundError, ValueError):
            return False

    def sweep(self, *, before: datetime) -> int:
        """Remove what a crash left of packs before that time; how many files there were."""
        return sweep([self._folder], before=before)
