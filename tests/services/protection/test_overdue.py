"""Which cases are over: by what was last done in them, by the strictest rule, and by holds."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from fieldops.domain.retention import RetentionRule, rules_from_toml
from fieldops.models import Case, Contact, Hold, Organisation, Party
from fieldops.services.protection import overdue
from fieldops.services.protection.overdue import Cases
from tests.builders.cases import NOW, a_case

A_DAY = timedelta(days=1)
RULE = """
[[rule]]
id = "{0}"
kind = "case"
{0} = "{1}d"
start = "last_activity"
source = "law"
provenance = "policy"
"""


def _rules(**days: int) -> list[RetentionRule]:
    text = "".join(RULE.format(bound, count) for bound, count in days.items())
    return list(rules_from_toml(f'jurisdiction = "CN"\n{text}', "cn.toml"))


def _found(session: Session, case: Case, days: int, **rules: int) -> tuple[list[str], list[str]]:
    """The numbers of due cases, and why others are kept, so many days after the case was closed."""
    at = case.updated_at + days * A_DAY
    cases = Cases(session, case.organisation_id, _rules(**rules), at)
    due, kept = cases.due(), cases.kept()
    assert cases.counts() == (len(due), len(kept))
    return [one.number for one in due], [one.by for one in kept]


@pytest.fixture
def closed(app: Flask, session: Session, organisation: Organisation) -> Case:
    return a_case(session, organisation, state="closed")


def test_a_case_is_due_from_the_day_on_which_its_longest_is_over(
    session: Session, closed: Case
) -> None:
    assert _found(session, closed, 99, longest=100) == ([], [])
    assert _found(session, closed, 100, longest=100) == ([closed.number], [])


def test_a_case_without_a_longest_is_never_due(session: Session, closed: Case) -> None:
    assert _found(session, closed, 9_999, least=100) == ([], [])


def test_a_law_that_wants_it_kept_comes_first(session: Session, closed: Case) -> None:
    assert _found(session, closed, 150, longest=100, least=200) == ([], ["least"])
    assert _found(session, closed, 200, longest=100, least=200) == ([closed.number], [])


def test_the_period_runs_from_the_last_contact(session: Session, closed: Case) -> None:
    party = session.query(Party).filter_by(case_id=closed.id).first()
    assert party is not None
    session.add(
        Contact(
            organisation_id=closed.organisation_id, case_id=closed.id, person_id=party.person_id,
            debtor_id=party.person_id, purpose="collect", channel="call", result="reached",
            at=closed.updated_at + 50 * A_DAY, recorded_at=closed.updated_at + 50 * A_DAY,
        )
    )  # fmt: skip
    session.flush()
    assert _found(session, closed, 149, longest=100) == ([], [])
    assert _found(session, closed, 150, longest=100) == ([closed.number], [])


def test_a_legal_hold_over_the_debtor_keeps_the_case(session: Session, closed: Case) -> None:
    party = session.query(Party).filter_by(case_id=closed.id).first()
    assert party is not None
    hold = Hold(
        organisation_id=closed.organisation_id, kind="legal", scope="person", starts_at=NOW,
        person_id=party.person_id, reason="suit", placed_at=NOW,
    )  # fmt: skip
    session.add(hold)
    session.flush()
    assert _found(session, closed, 100, longest=100) == ([], ["legal_hold"])
    hold.lifted_at = NOW
    session.flush()
    assert _found(session, closed, 100, longest=100) == ([closed.number], [])


def test_no_more_are_counted_than_are_of_use(
    session: Session, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(overdue, "COUNTED", 1)
    cases = [a_case(session, organisation, name=name, state="closed") for name in "甲乙丙"]
    at = max(case.updated_at for case in cases) + 100 * A_DAY
    found = Cases(session, organisation.id, _rules(longest=100), at)
    assert found.counts() == (2, 0)
    assert len(found.due(most=2)) == 2
