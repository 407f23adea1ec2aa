"""What is done to the files of a pack from outside is found, and the file is named."""

import io
import random
import struct
import zipfile
from pathlib import Path

import pytest

from evidence.custody import layout
from evidence.custody.verify.judge import verify
from tests.evidence import world
from tests.evidence.tampering import failed, files, good_pack, judged, manifests, rezip

ORIGINAL = "data/0001-visit-9-" + world.item(1).sha256[:8] + ".jpg"
SECOND = "data/0002-visit-9-" + world.item(2).sha256[:8] + ".jpg"


def test_a_flipped_bit_is_named_with_its_file(tmp_path: Path) -> None:
    data = bytearray(good_pack())
    data[data.index(world.content(1)) + 100] ^= 1
    report = judged(tmp_path, bytes(data))
    assert "payload" in failed(report)
    assert ORIGINAL in report.claim("payload").detail()


def test_a_bit_flipped_anywhere_is_found(tmp_path: Path) -> None:
    chance = random.Random(7)
    whole = good_pack()
    # Structures at the edges of files and the directory at the end matter most.
    edges = [m for m in range(len(whole)) if whole[m : m + 2] == b"PK"]
    near = [min(m + chance.randrange(46), len(whole) - 1) for m in chance.sample(edges, 15)]
    places = near + chance.sample(range(len(whole)), 5)
    for place in places:
        data = bytearray(whole)
        data[place] ^= 1 << chance.randrange(8)
        # Even a reader without a trust file sees it: the container accounts for every byte.
        assert judged(tmp_path, bytes(data), trust=None).exit_status == 1, place


def test_a_removed_file_is_named(tmp_path: Path) -> None:
    changed = files()
    del changed[ORIGINAL]
    report = judged(tmp_path, rezip(changed))
    assert {"payload", "custody"} <= failed(report)
    assert f"{ORIGINAL} was removed" in report.claim("payload").detail()


@pytest.mark.parametrize("name", ["data/9999-x.jpg", "verify/more.py", "derived/x.png"])
def test_an_added_file_is_named(tmp_path: Path, name: str) -> None:
    report = judged(tmp_path, rezip({**files(), name: b"more"}), trust=None)
    assert f"{name} was added" in report.claim("payload").detail()


@pytest.mark.parametrize("name", ["readme.txt", "seal/other.p7s", "meta/more.jsonl"])
def test_a_file_without_a_place_is_named(tmp_path: Path, name: str) -> None:
    report = judged(tmp_path, rezip({**files(), name: b"more"}), trust=None)
    assert name in report.claim("structure").detail()


def test_swapped_files_are_found(tmp_path: Path) -> None:
    changed = files()
    changed[ORIGINAL], changed[SECOND] = changed[SECOND], changed[ORIGINAL]
    report = judged(tmp_path, rezip(changed))
    assert {"payload", "custody"} <= failed(report)


@pytest.mark.parametrize(
    "name",
    ["data/renamed.jpg", ORIGINAL.upper().replace("DATA", "data"), ORIGINAL.replace("0001", "0009"),
     ORIGINAL.replace("visit", "vi\u00adsit"), ORIGINAL.replace("visit", "v\u0456sit"),
     ORIGINAL.replace("visit", "visi\u0301t")],
)  # fmt: skip
def test_a_renamed_file_is_named(tmp_path: Path, name: str) -> None:
    changed = files()
    changed[name] = changed.pop(ORIGINAL)
    whole = zipped({f"case-7/{n}": data for n, data in changed.items()})
    report = judged(tmp_path, whole, trust=None)
    assert {"payload", "custody"} <= failed(report)
    assert f"{ORIGINAL} was removed" in report.claim("payload").detail()


def test_manifests_written_anew_do_not_hide_a_change(tmp_path: Path) -> None:
    changed = manifests({**files(), ORIGINAL: b"forged"})
    report = judged(tmp_path, rezip(changed))
    assert "payload" not in failed(report)
    assert {"custody", "signature", "time"} <= failed(report)


