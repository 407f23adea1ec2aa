"""A month in small: played by the services, audited from the tables, which must be able to fail."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from bench.audit.refusals import Refusal
from bench.month import played as play
from bench.month.report import Report
from fieldops.models import sealing
from tests.bench.played import (
    ARRIVED,
    CALL,
    COMPLAINT,
    DAY_OFF,
    NIGHT,
    NOON,
    NOTICE,
    OTHER,
    PARTY,
    VISIT,
    forged,
    found,
    write,
)

# One worker runs them all, so that the month is played once.
pytestmark = pytest.mark.xdist_group("month")

CASES, DAYS = 30, 3


@dataclass
class Played:
    """The database of the played days, their report, and when they ended."""

    database: Path
    report: Report
    ended: datetime


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Played:
    home = tmp_path_factory.mktemp("month")
    keyring = sealing._current
    with play(home, CASES, DAYS) as (_, report):
        pass
    sealing._current = keyring
    return Played(home / "fieldops.sqlite3", report, report.ended)


def test_an_audit_of_a_played_month_finds_no_violation(month: Played) -> None:
    assert month.report.violations == {}
    assert month.report.figures["visits made"] > 10
    # Whoever plays it tries hard, and is refused.
    assert len(month.report.tally.rules) > 5
    assert month.report.tally.refusals


def test_every_alert_arrives_at_its_address(month: Played) -> None:
    assert month.report.figures["alerts sent"] == month.report.figures["alerts owed"] > 0
    assert month.report.letters > 0


FORGERIES: dict[str, tuple[str, ...]] = {
    "a visit at night": (f"UPDATE visit SET arrived_at = '{NIGHT}' WHERE id = {VISIT}",),
    "a visit at noon": (
        f"UPDATE visit SET arrived_at = '{NOON}', left_at = '{NOON}' WHERE id = {VISIT}",
    ),
    "a visit on a day off": (
        f"UPDATE visit SET arrived_at = '{DAY_OFF}', left_at = NULL WHERE id = {VISIT}",
    ),
    "a call or message at night": (f"UPDATE contact SET at = '{NIGHT}' WHERE id = {CALL}",),
    "two visits in a day": (
        f"UPDATE visit SET party_id = {PARTY}, arrived_at = {ARRIVED} WHERE id = {OTHER}",
    ),
    "a visit within seven days after the debtor was met": (
        "UPDATE visit SET outcome = 'promise'",
        f"UPDATE visit SET party_id = {PARTY}",
    ),
    "a fourth visit in thirty days": (
        f"UPDATE visit SET party_id = {PARTY}",
    ),
    "a visit by one that nobody was told of": (
        "UPDATE visit SET remarks = '[]'",
        f"DELETE FROM arrival WHERE id = (SELECT id FROM arrival WHERE visit_id = {VISIT} LIMIT 1)",
    ),
    "a visit by somebody whose training has lapsed": (
        "UPDATE agent SET trained_until = '2020-01-31'",
    ),
    "a visit by somebody with a record": ("UPDATE agent SET background_ok = 0",),
    "a visit to somebody who owes nothing": (
        f"UPDATE party SET role = 'neighbour' WHERE id = {PARTY}",
    ),
    "somebody who owes nothing was told": (
        "UPDATE contact SET purpose = 'collect'", "UPDATE party SET role = 'relative'",
    ),
    "a third party before the debtor was out of reach": (
        "UPDATE contact SET purpose = 'locate'", "UPDATE party SET role = 'relative'",
    ),
    "somebody who asked to be left alone": (
        "UPDATE party SET opted_out_at = '2027-01-01 00:00:00.000000'",
    ),
    "a visit of a plan that was never committed": ("UPDATE plan SET state = 'discarded'",),
    "a shift of two committed plans": (
        "UPDATE route SET shift_id = (SELECT shift_id FROM route ORDER BY id LIMIT 1)",
    ),
    "an agent at two doors at once": (
        "UPDATE visit SET agent_id = (SELECT id FROM agent ORDER BY id LIMIT 1)",
        f"UPDATE visit SET planned_start = '{NOON}', planned_finish = '{NIGHT}'",
    ),
    "an arrival that nobody judged": ("DELETE FROM ruling_record WHERE gate = 'door'",),
    "a call or message that nobody judged": (
        "DELETE FROM ruling_record WHERE subject LIKE 'party:%'",
    ),
    "a close that nobody judged": ("DELETE FROM ruling_record WHERE gate = 'close'",),
    "a refusal without its rules": ("UPDATE ruling_record SET violations = '[]'",),
    "a ruling whose rules are not kept one by one": ("DELETE FROM ruling_rule",),
    "a ruling that does not say on what it rests": ("UPDATE ruling_record SET inputs_hash = ''",),
    "a custody entry that was changed": ("UPDATE custody_entry SET leaf_hash = '00'",),
    "a break in the custody of a case": (
        "UPDATE custody_entry SET case_sequence = case_sequence + 7",
    ),
    "a gap in the custody log": ("UPDATE custody_entry SET position = position + 1000",),
    "a custody log that is not as long as it says": ("UPDATE custody_log SET size = size + 1",),
    "a signed head that does not cover the log": ("UPDATE checkpoint SET root = '00'",),
    "an item that was not hashed": ("UPDATE item SET sha256 = ''",),
    "an item whose receipt is not in the log": ("UPDATE item SET size = size + 1",),
    "an item for which no receipt was signed": ("UPDATE item SET receipt = ''",),
    "a complaint whose time ends at another hour": (
        f"UPDATE complaint SET due_at = '{NOON}' WHERE id = {COMPLAINT}",
    ),
    "a complaint that ran out and nobody was told": (
        "UPDATE complaint SET due_at = '2027-01-18 16:00:00.000000', answered_at = NULL",
    ),
    "an alert that went to no channel of its role": ("DELETE FROM notice_sending",),
    "an alert that is due and was not sent": (
        f"UPDATE notice_sending SET state = 'owed' WHERE notice_id = {NOTICE}",
        "UPDATE notice_sending SET due_at = '2027-01-18 01:00:00.000000'",
    ),
    "a flag of which nobody was told": ("UPDATE notice SET flag_id = NULL",),
    "a fact that nobody took up": ("UPDATE outbox_fact SET published_at = NULL",),
    "work that was not done (observe-visit)": ("UPDATE job_run SET state = 'failed'",),
    "an entry of a phone that was never decided": ("UPDATE device_entry SET state = 'held'",),
    "a phone whose entries wait": ("UPDATE device SET decided_through = 0",),
}  # fmt: skip


@pytest.mark.parametrize("what", FORGERIES)
def test_a_violation_that_was_written_into_the_tables_is_named(month: Played, what: str) -> None:
    with forged(month.database) as session:
        for statement in FORGERIES[what]:
            session.execute(text(statement))
        assert what in found(session, month.ended)


def _hold(session: Session, kind: str) -> None:
    write(
        session, "hold", "true", kind=kind, scope="debt", person_id=None, ends_at=None,
        lifted_at=None, case_id=f"(SELECT case_id FROM visit WHERE id = {VISIT})",
        starts_at="2027-01-01 00:00:00.000000", placed_at="2027-01-01 00:00:00.000000",
    )  # fmt: skip


def _request(session: Session, kind: str, **more: str | None) -> None:
    asked = {"channel": None, "windows": "[]", "withdrawn_at": None, **more}
    write(
        session, "contact_request", "true", kind=kind, party_id=PARTY,
        person_id=f"(SELECT person_id FROM party WHERE id = {PARTY})",
        recorded_at="2027-01-01 00:00:00.000000", **asked,
    )  # fmt: skip


def _calls(session: Session, result: str, count: int) -> None:
    for _ in range(count):
        write(session, "contact", f"id = {CALL}", result=result, number_index="0" * 64)


def _override(session: Session, office: str, rule: str) -> None:
    whole = {"starts_at": "2027-01-01 00:00:00.000000", "ends_at": "2027-03-01 00:00:00.000000"}
    write(
        session, "rule_override", "true", office=office, rule=rule, visit_id=f"{VISIT}",
        contact_id=f"{CALL}", **whole,
    )  # fmt: skip


WRITTEN: dict[str, Callable[[Session], None]] = {
    "a visit during a hold (vulnerable)": lambda session: _hold(session, "vulnerable"),
    "a visit during a hold (no_contact_order)": lambda session: _hold(session, "no_contact_order"),
    "against a request (channel)": lambda session: _request(session, "channel", channel="visit"),
    "against a request (hours)": lambda session: _request(
        session, "hours", windows='[["00:00", "23:59"]]'
    ),
    "against a request (attorney)": lambda session: _request(session, "attorney"),
    "a fourth connected call": lambda session: _calls(session, "connected", 4),
    "a seventh unanswered call": lambda session: _calls(session, "no_answer", 7),
    "an override by an office that the rule does not name": lambda session: _override(
        session, "counsel", "CN-TIME-P"
    ),
    "an override used twice": lambda session: _override(session, "case_worker", "CN-TIME-P"),
    "a visit with two overrides of one rule": lambda session: (
        _override(session, "case_worker", "CN-TIME-P"),
        _override(session, "case_worker", "CN-TIME-P"),
    )[0],
}


@pytest.mark.parametrize("what", WRITTEN)
def test_a_contact_against_what_stood_is_named(month: Played, what: str) -> None:
    with forged(month.database) as session:
        WRITTEN[what](session)
        assert what in found(session, month.ended)


def test_a_hold_that_was_placed_later_is_told_apart(month: Played) -> None:
    with forged(month.database) as session:
        _hold(session, "vulnerable")
        session.execute(text("UPDATE hold SET placed_at = '2027-03-01 00:00:00.000000'"))
        assert found(session, month.ended) == set()


def test_a_refusal_that_was_met_and_not_kept_is_named(month: Played) -> None:
    told = Refusal("visit:1", month.ended, frozenset({"CN-TIME-01"}))
    with forged(month.database) as session:
        assert found(session, month.ended, (told,)) == {"a refusal that was not kept"}


def test_the_untouched_tables_show_nothing(month: Played) -> None:
    with forged(month.database) as session:
        assert found(session, month.ended + timedelta(minutes=1)) == set()
