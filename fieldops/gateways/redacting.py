"""Redacted copies of photos: full size, the regions filled, nothing of the file but its pixels."""

import io
from collections.abc import Iterable, Sequence

from PIL import Image, ImageDraw, ImageOps

from fieldops.domain.redacting import Drawn, Region
from fieldops.gateways.pictures import TooManyPixelsError, opened

# A copy is drawn in memory, three bytes a pixel and once more to turn it upright.
MOST_PIXELS = 64_000_000
_FILL = "black"


def redacted(chunks: Iterable[bytes], regions: Sequence[Region]) -> Drawn:
    """The upright photo with every region filled opaque, encoded anew without metadata.

    A region that was filled cannot be brought back, as one that was blurred can. All chunks are
    read first, so that a blob that was changed is found before it is copied. Raises
    TooManyPixelsError.
    """
    with opened(io.BytesIO(b"".join(chunks))) as image:
        width, height = image.size
        if width * height > MOST_PIXELS:
            raise TooManyPixelsError(f"{width} by {height} pixels")
        form = "PNG" if image.format == "PNG" else "JPEG"
        ImageOps.exif_transpose(image, in_place=True)
        # A picture of its own: EXIF, profile and comments stay with the one that was read.
        plain = Image.new("RGB", image.size, "white")
        shown = image.convert("RGBA") if image.has_transparency_data else image.convert("RGB")
        plain.paste(shown, mask=shown if shown.mode == "RGBA" else None)
    drawing = ImageDraw.Draw(plain)
    boxes = [region.box(*plain.size) for region in regions]
    for left, top, across, down in boxes:
        drawing.rectangle((left, top, left + across - 1, top + down - 1), fill=_FILL)
    target = io.BytesIO()
    plain.save(target, form, quality=92, optimize=form == "PNG")
    return Drawn(target.getvalue(), f"image/{form.lower()}", boxes)
