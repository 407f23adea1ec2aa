"""Photos: decoded again within limits, what their EXIF says, their hashes, and small copies."""

import io
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, BinaryIO

import numpy as np
import pi_heif
from PIL import Image, ImageOps
from PIL.ExifTags import GPS, IFD, Base

from fieldops.domain.positions import Datum, PositionRefused, parse_datum, read_position
from fieldops.domain.prints import SIDE, prints_of

# The limit below is checked by ourselves: Pillow's own only warns in between.
Image.MAX_IMAGE_PIXELS = None
pi_heif.register_heif_opener()

MOST_PIXELS = 120_000_000
THUMBNAIL = (360, 360)
# What regions are drawn on: enough to see a face at the other end of a street.
PREVIEW = (1800, 1800)
_FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
_TYPES: Mapping[str, tuple[str, ...]] = {
    "JPEG": ("image/jpeg",),
    "PNG": ("image/png",),
    "WEBP": ("image/webp",),
    "HEIF": ("image/heic", "image/heif"),
}
_OFFSET = re.compile(r"[+-]\d\d:\d\d")


class TooManyPixelsError(ValueError):
    """The picture would swell beyond what is decoded here."""


def look(file: BinaryIO) -> tuple[tuple[str, ...], dict[str, Any]]:
    """Decode a photo; the types that its decoder stands for, and what the photo says of itself."""
    with opened(file) as image:
        width, height = image.size
        exif = _exif(image.getexif())
        types = _TYPES[str(image.format)]
        # An eighth of the size still decodes every block of a JPEG, in a fraction of the memory.
        image.draft("RGB", (SIDE, SIDE))
        image.load()
        grey = image.convert("L").resize((SIDE, SIDE), Image.Resampling.BOX)
    prints = prints_of(np.asarray(grey))
    return types, {
        "width": width,
        "height": height,
        **({"exif": exif} if exif else {}),
        # Empty for a photo that shows next to nothing; one that was never asked has no such key.
        "prints": prints.to_json() if prints else {},
    }


def thumbnail(chunks: Iterable[bytes], most: tuple[int, int] = THUMBNAIL) -> bytes:
    """A small upright JPEG of a photo, its pixels alone: no EXIF, no comment, no profile.

    All chunks are read first, so that a blob that was changed is found before it is shown.
    """
    with opened(io.BytesIO(b"".join(chunks))) as image:
        image.draft("RGB", most)
        upright = ImageOps.exif_transpose(image)
        upright.thumbnail(most)
        small = Image.new("RGB", upright.size, "white")
        small.paste(upright.convert("RGB"))
    target = io.BytesIO()
    small.save(target, "JPEG", quality=80)
    return target.getvalue()


def opened(file: BinaryIO) -> Image.Image:
    """A photo of one of the types that are taken, not decoded yet; raises TooManyPixelsError."""
    image = Image.open(file, formats=_FORMATS)
    width, height = image.size
    if width * height > MOST_PIXELS:
        image.close()
        raise TooManyPixelsError(f"{width} by {height} pixels")
    return image


def _exif(exif: Image.Exif) -> dict[str, Any]:
    details, place = exif.get_ifd(IFD.Exif), exif.get_ifd(IFD.GPSInfo)
    found: dict[str, Any] = {}
    try:
        text = str(details.get(Base.DateTimeOriginal) or exif.get(Base.DateTime) or "")
        moment = datetime.strptime(text.strip("\x00 "), "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007  # EXIF gives local time; its offset stands apart.
        found["taken_at"] = moment.isoformat()
        offset = str(details.get(Base.OffsetTimeOriginal) or "").strip("\x00 ")
        found["offset"] = offset if _OFFSET.fullmatch(offset) else None
    except ValueError:
        pass  # Many cameras write blanks where they know no time.
    found.update(_position(place))
    for name, tag in (("make", Base.Make), ("model", Base.Model)):
        text = str(exif.get(tag) or "").strip("\x00 ")[:100]
        if text and text.isprintable():
            found[name] = text
    return found


def _position(place: Mapping[int, Any]) -> dict[str, Any]:
    try:
        lat = _angle(place[GPS.GPSLatitude], place[GPS.GPSLatitudeRef], "S")
        lon = _angle(place[GPS.GPSLongitude], place[GPS.GPSLongitudeRef], "W")
    except (KeyError, ValueError, TypeError, ArithmeticError):
        return {}
    named = parse_datum(str(place.get(GPS.GPSMapDatum, "")))
    # EXIF positions are WGS-84 unless the file says that they are not.
    datum = Datum.WGS84 if isinstance(named, PositionRefused) else named
    if isinstance(read_position(lat, lon, datum), PositionRefused):
        return {}
    return {"lat": lat, "lon": lon, "datum": datum.value}


def _angle(parts: Any, reference: str, negative: str) -> str:
    degrees, minutes, seconds = (float(part) for part in parts)
    angle = degrees + minutes / 60 + seconds / 3600
    sign = "-" if str(reference).strip("\x00 ").upper() == negative else ""
    return f"{sign}{angle:.7f}"
