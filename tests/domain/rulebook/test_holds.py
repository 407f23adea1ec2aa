"""Holds, wishes and what stands against a contact until something changes."""

from datetime import datetime
from typing import Any

import pytest

from tests.domain.rulebook.builders import book_of, in_xx, raw_rule, ruling

NEIGHBOUR = {"id": "n1", "role": "neighbour"}


def hold(kind: str = "no_contact_order", **rest: Any) -> list[dict[str, Any]]:
    """One hold from 1 March, without an end."""
    return [{"kind": kind, "scope": "person", "from": "2026-03-01T00:00:00+08:00"} | rest]


def test_a_police_order_forbids_until_it_ends() -> None:
    found = ruling(holds=hold(until="2026-03-05T15:00:00+08:00"))
    assert found.rules == ("CN-NCO-01",)
    assert found.next_legal == datetime.fromisoformat("2026-03-05T15:00:00+08:00")


def test_a_hold_until_a_day_lasts_to_its_end() -> None:
    found = ruling(holds=hold(until="2026-03-05"), policies=False)
    assert found.next_legal == datetime.fromisoformat("2026-03-06T08:00:00+08:00")


def test_no_time_mends_a_hold_without_an_end() -> None:
    assert ruling(holds=hold()).next_legal is None


def test_a_hold_that_begins_during_the_visit_forbids_it() -> None:
    begun = hold(**{"from": "2026-03-02T10:10:00+08:00"})
    assert not ruling(holds=begun).allowed
    assert ruling(holds=hold(**{"from": "2026-03-02T10:20:00+08:00"})).allowed


def test_the_police_order_has_no_force_before_2026() -> None:
    span = ("2025-12-31T10:00:00+08:00", "2025-12-31T10:20:00+08:00")
    order = hold(**{"from": "2025-12-01T00:00:00+08:00"})
    assert ruling(*span, holds=order, policies=False).allowed


def test_a_hold_on_third_parties_spares_only_them() -> None:
    order = hold(scope="third_party")
    asked: dict[str, Any] = {
        "contact": {"purpose": "locate"},
        "debtor": {"missing": True},
        "holds": order,
    }
    assert ruling(holds=order).allowed
    assert ruling(party=NEIGHBOUR, **asked).rules == ("CN-NCO-01",)


@pytest.mark.parametrize("scope", ["person", "debt"])
def test_a_hold_on_person_or_debt_covers_third_parties_too(scope: str) -> None:
    asked: dict[str, Any] = {"contact": {"purpose": "locate"}, "debtor": {"missing": True}}
    assert not ruling(party=NEIGHBOUR, holds=hold(scope=scope), **asked).allowed


@pytest.mark.parametrize(
    ("kind", "rule"),
    [
        ("vulnerable", "GL-VULN-01"),
        ("hardship", "GL-VULN-01"),
        ("bereavement", "GL-VULN-01"),
        ("cease", "GL-CEASE-01"),
        ("dispute", "GL-DISP-01"),
        ("complaint", "GL-COMP-01"),
        ("bankruptcy", "GL-BKR-01"),
        ("deceased", "GL-DEC-01"),
        ("breathing_space", "GL-HOLD-01"),
    ],
)
def test_every_other_hold_is_kept_by_policy(kind: str, rule: str) -> None:
    assert ruling(holds=hold(kind)).rules == (rule,)
    assert ruling(holds=hold(kind), policies=False).allowed


def test_the_vulnerable_may_still_be_called() -> None:
    assert ruling(contact={"channel": "call"}, holds=hold("vulnerable")).allowed


def test_nobody_is_visited_in_hospital() -> None:
    assert ruling(place={"kind": "hospital"}).rules == ("GL-VULN-01",)


@pytest.mark.parametrize(
    ("debt", "rule"), [({"disputed": True}, "GL-DISP-01"), ({"bankruptcy": True}, "GL-BKR-01")]
)
def test_a_flag_on_the_debt_works_like_a_hold(debt: dict[str, bool], rule: str) -> None:
    assert ruling(debt=debt).rules == (rule,)


def test_a_legal_hold_warns() -> None:
    found = ruling(holds=hold("legal"))
    assert found.allowed
    assert [warning.rule for warning in found.warnings] == ["GL-LEGAL-01"]


def wish(channel: str = "visit", *forbid: str) -> dict[str, Any]:
    """A debtor with one wish."""
    return {"id": "p1", "wishes": [{"channel": channel, "forbid": list(forbid) or None}]}


def test_a_wish_moves_the_visit_behind_it() -> None:
    found = ruling(debtor=wish("visit", "09:00", "11:00"))
    assert found.rules == ("GL-WISH-01",)
    assert found.next_legal == datetime.fromisoformat("2026-03-02T11:00:00+08:00")


def test_a_visit_may_end_where_a_wish_begins() -> None:
    assert ruling(debtor=wish("visit", "10:20", "11:00")).allowed
    assert not ruling(debtor=wish("visit", "10:19", "11:00")).allowed


def test_a_wish_may_run_over_midnight() -> None:
    assert ruling(debtor=wish("visit", "20:00", "10:30")).rules == ("GL-WISH-01",)


def test_a_wish_on_another_channel_does_not_matter() -> None:
    assert ruling(debtor=wish("call", "09:00", "11:00")).allowed


def test_a_wish_without_hours_refuses_the_channel() -> None:
    assert ruling(debtor=wish()).next_legal is None


def test_a_rule_on_channels_looks_only_at_whole_days() -> None:
    medium = book_of(raw_rule(predicate="wishes", params={"kind": "medium"}))
    hours = wish("visit", "09:00", "11:00")
    assert ruling(debtor=hours, place=in_xx(), book=medium).allowed
    assert not ruling(debtor=wish(), place=in_xx(), book=medium).allowed


@pytest.mark.parametrize(
    ("predicate", "params", "asked"),
    [
        ("flagged", {"flags": ["debtor.represented"]}, {"debtor": {"represented": True}}),
        ("flagged", {"flags": ["party.opted_out"]}, {"party": {"opted_out": True}}),
        (
            "flagged",
            {"flags": ["debtor.refused_workplace"]},
            {"debtor": {"refused_workplace": True}},
        ),
        ("place", {"places": ["work"]}, {"place": in_xx() | {"kind": "work"}}),
    ],
)
def test_standing_flags_and_places_forbid(
    predicate: str, params: dict[str, Any], asked: dict[str, Any]
) -> None:
    book = book_of(raw_rule(predicate=predicate, params=params))
    assert ruling(place=in_xx(), book=book).allowed
    found = ruling(**({"place": in_xx()} | asked), book=book)
    assert (found.allowed, found.next_legal) == (False, None)
