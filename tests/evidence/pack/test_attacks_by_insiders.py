"""What somebody does who can write manifests anew, and even sign with some key, is found."""

import io
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from evidence.custody import layout
from evidence.custody.disclosure import commitment, cover
from evidence.custody.entry import CUT, RECEIVED
from evidence.custody.instants import parse_instant
from evidence.pack.authority import Authority, create_authority, create_member
from evidence.pack.build import build
from evidence.pack.signing import sign_cms
from tests.evidence import world
from tests.evidence.tampering import (
    SEALED,
    Files,
    edit_line,
    failed,
    files,
    good_pack,
    judged,
    reseal,
    rezip,
    unpacked,
)

RECEIVED_FIRST, CUT_LINE = 0, -1


def entries(change: Callable[[list[bytes]], list[bytes]]) -> Files:
    lines = files()[layout.ENTRIES].splitlines(keepends=True)
    return {**files(), layout.ENTRIES: b"".join(change(lines))}


def test_resealing_alone_changes_nothing(tmp_path: Path) -> None:
    assert judged(tmp_path, rezip(reseal(files()))).ok


def test_item_metadata_edited_and_signed_again_is_found(tmp_path: Path) -> None:
    def edit(record: Any) -> None:
        record["as_received"]["position"]["value"]["lat"] = "31.0000000"

    changed = {**files(), layout.ITEMS: edit_line(files()[layout.ITEMS], 0, edit)}
    report = judged(tmp_path, rezip(reseal(changed)))
    assert failed(report) == {"custody"}
    assert "item-1" in report.claim("custody").detail()


@pytest.mark.parametrize("name", ["received", "sha256", "size", "status", "path", "as_received"])
@pytest.mark.parametrize("value", [None, 7, [], {}, "data/x"])
def test_a_record_made_nonsense_is_found(tmp_path: Path, name: str, value: object) -> None:
    def edit(record: Any) -> None:
        record[name] = value

    changed = {**files(), layout.ITEMS: edit_line(files()[layout.ITEMS], 0, edit)}
    assert "custody" in failed(judged(tmp_path, rezip(reseal(changed)), trust=None))


def fixed() -> Files:
    """A pack of an item whose details, fixed at its receipt, say of which visit and kind it is."""
    told, values = world.World(), {"item": "item-1", "visit": "visit-9", "media_type": "image/jpeg"}
    record = cover(values, world.salts("fixed"))
    data = world.content(1)
    told.add(
        RECEIVED, item="item-1", sha256=sha256(data).hexdigest(), size=len(data),
        detail={"record_sha256": commitment(record)},
    )  # fmt: skip
    plain = world.source(items=[world.item(1, as_received=record)])
    told.add(CUT, detail={"pack": world.PACK})
    out = io.BytesIO()
    build(world.source(told, items=plain.items), out, sealer=world.sealer())
    return unpacked(out.getvalue())


def test_a_pack_that_repeats_what_was_fixed_at_receipt_holds(tmp_path: Path) -> None:
    assert judged(tmp_path, rezip(fixed())).ok


@pytest.mark.parametrize("name", ["visit", "media_type"])
def test_what_was_fixed_at_receipt_cannot_be_told_otherwise(tmp_path: Path, name: str) -> None:
    def edit(record: Any) -> None:
        record[name] = "another"

    made = fixed()
    changed = {**made, layout.ITEMS: edit_line(made[layout.ITEMS], 0, edit)}
    report = judged(tmp_path, rezip(reseal(changed)))
    assert failed(report) == {"custody"}
    assert f"its {name} is not what was fixed" in report.claim("custody").detail()


def test_an_authority_time_that_was_not_is_found(tmp_path: Path) -> None:
    def edit(record: Any) -> None:
        record["authority"]["at"] = "2026-03-01T00:00:00Z"

    changed = {**files(), layout.ITEMS: edit_line(files()[layout.ITEMS], 0, edit)}
    assert failed(judged(tmp_path, rezip(reseal(changed)))) == {"time"}


def test_a_custody_entry_edited_is_found(tmp_path: Path) -> None:
    def edit(line: Any) -> None:
        line["entry"]["actor"] = "agent-4"

    changed = {**files(), layout.ENTRIES: edit_line(files()[layout.ENTRIES], 0, edit)}
    assert {"custody", "completeness"} <= failed(judged(tmp_path, rezip(reseal(changed))))


def test_custody_entries_reordered_are_found(tmp_path: Path) -> None:
    changed = entries(lambda lines: [lines[1], lines[0], *lines[2:]])
    assert {"custody", "completeness"} <= failed(judged(tmp_path, rezip(reseal(changed))))


def test_a_custody_log_cut_off_is_found(tmp_path: Path) -> None:
    changed = entries(lambda lines: lines[:-1])
    assert "completeness" in failed(judged(tmp_path, rezip(reseal(changed))))


