"""What a file's bytes say: its type by content, size in pixels, EXIF, duration."""

import re
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any, BinaryIO

import filetype
import pi_heif
from PIL import Image
from PIL.ExifTags import GPS, IFD, Base
from tinytag import TinyTag

from fieldops.domain.blobs import BlobBroken
from fieldops.domain.evidence import Examined
from fieldops.domain.positions import Datum, PositionRefused, parse_datum, read_position

# The limit below is checked by ourselves: Pillow's own only warns in between.
Image.MAX_IMAGE_PIXELS = None
pi_heif.register_heif_opener()

MOST_PIXELS = 120_000_000
_CHUNK = 1024 * 1024
_HEAD = 8192
_KINDS: Mapping[str, str] = {
    **dict.fromkeys(
        ("image/jpeg", "image/png", "image/webp", "image/heic", "image/heif"), "photo"
    ),
    **dict.fromkeys(("video/mp4", "video/quicktime", "video/3gpp", "video/webm"), "video"),
    **dict.fromkeys(
        ("audio/mpeg", "audio/mp4", "audio/aac", "audio/amr", "audio/ogg", "audio/x-wav",
         "audio/x-flac"),
        "audio",
    ),
    "application/pdf": "document",
}  # fmt: skip
_FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
_OFFSET = re.compile(r"[+-]\d\d:\d\d")


def examine(file: BinaryIO) -> Examined:
    """Hash a seekable file in constant memory and read what it says of itself.

    A file that cannot be read, or of a type that is not taken, is never an error: it is kept, and
    `quarantined` says why no page should open it. BlobBroken passes through.
    """
    digest, size = sha256(), 0
    while chunk := file.read(_CHUNK):
        digest.update(chunk)
        size += len(chunk)
    file.seek(0)
    guessed = filetype.guess(file.read(_HEAD))
    media_type = guessed.mime if guessed else "application/octet-stream"
    kind = _KINDS.get(media_type, "other")
    properties: dict[str, Any] = {}
    quarantined = "" if kind != "other" else f"files of type {media_type} are not opened here"
    file.seek(0)
    try:
        if kind == "photo":
            properties = _of_image(file)
        elif kind in ("audio", "video"):
            properties = _of_sound(file)
    except BlobBroken:
        raise
    except Exception as wrong:  # Parsers of hostile bytes raise whatever they like.
        quarantined = f"cannot be read as {media_type}: {type(wrong).__name__}"
    return Examined(digest.hexdigest(), size, kind, media_type, quarantined, properties)


def _of_image(file: BinaryIO) -> dict[str, Any]:
    with Image.open(file, formats=_FORMATS) as image:
        width, height = image.size
        if width * height > MOST_PIXELS:
            raise ValueError("too many pixels")
        exif = _exif(image.getexif())
        # An eighth of the size still decodes every block of a JPEG, in a fraction of the memory.
        image.draft("RGB", (width // 8, height // 8))
        image.load()
    return {"width": width, "height": height, **({"exif": exif} if exif else {})}


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


def _of_sound(file: BinaryIO) -> dict[str, Any]:
    seconds = TinyTag.get(file_obj=file, tags=False, duration=True).duration
    return {} if seconds is None else {"duration_milliseconds": round(seconds * 1000)}
