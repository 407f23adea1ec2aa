"""Redacted copies: full size, regions filled for good, and nothing of the file but its pixels."""

import io

import pytest
from PIL import Image
from PIL.ExifTags import Base

from fieldops.domain.errors import InvalidInput
from fieldops.domain.redacting import Covered, Region, masks, regions_of
from fieldops.gateways import redacting
from fieldops.gateways.pictures import TooManyPixelsError
from tests.builders.evidence import a_photo, a_scene

HALF = Region(Covered.FACE, "third person", 0, 0, 5000, 10_000)
RAW = {"what": "face", "reason": "third person", "x": 0, "y": 0, "width": 5000, "height": 5000}


def encoded(image: Image.Image, form: str = "PNG", **how: object) -> bytes:
    target = io.BytesIO()
    image.save(target, form, **how)
    return target.getvalue()


def copied(data: bytes, *regions: Region) -> Image.Image:
    return Image.open(io.BytesIO(redacting.redacted([data[:9], data[9:]], regions).data))


def test_a_region_is_one_opaque_colour_and_the_rest_is_as_it_was() -> None:
    scene = a_scene(1)
    copy = copied(encoded(scene), HALF)
    assert copy.size == scene.size
    assert copy.crop((0, 0, 320, 480)).getcolors() == [(320 * 480, (0, 0, 0))]
    rest = (320, 0, 640, 480)
    assert copy.crop(rest).tobytes() == scene.crop(rest).tobytes()


def test_a_copy_of_a_photo_has_no_metadata() -> None:
    drawn = redacting.redacted([a_photo()], [HALF])
    copy = Image.open(io.BytesIO(drawn.data))
    assert drawn.media_type == "image/jpeg"
    assert (dict(copy.getexif()), copy.info.get("exif"), copy.info.get("comment")) == (
        {}, None, None,
    )  # fmt: skip
    assert b"Test camera" not in drawn.data
    assert b"Exif" not in drawn.data


@pytest.mark.parametrize("form", ["JPEG", "WEBP"])
def test_a_photo_on_its_side_is_covered_where_a_person_sees_it(form: str) -> None:
    exif = Image.Exif()
    exif[Base.Orientation] = 6
    lying = Image.new("RGB", (80, 40), "white")
    copy = copied(encoded(lying, form, exif=exif), Region(Covered.TEXT, "x", 0, 0, 10_000, 2500))
    assert copy.size == (40, 80)
    assert copy.getpixel((20, 5)) == (0, 0, 0)
    assert copy.convert("L").getpixel((20, 60)) > 240  # type: ignore[operator]  # A grey value.


def test_what_was_transparent_shows_nothing_that_lay_beneath() -> None:
    hidden = Image.new("RGBA", (20, 20), (200, 10, 10, 0))
    assert copied(encoded(hidden), HALF).getpixel((15, 10)) == (255, 255, 255)


def test_boxes_are_rounded_outward() -> None:
    region = Region(Covered.FACE, "x", 1001, 1001, 1, 1)
    assert region.box(640, 480) == (64, 48, 1, 1)
    assert Region(Covered.FACE, "x", 9999, 0, 1, 10_000).box(10, 10) == (9, 0, 1, 10)


def test_a_picture_that_would_swell_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redacting, "MOST_PIXELS", 100)
    with pytest.raises(TooManyPixelsError):
        redacting.redacted([a_photo()], [HALF])


def test_each_region_is_told_with_its_place_and_reason() -> None:
    assert masks([HALF], [(0, 0, 320, 480)]) == ["face 0,0,320,480 third person"]


@pytest.mark.parametrize(
    ("raw", "field"),
    [
        ({"regions": [], "reason": "x"}, "regions"),
        ({"regions": [RAW] * 201, "reason": "x"}, "regions"),
        ({"regions": [RAW]}, "reason"),
        ({"regions": [RAW], "reason": "x" * 101}, "reason"),
        ({"regions": [{**RAW, "what": "soul"}], "reason": "x"}, "regions[0].what"),
        ({"regions": [{**RAW, "reason": " "}], "reason": "x"}, "regions[0].reason"),
        ({"regions": [{**RAW, "x": -1}], "reason": "x"}, "regions[0].x"),
        ({"regions": [{**RAW, "x": 0.5}], "reason": "x"}, "regions[0].x"),
        ({"regions": [{**RAW, "width": 0}], "reason": "x"}, "regions[0].width"),
        ({"regions": [{**RAW, "x": 6000}], "reason": "x"}, "regions[0].width"),
        ({"regions": [{**RAW, "blur": 3}], "reason": "x"}, "regions[0].blur"),
        ({"regions": "all", "reason": "x"}, "regions"),
    ],
)
def test_regions_that_cannot_be_taken_are_named(raw: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        regions_of(raw)
    assert refused.value.faults[0].field == field