@pytest.mark.parametrize("line", range(6))
def test_an_entry_left_out_is_found(tmp_path: Path, line: int) -> None:
    changed = entries(lambda lines: lines[:line] + lines[line + 1 :])
    report = judged(tmp_path, rezip(reseal(changed)), trust=None)
    assert "completeness" in failed(report)


def test_an_item_left_out_together_with_its_entry_is_found(tmp_path: Path) -> None:
    changed = entries(lambda lines: lines[1:])
    records = b"".join(changed[layout.ITEMS].splitlines(keepends=True)[1:])
    for number in (1, 2):
        records = edit_line(records, number - 1, lambda record: record.update(number=0))
        records = records.replace(b'"number":0', f'"number":{number}'.encode())
    changed[layout.ITEMS] = records
    changed = {n: d for n, d in changed.items() if not n.startswith("data/0001")}
    report = judged(tmp_path, rezip(reseal(changed)))
    assert failed(report) == {"completeness", "custody"}  # The names tell the old numbers.


def test_an_item_left_out_without_its_entry_is_named(tmp_path: Path) -> None:
    changed = files()
    changed[layout.ITEMS] = b"".join(changed[layout.ITEMS].splitlines(keepends=True)[1:])
    changed = {n: d for n, d in changed.items() if not n.startswith("data/0001")}
    report = judged(tmp_path, rezip(reseal(changed)))
    assert "item item-1 was received" in report.claim("completeness").detail()


def test_a_file_that_nobody_received_is_found(tmp_path: Path) -> None:
    report = judged(tmp_path, rezip(reseal({**files(), "data/0009-x.jpg": b"planted"})))
    assert failed(report) == {"custody"}


def test_a_derived_copy_passed_as_the_original_is_found(tmp_path: Path) -> None:
    changed = files()
    changed[next(n for n in changed if n.startswith("data/0002"))] = world.MASKED
    assert "custody" in failed(judged(tmp_path, rezip(reseal(changed))))


def test_a_derived_copy_nobody_made_is_found(tmp_path: Path) -> None:
    changed = files()
    changed[next(n for n in changed if n.startswith("derived/"))] = b"another mask"
    assert failed(judged(tmp_path, rezip(reseal(changed)))) == {"custody"}


@pytest.mark.parametrize("value", [None, [], "mask", ["face", "plate"]])
def test_another_story_of_how_a_copy_was_made_is_found(tmp_path: Path, value: object) -> None:
    def edit(record: Any) -> None:
        record["derived"][0]["masks"] = value

    changed = {**files(), layout.ITEMS: edit_line(files()[layout.ITEMS], 1, edit)}
    assert "custody" in failed(judged(tmp_path, rezip(reseal(changed))))


def test_an_older_checkpoint_put_in_is_found(tmp_path: Path) -> None:
    changed = files()
    for end in ("", ".p7s", ".tsr"):
        changed[layout.CHECKPOINT + end] = changed[f"{layout.older_path(11)}{end}"]
    assert {"custody", "consistency"} <= failed(judged(tmp_path, rezip(reseal(changed))))


def test_an_older_checkpoint_taken_away_leaves_its_proof(tmp_path: Path) -> None:
    older = layout.older_path(6)
    changed = {n: d for n, d in files().items() if not n.startswith(older)}
    assert "consistency" in failed(judged(tmp_path, rezip(reseal(changed))))


def sibling() -> Authority:
    """Another signer under the same root."""
    mine = world.authority()
    member = create_member(mine.root, "Evidence signer", "x", "sign", world.START)
    return Authority(mine.root, member, mine.stamper)


def test_a_seal_by_another_key_under_the_same_root_is_refused(tmp_path: Path) -> None:
    assert failed(judged(tmp_path, rezip(reseal(files(), sibling())))) == {"signature"}


def test_a_seal_by_another_authority_is_refused(tmp_path: Path) -> None:
    other = create_authority("Another", world.START)
    report = judged(tmp_path, rezip(reseal(files(), other, stamper=other)))
    assert failed(report) == {"signature", "time"}


def test_a_seal_by_an_expired_signer_is_refused(tmp_path: Path) -> None:
    late = world.START + timedelta(days=365 * 10)
    mine = world.authority()
    lasting = create_member(mine.root, "Stamper", "x", "stamp", world.START, years=15)
    stamper = Authority(mine.root, mine.signer, lasting)
    data = rezip(reseal(files(), at=late, stamper=stamper))
    report = judged(tmp_path, data, now=late)
    assert "signature" in failed(report)
    assert "expired" in report.claim("signature").detail()


