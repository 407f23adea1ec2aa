"""An override lets one contact through against one rule, where the rule names the office."""

from typing import Any

import pytest

from fieldops.domain.errors import InvalidInput
from fieldops.domain.rulebook.parsing import parse_proposal
from fieldops.domain.rulebook.records import Ruling
from fieldops.domain.rulebook.writing import proposal_json
from tests.domain.rulebook.builders import BOOK, at, proposal, ruling

VULNERABLE = {"kind": "vulnerable", "from": "2026-03-01T00:00:00+08:00"}


def an_override(
    rule: str = "GL-VULN-01", office: str = "case_worker", **more: Any
) -> dict[str, Any]:
    """An override of that rule for the usual visit of these tests, good all day."""
    return {
        "id": "o1", "rule": rule, "office": office, "debtor": "p1", "party": "p1", "debt": "debt",
        "channel": "visit", "from": "2026-03-02T00:00:00+08:00",
        "until": "2026-03-03T00:00:00+08:00", **more,
    }  # fmt: skip


def held(*overrides: dict[str, Any], **more: Any) -> Ruling:
    """The ruling on a visit to a vulnerable debtor."""
    return ruling(holds=[VULNERABLE], overrides=list(overrides), **more)


def test_the_office_that_the_rule_names_lets_a_contact_through_and_is_named() -> None:
    found = held(an_override())
    assert found.allowed
    assert [one.to_json() for one in found.overridden] == [
        {"rule": "GL-VULN-01", "override_id": "o1"}
    ]


def test_without_one_the_rule_forbids() -> None:
    assert held().rules == ("GL-VULN-01",)


@pytest.mark.parametrize(
    "other",
    [
        {"office": "counsel"},  # another office than the rule names
        {"office": "consent"},  # a word that is the debtor's to give
        {"debtor": "p2"},
        {"party": "p2"},
        {"debt": "d2"},
        {"channel": "call"},
        {"rule": "GL-CEASE-01"},
        {"from": "2026-03-02T10:00:01+08:00"},  # begins after the visit
        {"until": "2026-03-02T10:19:59+08:00"},  # ends before it is over
    ],
)
def test_one_for_anything_else_does_not_help(other: dict[str, Any]) -> None:
    found = held(an_override(**other))
    assert found.rules == ("GL-VULN-01",)
    assert found.overridden == ()


@pytest.mark.parametrize("office", ["case_worker", "counsel", "court_order", "consent"])
def test_unlawful_hours_are_lifted_by_no_office(office: str) -> None:
    override = an_override("CN-TIME-01", office)
    assert at("22:00", "22:20", overrides=[override]) == ("CN-TIME-01",)


def test_a_hold_by_law_is_lifted_by_no_office_though_a_policy_beside_it_is() -> None:
    order = {"kind": "no_contact_order", "from": "2026-03-01T00:00:00+08:00"}
    overrides = [an_override("GL-HOLD-01", "counsel"), an_override("CN-NCO-01", "counsel")]
    assert ruling(holds=[order], overrides=overrides).rules == ("CN-NCO-01",)


def test_every_other_broken_rule_still_forbids() -> None:
    alone = {"agents": [{"id": "a1"}]}
    assert held(an_override(), contact=alone).rules == ("CN-CREW-01",)


def test_the_next_lawful_start_is_when_an_override_begins() -> None:
    later = an_override(**{"from": "2026-03-02T15:00:00+08:00"})
    following = held(later).next_legal
    assert following is not None
    assert following.isoformat() == "2026-03-02T15:00:00+08:00"


def test_where_nothing_was_broken_nothing_was_overridden() -> None:
    assert ruling(overrides=[an_override()]).overridden == ()


def test_the_answer_in_its_format_says_nothing_of_overrides() -> None:
    assert set(held(an_override()).to_json()) == {
        "allowed", "violations", "warnings", "next_legal", "rule_pack",
    }  # fmt: skip


def test_what_is_kept_reads_back_with_its_overrides() -> None:
    whole = proposal(overrides=[an_override()])
    assert parse_proposal(proposal_json(whole)) == whole


def test_an_override_that_names_no_debtor_is_refused() -> None:
    with pytest.raises(InvalidInput):
        proposal(overrides=[an_override(debtor="")])


def test_of_two_that_would_do_the_one_that_ends_first_is_used() -> None:
    sooner = an_override(id="o2", until="2026-03-02T12:00:00+08:00")
    assert [one.override for one in held(an_override(), sooner).overridden] == ["o2"]


def test_no_shipped_rule_on_hours_of_law_names_an_office() -> None:
    by_office = {r.id for r in BOOK if {"case_worker", "counsel"} & set(r.overridable_by)}
    assert not {one for one in by_office if "TIME-0" in one}
