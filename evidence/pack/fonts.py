"""Where the index's Chinese typeface is on this machine."""

import sys
from pathlib import Path

FOLDER = Path(sys.prefix, "share", "fieldops", "fonts")
PLACES = (
    FOLDER / "chinese.ttf",
    Path("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc"),
)


class FontMissingError(RuntimeError):
    """No TrueType face with Chinese is installed; the message says how to get one."""


def chinese_font(places: tuple[Path, ...] = PLACES) -> Path:
    """A TrueType file (or collection) with Chinese glyphs; raises FontMissingError."""
    for place in places:
        if place.is_file():
            return place
    raise FontMissingError(
        "no Chinese TrueType typeface: run `python scripts/fetch_fonts.py`, or install the "
        "package fonts-wqy-microhei"
    )
