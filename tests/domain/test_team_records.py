"""What an agent holds: records before the agent file, gaps, failures, and the file of kinds."""

from datetime import date, timedelta
from typing import Any

import pytest

from fieldops.domain.rulebook.parsing import parse_proposal
from fieldops.domain.rulebook.writing import proposal_json
from fieldops.domain.team.policy import TeamPolicyInvalid, policy_from_toml
from fieldops.domain.team.standing import (
    EVALUATION,
    FOR_EVER,
    Declared,
    Kept,
    agent_of,
    held,
    until,
)
from fieldops.gateways.team_policy import load_policy
from fieldops.settings import config_dir
from tests.domain.rulebook.builders import BOOK, at, proposal

TODAY = date(2026, 3, 2)
POLICY = load_policy(config_dir() / "team")
FILE = (config_dir() / "team" / "records.toml").read_text("utf-8")
NOTHING = Declared(None, False)


def _until(*kept: Kept, declared: Declared = NOTHING, kind: str = "training") -> date | None:
    return until(kind, agent_of("a1", kept, declared).records or (), TODAY)


def test_the_agent_file_stands_in_until_a_record_is_kept() -> None:
    declared = Declared(date(2026, 12, 31), True)
    assert _until(declared=declared) == date(2026, 12, 31)
    own = Kept("training", True, date(2026, 1, 1), date(2026, 6, 30))
    assert _until(own, declared=declared) == date(2026, 6, 30)
    assert _until(declared=declared, kind="confidentiality") == FOR_EVER


@pytest.mark.parametrize(
    ("kept", "expected"),
    [
        ([], None),
        ([(True, "2026-01-01", "2026-03-01")], None),  # ended yesterday
        ([(True, "2026-03-03", "2026-06-30")], None),  # begins tomorrow
        ([(True, "2026-01-01", "2026-03-31"), (True, "2026-04-01", "2026-06-30")], "2026-06-30"),
        ([(True, "2026-01-01", "2026-03-31"), (True, "2026-04-02", "2026-06-30")], "2026-03-31"),
        ([(True, "2026-01-01", "2026-06-30"), (False, "2026-02-01", None)], None),  # failed since
        ([(False, "2026-01-01", None), (True, "2026-02-01", "2026-06-30")], "2026-06-30"),
    ],
)
def test_until_when_a_kind_is_held(kept: list[Any], expected: str | None) -> None:
    rows = [
        Kept("training", passed, date.fromisoformat(begins), ends and date.fromisoformat(ends))
        for passed, begins, ends in kept
    ]
    assert _until(*rows) == (date.fromisoformat(expected) if expected else None)


def _crew(*records: dict[str, str]) -> dict[str, Any]:
    whole = [{"kind": one} for one in ("training", "background_check", "confidentiality")]
    return {"agents": [{"id": "a1", "records": list(records)}, {"id": "a2", "records": whole}]}


@pytest.mark.parametrize(
    ("records", "rules"),
    [
        (["training", "background_check", "confidentiality"], ()),
        (["background_check", "confidentiality"], ("CN-STAFF-01",)),
        (["training", "background_check"], ("CN-STAFF-02",)),
        ([], ("CN-STAFF-01", "CN-STAFF-02")),
    ],
)
def test_what_the_rules_demand_is_asked_of_each_whose_records_are_stated(
    records: list[str], rules: tuple[str, ...]
) -> None:
    assert at("10:00", "10:20", contact=_crew(*({"kind": one} for one in records))) == rules


def test_a_record_must_last_to_the_end_of_the_contact() -> None:
    def ending(day: str) -> tuple[str, ...]:
        rest = [{"kind": one} for one in ("background_check", "confidentiality")]
        return at("10:00", "10:20", contact=_crew({"kind": "training", "until": day}, *rest))

    assert ending("2026-03-02") == ()
    assert ending("2026-03-01") == ("CN-STAFF-01",)


def test_whose_records_nobody_stated_is_judged_as_ever() -> None:
    assert at("10:00", "10:20", contact={"agents": [{"id": "a1"}, {"id": "a2"}]}) == ()


def test_a_proposal_with_records_reads_back_as_it_was() -> None:
    sent = {"id": "a1", "agency": [{"kind": "agency_contract"}], "cleared": False}
    for contact in (
        _crew(),
        _crew({"kind": "training", "until": "2026-03-02"}),
        {"agents": [sent]},
    ):
        whole = proposal(contact=contact)
        assert parse_proposal(proposal_json(whole)) == whole


def test_every_record_that_a_rule_demands_is_one_that_is_kept() -> None:
    demanded = {kind for rule in BOOK for kind in rule.params.get("records", ())}
    assert demanded
    assert demanded <= POLICY.kinds.keys() | {EVALUATION}


def test_the_total_is_the_mean_by_weight() -> None:
    scores = {"compliance": 100, "complaints": 0, "information_security": 0, "service": 100}
    assert POLICY.total(scores) == pytest.approx(50)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("warn_days = 30", "warn_days = 0"),
        ("days = 365", "days = -1"),
        ('kind = "confidentiality"', 'kind = "training"'),  # twice
        ("weight = 30", "weight = 0"),
        ("pass_mark = 60", "pass_mark = 101"),
        ('of = "agency"', 'of = "the moon"'),
        ("surplus = 4", "surplus = 0"),
        ("[doubts]", "[other]"),
        ('form = "fieldops-team-1"', 'form = "another"'),
        ("[evaluation]", "[evaluation"),  # no TOML
    ],
)
def test_a_file_that_does_not_say_what_it_must_is_refused(old: str, new: str) -> None:
    assert old in FILE
    with pytest.raises(TeamPolicyInvalid):
        policy_from_toml(FILE.replace(old, new, 1))


def test_training_is_good_for_a_year() -> None:
    assert POLICY.kinds["training"].latest_end(TODAY) == TODAY + timedelta(days=365)


WHOLE = ("agency_contract", EVALUATION, "agency_confidentiality", "agency_background")


def _sent_by(*kinds: str, **more: Any) -> dict[str, Any]:
    holds = [{"kind": one, **more} for one in kinds]
    return {"agents": [{"id": "a1", "agency": holds}, {"id": "a2"}]}


@pytest.mark.parametrize("lacking", WHOLE)
def test_an_agency_that_lacks_anything_sends_nobody(lacking: str) -> None:
    left = [one for one in WHOLE if one != lacking]
    assert at("10:00", "10:20", contact=_sent_by(*left)) == ("CN-AGY-01",)


def test_an_agency_in_good_standing_sends_its_people_and_the_lenders_own_need_none() -> None:
    assert at("10:00", "10:20", contact=_sent_by(*WHOLE)) == ()
    assert at("10:00", "10:20", contact={"agents": [{"id": "a1"}, {"id": "a2"}]}) == ()


def test_a_contract_is_good_to_the_end_of_its_last_day() -> None:
    for last, rules in (("2026-03-02", ()), ("2026-03-01", ("CN-AGY-01",))):
        assert at("10:00", "10:20", contact=_sent_by(*WHOLE, until=last)) == rules


def test_an_evaluation_that_was_failed_ends_those_before_it() -> None:
    good = Kept(EVALUATION, True, date(2026, 1, 1), date(2026, 12, 31))
    assert until(EVALUATION, held([good]), TODAY) == date(2026, 12, 31)
    failed = Kept(EVALUATION, False, date(2026, 2, 1), date(2027, 1, 31))
    assert until(EVALUATION, held([good, failed]), TODAY) is None
