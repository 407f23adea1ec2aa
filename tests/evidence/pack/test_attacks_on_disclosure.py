"""What a pack was to show and to withhold cannot be changed later, even by who signs it again."""

import io
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from evidence.custody import layout
from evidence.custody.canonical import canonical
from evidence.pack.build import build
from tests.evidence import world
from tests.evidence.disclosed import files, pack, source
from tests.evidence.tampering import Files, edit_line, failed, judged, reseal, rezip

Edit = Callable[[Any], object]
OLDER = layout.older_path(8)


def items(number: int, edit: Edit) -> Files:
    return {**files(), layout.ITEMS: edit_line(files()[layout.ITEMS], number, _done(edit))}


def statement(edit: Edit) -> Files:
    line = files()[layout.DISCLOSURE]
    return {**files(), layout.DISCLOSURE: edit_line(line, 0, _done(edit))}


def info(old: str, new: str) -> Files:
    text = files()[layout.INFO].decode()
    assert old in text
    return {**files(), layout.INFO: text.replace(old, new).encode()}


def _done(edit: Edit) -> Callable[[Any], None]:
    def change(record: Any) -> None:
        edit(record)

    return change


def test_a_pack_with_exhibits_stubs_and_a_profile_holds(tmp_path: Path) -> None:
    report = judged(tmp_path, pack())
    assert report.ok, list(report.lines())
    told = report.claim("disclosure").detail()
    assert "court 1: 1 items, 1 copies, 2 stubs, 6 fields withheld" in told
    assert judged(tmp_path, rezip(reseal(files()))).ok


def test_the_claim_is_said_in_chinese(tmp_path: Path) -> None:
    assert "court 1:证据 1 件" in judged(tmp_path, pack()).claim("disclosure").detail("zh")


def test_a_stub_removed_is_found(tmp_path: Path) -> None:
    lines = files()[layout.ITEMS].splitlines(keepends=True)
    report = judged(tmp_path, rezip(reseal({**files(), layout.ITEMS: b"".join(lines[:-1])})))
    assert failed(report) == {"completeness", "disclosure"}
    assert "item item-3 was received" in report.claim("completeness").detail()


@pytest.mark.parametrize(
    "edit",
    [
        lambda one: one["as_received"]["upload_session"].update(sha256="0" * 64),
        lambda one: one["as_received"].pop("upload_session"),
        lambda one: one["as_received"].update(upload_session={"salt": "0" * 32, "value": "u"}),
    ],
)
def test_a_withheld_field_changed_is_found(tmp_path: Path, edit: Edit) -> None:
    report = judged(tmp_path, rezip(reseal(items(0, edit))))
    assert "custody" in failed(report)
    assert "item-1" in report.claim("custody").detail()


def test_another_field_withheld_than_was_said_is_found(tmp_path: Path) -> None:
    record = world.as_received(1)["position"]
    hidden = sha256(canonical([record["salt"], "position", record["value"]])).hexdigest()
    changed = items(0, lambda one: one["as_received"].update(position={"sha256": hidden}))
    report = judged(tmp_path, rezip(reseal(changed)))
    assert failed(report) == {"disclosure"}
    assert "item item-1: withheld_fields" in report.claim("disclosure").detail()


def test_a_derived_copy_swapped_is_found(tmp_path: Path) -> None:
    old = next(name for name in files() if name.startswith("derived/"))
    other = b"a copy that hides less"
    digest = sha256(other).hexdigest()
    new = f"derived/0002-1-{digest[:8]}.png"
    told = {"path": new, "sha256": digest, "size": len(other)}
    changed = items(1, lambda one: one["derived"][0].update(told))
    del changed[old]
    report = judged(tmp_path, rezip(reseal({**changed, new: other})))
    assert failed(report) == {"custody", "disclosure"}
    assert "no custody entry of its making" in report.claim("custody").detail()


def test_a_derived_copy_passed_as_the_original_is_found(tmp_path: Path) -> None:
    digest = sha256(world.MASKED).hexdigest()
    path = f"data/0002-visit-9-{digest[:8]}.png"
    told = {"path": path, "status": "included", "sha256": digest, "size": len(world.MASKED)}
    report = judged(tmp_path, rezip(reseal({**items(1, lambda one: one.update(told)),
                                            path: world.MASKED})))  # fmt: skip
    assert {"custody", "completeness", "disclosure"} <= failed(report)


@pytest.mark.parametrize(
    "changed",
    [
        lambda: info("Disclosure-Profile: court 1", "Disclosure-Profile: regulator 1"),
        lambda: info("Disclosure-Ground: ", "Disclosure-Ground: no "),
        lambda: statement(lambda one: one["profile"].update(name="regulator")),
        lambda: statement(lambda one: one["profile"]["terms"].update(copies="none")),
        lambda: {
            **statement(lambda one: one["profile"].update(name="regulator")),
            layout.INFO: info("court 1", "regulator 1")[layout.INFO],
        },
    ],
)
def test_a_profile_edited_is_found(tmp_path: Path, changed: Callable[[], Files]) -> None:
    assert failed(judged(tmp_path, rezip(reseal(changed())))) == {"disclosure"}


