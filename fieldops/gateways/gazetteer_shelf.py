"""The tables of places of this installation: counties from set-up, richer ones put beside."""

import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fieldops.domain.errors import InvalidInput
from fieldops.domain.gazetteer import Gazetteer
from fieldops.gateways.geocoders.gazetteer_files import counties_path, load_gazetteer

_UNSAFE: Final = re.compile(r"[^\w.-]+")
_Stamp = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What came of loading a table: all places now known, and how many have a known centre."""

    file: Path
    places: int
    centres: int


class GazetteerShelf:
    """The gazetteer as its files stand; read anew when one of them was added or changed."""

    def __init__(self, folder: Path, counties: Path | None = None) -> None:
        self._folder = folder
        self._counties = counties or counties_path()
        self._read: tuple[_Stamp, Gazetteer] | None = None

    def current(self) -> Gazetteer:
        """The gazetteer; raises InvalidInput when a table does not hold together."""
        files = self._richer()
        stamp = _stamp([self._counties, *files])
        if self._read is None or self._read[0] != stamp:
            self._read = (stamp, load_gazetteer(self._counties, *files))
        return self._read[1]

    def add(self, file: Path) -> Loaded:
        """Check a table together with all others and keep a copy; the same name is replaced.

        Raises InvalidInput naming rows and cures, and nothing is changed then.
        """
        name = _UNSAFE.sub("_", file.stem).strip(".") or "places"
        target = self._folder / f"{name}.csv"
        others = [each for each in self._richer() if each != target]
        # In the order in which they will be read later: by name.
        order = sorted([*others, target])
        gazetteer = load_gazetteer(
            self._counties, *(file if each == target else each for each in order)
        )
        self._copy(file, target)
        centres = sum(place.position is not None for place in gazetteer)
        return Loaded(target, len(gazetteer), centres)

    def _copy(self, file: Path, target: Path) -> None:
        beside = target.with_suffix(".part")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, beside)
            beside.replace(target)
        except OSError as error:
            raise InvalidInput(f"{target} cannot be written: {error.strerror}") from error

    def _richer(self) -> list[Path]:
        return sorted(self._folder.glob("*.csv"))


def _stamp(files: Sequence[Path]) -> _Stamp:
    found = []
    for file in files:
        if file.exists():
            about = file.stat()
            found.append((str(file), about.st_mtime_ns, about.st_size))
    return tuple(found)
