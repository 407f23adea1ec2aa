"""Several clauses under one rule, and what consent lifts of them."""

from datetime import datetime
from typing import Any

from fieldops.domain.rulebook.records import RuleBook
from tests.domain.rulebook.builders import book_of, in_xx, raw_rule, ruling

HOURS = {"predicate": "hours", "params": {"schedules": [{"windows": [["09:00", "17:00"]]}]}}
WORK = {"predicate": "place", "params": {"places": ["work"]}}
AGREED = [{"who": "p1", "channel": "visit", "window": ["17:00", "18:00"]}]
EVENING = ("2026-03-02T17:10:00+08:00", "2026-03-02T17:30:00+08:00")


def book(*clauses: dict[str, Any], **changes: Any) -> RuleBook:
    """A book of one rule of these clauses."""
    params = {"clauses": list(clauses)}
    return book_of(raw_rule(predicate="any_of", params=params, **changes))


def test_any_clause_forbids_and_tells_what_it_found() -> None:
    found = ruling(*EVENING, place=in_xx() | {"kind": "work"}, book=book(HOURS, WORK))
    (violation,) = found.violations
    assert violation.found["place"] == "work"
    assert violation.found["timezone"] == "Asia/Shanghai"


def test_a_clause_concerns_only_the_contacts_it_names() -> None:
    calls_only = book(HOURS | {"channels": ["call"]}, WORK)
    assert ruling(*EVENING, place=in_xx(), book=calls_only).allowed
    call = {"channel": "call"}
    assert not ruling(*EVENING, contact=call, place=in_xx(), book=calls_only).allowed


def test_a_consent_to_the_hour_lifts_each_clause_in_that_hour() -> None:
    place = in_xx() | {"kind": "work"}
    rules = book(HOURS, WORK, overridable_by=["consent"])
    assert ruling(*EVENING, place=place, book=rules, consents=AGREED).allowed
    morning = ("2026-03-02T10:00:00+08:00", "2026-03-02T10:20:00+08:00")
    found = ruling(*morning, place=place, book=rules, consents=AGREED)
    assert found.next_legal == datetime.fromisoformat("2026-03-02T17:00:00+08:00")


def test_a_clause_that_nothing_lifts_stands() -> None:
    rules = book(HOURS, WORK | {"lifted": False}, overridable_by=["consent"])
    assert not ruling(
        *EVENING, place=in_xx() | {"kind": "work"}, book=rules, consents=AGREED
    ).allowed


def test_a_clause_may_look_for_the_debtors_consent_and_not_the_partys() -> None:
    roles = {"predicate": "roles", "params": {"roles": ["debtor"], "consent_of": "debtor"}}
    rules = book(HOURS, roles, overridable_by=["consent"])
    asked: dict[str, Any] = {
        "party": {"id": "x1", "role": "relative"},
        "debtor": {"id": "p1"},
        "place": in_xx(),
        "book": rules,
    }
    assert ruling(**asked, consents=[{"who": "p1"}]).allowed
    assert not ruling(**asked, consents=[{"who": "x1"}]).allowed