@pytest.mark.parametrize("name", [layout.SEAL_SIGNATURE, "custody/checkpoint.p7s"])
@pytest.mark.parametrize("data", [None, b"", b"\x30\x00", b"not a signature"])
def test_a_signature_stripped_is_found(tmp_path: Path, name: str, data: bytes | None) -> None:
    changed = files()
    del changed[name]
    if data is not None:
        changed[name] = data
    if name != layout.SEAL_SIGNATURE:
        changed = reseal(changed)
    assert "signature" in failed(judged(tmp_path, rezip(changed)))


@pytest.mark.parametrize("name", [layout.SEAL_TIMESTAMP, "custody/checkpoint.tsr"])
@pytest.mark.parametrize("data", [None, b"", b"\x30\x03\x30\x00\x00", b"other"])
def test_a_timestamp_stripped_or_over_another_hash_is_found(
    tmp_path: Path, name: str, data: bytes | None
) -> None:
    changed = files()
    del changed[name]
    if data is not None:
        changed[name] = world.stamp(b"other bytes", SEALED) if data == b"other" else data
    if name != layout.SEAL_TIMESTAMP:
        changed = {**reseal(changed), name: changed[name]} if name in changed else reseal(changed)
    assert "time" in failed(judged(tmp_path, rezip(changed)))


def test_a_timestamp_in_the_future_is_found(tmp_path: Path) -> None:
    data = rezip(reseal(files(), at=world.NOW + timedelta(days=1)))
    assert "future" in judged(tmp_path, data).claim("time").detail()


@pytest.mark.parametrize(
    ("now", "held"), [("0001-01-01T00:00:00Z", False), ("9999-12-31T23:59:59Z", True)]
)
def test_a_reader_s_clock_at_the_end_of_time_breaks_nothing(
    tmp_path: Path, now: str, held: bool
) -> None:
    report = judged(tmp_path, good_pack(), now=parse_instant(now))
    assert ("time" not in failed(report)) is held


def test_a_bare_token_instead_of_the_response_is_refused(tmp_path: Path) -> None:
    from evidence.custody.der import token_of

    changed = files()
    changed[layout.SEAL_TIMESTAMP] = token_of(changed[layout.SEAL_TIMESTAMP])
    assert "time" in failed(judged(tmp_path, rezip(changed)))


def test_an_item_stamped_long_after_its_receipt_is_named(tmp_path: Path) -> None:
    told = world.World()
    told.receive(1)
    told.checkpoint(timedelta(hours=25))
    told.add(CUT, detail={"pack": world.PACK})
    out = io.BytesIO()
    source = world.source(told, items=(world.item(1),))
    build(source, out, sealer=world.sealer(at=told.at))
    report = judged(tmp_path, out.getvalue())
    assert failed(report) == {"time"}
    assert "item-1" in report.claim("time").detail()


def test_a_profile_may_ask_for_less_than_a_day(tmp_path: Path) -> None:
    out = io.BytesIO()
    build(world.source(stamp_limit_seconds=60), out, sealer=world.sealer())
    assert failed(judged(tmp_path, out.getvalue())) == {"time"}


@pytest.mark.parametrize("where", ["end", "middle"])
def test_an_index_changed_after_signing_is_found(tmp_path: Path, where: str) -> None:
    pdf = files()[layout.INDEX]
    forged = pdf + b"\n%more" if where == "end" else pdf[:900] + b"X" + pdf[901:]
    report = judged(tmp_path, rezip(reseal({**files(), layout.INDEX: forged})))
    # The timestamp over the whole index falls together with its signature.
    assert failed(report) == ({"signature"} if where == "end" else {"signature", "time"})
    assert layout.INDEX in report.claim("signature").detail()


def test_a_log_rewritten_as_a_whole_shows_against_a_checkpoint_from_outside(
    tmp_path: Path,
) -> None:
    outside = tmp_path / "outside"
    outside.write_bytes(files()[layout.older_path(6)])
    rewritten = world.World()
    rewritten.others(4)  # One entry of another case has gone.
    rewritten.leaves.append(b"\0" * 32)
    out = io.BytesIO()
    build(world.source(world.story(rewritten)), out, sealer=world.sealer())
    assert judged(tmp_path, out.getvalue()).ok
    # The rewritten log has no checkpoint of that size, or one with another root.
    assert failed(judged(tmp_path, out.getvalue(), checkpoint=outside)) == {"consistency"}


def test_a_checkpoint_signed_again_over_another_time_is_found(tmp_path: Path) -> None:
    changed = files()
    text = changed[layout.CHECKPOINT].replace(b"time 2026-03-02", b"time 2026-02-02")
    changed[layout.CHECKPOINT] = text
    changed[f"{layout.CHECKPOINT}.p7s"] = sign_cms(text, world.authority().signer, SEALED)
    changed[f"{layout.CHECKPOINT}.tsr"] = world.stamp(text, SEALED)
    assert "time" in failed(judged(tmp_path, rezip(reseal(changed))))


def test_the_good_pack_is_still_good(tmp_path: Path) -> None:
    assert judged(tmp_path, good_pack()).ok
