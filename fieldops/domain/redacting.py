"""Regions of a photo to be covered: read from whoever drew them, and told to whoever gets a copy.

Places are ten-thousandths of the upright photo's width and height, from its upper left corner, so
that a small preview is as good to draw on as the original.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

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


def regions_of(raw: Mapping[str, Any]) -> tuple[list[Region], str]:
    """The regions and the reason for the copy; raises InvalidInput naming the field."""
    reader = Reader(raw)
    regions = [_region(one) for one in reader.children("regions")]
    reason = _reason(reader)
    reader.done()
    if not 1 <= len(regions) <= MOST_REGIONS:
        cure = f"draw 1 to {MOST_REGIONS} rectangles"
        refuse("regions", f"{len(regions)} cannot be taken", cure)
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
        refuse(reader.at("width"), "goes beyond the photo", "keep the rectangle inside it")
    return region


def _reason(reader: Reader) -> str:
    text = " ".join(reader.text("reason", required=True).split())
    if len(text) > LONGEST_REASON or not text.isprintable():
        cure = f"at most {LONGEST_REASON} signs in one line"
        refuse(reader.at("reason"), "is too long or odd", cure)
    return text
