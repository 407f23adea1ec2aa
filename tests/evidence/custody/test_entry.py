"""Custody entries are strict in form and chained within their case."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from evidence.custody.entry import (
    FIRST_PREV,
    Entry,
    EntryError,
    chain_faults,
    follow,
    keeps_out,
)
from evidence.custody.merkle import leaf_hash

AT = datetime(2026, 3, 2, 1, 2, 3, tzinfo=UTC)


def entry(**changes: Any) -> Entry:
    told: dict[str, Any] = {
        "log": "example/log", "case": "case-1", "case_seq": 1, "prev": FIRST_PREV, "at": AT,
        "actor": "agent-1", "action": "read", "item": "item-1", **changes,
    }  # fmt: skip
    return Entry(**told)


def chain(count: int) -> list[Entry]:
    made: list[Entry] = []
    for number in range(count):
        told: dict[str, Any] = {"log": "example/log", "case": "case-1", "actor": "a"}
        before = made[-1] if made else None
        made.append(follow(before, at=AT + timedelta(seconds=number), action="read", **told))
    return made


def test_an_entry_reads_back_as_it_was_written() -> None:
    assert Entry.from_json(entry().to_json()) == entry()


def test_the_hash_is_the_leaf_hash_of_the_canonical_bytes() -> None:
    assert entry().hash() == leaf_hash(entry().leaf())


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"case": ""}, "case"),
        ({"actor": "a\nb"}, "actor"),
        ({"log": "x" * 201}, "log"),
        ({"action": "burnt"}, "action"),
        ({"case_seq": 0}, "case_seq"),
        ({"case_seq": True}, "case_seq"),
        ({"case_seq": 2}, "prev"),  # the second entry cannot follow nothing
        ({"prev": "AB" * 32, "case_seq": 2}, "prev"),  # capitals
        ({"sha256": "ab"}, "sha256"),
        ({"size": -1}, "size"),
        ({"item": 7}, "item"),
        ({"action": "received"}, "received"),  # an item without hash
        ({"action": "received", "sha256": "0" * 64, "size": 1}, "record_sha256"),
        ({"action": "checkpointed-cut"}, "detail.pack"),
        ({"detail": {"a": 0.5}}, "detail"),
        ({"at": AT.replace(tzinfo=None)}, "time zone"),
    ],
)
def test_what_could_not_be_proved_later_is_refused(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(ValueError, match=field):
        entry(**changes)


@pytest.mark.parametrize(
    "change",
    [{"v": 2}, {"extra": 1}, {"at": "2026-03-02 01:02:03"}, {"at": None}, {"detail": []}],
)
def test_any_other_form_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(EntryError):
        Entry.from_json({**entry().to_json(), **change})


@pytest.mark.parametrize("plain", [None, [], "entry", {}])
def test_what_is_no_object_is_refused(plain: object) -> None:
    with pytest.raises(EntryError):
        Entry.from_json(plain)


def test_a_whole_chain_has_no_fault() -> None:
    assert list(chain_faults(chain(5))) == []


def test_an_entry_left_out_shows_as_a_gap() -> None:
    made = chain(5)
    assert [f.kind for f in chain_faults([*made[:2], *made[3:]])] == ["gap"]


def test_a_chain_that_begins_late_shows_as_a_gap() -> None:
    assert next(chain_faults(chain(3)[1:])).kind == "gap"


def test_entries_out_of_order_show() -> None:
    first, second, third = chain(3)
    assert {f.kind for f in chain_faults([first, third, second])} >= {"gap", "time"}


def test_an_edited_entry_breaks_the_next() -> None:
    first, second, third = chain(3)
    edited = Entry.from_json({**second.to_json(), "actor": "b"})
    assert [(f.kind, f.case_seq) for f in chain_faults([first, edited, third])] == [("prev", 3)]


def test_an_entry_of_another_case_shows() -> None:
    first, second = chain(2)
    other = Entry.from_json({**second.to_json(), "case": "case-2"})
    assert [f.kind for f in chain_faults([first, other])] == ["case"]


def test_nothing_follows_an_entry_of_another_case() -> None:
    with pytest.raises(EntryError, match="another"):
        follow(entry(), log="example/log", case="case-2", at=AT, actor="a", action="read")


@pytest.mark.parametrize(
    ("action", "detail", "kept_out"),
    [
        ("withheld", {}, True),
        ("withheld", {"pack": "p-1"}, True),
        ("withheld", {"pack": "p-2"}, False),
        ("key-destroyed", {}, True),
        ("read", {"pack": "p-1"}, False),
    ],
)
def test_an_item_is_kept_out_of_all_packs_or_of_one(
    action: str, detail: dict[str, str], kept_out: bool
) -> None:
    entry = follow(
        None, log="l", case="c", at=AT, actor="a", action=action, item="i", detail=detail
    )
    assert keeps_out(entry, "p-1") is kept_out


def test_a_withholding_from_something_that_is_no_pack_is_refused() -> None:
    with pytest.raises(EntryError, match=r"detail\.pack"):
        follow(None, log="l", case="c", at=AT, actor="a", action="withheld", detail={"pack": 7})
