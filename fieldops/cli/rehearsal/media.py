"""Photos and sound as a phone would make them: JPEG with EXIF, WAV."""

import io
import math
import random
import struct
import wave
from datetime import datetime
from zoneinfo import ZoneInfo

from PIL import ExifTags, Image, ImageDraw
from PIL.TiffImagePlugin import IFDRational

_SIZE = (960, 720)
_RATE = 8000


def photo(seed: str, at: datetime, zone: ZoneInfo, lat: float, lon: float) -> bytes:
    """A door, different for every seed, with the time and the position (WGS-84) in its EXIF."""
    chance = random.Random(seed)  # noqa: S311  # A picture, not a key.
    wall = tuple(chance.randint(120, 220) for _ in range(3))
    door = tuple(chance.randint(30, 140) for _ in range(3))
    image = Image.new("RGB", _SIZE, wall)
    draw = ImageDraw.Draw(image)
    left = chance.randint(200, 500)
    draw.rectangle((left, 120, left + 260, 720), fill=door, outline=(20, 20, 20), width=6)
    draw.ellipse((left + 215, 430, left + 240, 455), fill=(210, 180, 60))
    for _ in range(40):
        x, y = chance.randint(0, _SIZE[0]), chance.randint(0, _SIZE[1])
        shade = chance.randint(60, 240)
        draw.line((x, y, x + chance.randint(-90, 90), y + 8), fill=(shade, shade, shade), width=2)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80, exif=_exif(at.astimezone(zone), lat, lon))
    return out.getvalue()


def sound(seed: str, seconds: float) -> bytes:
    """A recording of a voice-like hum, different for every seed."""
    chance = random.Random(seed)  # noqa: S311  # A sound, not a key.
    pitch = chance.uniform(110, 220)
    frames = bytearray()
    for n in range(int(seconds * _RATE)):
        swell = 0.5 + 0.5 * math.sin(n / _RATE * 3)
        value = swell * math.sin(2 * math.pi * pitch * n / _RATE) * 8000
        frames += struct.pack("<h", int(value))
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(_RATE)
        file.writeframes(bytes(frames))
    return out.getvalue()


def _exif(local: datetime, lat: float, lon: float) -> Image.Exif:
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Demo"
    exif[ExifTags.Base.Model] = "Simulated phone"
    exif[ExifTags.Base.DateTime] = local.strftime("%Y:%m:%d %H:%M:%S")
    detail = exif.get_ifd(ExifTags.IFD.Exif)
    detail[ExifTags.Base.DateTimeOriginal] = local.strftime("%Y:%m:%d %H:%M:%S")
    detail[ExifTags.Base.OffsetTimeOriginal] = f"{local:%z}"[:3] + ":" + f"{local:%z}"[3:]
    place = exif.get_ifd(ExifTags.IFD.GPSInfo)
    place[ExifTags.GPS.GPSLatitudeRef] = "N" if lat >= 0 else "S"
    place[ExifTags.GPS.GPSLatitude] = _degrees(abs(lat))
    place[ExifTags.GPS.GPSLongitudeRef] = "E" if lon >= 0 else "W"
    place[ExifTags.GPS.GPSLongitude] = _degrees(abs(lon))
    return exif


def _degrees(value: float) -> tuple[IFDRational, IFDRational, IFDRational]:
    degrees = int(value)
    minutes = int((value - degrees) * 60)
    seconds = (value - degrees - minutes / 60) * 3600
    return IFDRational(degrees), IFDRational(minutes), IFDRational(round(seconds * 1000), 1000)
