"""What a visit costs: by the stated formula, at stated rates, and never without one."""

from decimal import Decimal

import pytest

from fieldops.domain.costs import Rates, rate, share


def test_the_cost_is_hours_and_kilometres_at_their_rates() -> None:
    rates = Rates(Decimal(60), Decimal("1.25"), "CNY")
    assert rates.cost(5_400, 10_000) == Decimal("102.50")


def test_a_rate_that_is_not_stated_adds_nothing_and_without_any_there_is_no_cost() -> None:
    assert Rates(None, Decimal(2), "CNY").cost(3_600, 1_000) == Decimal("2.00")
    assert Rates(None, None, "CNY").cost(3_600, 1_000) is None


def test_a_cost_is_shared_by_visits_and_by_none_of_them_not_at_all() -> None:
    assert share(Decimal(10), 3) == Decimal("3.33")
    assert share(Decimal(10), 0) is None
    assert share(None, 3) is None


@pytest.mark.parametrize(("text", "found"), [("", None), ("  ", None), ("86.50", Decimal("86.50"))])
def test_a_rate_is_read_as_it_is_written(text: str, found: Decimal | None) -> None:
    assert rate(text) == found


@pytest.mark.parametrize("text", ["-1", "many", "NaN", "Infinity", "1,5", "1e9"])
def test_what_is_no_rate_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"is no number|does not lie"):
        rate(text)
