"""Where finished packs lie: whole under their name, or not there at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, cast
from uuid import UUID

from fieldops.gateways.beside import beside as beside_of
from fieldops.gateways.beside import sweep


class PackFiles:
    """The packs below one directory."""

    def __init__(self, root: Path) -> None:
        self._folder = root / "packs"

    def path(self, pack_id: UUID) -> Path:
        """Where the pack is once it is finished."""
        return self._folder / f"{pack_id}.zip"

    @contextmanager
    def writing(self, pack_id: UUID) -> Iterator[tuple[BinaryIO, Path]]:
        """A file beside the place, and its path; it takes the place when all went well."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        beside = beside_of(self.path(pack_id))
        try:
            with beside.open("wb") as sink:
                yield cast("BinaryIO", sink), beside
                sink.flush()
                os.fsync(sink.fileno())
            beside.replace(self.path(pack_id))
            self._sync()
        finally:
            beside.unlink(missing_ok=True)

    def sweep(self, *, before: datetime) -> int:
        """Remove what a crash left of packs before that time; how many files there were."""
        return sweep([self._folder], before=before)

    def _sync(self) -> None:
        handle = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
