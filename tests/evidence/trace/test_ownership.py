"""Who held what from when until when, read off observations in any order."""

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.trace import DEBTOR, Observation, ownership
from tests.evidence.trace.building import day, disposal, of_asset, seen

ON = day(30).date()


def owned(days: float, since: float | None = None, **fields: Any) -> Observation:
    """The register names the debtor as owner, since that day if it says so."""
    valid = {} if since is None else {"valid_from": day(since).date()}
    return of_asset("asset.owned", days, **(valid | fields))


def test_a_disposal_ends_the_debtors_holding_and_begins_the_counterpartys() -> None:
    sale = disposal(30, counterparty="related", relation="sibling")
    found = ownership([owned(1, since=-100), sale])
    his, taken = found.holdings
    assert (his.holder, his.since, his.until) == (DEBTOR, day(-100).date(), ON)
    assert his.ended_by == (sale.id,)
    assert (taken.holder, taken.relation, taken.since, taken.until) == (
        sale.id,
        "sibling",
        ON,
        None,
    )
    assert found.held_on(ON - timedelta(days=1)) == (his,)
    assert found.held_on(ON) == (taken,)


def test_who_hands_something_over_had_it_until_then() -> None:
    (before, _) = ownership([disposal(30)]).holdings
    assert (before.holder, before.since, before.until) == (DEBTOR, None, ON)


def test_two_words_of_one_act_are_one_transfer_with_the_price_of_the_one_that_knows_it() -> None:
    valuation = {"amount": "100.00", "source": "appraiser", "on": "2024-01-31"}
    told = disposal(30, price_ratio=None)
    valued = disposal(30, price_ratio=None, price="60.00", valuation=valuation)
    (transfer,) = ownership([told, valued]).transfers
    assert set(transfer.shown_by) == {told.id, valued.id}
    assert (transfer.price, transfer.ratio) == ("60.00", pytest.approx(0.6))
    assert transfer.valuation == valuation


def test_a_register_that_still_names_the_debtor_contradicts_and_brings_nothing_back() -> None:
    late = owned(60)
    _, taken = ownership([disposal(30), late]).holdings
    assert taken.until is None
    assert taken.denied_by == (late.id,)


def test_what_was_bought_back_is_the_debtors_again() -> None:
    back = of_asset("asset.purchased", 90, data={"on": day(90).date().isoformat()})
    _, taken, again = ownership([disposal(30), back]).holdings
    assert taken.until == day(90).date()
    assert (again.holder, again.since) == (DEBTOR, day(90).date())


def test_a_denial_stands_beside_the_holding_that_it_is_about() -> None:
    no = owned(20, denied=True)
    (his,) = ownership([owned(1, since=-100), no]).holdings
    assert his.denied_by == (no.id,)


def test_employments_and_posts_begin_and_end_like_ownership() -> None:
    hired = of_asset("employment.held", 0, asset="Works Ltd", valid_from=date(2023, 5, 1))
    left = of_asset("employment.ended", 9, asset="Works Ltd", data={"on": "2024-01-05"})
    head = of_asset("company.post_held", 3, asset="Works Ltd", data={"post": "director"})
    found = {one.kind: one for one in ownership([hired, left, head]).holdings}
    assert (found["employment"].since, found["employment"].until) == (
        date(2023, 5, 1),
        date(2024, 1, 5),
    )
    assert found["post"].until is None


def test_a_transfer_to_the_spouse_is_named_so() -> None:
    found = ownership([of_asset("asset.registered_to_spouse", 30)])
    assert [one.relation for one in found.transfers] == ["spouse"]


_KINDS = ("asset.owned", "asset.purchased", "asset.disposed", "asset.registered_to_spouse")


@st.composite
def histories(draw: st.DrawFn) -> list[Observation]:
    """A few words on one car, some with the day from which they hold."""
    told = []
    for kind in draw(st.lists(st.sampled_from(_KINDS), max_size=8)):
        act = draw(st.integers(0, 40))
        stated = day(act).date()
        data = {"disposed_on": stated.isoformat(), "on": stated.isoformat()}
        valid: dict[str, Any] = {}
        if kind == "asset.owned":
            data = {}
            valid["valid_from"] = draw(st.none() | st.just(stated))
            valid["valid_until"] = draw(st.none() | st.just(stated + timedelta(days=5)))
        late = draw(st.integers(0, 20))
        told.append(
            seen(
                kind,
                act + late,
                asset="car",
                address=None,
                data=data,
                denied=draw(st.booleans()),
                **valid,
            )
        )
    return told


@given(histories(), st.randoms())
def test_holdings_follow_one_another_and_no_order_of_upload_matters(
    told: list[Observation], order: Any
) -> None:
    found = ownership(told)
    for one, following in pairwise(found.holdings):
        begun = following.since or following.seen_on[0]
        assert one.until is not None
        assert one.until <= begun or following.until == one.until
    mixed = list(told)
    order.shuffle(mixed)
    assert ownership(mixed) == found


@given(histories())
def test_every_word_that_is_not_denied_shows_ends_or_contradicts_a_holding(
    told: list[Observation],
) -> None:
    named = {
        one
        for holding in ownership(told).holdings
        for one in (*holding.shown_by, *holding.ended_by, *holding.denied_by)
    }
    assert {o.id for o in told if not o.denied} <= named
