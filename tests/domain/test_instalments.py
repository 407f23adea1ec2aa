"""The terms of instalments as their file states them, and who may agree to what."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldops.domain.instalments import Instalment, TermsInvalid, terms_from_toml
from fieldops.domain.permissions import Role
from fieldops.settings import config_dir

TEXT = (config_dir() / "instalments" / "policy.toml").read_text("utf-8")
TERMS = terms_from_toml(TEXT)
ON = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("fieldops-instalments-1", "x", "form"),
        ("most_instalments = 60", "most_instalments = 0", "most_instalments"),
        ('role = "agent"', 'role = "debtor"', "role"),
        ('role = "dispatcher"', 'role = "agent"', "authority"),  # Twice.
        ("least_first_percent = 10", "least_first_percent = 101", "least_first_percent"),
        ("grace_days = 3", "grace_days = -1", "grace_days"),
        ("grace_days = 3", "grace_days = 3\nkind = 1", "kind"),  # Not a known key.
    ],
)
def test_a_file_that_says_something_else_is_refused_by_field(
    old: str, new: str, field: str
) -> None:
    with pytest.raises(TermsInvalid, match=field):
        terms_from_toml(TEXT.replace(old, new, 1))


@given(
    st.lists(st.integers(1, 10_000), min_size=2, max_size=40),
    st.integers(1, 90),
    st.sampled_from([Role.AGENT, Role.DISPATCHER, Role.COUNSEL]),
)
def test_whoever_has_wider_bounds_may_agree_to_what_an_agent_may(
    sums: list[int], every: int, role: Role
) -> None:
    offered = [
        Instalment(Decimal(one), ON + timedelta(days=every * n)) for n, one in enumerate(sums)
    ]
    if TERMS.may_agree(Role.AGENT, offered, ON):
        assert TERMS.may_agree(role, offered, ON)


def test_a_phone_is_told_its_own_bounds_and_who_has_none_is_told_so() -> None:
    assert TERMS.to_json(Role.AGENT)["own"]["most_instalments"] == 12
    assert TERMS.to_json(Role.AUDITOR)["own"] is None
