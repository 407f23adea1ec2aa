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


ODD = [None, True, 0, -1, "", "x", [], {}, {"a": [{}]}, [[]]]
FIELDS = [
    "v", "item", "number", "visit", "status", "sha256", "size", "media_type", "as_received",
    "received", "catalogue", "derived", "extra",
]  # fmt: skip


# What may stand there, or stands there in the good pack.
HONEST = [("visit", ""), ("visit", "x"), ("media_type", ""), ("media_type", "x"),
          ("derived", []), ("extra", {}), ("extra", {"a": [{}]})]  # fmt: skip
CASES = [(name, value) for name in FIELDS for value in ODD if (name, value) not in HONEST]


@pytest.mark.parametrize(("name", "value"), CASES, ids=str)
def test_a_field_of_another_kind_is_named_and_breaks_nothing(
    tmp_path: Path, name: str, value: object
) -> None:
    forged = edited(0, lambda record: record.update({name: value}))
    assert failed(judged(tmp_path, rezip(reseal(forged)), trust=None)) & {"custody", "completeness"}


@pytest.mark.parametrize("name", FIELDS)
def test_a_field_left_out_is_named(tmp_path: Path, name: str) -> None:
    forged = edited(0, lambda record: record.pop(name))
    assert "custody" in failed(judged(tmp_path, rezip(reseal(forged)), trust=None))


@pytest.mark.parametrize("value", ODD, ids=str)
def test_an_authority_of_another_kind_is_named(tmp_path: Path, value: object) -> None:
    forged = edited(0, lambda record: record.update(authority=value))
    assert failed(judged(tmp_path, rezip(reseal(forged)))) == {"time"}


@pytest.mark.parametrize("why", [None, {}, {"reason": "x"}, {"reason": 1, "actor": "a", "at": "b"}])
def test_an_item_withheld_without_saying_why_is_named(tmp_path: Path, why: object) -> None:
    forged = edited(2, lambda record: record.update(withheld=why))
    report = judged(tmp_path, rezip(reseal(forged)))
    assert failed(report) == {"custody"}
    assert "withheld without reason" in report.claim("custody").detail()


@pytest.mark.parametrize("name", [layout.ENTRIES, layout.ITEMS])
@pytest.mark.parametrize(
    "spell",
    [
        lambda line: line.replace(b'"v":1}', b'"v":true}').replace(b'"v":1,', b'"v":true,'),
        lambda line: line.replace(b'"v":1', b'"v":-0'),
        lambda line: line.replace(b'"v":1', b'"v":1e0'),
        lambda line: line.replace(b'"v":1', b'"v":' + b"1" * 5000),
        lambda line: line.replace(b'"v":1', b'"v":1,"v":1'),
        lambda line: line.replace(b'"v":1', b'"v":"\\ud800"'),
        lambda line: line.replace(b'"item-1"', b'"item\\u002d1"'),
        lambda line: line.replace(b'"item-1"', b'"item-1\\u0000"'),
    ],
)
def test_a_value_spelled_otherwise_is_named(
    tmp_path: Path, name: str, spell: Callable[[bytes], bytes]
) -> None:
    forged = {**files(), name: spell(files()[name])}
    assert forged != files()
    assert "custody" in failed(judged(tmp_path, rezip(reseal(forged)), trust=None))
