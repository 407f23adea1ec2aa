"""Records and papers that an insider rewrites and seals again are named under their claim."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from evidence.custody import layout
from evidence.custody.entry import CUT, DERIVED
from evidence.pack.build import build
from tests.evidence import world
from tests.evidence.tampering import Files, edit_line, failed, files, judged, reseal, rezip

CLAIM = {
    layout.FINDINGS: "structure", layout.TRACE: "structure", layout.SYSTEM: "structure",
    layout.ITEMS: "custody", layout.ENTRIES: "custody", layout.CONSISTENCY: "consistency",
}  # fmt: skip


@pytest.mark.parametrize("name", CLAIM)
@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data.replace(b"\n", b" \n", 1),  # white space at the end of a line
        lambda data: data.replace(b"\n", b"\r\n", 1),
        lambda data: data.replace(b"{", b'{"a":1,"a":2,', 1),  # one key twice
        lambda data: data.replace(b"{", b'{"a":NaN,', 1),
        lambda data: data.replace(b"{", b'{"a":1.0,', 1),
        lambda data: data.replace(b"{", b"\xef\xbb\xbf{", 1),  # a byte order mark
        lambda data: data + b"\n",  # an empty line
        lambda data: data + b"[]\n",
        lambda data: data[:-1],
        lambda data: b"[" * 100_000 + data,
        lambda data: b"\xff" + data,
    ],
)
def test_lines_spelled_otherwise_are_named(
    tmp_path: Path, name: str, spoil: Callable[[bytes], bytes]
) -> None:
    report = judged(tmp_path, rezip(reseal({**files(), name: spoil(files()[name])})))
    assert CLAIM[name] in failed(report)
    assert name in report.claim(CLAIM[name]).detail()


@pytest.mark.parametrize(
    "name", ["manifest-sha512.txt", "manifest-md5.txt", "tagmanifest-sha512.txt", "fetch.txt"]
)
def test_a_second_manifest_or_a_list_of_files_elsewhere_is_named(tmp_path: Path, name: str) -> None:
    report = judged(tmp_path, rezip(reseal({**files(), name: b"x  data/x\n"})))
    assert failed(report) == {"structure"}
    assert name in report.claim("structure").detail()


@pytest.mark.parametrize("name", layout.REQUIRED)
def test_every_file_that_a_pack_must_have_is_missed(tmp_path: Path, name: str) -> None:
    changed = {other: data for other, data in files().items() if other != name}
    report = judged(tmp_path, rezip(changed), trust=None)
    assert f"{name} is missing" in report.claim("structure").detail()


def edited(number: int, edit: Callable[[Any], object]) -> Files:
    def change(record: Any) -> None:
        edit(record)

    return {**files(), layout.ITEMS: edit_line(files()[layout.ITEMS], number, change)}


def test_an_original_renamed_in_every_record_is_named(tmp_path: Path) -> None:
    old, new = next(n for n in files() if n.startswith("data/0001")), "data/9999-x.jpg"
    changed = edited(0, lambda record: record.update(path=new))
    changed[new] = changed.pop(old)
    report = judged(tmp_path, rezip(reseal(changed)))
    assert failed(report) == {"custody"}
    assert new in report.claim("custody").detail()


def test_two_records_for_one_copy_are_named(tmp_path: Path) -> None:
    changed = edited(1, lambda record: record.update(derived=record["derived"] * 2))
    assert failed(judged(tmp_path, rezip(reseal(changed)))) == {"custody"}


def test_a_copy_recorded_of_an_original_nobody_received_is_named(tmp_path: Path) -> None:
    told = world.World()
    told.receive(1)
    detail = {"original_sha256": "0" * 64, "record_sha256": "0" * 64}
    told.add(DERIVED, item="item-1", sha256="1" * 64, size=1, detail=detail)
    told.add(CUT, detail={"pack": world.PACK})
    out = io.BytesIO()
    build(world.source(told, items=(world.item(1),)), out, sealer=world.sealer())
    report = judged(tmp_path, out.getvalue())
    assert failed(report) == {"custody"}
    assert "never received" in report.claim("custody").detail()


def test_a_verifier_edited_in_the_pack_is_named(tmp_path: Path) -> None:
    changed = {**files(), layout.SCRIPT_PATH: b"print('Every claim holds.')\n"}
    report = judged(tmp_path, rezip(changed))
    assert failed(report) == {"payload"}
    assert layout.SCRIPT_PATH in report.claim("payload").detail()


@pytest.mark.parametrize("name", [layout.SCRIPT_PATH, "verify/evidence/custody/merkle.py"])
def test_another_verifier_sealed_into_the_pack_is_mentioned(tmp_path: Path, name: str) -> None:
    report = judged(tmp_path, rezip(reseal({**files(), name: b"print('holds')\n"})))
    assert report.ok
    assert f"({name}) is not the one that runs here" in report.claim("structure").detail()
