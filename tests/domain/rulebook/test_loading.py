"""Rule files: what is refused, and where; what the hash stands for."""

from pathlib import Path
from typing import Any

import pytest

from fieldops.domain.rulebook.loading import (
    RulebookInvalid,
    book_from,
    pack_from,
    pack_from_canonical,
    pack_from_toml,
)
from fieldops.domain.rulebook.vocabulary import Provenance
from fieldops.gateways.rulebook import load_packs
from tests.domain.rulebook.builders import BOOK, book_of, in_xx, raw_pack, raw_rule, ruling

SPAN = [["08:00", "21:00"]]
CALENDAR = {"source": "a notice", "provenance": "text", "days": ["2026-10-01"]}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"predicate": "moonlight"}, "rule XX-TIME-01.predicate: 'moonlight' is not a predicate"),
        ({"colour": 1}, "rule XX-TIME-01.colour: is not a known key"),
        ({"source": ""}, "rule XX-TIME-01.source: is empty"),
        ({"source": None}, "rule XX-TIME-01.source: is missing"),
        ({"effect": "FORBID"}, "rule XX-TIME-01.effect: 'FORBID' is not known"),
        ({"provenance": "policy"}, "rule XX-TIME-01.provenance: does not fit the authority"),
        ({"title": {"zh": "一"}}, "rule XX-TIME-01.title.en: is missing"),
        ({"params": {}}, "rule XX-TIME-01.params.schedules: is missing"),
        ({"params": {"schedules": [{"windows": SPAN}], "x": 1}}, "params.x: is not a known key"),
        ({"params": {"schedules": [{"windows": [["8", "21:00"]]}]}}, "windows[0][0]: '8' is not"),
        ({"params": {"schedules": [{"windows": [["21:00", "08:00"]]}]}}, "closes before it opens"),
        ({"applies_when": {"channel": ["visit"]}}, "applies_when.channel: is not a known key"),
        ({"applies_when": {"channels": ["pigeon"]}}, "applies_when.channels[0]: 'pigeon'"),
        ({"overridable_by": ["bribe"]}, "rule XX-TIME-01.overridable_by[0]: 'bribe'"),
        ({"effective_from": "soon"}, "rule XX-TIME-01.effective_from: 'soon' is not a date"),
        ({"switched_on": False}, "rule XX-TIME-01.switched_on: does not fit the authority"),
        ({"authority": "DRAFT"}, "rule XX-TIME-01.switched_on: does not fit the authority"),
        (
            {"params": {"schedules": [{"windows": SPAN, "closed": {"days": ["2026-01-01"]}}]}},
            "rule XX-TIME-01.params.schedules[0].closed.source: is missing",
        ),
        (
            {
                "params": {
                    "schedules": [
                        {"windows": SPAN, "closed": CALENDAR | {"known_to": "2026-09-30"}}
                    ]
                }
            },
            "closed.known_to: is before the last of the days",
        ),
        (
            {"predicate": "any_of", "params": {"clauses": [{"predicate": "crew"}]}},
            "rule XX-TIME-01.params.clauses[0].params.least: None does not fit",
        ),
        (
            {"predicate": "any_of", "params": {"clauses": [{"predicate": "any_of"}]}},
            "rule XX-TIME-01.params.clauses[0].predicate: 'any_of' is not a predicate",
        ),
        (
            {"predicate": "any_of", "params": {"clauses": []}},
            "rule XX-TIME-01.params.clauses: names fewer than two",
        ),
        ({"id": "time"}, "rule[0].id: 'time' does not have the right form"),
    ],
)
def test_a_faulty_rule_is_refused_by_its_place(change: dict[str, Any], message: str) -> None:
    with pytest.raises(RulebookInvalid) as refused:
        pack_from(raw_pack(raw_rule(**change)), "xx.toml")
    assert refused.value.detail.startswith("xx.toml: ")
    assert message in refused.value.detail


def versions(ends: str | None, begins: str | None) -> dict[str, Any]:
    """A pack with two versions of one rule."""
    return raw_pack(raw_rule(effective_to=ends), raw_rule(effective_from=begins))


