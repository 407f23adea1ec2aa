"""A pack is built from plain data, the same each time, and holds under its own verifier."""

import dataclasses
import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from evidence.custody.entry import CUT
from evidence.custody.verify.judge import verify
from evidence.pack.build import build
from evidence.pack.seals import Seals
from evidence.pack.soundness import PackError
from evidence.pack.source import PackSource
from evidence.pack.stream import ContentChangedError
from tests.evidence import tampering, world


class Pipe(io.BytesIO):
    """A sink that only takes bytes."""

    def seekable(self) -> bool:
        return False

    def seek(self, *_: int) -> int:
        raise OSError("a pipe does not seek")

    def tell(self) -> int:
        raise OSError("a pipe does not tell")


def test_the_pack_of_the_story_holds(tmp_path: Path) -> None:
    report = tampering.judged(tmp_path, tampering.good_pack())
    assert tampering.failed(report) == set()
    assert report.exit_status == 0


def test_replaying_the_stored_seals_gives_the_same_bytes() -> None:
    source, first, again = world.source(), io.BytesIO(), Pipe()
    built = build(source, first, sealer=world.sealer())
    replayed = build(source, again, seals=Seals.from_bytes(built.seals.to_bytes()))
    assert again.getvalue() == first.getvalue()
    assert replayed == built


def test_the_folder_a_pack_unpacks_to_holds_too(tmp_path: Path) -> None:
    root = tmp_path / "case-7"
    for name, data in tampering.files().items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)
    trust = world.trust(tmp_path)
    assert verify(root, trust, now=world.NOW).ok


def test_seals_do_not_fit_a_source_that_changed() -> None:
    built = build(world.source(), io.BytesIO(), sealer=world.sealer())
    out = io.BytesIO()
    with pytest.raises(PackError, match="new pack"):
        build(world.source(findings=[]), out, seals=built.seals)
    assert out.getvalue() == b""


def test_stored_bytes_that_changed_since_receipt_are_not_sealed() -> None:
    first, *rest = world.items()
    swapped = dataclasses.replace(first, open=world.opener(b"x" * first.size))
    with pytest.raises(ContentChangedError, match="data/0001"):
        build(world.source(items=(swapped, *rest)), io.BytesIO(), sealer=world.sealer())


def test_stored_bytes_that_grew_are_not_copied_without_end() -> None:
    first, *rest = world.items()

    def endless() -> Any:
        while True:
            yield b"x" * 1000

    swapped = dataclasses.replace(first, open=endless)
    with pytest.raises(ContentChangedError):
        build(world.source(items=(swapped, *rest)), io.BytesIO(), sealer=world.sealer())


def test_neither_sealer_nor_seals_is_refused() -> None:
    with pytest.raises(PackError, match="either"):
        build(world.source(), io.BytesIO())


def cut_for_another(source: PackSource) -> PackSource:
    return dataclasses.replace(source, pack_id="pack-2")


def an_item_forgotten(source: PackSource) -> PackSource:
    return dataclasses.replace(source, items=source.items[:-1])


def an_item_twice(source: PackSource) -> PackSource:
    return dataclasses.replace(source, items=(*source.items, source.items[0]))


def an_item_edited(source: PackSource) -> PackSource:
    edited = dataclasses.replace(source.items[0], as_received=world.as_received(9))
    return dataclasses.replace(source, items=(edited, *source.items[1:]))


def an_entry_lost(source: PackSource) -> PackSource:
    return dataclasses.replace(source, entries=source.entries[1:])


def a_path_of_another(source: PackSource) -> PackSource:
    first = dataclasses.replace(source.entries[0], path=source.entries[1].path)
    return dataclasses.replace(source, entries=(first, *source.entries[1:]))


def withheld_without_word(source: PackSource) -> PackSource:
    excuse = source.items[2].withheld
    silent = dataclasses.replace(source.items[0], open=None, withheld=excuse)
    return dataclasses.replace(source, items=(silent, *source.items[1:]))


def a_copy_without_entry(source: PackSource) -> PackSource:
    copied = dataclasses.replace(source.items[0], derived=[world.derived()])
    return dataclasses.replace(source, items=(copied, *source.items[1:]))


def a_proof_of_another(source: PackSource) -> PackSource:
    wrong = dataclasses.replace(source.older[0], path=source.older[1].path)
    return dataclasses.replace(source, older=(wrong, source.older[1]))


def a_folder_that_climbs(source: PackSource) -> PackSource:
    return dataclasses.replace(source, case=dataclasses.replace(source.case, folder="../up"))


def a_limit_too_long(source: PackSource) -> PackSource:
    return dataclasses.replace(source, stamp_limit_seconds=24 * 60 * 60 + 1)


@pytest.mark.parametrize(
    "spoil",
    [
        cut_for_another, an_item_forgotten, an_item_twice, an_item_edited, an_entry_lost,
        a_path_of_another, withheld_without_word, a_copy_without_entry, a_proof_of_another,
        a_folder_that_climbs, a_limit_too_long,
    ],
)  # fmt: skip
def test_what_its_own_verifier_would_refuse_is_not_built(
    spoil: Callable[[PackSource], PackSource],
) -> None:
    out = io.BytesIO()
    with pytest.raises(PackError):
        build(spoil(world.source()), out, sealer=world.sealer())
    assert out.getvalue() == b""


def test_a_later_pack_of_the_same_case_goes_on_from_the_earlier(tmp_path: Path) -> None:
    told = world.story()
    told.checkpoint()
    told.add("exported", detail={"pack": world.PACK})
    told.add(CUT, detail={"pack": "pack-2"})
    out = io.BytesIO()
    late = world.sealer(at=told.at + timedelta(hours=1))
    build(world.source(told, pack_id="pack-2"), out, sealer=late)
    assert tampering.failed(tampering.judged(tmp_path, out.getvalue())) == set()


@pytest.mark.parametrize("stored", [b"", b"{}", b"[]", b'{"files": {"a": "!"}}'])
def test_what_are_no_seals_is_refused(stored: bytes) -> None:
    with pytest.raises(ValueError):
        Seals.from_bytes(stored)
