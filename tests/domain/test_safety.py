"""The safety policy: read strictly, and a ladder that never falls silent."""

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldops.domain.safety import SafetyPolicyInvalid, policy_from_toml
from fieldops.gateways.safety_policy import load_policy
from fieldops.settings import config_dir

POLICY = load_policy(config_dir() / "safety")
TEXT = (config_dir() / "safety" / "policy.toml").read_text("utf-8")


@given(st.integers(0, 10_000))
def test_after_every_rung_comes_another_that_tells_somebody(step: int) -> None:
    assert POLICY.rung(step).roles
    assert POLICY.offset(step + 1) > POLICY.offset(step)


def test_more_people_are_told_the_longer_nobody_answers() -> None:
    assert POLICY.offset(0) == timedelta()
    assert POLICY.offset(1) == timedelta(seconds=30)
    told = [set(POLICY.rung(step).roles) for step in range(len(POLICY.ladder))]
    assert all(sooner <= later for sooner, later in pairwise(told))
    assert POLICY.rung(99).call


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("after_seconds = 0", "after_seconds = 10"),
        ("after_seconds = 120", "after_seconds = 30"),
        ('roles = ["dispatcher"]', "roles = []"),
        ('roles = ["dispatcher"]', 'roles = ["janitor"]'),
        ("every_seconds = 120", "every_seconds = 0"),
        ('hold = "vulnerable"', 'hold = "sad"'),
        ('provenance = "policy"', 'provenance = "heard"'),
        ("grace_minutes = 15", ""),
        ("[review]", "[review"),
    ],
)
def test_a_policy_that_does_not_say_what_it_must_is_refused(was: str, becomes: str) -> None:
    assert was in TEXT
    with pytest.raises(SafetyPolicyInvalid, match=r"policy\.toml"):
        policy_from_toml(TEXT.replace(was, becomes, 1))
