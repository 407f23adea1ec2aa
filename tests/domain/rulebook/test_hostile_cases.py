"""Cases that mean harm: each is judged or refused by field and cure in both languages."""

import copy
import json
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from fieldops.domain.bilingual import Bilingual
from fieldops.domain.errors import FieldFault, InvalidInput
from fieldops.domain.rulebook.cases import read_case
from fieldops.domain.rulebook.judging import judge
from fieldops.domain.rulebook.records import Rule
from tests.domain.rulebook.builders import BOOK, raw_proposal

Path = tuple[Any, ...]
WHOLE: dict[str, Any] = raw_proposal(
    party={"opted_out": False},
    contact={"account": "work", "number": "n1"},
    creditor={"jurisdictions": ["CN"], "kind": "bank"},
    debt={"id": "d1", "disputed": False},
    debtor={"failed_dial_days": 0, "wishes": [{"channel": "call", "forbid": ["12:00", "14:00"]}]},
    history=[{"channel": "visit", "at": "2026-02-02T10:00:00+08:00", "result": "met"}],
    holds=[{"kind": "cease", "scope": "person", "from": "2026-01-01", "until": None}],
    consents=[
        {"who": "p1", "window": ["22:00", "23:00"], "granted": "2026-01-01", "revoked": None}
    ],
) | {"name": "x", "policies": True, "expect": {"allowed": False, "rules": [], "next_legal": None}}
HOSTILE: tuple[Any, ...] = (
    None, True, 0, -1, 10**30, 1.5, 1e308, "", "x" * 3_000, "\x00", "\ud800", "🙂",
    [], {}, [[]], [{}], {"": 1},
    "2026-13-45T99:99:99Z",  # no such time
    "2026-03-02T10:00:00",  # no offset
    "9999-12-31T23:59:59-23:59",  # falls out of the calendar when it is moved to UTC
    "0001-01-01T00:00:00+23:59",
    "20260302T100000Z",  # ISO 8601 without marks
    "../../etc/passwd",  # a zone is looked up as a file
    "99:99", ["12:00", "12:00"], ["24:00", "00:00"],
)  # fmt: skip


def places(value: Any, path: Path = ()) -> Iterator[Path]:
    """The path of every part of a case."""
    yield path
    if isinstance(value, dict | list):
        for key in value if isinstance(value, dict) else range(len(value)):
            yield from places(value[key], (*path, key))


def changed(path: Path, value: Any) -> Any:
    """The case with another value there."""
    if not path:
        return value
    found = inner = copy.deepcopy(WHOLE)
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    return found


def judged(raw: Any) -> Sequence[FieldFault] | None:
    """The faults of a case that is refused; None where it is judged, and its ruling is JSON."""
    try:
        case = read_case(json.dumps(raw))
    except InvalidInput as wrong:
        return wrong.faults
    json.dumps(judge(case.proposal, BOOK, policies=case.policies).to_json())
    return None


@pytest.mark.parametrize("path", list(places(WHOLE)), ids=lambda path: ".".join(map(str, path)))
def test_whatever_stands_there_is_judged_or_refused_by_field_and_cure(path: Path) -> None:
    for value in HOSTILE:
        faults = judged(changed(path, value))
        assert faults is None or faults
        for fault in faults or ():
            assert fault.field
            assert isinstance(fault.message, Bilingual)
            assert isinstance(fault.cure, Bilingual)


@pytest.mark.parametrize(
    "line",
    ["", "null", "[]", "7", '"x"', "{", "[" * 90_000, '{"contact": Infinity}', "x" * 1_000_001],
)
def test_what_is_no_case_at_all_is_refused_in_both_languages(line: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_case(line)
    assert all(isinstance(fault.message, Bilingual) for fault in refused.value.faults)


def test_thousands_of_earlier_contacts_are_judged() -> None:
    past = [
        {"channel": "visit", "at": f"2026-02-{n % 28 + 1:02d}T{n % 24:02d}:00:00Z", "result": "met"}
        for n in range(5_000)
    ]
    read = read_case(json.dumps(WHOLE | {"history": past}))
    assert "CN-FREQ-03" in judge(read.proposal, BOOK).rules


@pytest.mark.parametrize("rule", list(BOOK), ids=lambda rule: f"{rule.id} {rule.effective_from}")
def test_what_a_violation_carries_of_its_rule_is_json(rule: Rule) -> None:
    json.dumps(dict(rule.params))


def test_a_message_is_sent_in_an_instant_and_a_call_is_not() -> None:
    start = "2026-03-02T10:00:00+08:00"
    sent = raw_proposal(start, start, contact={"channel": "sms"})
    assert judge(read_case(json.dumps(sent)).proposal, BOOK).allowed
    with pytest.raises(InvalidInput, match=r"contact\.end"):
        read_case(json.dumps(raw_proposal(start, start, contact={"channel": "call"})))
