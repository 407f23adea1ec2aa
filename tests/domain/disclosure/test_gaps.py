"""What a pack would lack is told by item and visit, and what makes it impossible comes first."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from fieldops.domain.disclosure.basket import Basket, Line, Reason
from fieldops.domain.disclosure.gaps import BLOCKING, GAPS, CaseFacts, Gap, ItemFacts, gaps_of
from fieldops.domain.disclosure.profiles import WHOLE, Copies, Kind, Profile

A, V, W = (UUID(int=number) for number in (1, 2, 3))
LINE = Line(A, "证据1", "到访")
FACTS = ItemFacts(visit=V, kind="photo")


def found(
    line: Line = LINE, profile: Profile = WHOLE, case: dict[str, Any] | None = None, **item: Any
) -> list[Gap]:
    facts = CaseFacts({A: replace(FACTS, **item)}, **{"visits": [V], **(case or {})})
    return gaps_of(profile, Basket((line,)), facts)


def codes(*args: Any, **more: Any) -> list[str]:
    return [gap.code for gap in found(*args, **more)]


def test_a_whole_pack_lacks_nothing() -> None:
    assert found() == []


@pytest.mark.parametrize(
    ("item", "code"),
    [
        ({"quarantined": "a virus"}, "quarantined"),
        ({"scan_waits": True}, "scan-waiting"),
        ({"stamp": "unstamped"}, "unstamped"),
        ({"stamp": "late"}, "stamp-late"),
        ({"doubts": ("taken-on-site",)}, "doubt"),
        ({"is_broken": True}, "fixity-broken"),
    ],
)
def test_what_weighs_on_a_chosen_item_is_told(item: dict[str, Any], code: str) -> None:
    (gap,) = found(**item)
    assert (gap.code, gap.item, gap.visit) == (code, A, V)


def test_a_missing_object_of_proof_is_told() -> None:
    assert codes(Line(A, "证据1")) == ["no-object-of-proof"]


def test_what_is_left_out_is_told_with_its_reason_and_nothing_more() -> None:
    line = Line(A, reason=Reason.THIRD_PERSON)
    gaps = found(line, quarantined="a virus", doubts=("x",))
    assert [(gap.code, gap.detail) for gap in gaps] == [
        ("nothing-shown", ""), ("left-out", "third-person"),
    ]  # fmt: skip


def test_a_profile_that_leaves_an_item_out_says_so() -> None:
    photos = replace(WHOLE, copies=Copies.ONLY)
    assert [(gap.code, gap.detail) for gap in found(profile=photos)][1:] == [
        ("outside-profile", "no-copy")
    ]
    sounds = replace(WHOLE, kinds=frozenset({Kind.AUDIO}))
    assert found(profile=sounds)[1].detail == "profile"


def test_a_copy_that_nobody_reviewed_is_told_where_copies_are_used() -> None:
    assert codes(copy="made") == []
    assert codes(profile=replace(WHOLE, copies=Copies.REPLACE), copy="made") == ["copy-unreviewed"]


def test_a_broken_original_does_not_matter_where_its_copy_goes() -> None:
    profile = replace(WHOLE, copies=Copies.REPLACE)
    assert codes(profile=profile, copy="reviewed", is_broken=True) == []
    told = codes(profile=profile, copy="reviewed", copy_is_broken=True)
    assert told == ["fixity-broken"]


def test_visits_without_evidence_and_those_still_uploading_are_told() -> None:
    assert found(case={"visits": [V, W]}) == [Gap("visit-without-evidence", visit=W)]
    assert found(case={"visits": [V, W], "uploads": {W: 2}}) == [
        Gap("upload-unfinished", visit=W, detail="2")
    ]


def test_a_gap_in_the_chain_makes_a_pack_impossible() -> None:
    (gap,) = found(case={"chain_gaps": [4]})
    assert (gap.code, gap.detail, gap.is_blocking) == ("chain-gap", "4", True)


def test_every_gap_has_its_words() -> None:
    assert set(BLOCKING) <= set(GAPS)
    assert all(english.isascii() and not chinese.isascii() for english, chinese in GAPS.values())
