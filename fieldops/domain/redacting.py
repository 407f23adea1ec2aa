"""Regions of a photo to be covered: read from whoever drew them, and told to whoever gets a copy.

Places are ten-thousandths of the upright photo's width and height, from its upper left corner, so
that a small preview is as good to draw on as the original.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from fieldops.domain.bilingual import Bilingual
from fieldops.domain.rulebook.reading import Reader, refuse

WHOLE = 10_000
MOST_REGIONS = 200
LONGEST_REASON = 100
Box = tuple[int, int, int, int]
"""Left, top, width and height in whole pixels."""


class Covered(StrEnum):
    """What a region covers."""

    FACE = "face"
    PLATE = "plate"
    TEXT = "text"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Region:
    """One rectangle, what is under it, and why it is covered."""

    what: Covered
    reason: str
    x: int
    y: int
    width: int
    height: int

    def box(self, width: int, height: int) -> Box:
        """The rectangle in a picture of that size, rounded outward: nothing shows at its edge."""
        left, top = self.x * width // WHOLE, self.y * height // WHOLE
        right = -(-(self.x + self.width) * width // WHOLE)
        bottom = -(-(self.y + self.height) * height // WHOLE)
        return left, top, right - left, bottom - top


@dataclass(frozen=True, slots=True)
class Drawn:
    """A redacted copy as it was drawn: its bytes, its type, and the boxes, one for each region."""

    data: bytes
    media_type: str
    boxes: Sequence[Box]


_BEYOND = Bilingual("goes beyond the photo", "超出照片范围")
_KEEP_INSIDE = Bilingual("keep the rectangle inside it", "请将矩形画在照片之内")
_TOO_LONG = Bilingual("is too long or odd", "过长或含有无法显示的字符")
_ONE_LINE = Bilingual(
    f"at most {LONGEST_REASON} signs in one line", f"一行之内,最多 {LONGEST_REASON} 字"
)


def regions_of(raw: Mapping[str, Any]) -> tuple[list[Region], str]:
    """The regions and the reason for the copy; raises InvalidInput naming the field."""
    reader = Reader(raw)
    regions = [_region(one) for one in reader.children("regions")]
    reason = _reason(reader)
    reader.done()
    if not 1 <= len(regions) <= MOST_REGIONS:
        count = len(regions)
        cure = Bilingual(f"draw 1 to {MOST_REGIONS} rectangles", f"请画 1 至 {MOST_REGIONS} 个矩形")
        refuse("regions", Bilingual(f"{count} cannot be taken", f"不能为 {count} 个"), cure)
    return regions, reason


def masks(regions: Sequence[Region], boxes: Sequence[Box]) -> list[str]:
    """What a pack says of each region: `face 120,80,64,64 third person`."""
    return [
        f"{region.what.value} {','.join(map(str, box))} {region.reason}"
        for region, box in zip(regions, boxes, strict=True)
    ]


def _region(reader: Reader) -> Region:
    region = Region(
        what=reader.word("what", Covered),
        reason=_reason(reader),
        x=reader.whole("x", 0, WHOLE - 1),
        y=reader.whole("y", 0, WHOLE - 1),
        width=reader.whole("width", 1, WHOLE),
        height=reader.whole("height", 1, WHOLE),
    )
    reader.done()
    if region.x + region.width > WHOLE or region.y + region.height > WHOLE:
        refuse(reader.at("width"), _BEYOND, _KEEP_INSIDE)
    return region


def _reason(reader: Reader) -> str:
    text = " ".join(reader.text("reason", required=True).split())
    if len(text) > LONGEST_REASON or not text.isprintable():
        refuse(reader.at("reason"), _TOO_LONG, _ONE_LINE)
    return text
