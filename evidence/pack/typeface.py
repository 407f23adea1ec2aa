"""A TrueType typeface for reportlab that stays on the disk: a Chinese one has ten megabytes.

reportlab slices the bytes of a font file. Here a slice reads just that part, and a whole table of
outlines is again only a place in the file, out of which the few glyphs in use are read.
"""

import mmap
from pathlib import Path

from reportlab.pdfbase import pdfmetrics  # type: ignore[import-untyped]  # reportlab ships no types.
from reportlab.pdfbase.ttfonts import TTFError, TTFont  # type: ignore[import-untyped]  # As above.

from evidence.pack.fonts import FontMissingError

_LARGE = 256 * 1024


class _Part:
    """A part of a mapped file that reads like bytes."""

    def __init__(self, data: mmap.mmap, start: int, stop: int, name: str) -> None:
        self._data, self._start, self._stop, self.name = data, start, stop, name

    def read(self) -> "_Part":
        """What reportlab takes for the contents."""
        return self

    def __len__(self) -> int:
        return self._stop - self._start

    def __getitem__(self, key: int | slice) -> "int | bytes | _Part":
        if isinstance(key, int):
            return self._data[self._start + key]
        start, stop, _ = key.indices(len(self))
        start, stop = self._start + start, self._start + max(start, stop)
        if stop - start > _LARGE:
            return _Part(self._data, start, stop, self.name)
        return self._data[start:stop]


def register(path: Path) -> str:
    """Make the typeface known to reportlab; gives back its name, or raises FontMissingError."""
    name = f"Chinese-{path.stem}"
    try:
        with path.open("rb") as file:
            data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        font = TTFont(name, _Part(data, 0, len(data), str(path)), subfontIndex=0, shapable=False)
    except (TTFError, OSError, ValueError) as error:
        raise FontMissingError(f"{path}: not a TrueType typeface: {error}") from error
    font.face.glyphToChar.clear()  # Only shaping would ask for it.
    pdfmetrics.registerFont(font)
    return name
