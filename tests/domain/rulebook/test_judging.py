"""Rulings as a whole: everything that is broken, the strictest wins, what JSON they become."""

import json
from typing import Any

import pytest

from fieldops.domain.errors import InvalidInput
from fieldops.domain.rulebook.judging import barring, judge
from fieldops.domain.rulebook.loading import book_from, pack_from
from fieldops.domain.rulebook.parsing import parse_proposal
from tests.domain.rulebook.builders import (
    BOOK,
    book_of,
    in_xx,
    proposal,
    raw_pack,
    raw_proposal,
    raw_rule,
    ruling,
)


def test_a_ruling_lists_every_broken_rule() -> None:
    night = ("2026-03-02T22:30:00+08:00", "2026-03-02T22:50:00+08:00")
    agents = [{"id": "a1", "background_ok": False}]
    found = ruling(*night, contact={"agents": agents}, party={"role": "relative"})
    expected = ("CN-3P-01", "CN-CREW-01", "CN-STAFF-02", "CN-TIME-01", "CN-TIME-P")
    assert found.rules == expected


@pytest.mark.parametrize("hour", [10, 13, 21, 22])
def test_what_bars_a_contact_is_what_its_ruling_names(hour: int) -> None:
    asked = proposal(f"2026-03-02T{hour}:30:00+08:00", f"2026-03-02T{hour}:50:00+08:00")
    assert barring(asked, BOOK) == judge(asked, BOOK).rules


def test_a_lawful_visit_may_start_at_once() -> None:
    asked = proposal()
    assert judge(asked, BOOK).next_legal == asked.contact.start


def test_a_ruling_becomes_json() -> None:
    found = json.loads(json.dumps(ruling(contact={"agents": []}).to_json()))
    assert found["allowed"] is False
    assert found["next_legal"] is None
    assert found["violations"] == [
        {
            "rule": "CN-CREW-01",
            "effect": "DENY",
            "authority": "SELF_REG",
            "source": "中银协 2026 指引 第二十二条 [S]",
            "params": {"least": 2},
            "found": {"agents": 0},
            "overridable_by": [],
        }
    ]


def two_places() -> Any:
    """A book of China and of a made-up place that allows only 08:00 to 21:00."""
    return book_from([*BOOK.packs, pack_from(raw_pack(), "xx.toml")])


def test_the_creditors_jurisdiction_binds_as_well_as_the_debtors() -> None:
    late = ("2026-03-02T21:10:00+08:00", "2026-03-02T21:30:00+08:00")
    asked: dict[str, Any] = {"policies": False, "book": two_places()}
    assert ruling(*late, **asked).allowed
    assert ruling(*late, creditor={"jurisdictions": ["XX"]}, **asked).rules == ("XX-TIME-01",)


def test_a_province_falls_under_its_country_and_its_own_pack() -> None:
    rule = raw_rule(id="CN-SC-TIME-01", params={"schedules": [{"windows": [["09:00", "18:00"]]}]})
    book = book_from(
        [*BOOK.packs, pack_from(raw_pack(rule, id="cn-sc", jurisdiction="CN-SC"), "cn-sc.toml")]
    )
    night = ("2026-03-02T22:30:00+08:00", "2026-03-02T22:50:00+08:00")
    found = ruling(*night, place={"jurisdictions": ["CN-SC"]}, policies=False, book=book)
    assert found.rules == ("CN-SC-TIME-01", "CN-TIME-01")


def test_a_jurisdiction_without_a_pack_is_not_taken_as_free() -> None:
    found = ruling(place={"jurisdictions": ["FR"]})
    assert found.rules == ("GL-JUR-01",)


def test_a_policy_yields_to_the_law_it_names() -> None:
    rules = (
        raw_rule(id="XX-CREW-01", predicate="crew", params={"least": 2}),
        raw_rule(
            id="XX-CREW-P",
            predicate="crew",
            params={"least": 3},
            authority="POLICY",
            provenance="policy",
            yields_to=["XX-CREW-01"],
        ),
    )
    asked: dict[str, Any] = {"place": in_xx(), "book": book_of(*rules)}
    assert ruling(contact={"agents": []}, **asked).rules == ("XX-CREW-01",)
    assert ruling(**asked).rules == ("XX-CREW-P",)


def changed(path: str, value: Any) -> dict[str, Any]:
    """A proposal with one value replaced at a dotted path."""
    raw: dict[str, Any] = json.loads(json.dumps(raw_proposal()))
    *parents, key = path.split(".")
    inner = raw
    for parent in parents:
        inner = inner.setdefault(parent, {})
    inner[key] = value
    return raw


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("colour", "red"),  # an unknown key
        ("contact.colour", "red"),  # an unknown key further in
        ("contact.start", "2026-03-02T10:00:00"),  # no offset
        ("contact.start", 1772416800),  # a number
        ("contact.end", "2026-03-02T10:00:00+08:00"),  # it ends when it starts
        ("contact.end", "2026-03-04T10:00:00+08:00"),  # two days long
        ("contact.channel", "pigeon"),  # unknown channel
        ("contact.channel", None),  # left out
        ("contact.agents", [{"id": ""}]),  # an agent without a name
        ("contact.agents", [{"id": f"a{i}"} for i in range(21)]),  # a crowd
        ("contact.party.opted_out", "no"),  # a text for a truth value
        ("contact.place.timezone", "Asia/Nowhere"),  # no such zone
        ("contact.place.timezone", "../etc/passwd"),  # a path
        ("contact.place.jurisdictions", ["china"]),  # not a code
        ("debtor.failed_dial_days", -1),  # negative
        ("debtor.failed_dial_days", float("nan")),  # not a number
        ("debtor.failed_dial_days", True),  # a truth value for a number
        ("debtor.wishes", [{"channel": "call", "forbid": ["12:00"]}]),  # half a window
        ("debtor.wishes", [{"channel": "call", "forbid": ["25:00", "26:00"]}]),  # no such hour
        ("history", [{"channel": "visit"}]),  # no time
        ("history", [{"channel": "visit", "at": "0001-01-01T00:00:00+00:00"}]),  # out of range
        ("holds", {"kind": "cease"}),  # not a list
        ("holds", [{"kind": "whim"}]),  # unknown kind
        ("consents", [{"channel": "call"}]),  # nobody's consent
        ("facts.smiled", True),  # unknown fact
        ("contact", []),  # not an object
    ],
)
def test_a_faulty_proposal_is_refused_by_its_field(path: str, value: Any) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_proposal(changed(path, value))
    assert refused.value.faults[0].field.startswith(path)


def test_the_bare_minimum_is_harmless_but_for_the_crew() -> None:
    bare = {"contact": {"channel": "visit", "start": "2026-03-02T10:00:00+08:00"}}
    assert judge(parse_proposal(bare), BOOK).rules == ("CN-CREW-01",)
    assert judge(parse_proposal({"contact": bare["contact"] | {"channel": "call"}}), BOOK).allowed
