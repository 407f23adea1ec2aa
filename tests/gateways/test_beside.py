"""What a crash left beside its place is removed when it is old, and nothing else ever is."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from fieldops.gateways.beside import beside, sweep
from fieldops.gateways.blobs import DiskBlobs
from fieldops.gateways.pack_files import PackFiles
from fieldops.models.types import new_id

# Inodes carry the machine's own time, so what is old is said by the time to compare with.
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
FAR_AHEAD = datetime(2100, 1, 1, tzinfo=UTC)
ONE = UUID("0ffad2a9-29c6-49e6-8250-78c5dc43fe72")
HASH = "ab" + "0" * 62


@pytest.fixture
def places(tmp_path: Path) -> dict[str, Path]:
    """One place of each kind with a file, as a running service has them."""
    found = {
        "upload": tmp_path / "uploads" / str(new_id()),
        "blob": tmp_path / "blobs" / str(new_id()) / "ab" / HASH,
        "pack": tmp_path / "packs" / f"{new_id()}.zip",
    }
    for place in found.values():
        place.parent.mkdir(parents=True)
        place.write_bytes(b"kept")
    return found


def _swept(root: Path, before: datetime) -> int:
    return DiskBlobs(root).sweep(before=before) + PackFiles(root).sweep(before=before)


def test_what_was_left_long_ago_goes_and_what_took_its_place_stays(
    tmp_path: Path, places: dict[str, Path]
) -> None:
    left = [beside(place) for place in places.values()]
    for one in left:
        one.write_bytes(b"half")
    assert _swept(tmp_path, FAR_AHEAD) == 3
    assert not any(one.exists() for one in left)
    assert all(place.read_bytes() == b"kept" for place in places.values())
    assert _swept(tmp_path, FAR_AHEAD) == 0


def test_what_is_being_written_now_stays(tmp_path: Path, places: dict[str, Path]) -> None:
    young = beside(places["upload"])
    young.write_bytes(b"half")
    assert _swept(tmp_path, LONG_AGO) == 0
    assert young.exists()


def test_a_fresh_link_to_an_old_upload_is_young(tmp_path: Path, places: dict[str, Path]) -> None:
    old = places["upload"]
    os.utime(old, (0, 0))
    link = beside(places["blob"])
    link.hardlink_to(old)
    linked = datetime.fromtimestamp(old.stat().st_ctime, UTC)  # To the microsecond, either way.
    assert _swept(tmp_path, linked - timedelta(milliseconds=1)) == 0
    assert link.exists()


@pytest.mark.parametrize(
    "name",
    [".keep", str(ONE), f".{ONE}", f"{ONE}.{ONE.hex}", f".x.{ONE.hex}.zip"],
)
def test_no_other_file_is_taken_for_one_that_was_left(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"")
    assert sweep([tmp_path], before=FAR_AHEAD + timedelta(days=1)) == 0
    assert (tmp_path / name).exists()


def test_nothing_is_there_before_the_first_upload(tmp_path: Path) -> None:
    assert _swept(tmp_path, FAR_AHEAD) == 0