@pytest.mark.parametrize(
    ("ends", "begins", "message"),
    [
        ("2026-03-31", "2026-03-31", "overlap"),
        ("2026-03-31", None, "overlap"),
        (None, "2026-04-01", "overlap"),
        ("2026-03-31", "2026-04-02", "no version is in force after 2026-03-31"),
    ],
)
def test_versions_neither_overlap_nor_leave_a_gap(
    ends: str | None, begins: str | None, message: str
) -> None:
    with pytest.raises(RulebookInvalid, match=message):
        pack_from(versions(ends, begins), "xx.toml")


def test_versions_that_meet_are_taken() -> None:
    assert len(pack_from(versions("2026-03-31", "2026-04-01"), "xx.toml").rules) == 2


def test_a_rule_is_in_force_on_its_last_day_and_not_after() -> None:
    book = book_of(raw_rule(effective_from="2026-03-01", effective_to="2026-03-02"))
    night = "T23:00:00+08:00"
    in_force = [
        not ruling(f"2026-{day}{night}", None, place=in_xx(), book=book).allowed
        for day in ("02-28", "03-01", "03-02", "03-03")
    ]
    assert in_force == [False, True, True, False]


def test_a_pack_bounds_the_rules_that_state_no_day() -> None:
    book = book_of(effective_from="2026-03-03")
    assert ruling("2026-03-02T23:00:00+08:00", None, place=in_xx(), book=book).allowed
    assert not ruling("2026-03-03T23:00:00+08:00", None, place=in_xx(), book=book).allowed


def test_the_hash_stands_for_the_content_and_not_for_its_layout() -> None:
    head = '[pack]\nid="xx"\nversion="1"\njurisdiction="XX"\n'
    rule = (
        '[[rule]]\nid="XX-CREW-01"\nauthority="STATUTE"\neffect="DENY"\npredicate="crew"\n'
        'params={least=2}\nsource="s"\nprovenance="text"\n'
        'title={zh="一",en="a"}\nmessage={zh="二",en="b"}\n'
    )
    first = pack_from_toml(head + rule, "a.toml")
    same = pack_from_toml(head + "# a remark\n\n" + rule, "b.toml")
    other = pack_from_toml(head + rule.replace("least=2", "least=3"), "c.toml")
    assert first.sha256 == same.sha256 != other.sha256


def test_a_draft_is_in_force_only_once_it_is_switched_on() -> None:
    def allowed(switched_on: bool) -> bool:
        book = book_of(raw_rule(authority="DRAFT", switched_on=switched_on))
        return ruling("2026-03-02T23:00:00+08:00", None, place=in_xx(), book=book).allowed

    assert (allowed(False), allowed(True)) == (True, False)


def test_a_pack_read_from_its_canonical_content_is_the_same_pack() -> None:
    for pack in BOOK.packs:
        again = pack_from_canonical(pack.content, pack.id)
        assert (again.name, len(again.rules)) == (pack.name, len(pack.rules))


def test_every_rule_of_the_law_has_a_source_and_says_how_it_was_read() -> None:
    for rule in BOOK:
        assert all((rule.source, rule.title.zh, rule.title.en, rule.message.zh, rule.message.en))
        assert rule.is_policy == (rule.provenance is Provenance.POLICY)


def test_a_ruling_names_each_pack_with_its_hash() -> None:
    named = ruling().rule_pack.split()
    assert [name.partition(":")[0] for name in named] == [
        "cn-2026.4+sha256",
        "global-2026.4+sha256",
    ]


def test_no_shipped_pack_claims_a_signature() -> None:
    assert not any(pack.is_signed_off for pack in BOOK.packs)


def test_two_packs_may_not_share_a_rule() -> None:
    first = pack_from(raw_pack(), "a.toml")
    second = pack_from(raw_pack(id="yy", jurisdiction="YY"), "b.toml")
    with pytest.raises(RulebookInvalid, match="same rule: XX-TIME-01"):
        book_from([first, second])


def test_law_may_not_be_in_force_everywhere() -> None:
    with pytest.raises(RulebookInvalid, match="no law is in force everywhere"):
        pack_from(raw_pack(jurisdiction="*"), "xx.toml")


def test_a_directory_without_rule_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RulebookInvalid, match="holds no rule file"):
        load_packs(tmp_path)


@pytest.mark.parametrize("content", [b"[pack", b"\xff\xfe"])
def test_a_file_that_is_not_toml_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "bad.toml").write_bytes(content)
    with pytest.raises(RulebookInvalid, match=r"bad\.toml"):
        load_packs(tmp_path)
