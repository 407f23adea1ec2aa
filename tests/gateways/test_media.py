"""What a file's bytes say of it, whatever its sender says."""

import hashlib
import io
import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from fieldops.domain.crosschecks import CHECKS
from fieldops.domain.errors import InvalidInput
from fieldops.domain.evidence import Claimed, read_claims
from fieldops.gateways.media import examine
from tests.builders.evidence import a_photo, a_sound

VISIT = "01a20b44-9b45-749b-b15c-c53426832434"


def _png_of(width: int, height: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        whole = kind + body
        return struct.pack(">I", len(body)) + whole + struct.pack(">I", zlib.crc32(whole))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IDAT", zlib.compress(b""))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + body + chunk(b"IEND", b"")


def _read(told: dict[str, str]) -> Claimed | InvalidInput:
    try:
        return read_claims(told)
    except InvalidInput as refused:
        return refused


def test_a_photo_tells_size_time_and_place() -> None:
    found = examine(io.BytesIO(a_photo(lat=30.657421, lon=104.065735)))
    exif = found.properties["exif"]
    assert (found.kind, found.media_type, found.quarantined) == ("photo", "image/jpeg", "")
    assert (found.properties["width"], found.properties["height"]) == (64, 48)
    assert exif["taken_at"] == "2026-11-24T10:00:30"
    assert float(exif["lat"]) == pytest.approx(30.657421, abs=1e-6)
    assert float(exif["lon"]) == pytest.approx(104.065735, abs=1e-6)
    assert exif["datum"] == "WGS84"


def test_hash_and_size_are_those_of_the_bytes() -> None:
    data = bytes(range(256)) * 9000
    found = examine(io.BytesIO(data))
    assert (found.sha256, found.size) == (hashlib.sha256(data).hexdigest(), len(data))


def test_a_recording_tells_how_long_it_is() -> None:
    found = examine(io.BytesIO(a_sound(3)))
    assert found.kind == "audio"
    assert found.properties == {"duration_milliseconds": 3000}


def test_a_heic_that_cannot_be_decoded_is_known_and_kept_apart() -> None:
    head = struct.pack(">I4s4sI4s", 24, b"ftyp", b"heic", 0, b"mif1") + b"heic"
    found = examine(io.BytesIO(head + bytes(100)))
    assert (found.kind, found.media_type) == ("photo", "image/heic")
    assert found.quarantined


def test_a_picture_that_would_swell_is_not_decoded() -> None:
    found = examine(io.BytesIO(_png_of(60_000, 60_000)))
    assert found.quarantined.endswith("TooManyPixelsError")
    assert found.properties == {}


@pytest.mark.parametrize("cut", [100, 500, 800])
def test_a_photo_that_was_cut_off_is_kept_apart(cut: int) -> None:
    assert examine(io.BytesIO(a_photo()[:cut])).quarantined


@settings(max_examples=40)
@given(changes=st.lists(st.tuples(st.integers(0, 600), st.integers(0, 255)), max_size=12))
def test_no_damage_to_a_photo_is_an_error(changes: list[tuple[int, int]]) -> None:
    data = bytearray(a_photo())
    for place, value in changes:
        data[place % len(data)] = value
    assert examine(io.BytesIO(bytes(data))).size == len(data)


def test_a_png_says_no_time() -> None:
    target = io.BytesIO()
    Image.new("RGB", (8, 8)).save(target, "PNG")
    assert examine(io.BytesIO(target.getvalue())).properties == {
        "width": 8,
        "height": 8,
        "prints": {},
    }


@settings(max_examples=50)
@given(
    told=st.dictionaries(
        st.sampled_from(
            ["visit", "filename", "filetype", "sha256", "key", "capture", "device_at", "lat",
             "lon", "datum", "accuracy", "mock"]
        ),
        st.text(max_size=30),
    )
)  # fmt: skip
def test_whatever_a_client_says_is_taken_or_refused_with_its_fields(told: dict[str, str]) -> None:
    found = _read({"visit": VISIT, **told})
    if isinstance(found, InvalidInput):
        assert found.faults
    else:
        assert Claimed.from_json(found.visit_id, found.key, found.to_json()) == found


def test_every_check_has_its_words_in_two_languages() -> None:
    assert all(english and chinese for english, chinese in CHECKS.values())


def _box(kind: bytes, *inside: bytes) -> bytes:
    body = b"".join(inside)
    return struct.pack(">I4s", 8 + len(body), kind) + body


def _recorded(*tracks: bytes) -> io.BytesIO:
    """A recording as browsers begin one: the brand of movies, and a track of each kind."""
    handlers = (_box(b"trak", _box(b"hdlr", bytes(8) + one + bytes(13))) for one in tracks)
    brand = _box(b"ftyp", b"isom", bytes(4), b"isomiso5mp41")
    return io.BytesIO(brand + _box(b"moov", *handlers) + _box(b"mdat", b"x"))


def test_what_a_browser_recorded_of_a_microphone_is_sound() -> None:
    found = examine(_recorded(b"soun"))
    assert (found.kind, found.media_type, found.quarantined) == ("audio", "audio/mp4", "")


def test_a_recording_with_a_picture_is_a_video() -> None:
    found = examine(_recorded(b"vide", b"soun"))
    assert (found.kind, found.media_type) == ("video", "video/mp4")
