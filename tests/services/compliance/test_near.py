"""Near misses: what would have been refused a little later, once more, or without a consent."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from fieldops.domain.rights.near import Part, near_misses
from fieldops.domain.rulebook import proposal as rules
from fieldops.domain.rulebook.judging import judge
from fieldops.domain.rulebook.vocabulary import Channel, Gate, Result
from tests.builders.doors import BOOK

CHENGDU = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=CHENGDU)


def _call(at: datetime, calls: int = 0, **more: object) -> rules.Proposal:
    contact = rules.Contact(Channel.CALL, at)
    past = tuple(
        rules.PastContact(Channel.CALL, at - timedelta(minutes=10 * n), Result.CONNECTED, "debtor")
        for n in range(1, calls + 1)
    )
    return rules.Proposal(contact, history=past, **more)  # type: ignore[arg-type]


def test_a_call_just_before_the_night_was_near_its_end() -> None:
    late = _call(datetime(2026, 11, 24, 21, 55, tzinfo=CHENGDU))
    assert ("CN-TIME-01", Part.NEAR_END) in near_misses(late, BOOK, Gate.COMMIT)


def test_a_call_at_noon_was_near_nothing() -> None:
    assert near_misses(_call(NOON), BOOK, Gate.COMMIT) == []


def test_the_last_call_before_the_cap_was_near_it() -> None:
    assert near_misses(_call(NOON, calls=1), BOOK, Gate.COMMIT) == []
    assert near_misses(_call(NOON, calls=2), BOOK, Gate.COMMIT) == [("CN-FREQ-01", Part.NEAR_CAP)]


def test_what_passed_by_a_consent_alone_says_so() -> None:
    night = _call(
        datetime(2026, 11, 24, 22, 30, tzinfo=CHENGDU),
        consents=(rules.Consent("debtor", Channel.CALL, (22 * 60, 23 * 60)),),
    )
    assert judge(night, BOOK, gate=Gate.COMMIT).allowed
    assert ("CN-TIME-01", Part.BY_CONSENT) in near_misses(night, BOOK, Gate.COMMIT)


@given(minute=st.integers(0, 1_439), calls=st.integers(0, 4))
def test_no_rule_is_both_broken_and_near(minute: int, calls: int) -> None:
    at = NOON.replace(hour=minute // 60, minute=minute % 60)
    proposal = _call(at, calls)
    broken = set(judge(proposal, BOOK, gate=Gate.COMMIT).rules)
    assert not broken & {rule for rule, _ in near_misses(proposal, BOOK, Gate.COMMIT)}


@given(minute=st.integers(0, 1_439))
def test_near_its_end_is_what_would_be_refused_ten_minutes_later(minute: int) -> None:
    proposal = _call(NOON.replace(hour=minute // 60, minute=minute % 60))
    later = replace(proposal.contact, start=proposal.contact.start + timedelta(minutes=10))
    refused = set(judge(replace(proposal, contact=later), BOOK, gate=Gate.COMMIT).rules)
    broken = set(judge(proposal, BOOK, gate=Gate.COMMIT).rules)
    near = near_misses(proposal, BOOK, Gate.COMMIT)
    assert {rule for rule, part in near if part is Part.NEAR_END} == refused - broken