@pytest.mark.parametrize("name", ["exhibit", "catalogue"])
def test_an_exhibit_edited_everywhere_is_found(tmp_path: Path, name: str) -> None:
    def edit(one: Any) -> None:
        one[name] = {**one[name], "proves": "another"} if name == "catalogue" else "证据9"

    report = judged(tmp_path, rezip(reseal(items(0, edit))))
    assert failed(report) == {"disclosure"}
    assert f"item item-1: {name}" in report.claim("disclosure").detail()
    both = {**items(0, edit), **_only(statement(lambda one: edit(one["items"][0])))}
    assert failed(judged(tmp_path, rezip(reseal(both)))) == {"disclosure"}


def _only(changed: Files) -> Files:
    return {layout.DISCLOSURE: changed[layout.DISCLOSURE]}


def test_an_item_shown_though_withheld_is_found(tmp_path: Path) -> None:
    data = world.content(3)
    path = f"data/0003-visit-9-{sha256(data).hexdigest()[:8]}.jpg"

    def edit(one: Any) -> None:
        one.update(status="included", path=path)
        del one["withheld"]

    report = judged(tmp_path, rezip(reseal({**items(2, edit), path: data})))
    assert failed(report) == {"completeness", "disclosure"}
    assert "keeps it out of this pack" in report.claim("completeness").detail()


@pytest.mark.parametrize("name", ["reason", "actor", "at"])
def test_another_story_of_a_withholding_is_found(tmp_path: Path, name: str) -> None:
    told = {"reason": "privileged", "actor": "counsel:8", "at": "2026-03-02T01:00:00Z"}
    report = judged(
        tmp_path, rezip(reseal(items(2, lambda one: one["withheld"].update({name: told[name]}))))
    )
    assert failed(report) == {"completeness"}


@pytest.mark.parametrize("name", layout.TOLD)
def test_a_record_slipped_in_beside_the_items_is_found(tmp_path: Path, name: str) -> None:
    changed = {**files(), name: files()[name] + b'{"planted":true}\n'}
    report = judged(tmp_path, rezip(reseal(changed)))
    assert failed(report) == {"disclosure"}
    assert name in report.claim("disclosure").detail()


@pytest.mark.parametrize("end", [".1.r1.tsr", ".2.tsr"])
def test_a_last_stamp_taken_away_is_found_even_when_sealed_again(tmp_path: Path, end: str) -> None:
    left = {name: data for name, data in files().items() if name != OLDER + end}
    assert len(left) == len(files()) - 1
    report = judged(tmp_path, rezip(reseal(left)))
    assert failed(report) == {"disclosure"}
    assert f"{OLDER}: its stamps" in report.claim("disclosure").detail()


def test_a_stamp_added_after_the_cut_is_found(tmp_path: Path) -> None:
    added = {**files(), f"{OLDER}.3.tsr": files()[f"{OLDER}.2.tsr"]}
    assert failed(judged(tmp_path, rezip(reseal(added)))) == {"disclosure"}


def test_an_older_checkpoint_taken_away_with_its_proof_is_found(tmp_path: Path) -> None:
    left = {name: data for name, data in files().items() if not name.startswith(OLDER)}
    report = judged(tmp_path, rezip(reseal({**left, layout.CONSISTENCY: b""})))
    assert "disclosure" in failed(report)
    assert "the number of older checkpoints" in report.claim("disclosure").detail()


def test_a_pack_whose_statement_promises_no_stamps_still_holds(tmp_path: Path) -> None:
    out = io.BytesIO()
    build(source(promises_stamps=False), out, sealer=world.sealer())
    assert judged(tmp_path, out.getvalue()).ok


def test_a_statement_taken_away_is_missed(tmp_path: Path) -> None:
    changed = {name: data for name, data in files().items() if name != layout.DISCLOSURE}
    report = judged(tmp_path, rezip(reseal(changed)))
    assert failed(report) == {"disclosure"}
    assert "does not hold" in report.claim("disclosure").detail()


def test_a_statement_put_into_a_pack_without_one_is_found(tmp_path: Path) -> None:
    from tests.evidence import tampering

    changed = {**tampering.files(), layout.DISCLOSURE: files()[layout.DISCLOSURE]}
    assert failed(judged(tmp_path, rezip(reseal(changed)))) == {"disclosure"}


@pytest.mark.parametrize("line", [b"", b"[]\n", b"{}\n", b'{"v":1}\n', b'{"v":2}\n', b"\xff\n"])
def test_a_statement_made_nonsense_is_found(tmp_path: Path, line: bytes) -> None:
    changed = {**files(), layout.DISCLOSURE: line}
    assert "disclosure" in failed(judged(tmp_path, rezip(reseal(changed)), trust=None))


@pytest.mark.parametrize("value", [None, 7, [], {}, "x"])
@pytest.mark.parametrize(
    "name", ["profile", "files", "items", "pack", "stamp_limit_seconds", "stamps"]
)
def test_a_part_of_the_statement_made_nonsense_is_found(
    tmp_path: Path, name: str, value: object
) -> None:
    changed = statement(lambda one: one.update({name: value}))
    assert "disclosure" in failed(judged(tmp_path, rezip(reseal(changed)), trust=None))


def test_a_pack_that_was_cut_before_there_were_profiles_still_holds(tmp_path: Path) -> None:
    from tests.evidence import tampering

    report = judged(tmp_path, tampering.good_pack())
    assert report.ok
    assert "disclosure" not in [claim.name for claim in report.claims]
