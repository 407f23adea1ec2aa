"""Perceptual hashes: one scene is known again, another is not, and a plain one says nothing."""

import io
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image, ImageEnhance

from fieldops.domain.prints import DHASH_BITS, PHASH_BITS, SIDE, TURNS, Prints, matches, prints_of
from tests.builders.evidence import a_scene

SCENE = a_scene(1)
Change = Callable[[Image.Image], Image.Image]


def _prints(image: Image.Image) -> Prints:
    found = prints_of(_grey(image))
    assert found is not None
    return found


def _grey(image: Image.Image) -> np.ndarray:
    return np.asarray(image.convert("L").resize((SIDE, SIDE), Image.Resampling.BOX))


def _again(image: Image.Image) -> Image.Image:
    target = io.BytesIO()
    image.save(target, "JPEG", quality=40)
    return Image.open(target)


@pytest.mark.parametrize(
    "change",
    [
        lambda image: image,
        _again,
        lambda image: image.resize((320, 240)),
        lambda image: ImageEnhance.Brightness(image).enhance(1.15),
        lambda image: _again(image.resize((480, 360))),
    ],
    ids=["exact", "re-encoded", "half the size", "lighter", "as a chat sends it"],
)
def test_the_same_scene_is_known_again(change: Change) -> None:
    (found,) = matches(_prints(SCENE).row(7), _prints(change(SCENE)), 5)
    assert (found.position, found.turn) == (7, "upright")
    assert found.phash_bits <= PHASH_BITS or found.dhash_bits <= DHASH_BITS


@pytest.mark.parametrize("quarter", range(4))
@pytest.mark.parametrize("mirrored", [False, True])
def test_a_turned_or_mirrored_scene_is_known_again(quarter: int, *, mirrored: bool) -> None:
    changed = SCENE.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if mirrored else SCENE
    changed = _again(changed.rotate(90 * quarter, expand=True))
    (found,) = matches(_prints(SCENE).row(0), _prints(changed), 5)
    assert found.turn.startswith("mirrored") is mirrored
    assert min(found.phash_bits, found.dhash_bits) <= 3


def test_every_attitude_has_its_own_name() -> None:
    prints = _prints(SCENE)
    rows = b"".join(
        Prints((prints.phash[n],), (prints.dhash[n],)).row(n) for n in range(len(TURNS))
    )
    found = {match.position: match.turn for match in matches(rows, prints, 20)}
    assert found == dict(enumerate(TURNS))


def test_other_scenes_are_not_taken_for_it() -> None:
    rows = b"".join(_prints(a_scene(seed)).row(seed) for seed in range(2, 60))
    assert matches(rows, _prints(SCENE), 5) == []


def test_the_nearest_come_first_and_no_more_than_asked_for() -> None:
    exact = _prints(SCENE)
    near = Prints((exact.phash[0] ^ 0b111,), (exact.dhash[0] ^ 0b111,))
    rows = b"".join(one.row(n) for n, one in enumerate([near, exact, near]))
    found = matches(rows, exact, 2)
    assert found[0].position == 1
    assert len(found) == 2


@pytest.mark.parametrize("level", [0, 128, 255])
def test_a_picture_that_shows_nothing_has_no_hashes(level: int) -> None:
    assert prints_of(np.full((SIDE, SIDE), level, np.uint8)) is None


def test_no_photo_is_found_among_none() -> None:
    assert matches(b"", _prints(SCENE), 5) == []


def test_what_is_stored_is_read_again() -> None:
    prints = _prints(SCENE)
    assert Prints.from_json(prints.to_json()) == prints
    assert Prints.from_json(None) is None
