"""Crew, training, background, third parties and accounts."""

from datetime import datetime
from typing import Any

import pytest

from tests.domain.rulebook.builders import at, ruling

ONE = [{"id": "a1"}]
ASK = {"purpose": "locate"}
NEIGHBOUR = {"id": "n1", "role": "neighbour"}


@pytest.mark.parametrize("agents", [[], ONE, ONE * 2])
def test_fewer_than_two_different_agents_may_not_visit(agents: list[dict[str, str]]) -> None:
    assert at("10:00", "10:20", contact={"agents": agents}) == ("CN-CREW-01",)


def test_one_agent_may_call() -> None:
    assert at("10:00", "10:20", contact={"channel": "call", "agents": ONE}) == ()


def test_no_time_mends_a_crew_of_one() -> None:
    assert ruling(contact={"agents": ONE}).next_legal is None


@pytest.mark.parametrize(
    ("change", "rules"),
    [
        ({"trained_until": "2026-03-02"}, ()),  # its last day counts
        ({"trained_until": "2026-03-01"}, ("CN-STAFF-01",)),
        ({"background_ok": False}, ("CN-STAFF-02",)),
        ({"certified": False}, ()),  # no certificate is asked for in China
    ],
)
def test_every_agent_is_trained_and_vetted(change: dict[str, Any], rules: tuple[str, ...]) -> None:
    agents = [{"id": "a1"}, {"id": "a2"} | change]
    assert at("10:00", "10:20", contact={"agents": agents}) == rules


def test_a_lapse_names_the_agent_and_his_day() -> None:
    agents = [{"id": "a1"}, {"id": "a2", "trained_until": "2026-03-01"}]
    (violation,) = ruling(contact={"agents": agents}).violations
    assert violation.found == {"agents": [{"id": "a2", "trained_until": "2026-03-01"}]}


@pytest.mark.parametrize("role", ["debtor", "guarantor"])
def test_those_who_owe_may_be_asked_to_pay(role: str) -> None:
    assert at("10:00", "10:20", party={"role": role}) == ()


@pytest.mark.parametrize("role", ["spouse", "relative", "neighbour", "employer", "other"])
def test_nobody_else_may_be_asked_to_pay(role: str) -> None:
    missing = {"missing": True}
    assert at("10:00", "10:20", party={"role": role}, debtor=missing) == ("CN-3P-01",)


@pytest.mark.parametrize(
    ("debtor", "rules"),
    [
        ({}, ("CN-3P-02",)),
        ({"failed_dial_days": 2}, ("CN-3P-02",)),  # a day short of the strictest reading
        ({"failed_dial_days": 3}, ()),
        ({"missing": True}, ()),
    ],
)
def test_a_neighbour_is_asked_only_when_the_debtor_is_out_of_reach(
    debtor: dict[str, Any], rules: tuple[str, ...]
) -> None:
    assert at("10:00", "10:20", contact=ASK, party=NEIGHBOUR, debtor=debtor) == rules


def test_a_third_party_who_refused_is_left_alone_for_good() -> None:
    party = NEIGHBOUR | {"opted_out": True}
    asked: dict[str, Any] = {
        "contact": ASK,
        "party": party,
        "debtor": {"missing": True},
        "policies": False,
    }
    found = ruling(**asked)
    assert (found.rules, found.next_legal) == (("CN-3P-03",), None)


def test_an_agency_that_asks_a_neighbour_is_warned_and_not_stopped() -> None:
    asked: dict[str, Any] = {"contact": ASK, "party": NEIGHBOUR, "debtor": {"missing": True}}
    found = ruling(**asked, creditor={"kind": "agency"})
    assert found.allowed
    assert [warning.rule for warning in found.warnings] == ["CN-TRACE-02"]


def test_a_private_account_needs_the_lenders_agreement() -> None:
    call: dict[str, Any] = {"channel": "call", "account": "private"}
    agreed = [{"who": "lender", "channel": "call"}]
    assert at("10:00", "10:20", contact=call) == ("CN-CHAN-01",)
    assert at("10:00", "10:20", contact=call, consents=agreed) == ()
    # What the debtor or a withdrawn agreement says does not replace it.
    assert at("10:00", "10:20", contact=call, consents=[agreed[0] | {"who": "p1"}]) != ()
    revoked = agreed[0] | {"revoked": "2026-01-01"}
    assert at("10:00", "10:20", contact=call, consents=[revoked]) != ()


@pytest.mark.parametrize(
    ("stands", "following"),
    [
        ({"granted": "2025-01-01", "expires": "2025-12-31"}, None),
        ({"granted": "2026-03-05"}, "2026-03-05T08:00:00+08:00"),
        ({"expires": "2026-03-02T10:10:00+08:00"}, None),  # It ends while the call lasts.
    ],
)
def test_an_agreement_of_the_lender_counts_while_it_stands(
    stands: dict[str, str], following: str | None
) -> None:
    call: dict[str, Any] = {"channel": "call", "account": "private"}
    found = ruling(contact=call, consents=[{"who": "lender"} | stands])
    assert found.rules == ("CN-CHAN-01",)
    assert found.next_legal == (following and datetime.fromisoformat(following))


def test_no_letter_is_posted_in_a_public_place() -> None:
    letter = {"channel": "letter", "agents": []}
    assert at("10:00", "10:20", contact=letter, place={"kind": "public"}) == ("CN-PUB-01",)
    assert at("10:00", "10:20", contact=letter) == ()
    assert at("10:00", "10:20", place={"kind": "public"}) == ()
