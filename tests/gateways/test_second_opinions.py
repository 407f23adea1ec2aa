"""A file's inside must be what its first bytes say, or it is set apart."""

import base64
import io
import struct
from typing import Any

import pytest
from PIL import Image

from fieldops.gateways.media import examine
from fieldops.gateways.pictures import thumbnail
from tests.builders.evidence import a_photo, a_scene, a_sound

AMR = b"#!AMR\n" + 50 * (b"\x3c" + bytes(31))
AAC_FRAME = b"\xff\xf1\x50\x80\x02\x1f\xfc" + bytes(9)
# Soft patches of colour, 64 by 48, as a phone would write them.
HEIC = base64.b64decode(
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAX1tZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAA"
    "AAAAAAAAAAACJpbG9jAAAAAERAAAEAAQAAAAABoQABAAAAAAAAAGcAAAAjaWluZgAAAAAAAQAAABVpbmZlAgAAAAAB"
    "AABodmMxAAAAAA5waXRtAAAAAAABAAAA/WlwcnAAAADdaXBjbwAAAHZodmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADw"
    "NgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQGEAAQAqQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbq5Ka5uAhoMCAA"
    "AAMDIAAAAwAhYgABAAZEAcFzwIkAAAATY29scm5jbHgAAQANAAaAAAAAFGlzcGUAAAAAAAAAQAAAAEAAAAAoY2xhcA"
    "AAAEAAAAABAAAAMAAAAAEAAAAAAAAAAv////AAAAACAAAAEHBpeGkAAAAAAwgICAAAABhpcG1hAAAAAAAAAAEAAQWB"
    "AgMFhAAAAG9tZGF0AAAAYygBrwtg9ebRPPpmriWWT/fqP2Xro86KBkL/GBQSyOzPpqYZoOAYCE8rgLAK1KtXreTTD4"
    "EulsLUkm+LmkpFFzwqcCjGND90ZvVObRyah8LXtzGxPncNbtnGSGgHC1cieY3dsA=="
)
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer <<>>\n%%EOF\n"
WEBM = (
    b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\xf7\x81\x01\x42\xf2\x81\x04\x42\xf3\x81\x08\x42\x82"
)
WEBM += b"\x84webm\x42\x87\x81\x04\x42\x85\x81\x02\x18\x53\x80\x67" + bytes(40)


def _box(kind: bytes, body: bytes = b"") -> bytes:
    return struct.pack(">I4s", 8 + len(body), kind) + body


def _movie(brand: bytes = b"isom", seconds: int = 4) -> bytes:
    head = struct.pack(">IIIII", 0, 0, 0, 1000, seconds * 1000) + bytes(80)
    return (
        _box(b"ftyp", brand + bytes(4)) + _box(b"moov", _box(b"mvhd", head)) + _box(b"mdat", b"x")
    )


def _found(data: bytes) -> Any:
    return examine(io.BytesIO(data))


@pytest.mark.parametrize(
    ("data", "media_type", "length"),
    [
        (a_sound(3), "audio/x-wav", 3000),
        (AMR, "audio/amr", 1000),
        (AAC_FRAME * 431, "audio/aac", 10008),
        (_movie(), "video/mp4", 4000),
        (_movie(b"qt  "), "video/quicktime", 4000),
        (WEBM, "video/webm", None),
        (PDF, "application/pdf", None),
    ],
    ids=["wav", "amr", "aac", "mp4", "quicktime", "webm", "pdf"],
)
def test_what_agrees_is_taken_with_its_length(
    data: bytes, media_type: str, length: int | None
) -> None:
    found = _found(data)
    assert (found.media_type, found.quarantined) == (media_type, "")
    assert found.properties.get("duration_milliseconds") == length


@pytest.mark.parametrize(
    "data",
    [
        AMR[:-5],  # Cut off within a frame.
        AAC_FRAME * 3 + b"<script>",  # Something behind the sound.
        _movie()[:-1],  # The last box runs past the end.
        _box(b"ftyp", b"isom" + bytes(4)) + _box(b"mdat", b"x"),  # No index.
        b"\x1a\x45\xdf\xa3" + b"webm" + bytes(80),  # The word alone.
        PDF.replace(b"%%EOF", b"-----"),  # No end.
        b"\xff\xd8\xff\xe0" + b"<html>",  # A page that begins as a photo.
    ],
    ids=["amr", "aac", "cut mp4", "mp4 without index", "webm", "pdf", "jpeg"],
)
def test_what_does_not_agree_is_set_apart_with_its_reason(data: bytes) -> None:
    assert _found(data).quarantined


def test_a_heic_is_decoded_and_hashed() -> None:
    found = _found(HEIC)
    assert (found.media_type, found.quarantined) == ("image/heic", "")
    assert (found.properties["width"], found.properties["height"]) == (64, 48)
    assert len(found.properties["prints"]["phash"]) == 8


def test_a_heic_has_a_thumbnail_that_browsers_know() -> None:
    assert thumbnail([HEIC]).startswith(b"\xff\xd8")


def test_a_thumbnail_is_small_upright_and_says_nothing_else() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    target = io.BytesIO()
    a_scene(1).save(target, "JPEG", exif=exif, comment=b"secret")
    small = Image.open(io.BytesIO(thumbnail([target.getvalue()])))
    assert small.format == "JPEG"
    assert small.size == (270, 360)
    assert not small.getexif()
    assert "comment" not in small.info


def test_examining_and_copying_leave_the_original_as_it_is() -> None:
    data = a_photo(scene=a_scene(1))
    file = io.BytesIO(data)
    examine(file)
    thumbnail([data])
    assert file.getvalue() == data