@pytest.mark.parametrize("name", [layout.MANIFEST, layout.TAG_MANIFEST])
@pytest.mark.parametrize("how", ["double", "crlf", "cut"])
def test_an_irregular_manifest_is_refused(tmp_path: Path, name: str, how: str) -> None:
    lines = files()[name].splitlines(keepends=True)
    data = {
        "double": b"".join([*lines, lines[0]]),
        "crlf": b"".join(lines).replace(b"\n", b"\r\n"),
        "cut": b"".join(lines)[:-1],
    }[how]
    report = judged(tmp_path, rezip({**files(), name: data}), trust=None)
    assert "structure" in failed(report)


def zipped(names: dict[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    """A ZIP by another program, with the pack's fixed date and attributes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in names.items():
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.external_attr, info.compress_type, info.create_system = 0o100644 << 16, method, 3
            archive.writestr(info, data)
    return out.getvalue()


def named() -> dict[str, bytes]:
    return {f"case-7/{name}": data for name, data in files().items()}


def test_another_program_may_write_the_same_zip(tmp_path: Path) -> None:
    assert judged(tmp_path, zipped(named())).ok


def test_compressed_files_are_refused(tmp_path: Path) -> None:
    report = judged(tmp_path, zipped(named(), zipfile.ZIP_DEFLATED))
    assert "compressed" in report.claim("structure").detail()


def test_a_zip_bomb_is_refused_without_unpacking(tmp_path: Path) -> None:
    bomb = {**named(), "case-7/data/bomb.jpg": bytes(20_000_000)}
    data = zipped(bomb, zipfile.ZIP_DEFLATED)
    assert len(data) < 1_000_000
    assert "structure" in failed(judged(tmp_path, data))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_entries_of_one_name_are_refused(tmp_path: Path) -> None:
    data = zipped(named())
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a") as archive:
        info = zipfile.ZipInfo(f"case-7/{ORIGINAL}", (1980, 1, 1, 0, 0, 0))
        info.external_attr = 0o100644 << 16
        archive.writestr(info, b"the second of that name")
    assert "stands twice" in judged(tmp_path, out.getvalue()).claim("structure").detail()


@pytest.mark.parametrize(
    "name",
    ["../up.jpg", "case-7/../../up.jpg", "/etc/passwd", "case-7/data/..", "case-7\\up", "c:/up",
     "case-7//up", "case-7/DATA/" + ORIGINAL[5:], "other/data/x", "case-7/data/e\u0301.jpg"],
)  # fmt: skip
def test_a_name_that_leads_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    report = judged(tmp_path, zipped({**named(), name: b"x"}), trust=None)
    assert "structure" in failed(report)


def test_a_link_is_refused(tmp_path: Path) -> None:
    out = io.BytesIO(zipped(named()))
    with zipfile.ZipFile(out, "a") as archive:
        info = zipfile.ZipInfo("case-7/data/link.jpg", (1980, 1, 1, 0, 0, 0))
        info.external_attr = 0o120777 << 16
        archive.writestr(info, "/etc/passwd")
    assert "is a link" in judged(tmp_path, out.getvalue()).claim("structure").detail()


def test_a_link_in_an_unpacked_folder_is_refused(tmp_path: Path) -> None:
    root = tmp_path / "case-7"
    for name, data in files().items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)
    (root / ORIGINAL).rename(tmp_path / "moved")
    (root / ORIGINAL).symlink_to(tmp_path / "moved")
    report = verify(root, world.trust(tmp_path), now=world.NOW)
    assert {"structure", "payload"} <= failed(report)


@pytest.mark.parametrize("more", [b"\0", b"trailing data", b"PK\x05\x06" + bytes(18)])
def test_trailing_data_is_refused(tmp_path: Path, more: bytes) -> None:
    assert not judged(tmp_path, good_pack() + more).ok


def test_data_before_the_first_file_is_refused(tmp_path: Path) -> None:
    assert not judged(tmp_path, b"#!/bin/sh\n" + good_pack()).ok


@pytest.mark.parametrize("length", [0, 10, 1000, -1, -22, -100])
def test_a_pack_cut_off_is_refused(tmp_path: Path, length: int) -> None:
    report = judged(tmp_path, good_pack()[:length])
    assert "structure" in failed(report)
    assert report.exit_status == 1


def test_a_directory_that_claims_millions_of_files_is_refused(tmp_path: Path) -> None:
    end = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 65535, 65535, 0, 0, 0)
    assert "structure" in failed(judged(tmp_path, end))
